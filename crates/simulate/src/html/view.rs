//! The report as the page shows it: texts, and lengths for its pictures.

use serde::Serialize;
use shelfwise_core::policy::Limits;
use shelfwise_page::words::{percent, plural, points, signed_percent};

use super::example::{ExampleView, example};
use crate::breadth::{Breadth, Kind, Shares};
use crate::findings::{Finding, FindingKind};
use crate::movers::Mover;
use crate::report::{Both, Measure, Outcome, PlacementReport, Report, RuleReport};

/// Width of the pictures, in their own units.
const WIDTH: f64 = 320.0;
/// Free space at both ends, so that dots are whole.
const EDGE: f64 = 8.0;

/// The page.
#[derive(Serialize)]
pub struct View {
    class: &'static str,
    verdict: String,
    lead: Vec<String>,
    findings: Vec<FindingView>,
    placements: Vec<PlacementView>,
    rules: Vec<RuleView>,
    examples: Vec<ExampleView>,
    has_titles: bool,
}

#[derive(Serialize)]
struct FindingView {
    class: &'static str,
    word: &'static str,
    text: String,
}

#[derive(Serialize)]
struct PlacementView {
    name: String,
    is_list: bool,
    is_still: bool,
    changed: String,
    /// Length of the ring's arc, of 100.
    arc: f64,
    alike: String,
    jaccard: String,
    histogram: Vec<Bar>,
    outcomes: Vec<OutcomeView>,
    measures: Vec<Pair>,
    breadth: Vec<Pair>,
    shares: Vec<SharesView>,
    winners: Vec<MoverView>,
    losers: Vec<MoverView>,
}

/// A bar of the histogram, 100 the highest.
#[derive(Serialize)]
struct Bar {
    x: usize,
    height: f64,
    label: String,
}

#[derive(Serialize)]
struct OutcomeView {
    name: &'static str,
    help: &'static str,
    before: String,
    after: String,
    change: String,
    between: String,
    class: &'static str,
    word: &'static str,
    low: f64,
    mean: f64,
    high: f64,
    zero: f64,
}

#[derive(Serialize)]
struct Pair {
    name: String,
    help: String,
    before: String,
    after: String,
    from: f64,
    to: f64,
}

#[derive(Serialize)]
struct SharesView {
    title: &'static str,
    groups: Vec<GroupView>,
}

#[derive(Serialize)]
struct GroupView {
    name: String,
    catalog: f64,
    clicks: f64,
    before: f64,
    after: f64,
    change: String,
    spoken: String,
}

#[derive(Serialize)]
struct MoverView {
    name: String,
    before: u64,
    after: u64,
    length: f64,
    change: String,
}

#[derive(Serialize)]
struct RuleView {
    id: String,
    is_gone: bool,
    is_new: bool,
    needed: String,
    /// Of 100; none where it was not tried.
    length: Option<f64>,
    acts: Vec<String>,
    is_idle: bool,
}

impl View {
    /// Returns what the page shows.
    pub fn of(report: &Report) -> Self {
        let broken = report
            .findings
            .iter()
            .filter(|finding| finding.is_broken_limit())
            .count();
        let (class, verdict) = match (
            broken,
            report.placements.iter().map(|placement| placement.changed).sum(),
        ) {
            (0, 0_usize) => ("quiet", "Nothing changes for the visits that were replayed".to_owned()),
            (0, _) if report.inputs.limits == Limits::default() => ("quiet", "The policy sets no limits".to_owned()),
            (0, _) => ("good", "No limit is broken".to_owned()),
            (broken, _) => ("bad", format!("{} broken", plural(broken as u64, "limit"))),
        };
        Self {
            class,
            verdict,
            lead: report.placements.iter().map(sentence).collect(),
            findings: report.findings.iter().map(finding).collect(),
            placements: report.placements.iter().map(placement).collect(),
            rules: report.rules.iter().map(rule).collect(),
            examples: report.examples.iter().map(example).collect(),
            has_titles: report.inputs.titled > 0,
        }
    }
}

/// Returns what changes at a placement, in a sentence.
fn sentence(placement: &PlacementReport) -> String {
    if placement.changed == 0 {
        return format!("At “{}” nothing changes.", placement.name);
    }
    let changed = percent(placement.changed as f64 / placement.slates.max(1) as f64);
    let change = &placement.hit_rate.change;
    let cost = if change.holds_zero() {
        format!(
            "whether the next chosen item is among those shown does not change beyond chance ({} points, {} to {})",
            points(change.mean),
            points(change.low),
            points(change.high)
        )
    } else {
        format!(
            "the next chosen item is among those shown in {} of visits instead of {} ({} points, {} to {})",
            percent(placement.hit_rate.after.mean),
            percent(placement.hit_rate.before.mean),
            points(change.mean),
            points(change.low),
            points(change.high)
        )
    };
    format!("At “{}” {changed} of slates change, and {cost}.", placement.name)
}

fn finding(finding: &Finding) -> FindingView {
    let (class, word) = match finding.kind {
        FindingKind::BrokenLimit => ("bad", "Limit broken"),
        FindingKind::EmptyPlaces => ("bad", "Empty places"),
        FindingKind::IdleRule => ("note", "Rule does nothing"),
        FindingKind::NeedlessRule => ("note", "Rule changes nothing"),
        FindingKind::NothingChanges => ("note", "No change"),
    };
    FindingView {
        class,
        word,
        text: finding.text.clone(),
    }
}

fn placement(placement: &PlacementReport) -> PlacementView {
    let changed = placement.changed as f64 / placement.slates.max(1) as f64;
    let most = placement.movers.winners.iter().chain(&placement.movers.losers);
    let most = most.map(|mover| mover.after.abs_diff(mover.before)).max().unwrap_or(1);
    let movers = |movers: &[Mover]| movers.iter().map(|mover| mover_view(mover, most)).collect();
    PlacementView {
        name: placement.name.clone(),
        is_list: placement.is_list,
        is_still: placement.changed == 0,
        changed: percent(changed),
        arc: 100.0 * changed,
        alike: percent(placement.overlap),
        jaccard: percent(placement.jaccard),
        histogram: histogram(&placement.overlaps),
        outcomes: vec![
            outcome(
                "Hit rate",
                "how often the item that the shopper chose next is among those shown",
                &placement.hit_rate,
            ),
            outcome(
                "NDCG",
                "the same, and it counts more the further in front the item stands",
                &placement.ndcg,
            ),
        ],
        measures: placement.measures.iter().map(measure).collect(),
        breadth: breadth(&placement.breadth),
        shares: placement.shares.iter().map(shares).collect(),
        winners: movers(&placement.movers.winners),
        losers: movers(&placement.movers.losers),
    }
}

fn histogram(overlaps: &[usize; 10]) -> Vec<Bar> {
    let (most, all) = (
        overlaps.iter().max().copied().unwrap_or(1).max(1),
        overlaps.iter().sum::<usize>().max(1),
    );
    let bar = |(at, count): (usize, &usize)| Bar {
        x: at * 32,
        height: 100.0 * *count as f64 / most as f64,
        label: format!(
            "{} to {} % alike: {} of slates",
            at * 10,
            at * 10 + 10,
            percent(*count as f64 / all as f64)
        ),
    };
    overlaps.iter().enumerate().map(bar).collect()
}

fn outcome(name: &'static str, help: &'static str, outcome: &Outcome) -> OutcomeView {
    let change = &outcome.change;
    let reach = change.low.abs().max(change.high.abs()).max(1e-4) * 1.25;
    let x = |value: f64| EDGE + (value + reach) / (2.0 * reach) * (WIDTH - 2.0 * EDGE);
    let (class, word) = match (change.holds_zero(), change.mean < 0.0) {
        (true, _) => ("even", "no change beyond chance"),
        (false, true) => ("down", "a real loss"),
        (false, false) => ("up", "a real gain"),
    };
    OutcomeView {
        name,
        help,
        before: percent(outcome.before.mean),
        after: percent(outcome.after.mean),
        change: points(change.mean),
        between: format!(
            "{} to {} points in 95 of 100 draws",
            points(change.low),
            points(change.high)
        ),
        class,
        word,
        low: x(change.low),
        mean: x(change.mean),
        high: x(change.high),
        zero: x(0.0),
    }
}

fn measure(measure: &Measure) -> Pair {
    let (before, after) = (measure.mean.before, measure.mean.after);
    let (least, most) = (before.min(after), before.max(after));
    // From a common zero, so that the picture does not make more of a difference than there is.
    let top = if most > 0.0 { most * 1.1 } else { 1.0 };
    let x = |value: f64| scale(value.max(0.0) / top);
    Pair {
        name: format!("Mean {}", measure.name),
        help: format!(
            "of shown items, {} of which have one; {}",
            percent(measure.known.after),
            if least > 0.0 {
                signed_percent(after / before - 1.0)
            } else {
                String::new()
            }
        ),
        before: format!("{before:.2}"),
        after: format!("{after:.2}"),
        from: x(before),
        to: x(after),
    }
}

fn breadth(breadth: &Both<Breadth>) -> Vec<Pair> {
    let pair = |name: &str, help: &str, of: fn(&Breadth) -> f64, most: f64, is_share: bool| {
        let (before, after) = (of(&breadth.before), of(&breadth.after));
        let text = |value: f64| {
            if is_share {
                percent(value)
            } else {
                format!("{value:.2}")
            }
        };
        let top = most.max(before).max(after);
        Pair {
            name: name.to_owned(),
            help: help.to_owned(),
            before: text(before),
            after: text(after),
            from: scale(before / top),
            to: scale(after / top),
        }
    };
    vec![
        pair(
            "Coverage",
            "of the shop’s items are shown at least once",
            |b| b.coverage,
            1.0,
            true,
        ),
        pair(
            "Long tail",
            "of places show items outside the most popular fifth",
            |b| b.long_tail,
            1.0,
            true,
        ),
        pair(
            "Variety in a slate",
            "0: all items alike by category, brand and price; 1: nothing in common",
            |b| b.diversity,
            1.0,
            false,
        ),
        pair(
            "Concentration",
            "Gini: 0 all items are shown equally often; 1 always the same ones",
            |b| b.gini,
            1.0,
            false,
        ),
        pair(
            "Popularity",
            "of shown items, divided by that of chosen ones",
            |b| b.popularity_lift,
            2.0,
            false,
        ),
        pair(
            "Distance from the visit",
            "0: categories are mixed as in the visit so far",
            |b| b.calibration,
            1.0,
            false,
        ),
    ]
}

fn scale(share: f64) -> f64 {
    EDGE + share.clamp(0.0, 1.0) * (WIDTH - 2.0 * EDGE)
}

fn shares(shares: &Shares) -> SharesView {
    let all = shares
        .groups
        .iter()
        .flat_map(|group| [group.catalog, group.clicks, group.before, group.after]);
    let top = all.fold(0.01, f64::max);
    let group = |group: &crate::breadth::Share| GroupView {
        name: if group.name.is_empty() {
            "All others".to_owned()
        } else {
            group.name.clone()
        },
        catalog: scale(group.catalog / top),
        clicks: scale(group.clicks / top),
        before: scale(group.before / top),
        after: scale(group.after / top),
        change: points(group.after - group.before),
        spoken: format!(
            "{} of places instead of {}; {} of items, {} of what shoppers choose",
            percent(group.after),
            percent(group.before),
            percent(group.catalog),
            percent(group.clicks)
        ),
    };
    SharesView {
        title: share_title(shares.by),
        groups: shares.groups.iter().map(group).collect(),
    }
}

fn mover_view(mover: &Mover, most: u64) -> MoverView {
    let change = mover.after as i64 - mover.before as i64;
    MoverView {
        name: if mover.title.is_empty() {
            mover.id.clone()
        } else {
            mover.title.clone()
        },
        before: mover.before,
        after: mover.after,
        length: 100.0 * change.unsigned_abs() as f64 / most.max(1) as f64,
        change: format!("{change:+}"),
    }
}

fn rule(rule: &RuleReport) -> RuleView {
    let firing = rule.after.or(rule.before).unwrap_or_default();
    let acts = [
        (firing.ruled_out, "took out"),
        (firing.moved, "moved"),
        (firing.placed, "placed"),
        (firing.held_back, "held back"),
    ];
    let acts = acts.into_iter().filter(|(count, _)| *count > 0);
    let share = (rule.tried > 0).then(|| rule.needed as f64 / rule.tried as f64);
    RuleView {
        id: rule.id.clone(),
        is_gone: rule.after.is_none(),
        is_new: rule.before.is_none(),
        needed: share.map_or_else(|| "–".to_owned(), percent),
        length: share.map(|share| 100.0 * share),
        acts: acts
            .map(|(count, deed)| format!("{deed} {}", plural(count, "item")))
            .collect(),
        is_idle: firing.slates == 0,
    }
}

/// Returns the heading of shares.
const fn share_title(by: Kind) -> &'static str {
    match by {
        Kind::Category => "Categories",
        Kind::Brand => "Brands",
        Kind::Price => "Prices",
    }
}
