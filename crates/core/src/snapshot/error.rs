//! Why bytes are not a snapshot that this engine can serve.

use core::fmt;

use super::layout::{SectionId, VERSION};

/// Why a snapshot was refused. The caller keeps the one that it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// The bytes do not begin as a snapshot does.
    NotASnapshot,
    /// The file ends before it should.
    Truncated {
        /// Bytes that the header promises.
        expected: usize,
        /// Bytes that came.
        got: usize,
    },
    /// A newer format than this engine reads.
    Version {
        /// Version of the file.
        got: u16,
    },
    /// A section that the format requires is not there.
    Missing(SectionId),
    /// A required section that this engine does not know.
    UnknownSection {
        /// Its number.
        id: u16,
    },
    /// A section that begins in the head or ends behind the file.
    OutsideFile {
        /// Its number.
        id: u16,
    },
    /// A section's content contradicts itself or the header.
    Malformed {
        /// The section.
        section: SectionId,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A section's checksum is not that of its bytes: the file was damaged.
    Checksum(SectionId),
    /// The checksum of header and section table is not that of their bytes: the file was damaged.
    HeadChecksum,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASnapshot => write!(
                f,
                "not a Shelfwise snapshot: give the file that `shelfwise train` wrote"
            ),
            Self::Truncated { expected, got } => {
                write!(
                    f,
                    "snapshot has {got} bytes where its header says {expected}: fetch or copy it again"
                )
            }
            Self::Version { got } => write!(
                f,
                "snapshot has format version {got}, this engine reads version {VERSION}: use an engine of the release that wrote it, or train again"
            ),
            Self::Missing(section) => write!(f, "snapshot has no section {section}: train it again"),
            Self::UnknownSection { id } => {
                write!(
                    f,
                    "snapshot requires section {id}, which this engine does not know: use a newer engine"
                )
            }
            Self::OutsideFile { id } => {
                write!(f, "snapshot section {id} lies outside the file: fetch or copy it again")
            }
            Self::Malformed { section, what } => write!(f, "snapshot section {section}: {what}: train it again"),
            Self::Checksum(section) => {
                write!(
                    f,
                    "snapshot section {section} was damaged on its way: fetch or copy it again"
                )
            }
            Self::HeadChecksum => write!(f, "snapshot head was damaged on its way: fetch or copy it again"),
        }
    }
}

impl core::error::Error for SnapshotError {}
