//! The steps that run the package in the laboratory, with a line of progress for each.

use std::time::Instant;

use shelfwise_audit::lab::{Declared, Laboratory};
use shelfwise_audit::report::Step;
use shelfwise_audit::shipped::{Files, Shipped};
use shelfwise_audit::steps::{self, Effort, Known};
use shelfwise_witness::Kind;
use shelfwise_witness::lab::{STEPS, Trials};

use crate::eprint_line;

/// Runs all of them; what cannot be tried is told in their rows. The folder's own manifest says what may be kept.
pub fn steps(files: &Files, package: Option<&Files>, shipped: &Shipped, known: &Known, kinds: &[Kind]) -> Vec<Step> {
    let manifest = shipped
        .manifests
        .first()
        .map_or(&known.manifest, |(_, manifest)| manifest);
    let laboratory = Laboratory::of(files, package);
    let (laboratory, declared) = match (laboratory, Declared::of(manifest)) {
        (Ok(laboratory), Ok(declared)) => (laboratory, declared),
        (Err(why), _) | (_, Err(why)) => return steps::without_browsers(&why),
    };
    let trials = Trials {
        laboratory: &laboratory,
        declared: &declared,
        effort: Effort::Whole,
        kinds,
    };
    let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    let run = |name: &&str| {
        eprint_line!("step {name}: running the package in {}", names.join(" and "));
        let start = Instant::now();
        let step = trials.step(name)?;
        eprint_line!("step {name}: {}, {} s", step.outcome.words(), start.elapsed().as_secs());
        Some(step)
    };
    STEPS.iter().filter_map(run).collect()
}
