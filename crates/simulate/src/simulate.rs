//! A simulation: replay, and what follows from its slates.

use std::sync::Arc;

use shelfwise_core::Policy;
use shelfwise_core::policy::Limits;
use shelfwise_core::snapshot::SnapshotError;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Progress;

use crate::ablation::{Effectiveness, ablation};
use crate::breadth::{Breadth, Case, Exposures, exposure, shares};
use crate::changes::examples;
use crate::findings::findings;
use crate::moment::{Moment, moments};
use crate::movers::Movers;
use crate::replay::{Replay, Replayed, Shown};
use crate::report::{Both, FORMAT, Inputs, Measure, Outcome, PlacementReport, Report, RuleReport, sha256};
use crate::request::{Asks, Pages, Shelf};
use crate::rules::{Firing, Firings};
use crate::shop::Shop;
use crate::spread::clicks;
use crate::stats::bootstrap::intervals;
use crate::stats::mean;
use crate::stats::overlap::{jaccard, rbo};

/// Name of the placement of policies that name none.
pub const ANY_PLACEMENT: &str = "any";

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The held-out log.
    pub log: &'a Log,
    /// What is known of items.
    pub shop: &'a Shop,
    /// The snapshot's bytes.
    pub snapshot: &'a [u8],
    /// The bytes of the facts file that rules ask, if there is one.
    pub facts: Option<&'a Arc<[u8]>>,
    /// The policy in force.
    pub before: &'a Policy,
    /// The new policy.
    pub after: &'a Policy,
    /// How far it may go.
    pub limits: Limits,
}

/// How it is compared.
#[derive(Clone, Debug)]
pub struct Options {
    /// Places in a slate.
    pub places: usize,
    /// The most visits that are replayed, spread evenly over the log.
    pub visits: usize,
    /// The day that is handed in, in milliseconds since 1970; each visit's own if none.
    pub at_ms: Option<i64>,
    /// Placements that order a category page of the shop instead of recommending of the whole catalog.
    pub lists: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            places: 10,
            visits: 10_000,
            at_ms: None,
            lists: Vec::new(),
        }
    }
}

/// Simulates the new policy, on all cores. The same input gives the same report.
///
/// # Errors
/// [`SnapshotError`] if the bytes are not a snapshot.
pub fn simulate(input: &Input<'_>, options: &Options, progress: &dyn Progress) -> Result<Report, SnapshotError> {
    let pages = Pages::new(input.shop);
    let shelves = shelves([input.before, input.after], &options.lists);
    let replay = Replay {
        log: input.log,
        shop: input.shop,
        pages: &pages,
        snapshot: input.snapshot,
        facts: input.facts,
        shelves: &shelves,
        places: options.places,
        at_ms: options.at_ms,
    };
    let moments = moments(input.log, options.visits);
    let replayed = replay.run(&moments, [input.before, input.after], progress)?;
    let effects = ablation(&replay, input.after, &moments, &replayed, progress)?;
    let clicks = clicks(input.log, input.shop);
    let view = View {
        input,
        moments: &moments,
        clicks: &clicks,
        places: options.places,
    };
    let placements: Vec<_> = (0..shelves.len())
        .map(|at| view.placement(&shelves[at], at, &replayed))
        .collect();
    let rules = rules(input, &replayed, &effects);
    Ok(Report {
        format: FORMAT,
        findings: findings(&placements, &rules, &input.limits),
        inputs: inputs(input, options, moments.len()),
        examples: examples(&replay, &moments, [input.before, input.after], &replayed)?,
        placements,
        rules,
    })
}

/// Returns the placements that either policy names, in the order of the new one.
#[must_use]
pub fn shelves(policies: [&Policy; 2], lists: &[String]) -> Vec<Shelf> {
    let mut names: Vec<&str> = Vec::new();
    for policy in policies.into_iter().rev() {
        let placements = policy.placements.iter().map(|placement| placement.name.as_str());
        let of_rules = policy
            .rules
            .iter()
            .flat_map(|rule| rule.placements.iter().map(String::as_str));
        for name in placements.chain(of_rules) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() {
        names.push(ANY_PLACEMENT);
    }
    let shelf = |name: &str| Shelf {
        placement: name.to_owned(),
        asks: if lists.iter().any(|list| list == name) {
            Asks::List
        } else {
            Asks::Catalog
        },
    };
    names.into_iter().map(shelf).collect()
}

fn inputs(input: &Input<'_>, options: &Options, replayed: usize) -> Inputs {
    Inputs {
        policy_before: sha256(&input.before.encode()),
        policy_after: sha256(&input.after.encode()),
        snapshot: sha256(input.snapshot),
        facts: input.facts.map(|facts| sha256(facts)),
        items: input.shop.items().len(),
        titled: input.shop.items().iter().filter(|item| !item.title.is_empty()).count(),
        visits: input.log.sessions.len(),
        replayed,
        places: options.places,
        at_ms: options.at_ms,
        limits: input.limits,
    }
}

/// What placements are looked at with.
struct View<'a> {
    input: &'a Input<'a>,
    moments: &'a [Moment],
    clicks: &'a [u64],
    places: usize,
}

impl View<'_> {
    fn placement(&self, shelf: &Shelf, at: usize, replayed: &Replayed) -> PlacementReport {
        let slates: Vec<&Shown> = replayed.slates.iter().map(|slates| &slates[at]).collect();
        let shop = self.input.shop;
        let visits: Vec<Vec<u32>> = self.moments.iter().map(|moment| self.visit(*moment)).collect();
        let next: Vec<u32> = self
            .moments
            .iter()
            .map(|moment| shop.number(moment.next(self.input.log)))
            .collect();
        let overlaps: Vec<f64> = slates.iter().map(|shown| rbo(&shown.before, &shown.after)).collect();
        let before = exposure(shop, slates.iter().flat_map(|shown| &shown.before));
        let after = exposure(shop, slates.iter().flat_map(|shown| &shown.after));
        let breadth = |of: fn(&Shown) -> &Vec<u32>| {
            let slates = slates.iter().zip(&visits).zip(&next);
            Breadth::of(
                shop,
                slates.map(|((shown, visit), next)| Case {
                    shown: of(shown),
                    visit,
                    next: *next,
                }),
            )
        };
        let [hit_rate, ndcg] = outcomes(&slates, &next);
        PlacementReport {
            name: shelf.placement.clone(),
            is_list: shelf.asks == Asks::List,
            slates: slates.len(),
            changed: slates.iter().filter(|shown| shown.before != shown.after).count(),
            short: Both {
                before: slates.iter().filter(|shown| shown.before.len() < self.places).count(),
                after: slates.iter().filter(|shown| shown.after.len() < self.places).count(),
            },
            overlap: mean(overlaps.iter().copied()),
            overlaps: histogram(&overlaps),
            jaccard: mean(slates.iter().map(|shown| jaccard(&shown.before, &shown.after))),
            hit_rate,
            ndcg,
            measures: measures(shop, [&before, &after]),
            breadth: Both {
                before: breadth(|shown| &shown.before),
                after: breadth(|shown| &shown.after),
            },
            shares: shares(
                shop,
                Exposures {
                    clicks: self.clicks,
                    before: &before,
                    after: &after,
                },
            ),
            movers: Movers::between(shop, &before, &after),
        }
    }

    fn visit(&self, moment: Moment) -> Vec<u32> {
        let log = self.input.log;
        let numbers = moment
            .events(log)
            .iter()
            .map(|click| self.input.shop.number(&log.items[click.item as usize]));
        numbers.collect()
    }
}

fn histogram(overlaps: &[f64]) -> [usize; 10] {
    let mut histogram = [0; 10];
    for overlap in overlaps {
        histogram[((overlap * 10.0) as usize).min(9)] += 1;
    }
    histogram
}

/// Returns hit rate and NDCG, with intervals over visits.
fn outcomes(slates: &[&Shown], next: &[u32]) -> [Outcome; 2] {
    let gain = |shown: &[u32], next: u32| {
        let place = shown
            .iter()
            .position(|item| *item == next && next != crate::shop::UNKNOWN);
        place.map_or((0.0, 0.0), |place| (1.0, 1.0 / ((place + 2) as f64).log2()))
    };
    let cases: Vec<[f64; 6]> = slates
        .iter()
        .zip(next)
        .map(|(shown, next)| {
            let ((hit, ndcg), (new_hit, new_ndcg)) = (gain(&shown.before, *next), gain(&shown.after, *next));
            [hit, new_hit, new_hit - hit, ndcg, new_ndcg, new_ndcg - ndcg]
        })
        .collect();
    let [a, b, c, d, e, f] = intervals(&cases);
    let outcome = |before, after, change| Outcome { before, after, change };
    [outcome(a, b, c), outcome(d, e, f)]
}

/// Returns the mean of each column of numbers over all places.
fn measures(shop: &Shop, exposures: [&[u64]; 2]) -> Vec<Measure> {
    let columns = shop.measures().iter().enumerate();
    let measure = |(column, name): (usize, &String)| {
        let [before, after] = exposures.map(|exposure| mean_of_column(shop, column, exposure));
        Measure {
            name: name.clone(),
            mean: Both {
                before: before.0,
                after: after.0,
            },
            known: Both {
                before: before.1,
                after: after.1,
            },
        }
    };
    columns.map(measure).collect()
}

/// Returns the mean over places whose item has a number, and the share of these places.
fn mean_of_column(shop: &Shop, column: usize, exposure: &[u64]) -> (f64, f64) {
    let (mut sum, mut known, mut all) = (0.0, 0, 0);
    for (item, times) in shop.items().iter().zip(exposure) {
        all += times;
        if let Some(value) = item.measures.get(column).copied().flatten() {
            sum += value * *times as f64;
            known += times;
        }
    }
    (sum / known.max(1) as f64, known as f64 / all.max(1) as f64)
}

/// Returns the rules of both policies by name, with what they did at all placements together.
fn rules(input: &Input<'_>, replayed: &Replayed, effects: &[Effectiveness]) -> Vec<RuleReport> {
    let sum = |firings: &[Firings], rule: usize| {
        let mut sum = Firing::default();
        firings.iter().for_each(|firings| sum.add(firings.rule(rule)));
        sum
    };
    let place = |policy: &Policy, id: &str| policy.rules.iter().position(|rule| rule.id == id);
    let new = input.after.rules.iter().enumerate().map(|(at, rule)| RuleReport {
        id: rule.id.clone(),
        before: place(input.before, &rule.id).map(|old| sum(&replayed.before, old)),
        after: Some(sum(&replayed.after, at)),
        needed: effects[at].changed,
        tried: effects[at].tried,
    });
    let is_gone = |id: &str| place(input.after, id).is_none();
    let gone = input
        .before
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| is_gone(&rule.id));
    let gone = gone.map(|(at, rule)| RuleReport {
        id: rule.id.clone(),
        before: Some(sum(&replayed.before, at)),
        after: None,
        needed: 0,
        tried: 0,
    });
    new.chain(gone).collect()
}
