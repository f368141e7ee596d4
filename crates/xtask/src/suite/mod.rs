//! `cargo xtask test`: everything that must hold, stage by stage, cheapest first.

mod report;
mod stage;

use std::time::Instant;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum as _};

use self::report::{Outcome, Report};
pub use self::stage::Stage;
use crate::config::Config;
use crate::workspace::Workspace;

/// Which stages run; all of them when nothing is said.
#[derive(Debug, Default, Args)]
pub struct Selection {
    /// Run these stages only.
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1.., value_name = "STAGE")]
    only: Vec<Stage>,
    /// Run all stages but these.
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1.., value_name = "STAGE", conflicts_with = "only")]
    skip: Vec<Stage>,
}

impl Selection {
    /// The stages in their order.
    fn stages(&self) -> Vec<Stage> {
        let all = Stage::value_variants().iter().copied();
        all.filter(|stage| (self.only.is_empty() || self.only.contains(stage)) && !self.skip.contains(stage))
            .collect()
    }
}

/// Runs the chosen stages to the first failure, and prints how long each took.
pub fn run(workspace: &Workspace, config: &Config, selection: &Selection) -> Result<()> {
    let stages = selection.stages();
    let mut report = Report::new(&stages);
    for &stage in &stages {
        println!("\n── {} ──", stage.title());
        let start = Instant::now();
        let result = stage.run(workspace, config);
        let outcome = if result.is_ok() {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        report.add(stage, outcome, start.elapsed());
        if let Err(error) = result {
            println!("\n{error:#}\n\n{report}");
            bail!(
                "stage `{}` failed; again alone: cargo xtask test --only {}",
                stage.name(),
                stage.name()
            );
        }
    }
    println!("\n{report}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_keep_their_order_whatever_was_asked_for() {
        let only = Selection {
            only: vec![Stage::Tidy, Stage::Format],
            skip: vec![],
        };
        assert_eq!(only.stages(), [Stage::Format, Stage::Tidy]);
    }

    #[test]
    fn skipping_leaves_the_others() {
        let skip = Selection {
            only: vec![],
            skip: vec![Stage::Format],
        };
        assert_eq!(skip.stages().len(), Stage::value_variants().len() - 1);
        assert_eq!(Selection::default().stages(), Stage::value_variants());
    }
}
