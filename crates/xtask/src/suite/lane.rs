//! Which stages run beside which: two cores are busy only if tests that wait have company.

use super::stage::Stage;

/// Stages that run one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// In the terminal.
    Terminal,
    /// What neither waits nor measures time: at the lowest priority, as soon as what fails early has passed.
    Computing,
    /// What needs the package, and shares no folder that it writes, and no port, with the stages in the terminal.
    Packaged,
}

impl Lane {
    /// Those beside the terminal.
    pub const BESIDE: [Self; 2] = [Self::Computing, Self::Packaged];

    /// The lane of a stage.
    pub fn of(stage: Stage) -> Self {
        match stage {
            Stage::Licences | Stage::Quality | Stage::Costs | Stage::Counts | Stage::EdgeHost | Stage::Fuzz => {
                Self::Computing
            }
            // The worker for Cloudflare is built by two of them, and the model of the first is read by the third.
            Stage::Shop | Stage::Cloudflare | Stage::Packaging | Stage::Edge | Stage::Reproduce => Self::Packaged,
            _ => Self::Terminal,
        }
    }

    /// The stage in the terminal that has to pass before.
    pub fn starts_after(self) -> Stage {
        match self {
            Self::Terminal => Stage::Format,
            Self::Computing => Stage::Lints,
            Self::Packaged => Stage::Tarball,
        }
    }

    /// For `nice`: tests in browsers have deadlines, and compilers do not.
    pub fn niceness(self) -> &'static str {
        match self {
            Self::Computing => "19",
            Self::Terminal | Self::Packaged => "0",
        }
    }
}
