//! `cargo xtask test`: everything that must hold, stage by stage, cheapest first.
//!
//! Tests in browsers mostly wait. Beside the stages in the terminal run two lanes of others: what only computes, at the
//! lowest priority, as soon as formats and lints have passed; and half of what needs the package, once it is built.

mod background;
mod lane;
mod report;
mod stage;

use std::time::Instant;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum as _};
use shelfwise_build::config::Config;
use shelfwise_build::workspace::Workspace;

use self::background::{BackgroundStages, Finished};
use self::lane::Lane;
use self::report::{Outcome, Report};
pub use self::stage::Stage;
use crate::package;

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
    /// Take the package that is there: the run that this one is a part of has built it.
    #[arg(long, hide = true, requires = "only")]
    packaged: bool,
}

impl Selection {
    /// The stages in their order.
    fn stages(&self) -> Vec<Stage> {
        let all = Stage::value_variants().iter().copied();
        let named = all.filter(|stage| self.only.is_empty() || self.only.contains(stage));
        let named = named.filter(|stage| !self.quick || stage.is_quick());
        named.filter(|stage| !self.skip.contains(stage)).collect()
    }

    /// The stages of a lane. Named ones run one by one in the terminal.
    fn lane(&self, lane: Lane) -> Vec<Stage> {
        let one_by_one = !self.only.is_empty();
        // Without one package for all of them, each stage builds it.
        let builds_package = one_by_one || self.skip.contains(&Stage::Tarball);
        let own = |stage: &Stage| match Lane::of(*stage) {
            Lane::Packaged if builds_package => Lane::Terminal,
            _ if one_by_one => Lane::Terminal,
            own => own,
        };
        self.stages().into_iter().filter(|stage| own(stage) == lane).collect()
    }
}

/// Runs the chosen stages to the first failure, and prints how long each took.
pub fn run(workspace: &Workspace, config: &Config, selection: &Selection) -> Result<()> {
    if selection.packaged {
        package::take_built(workspace)?;
    }
    let mut report = Report::new(&selection.stages());
    let lanes = Lane::BESIDE.map(|lane| (lane, selection.lane(lane)));
    let mut background = BackgroundStages::new(workspace, lanes.into());
    for stage in selection.lane(Lane::Terminal) {
        println!("\n── {} ──", stage.title());
        let start = Instant::now();
        let result = stage.run(workspace, config);
        report.add(stage, Outcome::of(&result), start.elapsed());
        if let Err(error) = result {
            println!("\n{error:#}");
            background.stop();
        } else {
            background.start_after(stage)?;
        }
        record(&mut report, background.finished()?);
        if report.failed().is_some() {
            break;
        }
    }
    if report.failed().is_none() {
        background.start_after(Stage::LAST)?;
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
        assert_eq!(only.lane(Lane::Terminal), only.stages());
        assert_eq!(only.lane(Lane::Computing), []);
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
        let all = Selection::default();
        let mut lanes = all.lane(Lane::Terminal);
        lanes.extend(Lane::BESIDE.iter().flat_map(|lane| all.lane(*lane)));
        lanes.sort();
        assert_eq!(lanes, Stage::value_variants());
    }

    #[test]
    fn every_lane_starts_after_a_stage_in_the_terminal() {
        let terminal = Selection::default().lane(Lane::Terminal);
        assert!(Lane::BESIDE.iter().all(|lane| terminal.contains(&lane.starts_after())));
        assert_eq!(Stage::value_variants().last(), Some(&Stage::LAST));
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
