//! Checks a declaration and computes its shares.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::source::{ArmSource, ExperimentSource, ExperimentTables, WindowSource};
use super::{Arm, BURN_IN, Experiment, ExperimentProblem as Problem, Experiments, Holdout, Measure, WORTH, Window};
use crate::allocation::{DRAWS, MAX_ARMS, MAX_LAYERS, Unit, split, tag};
use crate::policy::lint::{Finding, SourceError, Table};
use crate::policy::source::Minute;

/// The layer of experiments that name none.
const ONLY_LAYER: &str = "default";

/// What an order says of an interleaving beside the two orders: nobody's item was bought, or both's.
const TIE: &str = "tie";

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// Returns the experiments, and all that is wrong.
pub fn check(tables: ExperimentTables<'_>) -> (Experiments, Vec<Finding>) {
    let mut checker = Checker { found: Vec::new() };
    let experiments = checker.tables(tables);
    (experiments, checker.found)
}

/// A word of an experiment, and which entry of its list.
#[derive(Clone, Copy)]
struct Spot {
    at: usize,
    key: &'static str,
    entry: Option<usize>,
}

struct Checker {
    found: Vec<Finding>,
}

impl Checker {
    fn refuse(&mut self, spot: Spot, problem: Problem) {
        let mut finding = Finding::new(Table::Experiment, spot.at, spot.key, SourceError::Experiment(problem));
        finding.place.entry = spot.entry;
        self.found.push(finding);
    }

    fn twice(&mut self, table: Table, at: usize, key: &'static str, entry: Option<usize>, name: &str) {
        let mut finding = Finding::new(table, at, key, SourceError::Twice(name.into()));
        finding.place.entry = entry;
        self.found.push(finding);
    }

    fn tables(&mut self, tables: ExperimentTables<'_>) -> Experiments {
        let mut all = Experiments {
            layers: self.layers(tables),
            holdout: self.holdout(tables),
            holdout_cap: tables.holdouts.first().and_then(|holdout| holdout.cap),
            experiments: Vec::new(),
        };
        for (at, source) in tables.experiments.iter().enumerate() {
            let checked = self.experiment(at, source, &all);
            all.experiments.push(checked);
        }
        let last = Spot {
            at: tables.experiments.len().saturating_sub(1),
            key: "",
            entry: None,
        };
        if all.states() > tag::MAX_STATES {
            self.refuse(last, Problem::TooManyArms(all.states()));
        }
        let layers = all.allocation().layers.len();
        if layers > MAX_LAYERS {
            self.refuse(last, Problem::TooManyLayers(layers));
        }
        all
    }

    fn layers(&mut self, tables: ExperimentTables<'_>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut keys = BTreeSet::new();
        for (at, layer) in tables.layers.iter().enumerate() {
            let name = &layer.name;
            if names.contains(name) {
                self.twice(Table::Layer, at, "name", None, name);
            } else if !keys.insert(tag::fold(name.as_bytes())) {
                let error = SourceError::Experiment(Problem::LayersAlike(name.clone()));
                self.found.push(Finding::new(Table::Layer, at, "name", error));
            }
            names.push(name.clone());
        }
        if names.is_empty() {
            names.push(ONLY_LAYER.into());
        }
        names
    }

    fn holdout(&mut self, tables: ExperimentTables<'_>) -> Option<Holdout> {
        let mut refuse = |at, key, problem| {
            self.found
                .push(Finding::new(Table::Holdout, at, key, SourceError::Experiment(problem)));
        };
        if tables.holdouts.len() > 1 {
            refuse(1, "", Problem::SecondHoldout);
        }
        let holdout = tables.holdouts.first()?;
        if !(holdout.share > 0.0 && holdout.share <= 0.5) {
            refuse(
                0,
                "share",
                number("share", holdout.share, "above 0 and up to 0.5, such as 0.05"),
            );
        }
        if let Some(cap) = holdout.cap.filter(|cap| !(cap.is_finite() && *cap > 0.0)) {
            refuse(0, "cap", number("cap", cap, "an amount above 0"));
        }
        Some(Holdout {
            share: draws(holdout.share),
            until_ms: holdout.until.as_ref().map(Minute::utc_ms),
        })
    }

    fn experiment(&mut self, at: usize, source: &ExperimentSource, earlier: &Experiments) -> Experiment {
        let spot = |key| Spot { at, key, entry: None };
        if !tag::is_id(&source.id) {
            self.refuse(spot("id"), Problem::BadId(source.id.clone()));
        }
        if earlier.get(&source.id).is_some() {
            self.twice(Table::Experiment, at, "id", None, &source.id);
        }
        let layer = self.layer(spot("layer"), source, earlier);
        let unit = self.unit(spot("unit"), source, &layer, earlier);
        let range = self.range(spot("range"), source, unit);
        let arms = self.arms(at, source, range);
        let measures = self.measures(at, source);
        let [from_ms, until_ms] = [&source.from, &source.until].map(|time| time.as_ref().map(Minute::utc_ms));
        if let (Some(from), Some(until)) = (from_ms, until_ms)
            && from >= until
        {
            self.refuse(spot("until"), Problem::EndsEarly);
        }
        self.check_numbers(at, source, &measures);
        let mut experiment = Experiment {
            id: source.id.clone(),
            layer,
            range,
            unit,
            arms,
            is_interleaved: source.interleave.is_some(),
            measures,
            cap: source.cap,
            by: source.by.clone(),
            worth: source.worth.unwrap_or(WORTH),
            burn_in: source.burn_in.unwrap_or(BURN_IN),
            from_ms,
            until_ms,
            window: self.window(spot("window"), source, unit),
            version: 0,
        };
        self.check_overlap(spot("range"), &experiment, earlier);
        experiment.version = tag::fold(canonical(&experiment, source).as_bytes());
        experiment
    }

    fn layer(&mut self, spot: Spot, source: &ExperimentSource, earlier: &Experiments) -> String {
        match &source.layer {
            Some(layer) if earlier.layers.contains(layer) => layer.clone(),
            None if earlier.layers.len() == 1 => earlier.layers.concat(),
            layer => {
                let problem = Problem::NoLayer {
                    layer: layer.clone(),
                    known: earlier.layers.join(", "),
                };
                self.refuse(spot, problem);
                layer.clone().unwrap_or_default()
            }
        }
    }

    fn unit(&mut self, spot: Spot, source: &ExperimentSource, layer: &str, earlier: &Experiments) -> Unit {
        let Some(unit) = Unit::from_name(&source.unit) else {
            self.refuse(spot, Problem::NoUnit(source.unit.clone()));
            return Unit::Visit;
        };
        let mut others = earlier.experiments.iter().filter(|other| other.layer == layer);
        if let Some(other) = others.find(|other| other.unit != unit) {
            let problem = Problem::MixedUnits {
                layer: layer.into(),
                unit: other.unit.name(),
            };
            self.refuse(spot, problem);
        }
        unit
    }

    fn range(&mut self, spot: Spot, source: &ExperimentSource, unit: Unit) -> (u32, u32) {
        let Some([low, high]) = source.range else {
            return (0, DRAWS);
        };
        if !(0.0 <= low && low < high && high <= 1.0) {
            let got = format!("[{low}, {high}]");
            let wanted = "two numbers from 0 to 1, the smaller first, such as [0.0, 0.5]";
            self.refuse(spot, number("range", got, wanted));
            return (0, 0);
        }
        let range = (draws(low), draws(high));
        if unit == Unit::Window && range != (0, DRAWS) {
            self.refuse(spot, Problem::PartOfWindow);
        }
        range
    }

    /// Draws may be used again by experiments that never run at the same time.
    fn check_overlap(&mut self, spot: Spot, own: &Experiment, earlier: &Experiments) {
        let ends_before = |one: &Experiment, other: &Experiment| matches!((one.until_ms, other.from_ms), (Some(until), Some(from)) if until <= from);
        let other = earlier.experiments.iter().find(|other| {
            other.layer == own.layer
                && own.range.0 < other.range.1
                && other.range.0 < own.range.1
                && !ends_before(own, other)
                && !ends_before(other, own)
        });
        if let Some(other) = other {
            let problem = Problem::Overlap {
                other: other.id.clone(),
                range: [share(other.range.0), share(other.range.1)],
            };
            self.refuse(spot, problem);
        }
    }

    fn arms(&mut self, at: usize, source: &ExperimentSource, range: (u32, u32)) -> Vec<Arm> {
        match (&source.arms, &source.interleave) {
            (Some(arms), None) => self.weighted(at, arms, range),
            (None, Some(pair)) => self.interleaved(at, source, pair, range),
            (arms, _) => {
                let key = if arms.is_some() { "interleave" } else { "" };
                let has_both = arms.is_some();
                self.refuse(Spot { at, key, entry: None }, Problem::NoArms { has_both });
                Vec::new()
            }
        }
    }

    fn weighted(&mut self, at: usize, arms: &[ArmSource], range: (u32, u32)) -> Vec<Arm> {
        let spot = |entry| Spot { at, key: "arms", entry };
        if !(2..=MAX_ARMS).contains(&arms.len()) {
            self.refuse(spot(None), Problem::ArmCount(arms.len()));
        }
        let mut names = BTreeSet::new();
        let weights: Vec<u32> = arms.iter().map(|arm| arm.weight).collect();
        let shares = split(range.1 - range.0, &weights);
        for (entry, (arm, share)) in arms.iter().zip(&shares).enumerate() {
            let spot = spot(Some(entry));
            self.check_name(spot, &arm.name);
            if !names.insert(&*arm.name) {
                self.twice(Table::Experiment, at, "arms", Some(entry), &arm.name);
            }
            if arm.weight == 0 {
                self.refuse(
                    spot,
                    number("weight", arm.weight, "1 or more; an arm without draws is taken out"),
                );
            } else if *share == 0 && range.0 < range.1 {
                self.refuse(spot, Problem::NoDraws(arm.name.clone()));
            }
        }
        let arms = arms.iter().zip(shares);
        arms.map(|(arm, share)| Arm {
            name: arm.name.clone(),
            share,
        })
        .collect()
    }

    fn check_name(&mut self, spot: Spot, name: &str) {
        if name.is_empty() || name.len() > tag::MAX_ID_BYTES || name.contains('/') {
            self.refuse(spot, Problem::BadArm(name.into()));
        }
    }

    /// The third answer is a tie, which decides nothing; its share is not known beforehand, and not needed.
    fn interleaved(&mut self, at: usize, source: &ExperimentSource, pair: &[String; 2], range: (u32, u32)) -> Vec<Arm> {
        let spot = |key| Spot { at, key, entry: None };
        let [first, second] = pair;
        for name in pair {
            self.check_name(spot("interleave"), name);
        }
        if first == second {
            self.refuse(spot("interleave"), Problem::BadInterleaving("has the same order twice"));
        }
        if !matches!(&*source.unit, "page" | "visit") {
            self.refuse(spot("unit"), Problem::BadInterleaving("is drawn by page or visit"));
        }
        let half = (range.1 - range.0) / 2;
        let arm = |name: &str, share| Arm {
            name: name.into(),
            share,
        };
        Vec::from([arm(first, half), arm(second, half), arm(TIE, 0)])
    }

    fn measures(&mut self, at: usize, source: &ExperimentSource) -> Vec<Measure> {
        let mut measures = Vec::new();
        for (entry, name) in source.read.iter().enumerate() {
            match Measure::ALL.into_iter().find(|measure| measure.name() == name) {
                Some(measure) if !measures.contains(&measure) => measures.push(measure),
                _ => {
                    let entry = Some(entry);
                    let key = "read";
                    self.refuse(Spot { at, key, entry }, Problem::NoMeasure(name.clone()));
                }
            }
        }
        if source.read.is_empty() {
            let (key, entry) = ("read", None);
            self.refuse(
                Spot { at, key, entry },
                number("read", "[]", "what decides, such as [\"orders\"]"),
            );
        }
        measures
    }

    fn check_numbers(&mut self, at: usize, source: &ExperimentSource, measures: &[Measure]) {
        let spot = |key| Spot { at, key, entry: None };
        match source.cap {
            Some(cap) if !(cap.is_finite() && cap > 0.0) => {
                self.refuse(spot("cap"), number("cap", cap, "an amount above 0"));
            }
            None if measures.iter().any(|measure| measure.is_money()) => self.refuse(spot("read"), Problem::NoCap),
            _ => {}
        }
        if let Some(worth) = source.worth
            && !(worth > 0.0 && worth <= 1.0)
        {
            self.refuse(
                spot("worth"),
                number("worth", worth, "above 0 and up to 1, such as 0.05"),
            );
        }
    }

    fn window(&mut self, spot: Spot, source: &ExperimentSource, unit: Unit) -> Option<Window> {
        let mut refuse = |why| self.refuse(spot, Problem::BadWindow(why));
        let Some(WindowSource { hours, washout_minutes }) = source.window else {
            if unit == Unit::Window {
                refuse("unit `window` needs its blocks");
            }
            return None;
        };
        if unit != Unit::Window {
            refuse("blocks stand beside another unit than `window`");
        } else if hours == 0 {
            refuse("blocks of no hours");
        } else if source.from.is_none() || source.until.is_none() {
            refuse("blocks are counted from `from`, and read once, at `until`");
        }
        let blocks = Window {
            block_ms: i64::from(hours) * 60 * MINUTE_MS,
            washout_ms: i64::from(washout_minutes) * MINUTE_MS,
        };
        if hours > 0 && blocks.block_ms <= blocks.washout_ms {
            refuse("the washout takes the whole block");
        }
        Some(blocks)
    }
}

/// Returns that a number is none that its word can have.
pub fn number(word: &'static str, got: impl ToString, wanted: &'static str) -> Problem {
    let got = got.to_string();
    Problem::ExperimentNumber { word, got, wanted }
}

/// Returns so many draws of all, rounded: `f64::round` is not in `core`.
fn draws(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * f64::from(DRAWS) + 0.5) as u32
}

/// Returns a share of the draws as people write it.
fn share(draws: u32) -> String {
    let text = format!("{:.4}", f64::from(draws) / f64::from(DRAWS));
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// Returns everything that must not change while the experiment runs, as one text. Its end and what is worth having may change.
fn canonical(experiment: &Experiment, source: &ExperimentSource) -> String {
    let mut text = format!(
        "{}|{}|{:?}|{}|{:?}|{}|{:?}|{:?}",
        experiment.id,
        experiment.layer,
        experiment.range,
        experiment.unit.name(),
        experiment.cap,
        experiment.burn_in,
        // By the shop's clock: the file says the same whoever knows its zone.
        source.from.as_ref().map(|from| from.local),
        experiment.window,
    );
    if let Some(by) = &experiment.by {
        let _ = write!(text, "|by {by}");
    }
    for measure in &experiment.measures {
        let _ = write!(text, "|{}", measure.name());
    }
    for arm in &experiment.arms {
        let _ = write!(text, "|{}={}", arm.name, arm.share);
    }
    for arm in source.arms.iter().flatten() {
        let objective = arm.objective.map(|objective| objective.may_cost);
        let _ = write!(text, "|{objective:?}{:?}{:?}{:?}", arm.strengths, arm.on, arm.off);
        let _ = write!(text, "{:?}{:?}{:?}", arm.kinds, arm.content, arm.copy);
    }
    text
}
