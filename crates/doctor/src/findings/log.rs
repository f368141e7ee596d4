//! Findings about the rows of the log.

use std::collections::BTreeMap;

use shelfwise_core::EventKind;
use shelfwise_intake::log::Order;

use super::{Finding, Severity};
use crate::examine::Input;

/// Kinds of events that shelves need, with what is missing without them.
const NEEDED: &[(EventKind, &str)] = &[
    (
        EventKind::ViewItem,
        "Without views of products nothing can be ordered by what a visitor looks at. Record GA4's view_item.",
    ),
    (
        EventKind::AddToCart,
        "Cart shelves learn from it. Record GA4's add_to_cart.",
    ),
    (
        EventKind::Purchase,
        "Without purchases nobody can measure what shelves sell. Record GA4's purchase, or join orders.",
    ),
    (
        EventKind::ViewItemList,
        "With impressions of lists, a product that was seen and passed over counts as that. Record GA4's view_item_list.",
    ),
];

/// A larger share than this of bad rows stops training.
const BAD_ROWS: f64 = 0.01;

/// A larger share than this of duplicates looks like a tag that fires twice.
const DUPLICATES: f64 = 0.02;

/// A larger share than this of visits without a person weakens the support floor.
const WITHOUT_PERSON: f64 = 0.2;

pub(super) fn findings(input: &Input<'_>) -> Vec<Finding> {
    let mut all = vec![
        bad_rows(input),
        placeholder_items(input),
        without_item(input),
        unknown_events(input),
        personal_ids(input),
        without_key(input),
        duplicates(input),
        robots(input),
        undone(input),
        without_person(input),
        lookalikes(input),
    ];
    all.extend(missing_kinds(input));
    all
}

fn bad_rows(input: &Input<'_>) -> Finding {
    let bad = &input.report.bad;
    Finding::new("bad_rows", "Rows that cannot be read", (bad.rows, input.report.rows), "rows").beyond(
        BAD_ROWS,
        bad.first.iter().map(ToString::to_string).collect(),
        "Export the file again, or mend these rows. Training stops at 1 % of bad rows unless --bad-rows says otherwise.",
    )
}

fn placeholder_items(input: &Input<'_>) -> Finding {
    let report = input.report;
    let words = report.placeholders.get("item").map(most_frequent).unwrap_or_default();
    let counts = (report.dropped.placeholder_items, report.rows);
    Finding::new(
        "placeholder_items",
        "Events whose product is a placeholder",
        counts,
        "rows",
    )
    .beyond(
        0.05,
        words,
        "The tag fires before the page knows its product. Send the event after the product's data is there.",
    )
}

fn without_item(input: &Input<'_>) -> Finding {
    let needs = |kind: &&'static str| {
        let needing = [
            EventKind::ViewItem,
            EventKind::SelectItem,
            EventKind::AddToCart,
            EventKind::RemoveFromCart,
            EventKind::AddToWishlist,
            EventKind::Purchase,
        ];
        needing.iter().any(|own| own.name() == *kind)
    };
    let without: BTreeMap<String, u64> = input
        .report
        .without_item
        .iter()
        .filter(|(kind, _)| needs(kind))
        .map(|(kind, count)| ((*kind).to_owned(), *count))
        .collect();
    let count = without.values().sum();
    Finding::new(
        "without_item",
        "Views and purchases without a product",
        (count, input.report.rows),
        "rows",
    )
    .beyond(
        0.05,
        most_frequent(&without),
        "Send the product's id with these events, in GA4 as items[].item_id.",
    )
}

fn unknown_events(input: &Input<'_>) -> Finding {
    let names = &input.report.unknown_events;
    let named: BTreeMap<String, u64> = names.iter().map(|(name, count)| (name.clone(), *count)).collect();
    let counts = (names.values().sum(), input.report.rows);
    Finding::new(
        "unknown_events",
        "Events of names that mean nothing here",
        counts,
        "rows",
    )
    .with(
        Severity::Note,
        most_frequent(&named),
        "If one of them is a view, a cart or a purchase, say so: --map-event NAME=view_item.",
    )
}

fn personal_ids(input: &Input<'_>) -> Finding {
    let counts = (input.report.dropped.personal_ids, input.report.rows);
    Finding::new(
        "personal_ids",
        "Product ids that are an e-mail address or a telephone number",
        counts,
        "rows",
    )
    .with(
        Severity::Mend,
        Vec::new(),
        "Ids of products are published. Give these products other ids; until then they are left out.",
    )
}

fn without_key(input: &Input<'_>) -> Finding {
    let counts = (input.report.dropped.without_key, input.report.rows);
    Finding::new(
        "without_key",
        "Events of nobody: no visit and no visitor",
        counts,
        "rows",
    )
    .beyond(
        0.1,
        Vec::new(),
        "Events that belong to no visit teach nothing. Check the consent mode and the export's columns; name them with \
         --map session=COLUMN or --map person=COLUMN.",
    )
}

fn duplicates(input: &Input<'_>) -> Finding {
    let counts = (input.report.dropped.duplicates, input.report.rows);
    let finding = Finding::new("duplicates", "Events that are there twice", counts, "rows");
    let mend = "The same product, kind and moment in one visit: a tag probably fires twice. They count once.";
    let severity = if finding.share() > DUPLICATES {
        Severity::Look
    } else {
        Severity::Note
    };
    finding.with(severity, Vec::new(), mend)
}

fn robots(input: &Input<'_>) -> Finding {
    let report = input.report;
    let counts = (report.robot_sessions, report.sessions + report.robot_sessions);
    Finding::new("robots", "Visits of robots", counts, "visits").beyond(
        0.1,
        vec![format!("{} events in them", report.dropped.robot_events)],
        "More than 1,000 events, or 200 views in a minute. They are left out; block them before they fill your log.",
    )
}

fn undone(input: &Input<'_>) -> Finding {
    let dropped = &input.report.dropped;
    let count = dropped.cancelled + dropped.tests + dropped.returns;
    let parts = [
        (dropped.cancelled, "cancelled or refunded"),
        (dropped.tests, "tests"),
        (dropped.returns, "returns"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    Finding::new(
        "undone",
        "Lines of orders that do not count",
        (count, input.report.rows),
        "rows",
    )
    .with(
        Severity::Note,
        parts.map(|(count, what)| format!("{count} {what}")).collect(),
        "Nothing: they are left out.",
    )
}

fn without_person(input: &Input<'_>) -> Finding {
    let report = input.report;
    let counts = (report.sessions_without_person, report.sessions);
    let finding = Finding::new("without_person", "Visits without a visitor", counts, "visits");
    let words = report.placeholders.get("person").map(most_frequent).unwrap_or_default();
    let mend = "Together they count as one person, so that the support floor rests on the others. Name a column that is \
                filled more often, such as a visitor's id: --map person=COLUMN.";
    let severity = if finding.share() > WITHOUT_PERSON {
        Severity::Look
    } else {
        Severity::Note
    };
    finding.with(severity, words, mend)
}

/// Warnings of the intake that no other finding repeats.
fn lookalikes(input: &Input<'_>) -> Finding {
    let log = input.report.warnings.iter();
    let catalog = input.catalog_report.iter().flat_map(|report| &report.warnings);
    let all: Vec<String> = log
        .chain(catalog)
        .filter(|warning| !warning.contains("placeholder for") && !warning.contains("neither a session nor a person"))
        .map(|warning| without_key_of_one(warning))
        .collect();
    let count = all.len() as u64;
    Finding::new("reading", "Remarks of the reader", (count, count), "remarks").with(
        Severity::Look,
        all,
        "Each remark says what was found, how it was taken, and what to do.",
    )
}

/// Drops the key from the remark about the person with most rows, because the report is passed on.
fn without_key_of_one(warning: &str) -> String {
    const OPENING: &str = "one person (`";
    let rest = warning.strip_prefix(OPENING).and_then(|rest| rest.split_once("`) "));
    rest.map_or_else(|| warning.to_owned(), |(_, rest)| format!("one person {rest}"))
}

fn missing_kinds(input: &Input<'_>) -> Vec<Finding> {
    if input.log.order == Order::Basket {
        return Vec::new();
    }
    let missing = NEEDED
        .iter()
        .filter(|(kind, _)| !input.report.clicks_by_kind.contains_key(kind.name()));
    missing
        .map(|&(kind, mend)| {
            let severity = match kind {
                EventKind::ViewItem => Severity::Mend,
                EventKind::ViewItemList => Severity::Note,
                _ => Severity::Look,
            };
            let (id, title) = (format!("never_{}", kind.name()), format!("{} never comes", kind.name()));
            Finding::new(&id, &title, (1, 1), "kinds").with(severity, Vec::new(), mend)
        })
        .collect()
}

fn most_frequent(words: &BTreeMap<String, u64>) -> Vec<String> {
    let mut most: Vec<_> = words.iter().collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let shown = most.into_iter().take(super::EXAMPLES);
    shown
        .map(|(word, count)| {
            if word.is_empty() {
                format!("(no name) {count}")
            } else {
                format!("{word} {count}")
            }
        })
        .collect()
}
