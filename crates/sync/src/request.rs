//! A file that an update requests, and why a host could not fetch it.

use alloc::string::String;

use crate::artefact::Hash;
use crate::reason::Defect;

/// A file for the host to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRequest {
    /// Path relative to the record's folder: one name of lower-case letters, digits, `-` and `.`, without characters to
    /// escape.
    pub path: String,
    /// Maximum number of bytes, after any decompression. A host stops reading there and answers
    /// [`FetchError::TooLong`].
    pub at_most: u32,
    /// Expected hash, for hosts with a content-addressed store; `None` for the record, which must not come from a
    /// cache.
    pub sha256: Option<Hash>,
}

/// Why a host could not fetch a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// No response, no connection, a timeout, or a truncated transfer.
    Unreachable,
    /// The server reports that the file does not exist.
    Missing,
    /// More bytes than requested.
    TooLong,
}

impl FetchError {
    pub(crate) const fn defect(self, at_most: u32) -> Defect {
        match self {
            Self::Unreachable => Defect::Unreachable,
            Self::Missing => Defect::Missing,
            Self::TooLong => Defect::TooLong { at_most },
        }
    }
}
