//! `cargo xtask test`: everything that must hold, stage by stage, cheapest first.
//!
//! Tests in browsers mostly wait. Stages that only compute run beside them, one after the other and at the lowest
//! priority, as soon as formats and lints have passed.

mod background;
mod report;
mod stage;

use std::time::Instant;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum as _};

use self::background::{BackgroundStages, Finished};
use self::report::{Outcome, Report};
pub use self::stage::Stage;
use crate::config::Config;
use crate::workspace::Workspace;

/// The last stage that has to pass before others run beside the rest: what fails early should fail fast.
const BEFORE_OTHERS: Stage = Stage::Lints;

/// Which stages run; all of them by default.
#[derive(Debug, Default, Args)]
pub struct Selection {
    /// Run these stages only, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1.., value_name = "STAGE")]
    only: Vec<Stage>,
    /// Run all stages but these.
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1.., value_name = "STAGE", conflicts_with = "only")]
    skip: Vec<Stage>,
    /// Run what a change breaks most often: formats, lints, native tests, documents, the module with its size, its
    /// imports, its JavaScript interface and the golden vectors.
    #[arg(long, conflicts_with = "only")]
    quick: bool,
}

impl Selection {
    /// The stages in their order.
    fn stages(&self) -> Vec<Stage> {
        let all = Stage::value_variants().iter().copied();
        let named = all.filter(|stage| self.only.is_empty() || self.only.contains(stage));
        let named = named.filter(|stage| !self.quick || stage.is_quick());
        named.filter(|stage| !self.skip.contains(stage)).collect()
    }

    /// Splits the stages into those that run in the terminal and those that run beside them.
    fn split(&self) -> (Vec<Stage>, Vec<Stage>) {
        let one_by_one = !self.only.is_empty();
        self.stages()
            .into_iter()
            .partition(|stage| one_by_one || !stage.only_computes())
    }
}

/// Runs the chosen stages to the first failure, and prints how long each took.
pub fn run(workspace: &Workspace, config: &Config, selection: &Selection) -> Result<()> {
    let (front, background) = selection.split();
    let mut report = Report::new(&selection.stages());
    let mut background = BackgroundStages::new(workspace, background);
    for &stage in &front {
        println!("\n── {} ──", stage.title());
        let start = Instant::now();
        let result = stage.run(workspace, config);
        report.add(stage, Outcome::of(&result), start.elapsed());
        if let Err(error) = result {
            println!("\n{error:#}");
            background.stop();
        } else if stage >= BEFORE_OTHERS {
            background.start()?;
        }
        record(&mut report, background.finished()?);
        if report.failed().is_some() {
            break;
        }
    }
    if report.failed().is_none() {
        background.start()?;
    } else {
        background.stop();
    }
    while let Some(finished) = background.wait()? {
        record(&mut report, vec![finished]);
        if report.failed().is_some() {
            background.stop();
        }
    }
    println!("\n{report}");
    match report.failed() {
        None => Ok(()),
        Some(stage) => bail!(
            "stage `{name}` failed; to run it alone: cargo xtask test --only {name}",
            name = stage.name()
        ),
    }
}

/// Prints what stages beside the others wrote, and adds them to the report.
fn record(report: &mut Report, finished: Vec<Finished>) {
    for end in finished {
        println!("\n── {} (ran beside the others) ──\n{}", end.stage.title(), end.output);
        report.add(end.stage, end.outcome, end.took);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_stages_keep_their_order_and_run_one_by_one() {
        let only = Selection {
            only: vec![Stage::Fuzz, Stage::Tidy, Stage::Format],
            ..Selection::default()
        };
        assert_eq!(only.stages(), [Stage::Format, Stage::Tidy, Stage::Fuzz]);
        assert_eq!(only.split().1, []);
    }

    #[test]
    fn skipped_stages_leave_the_others() {
        let skip = Selection {
            skip: vec![Stage::Format],
            ..Selection::default()
        };
        assert_eq!(skip.stages().len(), Stage::value_variants().len() - 1);
        assert_eq!(Selection::default().stages(), Stage::value_variants());
    }

    #[test]
    fn every_stage_runs_exactly_once() {
        let (mut both, background) = Selection::default().split();
        both.extend(background);
        both.sort();
        assert_eq!(both, Stage::value_variants());
    }

    #[test]
    fn quick_needs_no_package_and_no_training() {
        let quick = Selection {
            quick: true,
            ..Selection::default()
        };
        let stages = quick.stages();
        assert!(stages.contains(&Stage::Native) && !stages.contains(&Stage::Shop) && !stages.contains(&Stage::Quality));
    }
}
