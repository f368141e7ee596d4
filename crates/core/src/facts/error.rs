//! Why bytes are not the facts of a snapshot.

use core::fmt;

/// Why a facts file is not used. Rules over facts match nothing then; what a policy lists by id stays hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactsError {
    /// The bytes do not begin as a facts file does.
    NotFacts,
    /// The file has another version of the format.
    Version {
        /// The version that it has.
        got: u8,
    },
    /// The file was made for the ids of another snapshot.
    OtherIds,
    /// The file contradicts itself.
    Malformed(&'static str),
}

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFacts => write!(f, "not a facts file: give the file that `shelfwise facts build` wrote"),
            Self::Version { got } => write!(
                f,
                "facts have format version {got}, this engine reads version {}: update the engine, or build the facts \
                 with a `shelfwise` of its version",
                super::FILE_HEAD[3]
            ),
            Self::OtherIds => write!(
                f,
                "facts were built for another snapshot's ids: run `shelfwise facts build` with the snapshot that is served"
            ),
            Self::Malformed(what) => write!(f, "facts file {what}: fetch it again, or build it again"),
        }
    }
}

impl core::error::Error for FactsError {}
