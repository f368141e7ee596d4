//! What training did, for people.

use std::path::Path;

use shelfwise_intake::{CatalogReport, IdOverlap, LogReport};
use shelfwise_train::evaluate::Places;
use shelfwise_train::rank::RankReport;
use shelfwise_train::tables::hold_back::{CADENCE_DAYS, Changes, HeldBack};
use shelfwise_train::train::TrainReport;
use shelfwise_train::tune::HoldOutReport;
use shelfwise_train::tune::context_gains::ContextGain;
use shelfwise_train::tune::context_selection::ContextSelection;
use shelfwise_train::tune::fit::{FitReport, TIE_BREAKING};
use shelfwise_train::tune::hold_out::{FEWEST_CROSSED, FEWEST_PREDICTIONS};
use shelfwise_train::tune::table_variants::{Shape, best};
use shelfwise_train::tune::tradeoff::{BOUND_BUDGET, FLOOR_BUDGET, Point};

use super::Report;
use crate::inspect::sizes;
use crate::output::printable;
use crate::table::{count, date, percent, table};
use crate::{eprint_line, print_line};

/// Event names that are shown; the rest stands in the report file.
const SHOWN_EVENTS: usize = 10;

/// Context keys that are shown; the rest stands in the report file.
const SHOWN_KEYS: usize = 12;

/// Tells what the caller should know before the training begins, on standard error.
pub fn warn(log: &LogReport, catalog: Option<&CatalogReport>, meeting: Option<&IdOverlap>) {
    let catalog = catalog.iter().flat_map(|catalog| &catalog.warnings);
    let meeting = meeting.iter().filter_map(|meeting| meeting.warning.as_ref());
    for warning in log.warnings.iter().chain(catalog).chain(meeting) {
        eprint_line!("warning: {warning}");
    }
}

/// Prints the whole report.
pub fn print(report: &Report, snapshot: &Path) {
    if let Some(log) = &report.log {
        print_log(log);
        if let Some(warning) = log.person_warning() {
            print_line!("\nWarning: {warning}");
        }
    }
    if let Some(catalog) = &report.catalog {
        print_line!(
            "\nCatalog: {} items of {} rows",
            count(catalog.items),
            count(catalog.rows)
        );
        if catalog.bad.rows > 0 {
            print_line!("Bad rows:\n{}", catalog.bad.to_string().trim_end());
        }
    }
    if let Some(meeting) = &report.meeting {
        print_line!(
            "{} of the log's {} items are in the catalog",
            count(meeting.met),
            count(meeting.log)
        );
    }
    let model = &report.model;
    match &model.hold_out {
        Some(hold_out) => print_hold_out(hold_out, model),
        None => print_line!(
            "\nToo little data: the newest sessions hold fewer than {} predictions. Direction, indirect links and the support floor \
             keep their defaults (the floor is {}), no trees are learned, and table scores are shipped.",
            count(FEWEST_PREDICTIONS),
            model.min_support
        ),
    }
    print_fit(&model.fit);
    print_model(model);
    print_stages(model);
    print_line!(
        "\n{}: {:.1} brotli bytes an item",
        snapshot.display(),
        model.bytes_per_item
    );
    if model.min_support < 2 {
        print_line!("Support floor 1 is for comparison with the literature only: do not ship this snapshot.");
    }
}

/// Returns why rows of a log were left out, with their number; what happened to none is not named.
pub fn left_out(log: &LogReport) -> impl Iterator<Item = (&'static str, u64)> {
    let dropped = &log.dropped;
    let reasons = [
        ("bad", log.bad.rows),
        ("events of unknown names", dropped.other_events),
        ("events without an item", dropped.without_item),
        ("placeholders for the item", dropped.placeholder_items),
        ("e-mail addresses or telephone numbers as items", dropped.personal_ids),
        ("without session and person", dropped.without_key),
        ("outside of the wanted dates", dropped.outside_dates),
        ("headers again", dropped.repeated_headers),
        ("tests", dropped.tests),
        ("cancelled or refunded", dropped.cancelled),
        ("returns", dropped.returns),
        ("sensitive items", dropped.sensitive),
        ("exact duplicates", dropped.duplicates),
        ("lines of an item again in its basket", dropped.repeated_lines),
        ("robots", dropped.robot_events),
        ("beyond the longest session", dropped.over_long),
    ];
    reasons.into_iter().filter(|(_, number)| *number > 0)
}

fn print_log(log: &LogReport) {
    for file in &log.files {
        print_line!("{}: {}; {}", file.path, file.format, file.shape);
        print_line!("  {}", file.columns.join(", "));
    }
    let mut rows = table(&["log", "rows"]);
    rows.add_row(["read".to_owned(), count(log.rows)]);
    for (name, number) in left_out(log) {
        rows.add_row([name.to_owned(), count(number)]);
    }
    rows.add_row(["kept".to_owned(), count(log.clicks)]);
    print_line!("{rows}");
    if log.bad.rows > 0 {
        print_line!("Bad rows:\n{}", log.bad.to_string().trim_end());
    }
    if !log.unknown_events.is_empty() {
        let mut names: Vec<_> = log.unknown_events.iter().collect();
        names.sort_by_key(|(_, events)| std::cmp::Reverse(**events));
        let shown = names.iter().take(SHOWN_EVENTS);
        let shown: Vec<_> = shown
            .map(|(name, events)| format!("{} {}", printable(name), count(**events)))
            .collect();
        print_line!(
            "Unknown events, left out: {}; say what they mean with --map-event NAME=view_item",
            shown.join(", ")
        );
    }
    if let (Some(first), Some(last)) = (log.first_ms, log.last_ms) {
        print_line!("From {} to {}", date(first), date(last));
    }
}

fn print_hold_out(hold_out: &HoldOutReport, model: &TrainReport) {
    print_line!(
        "\nMeasured on the last {} sessions, by tables that have not counted them ({} predictions, current item allowed):",
        count(hold_out.sessions),
        count(hold_out.evaluation.places.predictions)
    );
    print_shapes(
        "What comes before an item, where what comes after says 1",
        &hold_out.directions,
        |shape| shape.backward_weight.to_string(),
    );
    print_shapes("Indirect links", &hold_out.bridges, |shape| match shape.bridges {
        Some(bridges) => format!("up to {} neighbours, factor {}", bridges.fill, bridges.factor),
        None => "none".into(),
    });
    if !hold_out.bounds.is_empty() {
        let title = format!("pairs a session (budget {})", percent(BOUND_BUDGET));
        let name = |point: &Point| point.pairs_per_session.map_or_else(|| "all".into(), count);
        print_curve(&title, &hold_out.bounds, name, |point| {
            point.pairs_per_session == model.pairs_per_session
        });
    }
    if !hold_out.floors.is_empty() {
        let title = format!("support floor (budget {} of HR)", percent(FLOOR_BUDGET));
        print_curve(
            &title,
            &hold_out.floors,
            |point| count(point.min_support),
            |point| point.min_support == model.min_support,
        );
    }
    print_cells(&hold_out.cells);
    let evaluation = &hold_out.evaluation;
    print_line!(
        "Tables as chosen: HR@20 {}, MRR@20 {}, NDCG@20 {}",
        percent(evaluation.places.hr),
        percent(evaluation.places.mrr),
        percent(evaluation.places.ndcg)
    );
    if let Some(ranker) = &hold_out.ranker {
        print_ranker(ranker);
    }
}

/// How loud pairs may speak, and by how much data that was found out.
fn print_fit(fit: &FitReport) {
    let moved: Vec<String> = fit
        .factors
        .iter()
        .filter_map(|fitted| fitted.value.map(|value| format!("{} {value}", fitted.factor)))
        .collect();
    let moved = if moved.is_empty() {
        "none moved".into()
    } else {
        moved.join(", ")
    };
    let by = match fit.parts {
        0 => {
            print_line!(
                "Too little data to choose the factors of scoring: fewer than {} predictions in the whole log. The \
                 defaults hold.",
                count(FEWEST_CROSSED)
            );
            return;
        }
        1 => "on the newest sessions".to_owned(),
        parts => format!("on all sessions, one {parts}th held out at a time, because the newest alone say too little"),
    };
    print_line!(
        "Factors of scoring, chosen {by} ({} predictions): {moved}",
        count(fit.predictions)
    );
    if let Some(session_weight) = fit.session_weight() {
        print_line!("{}", pairs_in_words(session_weight));
    }
}

const fn pairs_in_words(session_weight: f32) -> &'static str {
    if session_weight <= TIE_BREAKING {
        "Too little data for pairs: what is popular in the category of the current item stands before them."
    } else {
        "Pairs are heard beside what is popular in the category of the current item, not before it."
    }
}

/// The shape that was chosen, with its goal beside that of the one without.
fn print_shapes(title: &str, tried: &[Shape], name: impl Fn(&Shape) -> String) {
    if let (Some(without), Some(best)) = (tried.first(), best(tried)) {
        let goals = (percent(best.tuning_score), percent(without.tuning_score));
        print_line!(
            "{title}: {} (HR + MRR {}, {} {})",
            name(best),
            goals.0,
            name(without),
            goals.1
        );
    }
}

/// The best of each kind of facts, and whether it was taken; then what its keys gain.
fn print_cells(placing: &ContextSelection) {
    let mut rows = table(&[
        "first item of a visit",
        "share",
        "keys",
        "visits",
        "HR@20",
        "MRR@20",
        "gain",
        "",
    ]);
    let mark = |is_chosen: bool| if is_chosen { "chosen" } else { "" }.to_owned();
    let places = |places: &Places| [percent(places.hr), percent(places.mrr)];
    let [hr, mrr] = places(&placing.without);
    let nothing = String::new;
    rows.add_row([
        "popularity in the shop".into(),
        nothing(),
        count(0),
        nothing(),
        hr,
        mrr,
        nothing(),
        mark(placing.taken.is_none()),
    ]);
    let taken = placing.taken.map(|taken| &placing.tried[taken]);
    for tried in placing.best_by_facts() {
        let name = format!("where visits begin, facts: {}", tried.facts);
        let [hr, mrr] = places(&tried.first);
        let is_taken = taken.is_some_and(|taken| std::ptr::eq(taken, tried));
        let (share, visits) = (format!("{:.2}", tried.share), count(tried.gain.visits));
        rows.add_row([
            name,
            share,
            count(tried.cells),
            visits,
            hr,
            mrr,
            gain(&tried.gain),
            mark(is_taken),
        ]);
    }
    print_line!("{rows}");
    print_keys(&placing.keys);
    if let Some([without, with]) = placing.later {
        print_line!(
            "Later items with the best context keys: HR + MRR {}, {} without",
            percent(with),
            percent(without)
        );
    }
}

/// What the keys of most visits gain; the rest stands in the report file.
fn print_keys(keys: &[ContextGain]) {
    let mut rows = table(&[
        "context key",
        "visits",
        "HR@20 same for all",
        "HR@20 with the key",
        "gain",
    ]);
    for key in keys.iter().take(SHOWN_KEYS) {
        let (without, with) = (percent(key.hr_without), percent(key.hr_with));
        rows.add_row([key.words(), count(key.visits), without, with, gain(key)]);
    }
    if !keys.is_empty() {
        print_line!("{rows}");
    }
}

/// Returns a gain in points of HR + MRR, with twice its standard error.
fn gain(gain: &ContextGain) -> String {
    format!("{:+.2} ± {:.2}", 100.0 * gain.gain, 200.0 * gain.error)
}

fn print_ranker(ranker: &RankReport) {
    if ranker.trees == 0 {
        // What was never validated was never learned.
        let why = if ranker.validation == 0 {
            "Too little data to learn a ranker from"
        } else {
            "A learned ranker would be no better than the tables"
        };
        print_line!(
            "{why} ({} predictions): table scores are shipped",
            count(ranker.queries)
        );
        return;
    }
    print_line!(
        "Learned ranker: {} trees from {} predictions; MRR where the candidates hold the next item {}, tables alone {}",
        ranker.trees,
        count(ranker.queries),
        percent(ranker.mrr_trees),
        percent(ranker.mrr_tables)
    );
    let most = ranker
        .gain
        .iter()
        .take(6)
        .map(|(feature, gain)| format!("{feature} {:.0} %", 100.0 * gain));
    print_line!("What it looks at most: {}", most.collect::<Vec<_>>().join(", "));
}

fn print_curve(title: &str, points: &[Point], name: impl Fn(&Point) -> String, chosen: impl Fn(&Point) -> bool) {
    let mut rows = table(&[title, "HR@20", "MRR@20", "neighbours", "brotli bytes", ""]);
    for point in points {
        let mark = if chosen(point) { "chosen" } else { "" };
        let (neighbours, bytes) = (count(point.neighbours), count(point.brotli_bytes));
        rows.add_row([
            name(point),
            percent(point.hr),
            percent(point.mrr),
            neighbours,
            bytes,
            mark.into(),
        ]);
    }
    print_line!("{rows}");
}

fn print_model(model: &TrainReport) {
    let people = model
        .people
        .map_or_else(String::new, |people| format!("{} people, ", count(people)));
    print_line!(
        "\n{people}{} sessions, {} items, {} pairs; support floor {}, {} neighbours kept, {} indirect links",
        count(model.sessions),
        count(model.items),
        count(model.pairs),
        model.min_support,
        count(model.neighbours),
        count(model.bridges)
    );
    print_withheld(model);
    if let Some(held_back) = &model.held_back {
        print_held_back(held_back, model.min_support);
    }
    print_line!(
        "{}",
        sizes(&model.sections, model.snapshot_bytes, model.snapshot_brotli_bytes)
    );
}

/// Ids that stay out of the snapshot, and places that an earlier one published and this one must not.
fn print_withheld(model: &TrainReport) {
    if model.withheld_ids > 0 {
        print_line!(
            "{} ids of the log are not published: the catalog does not have them, and fewer than {} saw them",
            count(model.withheld_ids),
            model.min_support
        );
    }
    if model.items == 0 {
        print_line!("Warning: no item is published. Give more events, or the items with --catalog.");
    }
    if model.tombstones > 0 {
        print_line!(
            "{} items of the previous snapshot are gone; their places hold no text",
            count(model.tombstones)
        );
    }
}

/// What stayed as the previous snapshot published it, and whether it was too early for a new one.
fn print_held_back(held_back: &HeldBack, floor: u32) {
    let changes = |changes: &Changes| {
        let all = changes.changed + changes.held;
        format!("{} of {}", count(changes.held), count(all))
    };
    print_line!(
        "Days since the previous snapshot: {}; new people: {}. Held back until {floor} new people stand behind each: \
         {} changes of pairs, {} of popularity",
        held_back.days,
        count(held_back.people),
        changes(&held_back.pairs),
        changes(&held_back.popularity)
    );
    if held_back.is_early() {
        print_line!(
            "Warning: the previous snapshot is less than {CADENCE_DAYS} days old, and more changes were held back than made. \
             Train with --previous once in {CADENCE_DAYS} days or less often (docs/privacy-of-models.md)."
        );
    }
}

fn print_stages(model: &TrainReport) {
    let mut rows = table(&["stage", "seconds", "peak MB"]);
    for stage in &model.stages {
        let peak = stage
            .peak_bytes
            .map_or_else(|| "unknown".into(), |bytes| count(bytes / 1_000_000));
        rows.add_row([stage.name.clone(), format!("{:.2}", stage.seconds), peak]);
    }
    print_line!("{rows}");
}
