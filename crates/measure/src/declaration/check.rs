//! Checks a declaration and computes its shares.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::BuildHasherDefault;
use std::ops::Range;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rustc_hash::FxHasher;
use toml::Spanned;
use toml::value::Datetime;

use super::source::{ArmSource, ExperimentSource, Source, WindowSource};
use super::{Arm, BURN_IN, DRAWS, DeclarationError, Experiment, Experiments, Holdout, Measure, Unit, WORTH, Window};
use crate::tag;
use shelfwise_intake::position::Position;

/// The layer of experiments that name none.
const ONLY_LAYER: &str = "default";

/// Interleaving has three answers on an order.
const ANSWERS: [&str; 2] = ["first", "second"];

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// Returns the experiments, or all that is wrong.
pub fn check(text: &str, source: &Source) -> Result<Experiments, Vec<DeclarationError>> {
    let mut checker = Checker {
        text,
        errors: Vec::new(),
    };
    let experiments = checker.file(source);
    checker.errors.sort_by_key(|error| error.position);
    if checker.errors.is_empty() {
        Ok(experiments)
    } else {
        Err(checker.errors)
    }
}

struct Checker<'t> {
    text: &'t str,
    errors: Vec<DeclarationError>,
}

impl Checker<'_> {
    fn refuse(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.errors.push(DeclarationError {
            position: Position::of_byte(self.text, span.start),
            message: message.into(),
        });
    }

    fn file(&mut self, source: &Source) -> Experiments {
        if source.experiments.is_empty() {
            self.refuse(
                0..0,
                "declares no experiment: add a table [[experiment]]; `shelfwise experiment read --help` shows one",
            );
        }
        let mut all = Experiments {
            layers: self.layers(source),
            holdout: self.holdout(source),
            experiments: Vec::new(),
        };
        for experiment in &source.experiments {
            let checked = self.experiment(experiment, &all);
            all.experiments.push(checked);
        }
        if all.states() > tag::MAX_STATES {
            let end = source.experiments.last().map_or(0..0, Spanned::span);
            self.refuse(
                end,
                format!(
                    "all experiments together have {} combinations of arms, more than {}: a tag of more than 6 bits begins to tell \
                     shoppers apart. Put experiments into one layer, or take arms out",
                    all.states(),
                    tag::MAX_STATES
                ),
            );
        }
        all
    }

    fn layers(&mut self, source: &Source) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for layer in &source.layers {
            let name = layer.get_ref().name.clone();
            if names.contains(&name) {
                self.refuse(layer.span(), format!("layer `{name}` stands twice: remove one"));
            }
            names.push(name);
        }
        if names.is_empty() {
            names.push(ONLY_LAYER.to_owned());
        }
        names
    }

    fn holdout(&mut self, source: &Source) -> Option<Holdout> {
        if let Some(second) = source.holdouts.get(1) {
            self.refuse(
                second.span(),
                "a second holdout: one is held out of every layer already",
            );
        }
        let holdout = source.holdouts.first()?.get_ref();
        let share = *holdout.share.get_ref();
        if !(share > 0.0 && share <= 0.5) {
            self.refuse(
                holdout.share.span(),
                format!("a holdout of {share}: write a share above 0 and up to 0.5, such as 0.05"),
            );
        }
        Some(Holdout {
            share: draws(share),
            until_ms: self.time(holdout.until.as_ref()),
        })
    }

    fn experiment(&mut self, source: &Spanned<ExperimentSource>, earlier: &Experiments) -> Experiment {
        let (span, source) = (source.span(), source.get_ref());
        self.id(source, earlier);
        let layer = self.layer(source, &span, earlier);
        let range = self.range(source, &layer, earlier);
        let unit = self.unit(source);
        let arms = self.arms(source, &span, range);
        let measures = self.measures(source, &span);
        let (from_ms, until_ms) = (self.time(source.from.as_ref()), self.time(source.until.as_ref()));
        if let (Some(from), Some(until), Some(place)) = (from_ms, until_ms, &source.until)
            && from >= until
        {
            self.refuse(place.span(), "it ends before it begins: write a later `until`");
        }
        let window = self.window(source, &span, unit);
        self.check_worth(source);
        let mut experiment = Experiment {
            id: source.id.get_ref().clone(),
            layer,
            range,
            unit,
            arms,
            is_interleaved: source.interleave.is_some(),
            measures,
            cap: source.cap.as_ref().map(|cap| *cap.get_ref()),
            worth: source.worth.as_ref().map_or(WORTH, |worth| *worth.get_ref()),
            burn_in: source.burn_in.as_ref().map_or(BURN_IN, |orders| *orders.get_ref()),
            from_ms,
            until_ms,
            window,
            version: 0,
        };
        experiment.version = tag::fold(canonical(&experiment).as_bytes());
        experiment
    }

    fn id(&mut self, source: &ExperimentSource, earlier: &Experiments) {
        let id = source.id.get_ref();
        if !tag::is_id(id) {
            let most = tag::MAX_ID_BYTES;
            self.refuse(
                source.id.span(),
                format!("`{id}` is no id: write 1 to {most} of a–z, 0–9 and -, and not `holdout`"),
            );
        }
        if earlier.get(id).is_some() {
            self.refuse(
                source.id.span(),
                format!("experiment `{id}` stands twice: give one another id"),
            );
        }
    }

    fn layer(&mut self, source: &ExperimentSource, span: &Range<usize>, earlier: &Experiments) -> String {
        let known = earlier.layers.join(", ");
        match &source.layer {
            Some(layer) if earlier.layers.contains(layer.get_ref()) => layer.get_ref().clone(),
            Some(layer) => {
                let name = layer.get_ref();
                self.refuse(
                    layer.span(),
                    format!("no layer is called `{name}`: add a table [[layer]], or take one of {known}"),
                );
                name.clone()
            }
            None if earlier.layers.len() == 1 => known,
            None => {
                self.refuse(
                    span.clone(),
                    format!("it names no layer: add `layer` with one of {known}"),
                );
                String::new()
            }
        }
    }

    fn range(&mut self, source: &ExperimentSource, layer: &str, earlier: &Experiments) -> (u32, u32) {
        let Some(range) = &source.range else {
            let whole = (0, DRAWS);
            self.check_overlap(source.id.span(), whole, layer, earlier);
            return whole;
        };
        let [low, high] = *range.get_ref();
        if !(0.0 <= low && low < high && high <= 1.0) {
            self.refuse(
                range.span(),
                format!("[{low}, {high}] is no part of the draws: write two numbers from 0 to 1, the smaller first, such as [0.0, 0.5]"),
            );
            return (0, 0);
        }
        let own = (draws(low), draws(high));
        self.check_overlap(range.span(), own, layer, earlier);
        own
    }

    fn check_overlap(&mut self, span: Range<usize>, own: (u32, u32), layer: &str, earlier: &Experiments) {
        let other = earlier
            .experiments
            .iter()
            .find(|other| other.layer == layer && own.0 < other.range.1 && other.range.0 < own.1);
        if let Some(other) = other {
            self.refuse(
                span,
                format!(
                    "its draws overlap with those of `{}`, [{}, {}], in the same layer: give it another `range`, or a layer of its own",
                    other.id,
                    share(other.range.0),
                    share(other.range.1)
                ),
            );
        }
    }

    fn unit(&mut self, source: &ExperimentSource) -> Unit {
        let name = source.unit.get_ref();
        Unit::ALL
            .into_iter()
            .find(|unit| unit.name() == name)
            .unwrap_or_else(|| {
                self.refuse(
                    source.unit.span(),
                    format!("no unit is called `{name}`: take one of page, visit, device, window"),
                );
                Unit::Visit
            })
    }

    fn arms(&mut self, source: &ExperimentSource, span: &Range<usize>, range: (u32, u32)) -> Vec<Arm> {
        match (&source.arms, &source.interleave) {
            (Some(arms), None) => self.weighted(arms, range),
            (None, Some(pair)) => self.interleaved(source, pair),
            (Some(_), Some(pair)) => {
                self.refuse(pair.span(), "`arms` and `interleave` exclude each other: remove one");
                Vec::new()
            }
            (None, None) => {
                self.refuse(
                    span.clone(),
                    "it has no arms: add arms = [{ name = \"today\", weight = 1 }, …], the one in force first",
                );
                Vec::new()
            }
        }
    }

    fn weighted(&mut self, arms: &Spanned<Vec<Spanned<ArmSource>>>, range: (u32, u32)) -> Vec<Arm> {
        let count = arms.get_ref().len();
        if !(2..=tag::MAX_ARMS).contains(&count) {
            let most = tag::MAX_ARMS;
            self.refuse(
                arms.span(),
                format!("{count} arms: write 2 to {most}, the one in force first"),
            );
        }
        let mut names: HashSet<&str, BuildHasherDefault<FxHasher>> = HashSet::default();
        for arm in arms.get_ref() {
            let name = &*arm.get_ref().name;
            if !names.insert(name) {
                self.refuse(arm.span(), format!("arm `{name}` stands twice: give one another name"));
            }
            if arm.get_ref().weight == 0 {
                self.refuse(
                    arm.span(),
                    format!("arm `{name}` has weight 0: take it out, or write 1 or more"),
                );
            }
        }
        let weights: Vec<u32> = arms.get_ref().iter().map(|arm| arm.get_ref().weight).collect();
        let shares = split(range, &weights);
        if shares.contains(&0) && self.errors.is_empty() {
            self.refuse(
                arms.span(),
                "an arm has less than one of 65,536 draws: bring the weights closer together, or widen `range`",
            );
        }
        let arms = arms.get_ref().iter().zip(shares);
        arms.map(|(arm, share)| Arm {
            name: arm.get_ref().name.clone(),
            share,
            changes: arm.get_ref().changes.clone(),
        })
        .collect()
    }

    /// The third answer is a tie, which decides nothing; its share is not known beforehand, and not needed.
    fn interleaved(&mut self, source: &ExperimentSource, pair: &Spanned<[String; 2]>) -> Vec<Arm> {
        let [first, second] = pair.get_ref();
        if first == second {
            self.refuse(pair.span(), "an interleaving of an order with itself: name two");
        }
        if !matches!(source.unit.get_ref().as_str(), "page" | "visit") {
            self.refuse(
                source.unit.span(),
                "an interleaving is drawn by page or visit: write unit = \"visit\"",
            );
        }
        let arm = |name: &String, share, answer: &str| Arm {
            name: name.clone(),
            share,
            changes: toml::Table::from_iter([("answer".to_owned(), toml::Value::String(answer.to_owned()))]),
        };
        vec![
            arm(first, DRAWS / 2, ANSWERS[0]),
            arm(second, DRAWS / 2, ANSWERS[1]),
            arm(&"tie".to_owned(), 0, "tie"),
        ]
    }

    fn measures(&mut self, source: &ExperimentSource, span: &Range<usize>) -> Vec<Measure> {
        let mut measures = Vec::new();
        for word in source.read.get_ref() {
            let name = word.get_ref();
            match Measure::ALL.into_iter().find(|measure| measure.name() == name) {
                Some(measure) if measures.contains(&measure) => {
                    self.refuse(word.span(), format!("`{name}` stands twice: remove one"));
                }
                Some(measure) => measures.push(measure),
                None => self.refuse(
                    word.span(),
                    format!("nothing called `{name}` is read: take orders, revenue, margin, items"),
                ),
            }
        }
        if source.read.get_ref().is_empty() {
            self.refuse(
                source.read.span(),
                "it reads nothing: write read = [\"orders\"], what decides first",
            );
        }
        self.check_cap(source, span, &measures);
        measures
    }

    fn check_cap(&mut self, source: &ExperimentSource, span: &Range<usize>, measures: &[Measure]) {
        match &source.cap {
            Some(cap) if !(cap.get_ref().is_finite() && *cap.get_ref() > 0.0) => {
                self.refuse(cap.span(), format!("a cap of {}: write an amount above 0", cap.get_ref()));
            }
            None if measures.iter().any(|measure| measure.is_money()) => self.refuse(
                span.clone(),
                "it reads money without a cap: add cap = AMOUNT, about what one order in a hundred exceeds in the months before. A few \
                 large orders would hide any effect, and a cap that is chosen later makes the intervals wrong",
            ),
            _ => {}
        }
    }

    fn check_worth(&mut self, source: &ExperimentSource) {
        if let Some(worth) = &source.worth
            && !(*worth.get_ref() > 0.0 && *worth.get_ref() <= 1.0)
        {
            self.refuse(
                worth.span(),
                format!(
                    "a lift of {}: write a share above 0 and up to 1, such as 0.05",
                    worth.get_ref()
                ),
            );
        }
    }

    fn window(&mut self, source: &ExperimentSource, span: &Range<usize>, unit: Unit) -> Option<Window> {
        let Some(window) = &source.window else {
            if unit == Unit::Window {
                self.refuse(
                    span.clone(),
                    "unit `window` needs its blocks: add window = { hours = 6, washout_minutes = 30 }",
                );
            }
            return None;
        };
        if unit != Unit::Window {
            self.refuse(
                window.span(),
                format!(
                    "unit `{}` has no blocks: remove `window`, or write unit = \"window\"",
                    unit.name()
                ),
            );
        }
        if source.from.is_none() || source.until.is_none() {
            self.refuse(
                window.span(),
                "blocks are counted from `from`, and read once, at `until`: add both",
            );
        }
        let WindowSource { hours, washout_minutes } = *window.get_ref();
        let blocks = Window {
            block_ms: i64::from(hours) * HOUR_MS,
            washout_ms: i64::from(washout_minutes) * 60_000,
        };
        if blocks.block_ms <= blocks.washout_ms {
            self.refuse(
                window.span(),
                "the washout takes the whole block: write more hours, or fewer minutes",
            );
        }
        Some(blocks)
    }

    fn time(&mut self, time: Option<&Spanned<Datetime>>) -> Option<i64> {
        let time = time?;
        let ms = milliseconds(time.get_ref());
        if ms.is_none() {
            self.refuse(
                time.span(),
                "no time of the calendar: write a day such as 2027-01-31, or 2027-01-31T08:00:00Z",
            );
        }
        ms
    }
}

/// Returns a time in milliseconds since 1970; a day is its midnight UTC.
fn milliseconds(time: &Datetime) -> Option<i64> {
    let text = time.to_string();
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let local: DateTime = text.parse().ok()?;
    TimeZone::UTC
        .to_timestamp(local)
        .ok()
        .map(jiff::Timestamp::as_millisecond)
}

fn draws(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * f64::from(DRAWS)).round() as u32
}

fn share(draws: u32) -> f64 {
    (f64::from(draws) / f64::from(DRAWS) * 1e4).round() / 1e4
}

/// Splits a range of draws by weights: each arm ends where the weights up to it say, rounded down.
fn split(range: (u32, u32), weights: &[u32]) -> Vec<u32> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let width = u64::from(range.1.saturating_sub(range.0));
    let (mut sum, mut before) = (0, 0);
    let share = |weight: &u32| {
        sum += u64::from(*weight);
        let end = width * sum / total.max(1);
        let share = end - before;
        before = end;
        share as u32
    };
    weights.iter().map(share).collect()
}

/// Returns everything that must not change while the experiment runs, as one text. Its end and what is worth having may change.
fn canonical(experiment: &Experiment) -> String {
    let mut text = format!(
        "{}|{}|{:?}|{}|{:?}|{}|{:?}|{:?}",
        experiment.id,
        experiment.layer,
        experiment.range,
        experiment.unit.name(),
        experiment.cap,
        experiment.burn_in,
        experiment.from_ms,
        experiment.window,
    );
    for measure in &experiment.measures {
        let _ = write!(text, "|{}", measure.name());
    }
    for arm in &experiment.arms {
        let _ = write!(text, "|{}={}", arm.name, arm.share);
        // A table of TOML is sorted by its keys.
        let _ = write!(text, "{}", arm.changes);
    }
    text
}
