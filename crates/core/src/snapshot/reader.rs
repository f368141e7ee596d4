//! What a section's reader is, and the table of all sections that are read in place.

use super::error::SnapshotError;
use super::layout::SectionId;

/// A view of one section's bytes, which copies nothing and never panics.
pub(crate) trait SectionReader<'a>: Sized {
    /// What stands for an optional section that the file does not have.
    const EMPTY: Self;

    /// Checks the shape of the section, about in O(1).
    ///
    /// # Errors
    /// [`SnapshotError::Malformed`] for a section that is too short, or has a number out of range.
    fn open(section: &'a [u8], id: SectionId, items: usize) -> Result<Self, SnapshotError>;

    /// Walks the section. O(bytes).
    ///
    /// # Errors
    /// [`SnapshotError::Malformed`] for content that [`open`](Self::open) cannot see.
    fn verify(&self, id: SectionId) -> Result<(), SnapshotError> {
        let _ = id;
        Ok(())
    }
}

/// The table of sections: for each the accessor of [`Snapshot`](super::Snapshot), its reader and its number. They are
/// opened and verified in this order.
macro_rules! sections {
    ($($(#[$doc:meta])* $accessor:ident: $reader:ty = $id:ident;)+) => {
        impl<B: AsRef<[u8]>> Snapshot<B> {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $accessor(&self) -> $reader {
                    self.reader(SectionId::$id).unwrap_or(SectionReader::EMPTY)
                }
            )+

            fn open_sections(&self) -> Result<(), SnapshotError> {
                $(self.reader::<$reader>(SectionId::$id)?;)+
                Ok(())
            }

            fn verify_sections(&self) -> Result<(), SnapshotError> {
                $(self.$accessor().verify(SectionId::$id)?;)+
                Ok(())
            }
        }
    };
}

pub(super) use sections;
