//! Progress reports of long work. The command line draws bars; the library draws nothing.

/// Amount of work of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Bytes of input.
    Bytes(u64),
    /// Steps of any other kind.
    Steps(u64),
    /// Not known in advance.
    Unknown,
}

/// Receives progress reports. Stages follow each other: `start`, any number of `advance`, `finish`.
///
/// Called every few thousand rows at most, so an implementation may lock or draw.
pub trait Progress: Sync {
    /// Begins a stage: its name in a few lower-case words, and the amount of work.
    fn start(&self, stage: &str, amount: Amount);

    /// Adds completed work, in the unit of the stage's amount.
    fn advance(&self, by: u64);

    /// Ends the stage.
    fn finish(&self);
}

/// Ignores all reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _stage: &str, _amount: Amount) {}

    fn advance(&self, _by: u64) {}

    fn finish(&self) {}
}
