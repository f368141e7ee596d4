//! The report of a simulation for a terminal.

use shelfwise_simulate::Report;
use shelfwise_simulate::report::{Outcome, PlacementReport, RuleReport};
use shelfwise_simulate::rules::Firing;

use crate::output::printable;
use crate::print_line;
use crate::table::{count, counted, percent, table};

/// Winners and losers that are printed; the page has more.
const MOVERS: usize = 3;

/// Prints a report.
pub fn report(report: &Report) {
    let inputs = &report.inputs;
    print_line!(
        "{} of {} replayed at {} places, under both policies",
        counted(inputs.replayed, "visit"),
        count(inputs.visits),
        inputs.places
    );
    placements(&report.placements);
    rules(&report.rules);
    for placement in &report.placements {
        movers(placement);
    }
    for finding in &report.findings {
        print_line!(
            "{}: {}",
            if finding.is_broken_limit() { "limit" } else { "finding" },
            printable(&finding.text)
        );
    }
}

fn placements(placements: &[PlacementReport]) {
    let mut header = vec![
        "placement",
        "slates changed",
        "RBO",
        "Jaccard",
        "HR",
        "change",
        "NDCG",
        "change",
    ];
    let names: Vec<String> = placements.first().map(measure_names).unwrap_or_default();
    header.extend(names.iter().map(String::as_str));
    let mut rows = table(&header);
    for placement in placements {
        let mut row = vec![
            printable(&placement.name),
            percent(placement.changed as f64 / placement.slates.max(1) as f64),
            format!("{:.3}", placement.overlap),
            format!("{:.3}", placement.jaccard),
        ];
        row.extend(outcome(&placement.hit_rate));
        row.extend(outcome(&placement.ndcg));
        row.extend(
            placement
                .measures
                .iter()
                .map(|measure| format!("{:.2} → {:.2}", measure.mean.before, measure.mean.after)),
        );
        rows.add_row(row);
    }
    print_line!("{rows}");
}

fn measure_names(placement: &PlacementReport) -> Vec<String> {
    let names = placement
        .measures
        .iter()
        .map(|measure| format!("mean {}", printable(&measure.name)));
    names.collect()
}

/// Returns the new value, and the change with its interval in percentage points.
fn outcome(outcome: &Outcome) -> [String; 2] {
    let points = |fraction: f64| format!("{:+.2}", 100.0 * fraction);
    let change = &outcome.change;
    [
        percent(outcome.after.mean),
        format!(
            "{} ({} to {})",
            points(change.mean),
            points(change.low),
            points(change.high)
        ),
    ]
}

fn rules(rules: &[RuleReport]) {
    if rules.is_empty() {
        return;
    }
    let mut rows = table(&[
        "rule",
        "acts in slates",
        "took out",
        "moved",
        "placed",
        "held back",
        "needed in",
    ]);
    for rule in rules {
        let Firing {
            slates,
            ruled_out,
            moved,
            placed,
            held_back,
        } = rule.after.unwrap_or_default();
        let needed = match rule.after {
            None => "gone".to_owned(),
            Some(_) if rule.tried == 0 => "–".to_owned(),
            Some(_) => percent(rule.needed as f64 / rule.tried as f64),
        };
        let mut row = vec![printable(&rule.id)];
        row.extend([slates, ruled_out, moved, placed, held_back].map(count));
        row.push(needed);
        rows.add_row(row);
    }
    print_line!("{rows}");
}

fn movers(placement: &PlacementReport) {
    let lists = [("more", &placement.movers.winners), ("less", &placement.movers.losers)];
    for (word, list) in lists {
        let names = list.iter().take(MOVERS).map(|mover| {
            let name = if mover.title.is_empty() {
                &mover.id
            } else {
                &mover.title
            };
            format!("{} ({} → {})", printable(name), count(mover.before), count(mover.after))
        });
        let names: Vec<String> = names.collect();
        if !names.is_empty() {
            print_line!("{}, shown {word}: {}", printable(&placement.name), names.join(", "));
        }
    }
}
