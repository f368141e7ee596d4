//! How long work tells the outside how far it is. The command line draws bars from it; the library draws nothing.

/// How much work a stage has before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Bytes of input.
    Bytes(u64),
    /// Steps of any other kind.
    Steps(u64),
    /// Nobody knows beforehand.
    Unknown,
}

/// A listener to long work. Stages follow each other: `start`, any number of `advance`, `finish`.
///
/// Calls come every few thousand rows at most, so an implementation may lock or draw.
pub trait Progress: Sync {
    /// A stage begins: its name in a few lower-case words, and how much there is to do.
    fn start(&self, stage: &str, amount: Amount);

    /// So much more of the stage's amount is done, in the amount's own unit.
    fn advance(&self, by: u64);

    /// The stage is over.
    fn finish(&self);
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _stage: &str, _amount: Amount) {}

    fn advance(&self, _by: u64) {}

    fn finish(&self) {}
}
