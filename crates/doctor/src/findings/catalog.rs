//! Findings about the catalog, and about where it and the log meet.

use std::collections::{BTreeMap, BTreeSet};

use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::log::Log;
use shelfwise_intake::{Availability, IdOverlap};

use super::{EXAMPLES, Finding, Severity};
use crate::examine::Input;

/// A larger share of the log's events than this on items without a catalog entry must be mended.
const UNKNOWN_EVENTS: f64 = 0.2;

/// A larger share than this of items without a value must be mended.
const MISSING: f64 = 0.2;

/// An attribute, how to tell whether it is missing, and what that costs.
type Attribute = (&'static str, fn(&CatalogItem) -> bool, &'static str);

/// The attribute that models do without: only pages lack it.
const PICTURE: &str = "picture";

const ATTRIBUTES: &[Attribute] = &[
    (
        "title",
        |item| item.title.is_empty(),
        "Products without a title are like no other product, and an explanation cannot name them.",
    ),
    (
        "category",
        |item| item.category.is_empty(),
        "New products find their place by their category.",
    ),
    (
        "brand",
        |item| item.brand.is_empty(),
        "Shelves such as \"more of this brand\" leave them out.",
    ),
    (
        "price",
        |item| item.price.is_none(),
        "Rules about prices leave them out.",
    ),
    (
        PICTURE,
        |item| item.has_picture == Some(false),
        "A shelf shows a gap where a picture belongs.",
    ),
];

pub(super) fn findings(input: &Input<'_>, catalog: &Catalog) -> Vec<Finding> {
    let mut all = vec![
        unknown_items(input, catalog),
        unseen_items(input, catalog),
        sold_out_items(input, catalog),
        variants(input),
        duplicates(input),
        zero_prices(catalog),
        malformed_prices(input, catalog),
    ];
    all.extend(ATTRIBUTES.iter().map(|attribute| missing(attribute, catalog)));
    all
}

fn has(catalog: &Catalog, id: &str) -> bool {
    catalog.items.binary_search_by(|item| item.id.as_str().cmp(id)).is_ok()
}

/// Items of the log that the catalog lacks, most viewed first.
fn unknown_items(input: &Input<'_>, catalog: &Catalog) -> Finding {
    let log = input.log;
    let mut unknown: Vec<_> = events_of_items(log)
        .into_iter()
        .filter(|(id, _)| !has(catalog, id))
        .collect();
    unknown.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let events = unknown.iter().map(|(_, count)| *count).sum();
    let overlap = IdOverlap::of(
        log.items.iter().map(String::as_str),
        catalog.items.iter().map(|item| item.id.as_str()),
    );
    let mend = overlap.warning.unwrap_or_else(|| {
        "Products that are sold no more, or ids that are written in two ways. Keep products in the feed for as long as \
         the log is, or leave them out on purpose."
            .to_owned()
    });
    let counts = (events, log.clicks.len() as u64);
    let examples = unknown
        .iter()
        .take(EXAMPLES)
        .map(|(id, count)| format!("{id}: {count} events"));
    Finding::new(
        "unknown_items",
        &format!("{} products of the log are not in the catalog", unknown.len()),
        counts,
        "events",
    )
    .beyond(UNKNOWN_EVENTS, examples.collect(), &mend)
}

fn unseen_items(input: &Input<'_>, catalog: &Catalog) -> Finding {
    let seen = |item: &&CatalogItem| input.log.items.binary_search(&item.id).is_err();
    let unseen: Vec<_> = catalog.items.iter().filter(seen).collect();
    let counts = (unseen.len() as u64, catalog.items.len() as u64);
    Finding::new("unseen_items", "Products that nobody touched", counts, "products").with(
        Severity::Note,
        unseen.iter().take(EXAMPLES).map(|item| item.id.clone()).collect(),
        "They are recommended by title, category and brand alone. Nothing to mend if they are new.",
    )
}

/// Items of the log that cannot be bought now, most viewed first.
fn sold_out_items(input: &Input<'_>, catalog: &Catalog) -> Finding {
    let log = input.log;
    let is_sold_out = |id: &String| {
        let at = catalog.items.binary_search_by(|item| item.id.as_str().cmp(id));
        at.is_ok_and(|at| catalog.items[at].availability == Some(Availability::SoldOut))
    };
    let mut sold_out: Vec<_> = events_of_items(log)
        .into_iter()
        .filter(|(id, _)| is_sold_out(id))
        .collect();
    sold_out.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let events = sold_out.iter().map(|(_, count)| *count).sum();
    let examples = sold_out.iter().take(EXAMPLES);
    Finding::new(
        "sold_out_items",
        &format!("{} products of the log are sold out today", sold_out.len()),
        (events, log.clicks.len() as u64),
        "events",
    )
    .with(
        Severity::Note,
        examples.map(|(id, count)| format!("{id}: {count} events")).collect(),
        "They are recommended like all others, until a page says that they are sold out or the rules leave them out: \
         exclude = \"sold_out\", with the fact in_stock of this feed.",
    )
}

/// Returns each item of the log with the number of its events.
fn events_of_items(log: &Log) -> Vec<(&String, u64)> {
    let mut counts = vec![0_u64; log.items.len()];
    log.clicks.iter().for_each(|click| counts[click.item as usize] += 1);
    log.items.iter().zip(counts).collect()
}

/// Variants beside their products in one log.
fn variants(input: &Input<'_>) -> Finding {
    let parents: BTreeSet<&str> = input.parents.values().map(String::as_str).collect();
    let is_variant = |id: &&String| {
        let parent = input.parents.get(id.as_bytes());
        parent.is_some_and(|parent| parent != *id)
    };
    let variants: Vec<_> = input.log.items.iter().filter(is_variant).collect();
    let products = input
        .log
        .items
        .iter()
        .filter(|id| parents.contains(id.as_str()) && !is_variant(id))
        .count();
    let count = if products > 0 { variants.len() as u64 } else { 0 };
    Finding::new("variants", "Variants beside their products in the log", (count, input.log.items.len() as u64), "products").beyond(
        0.05,
        variants.iter().map(|id| (*id).clone()).take(EXAMPLES).collect(),
        "The same product counts twice and competes with itself. Train with --parent, which counts variants as their product.",
    )
}

fn duplicates(input: &Input<'_>) -> Finding {
    let (count, rows, ids) = input.catalog_report.map_or((0, 0, Vec::new()), |report| {
        (report.duplicates, report.rows, report.duplicate_ids.clone())
    });
    Finding::new("duplicate_ids", "Rows with an id that was there before", (count, rows), "rows").with(
        Severity::Note,
        ids,
        "Usual in exports with a row for each variant or picture; in a feed, each id must stand once. The last value that \
         is not empty counts.",
    )
}

fn zero_prices(catalog: &Catalog) -> Finding {
    let free: Vec<_> = catalog.items.iter().filter(|item| item.price == Some(0.0)).collect();
    let counts = (free.len() as u64, catalog.items.len() as u64);
    Finding::new("zero_prices", "Products with a price of 0", counts, "products").beyond(
        0.05,
        free.iter().take(EXAMPLES).map(|item| item.id.clone()).collect(),
        "A price of 0 is usually one that the export does not know. Leave it empty, or mend the export.",
    )
}

fn malformed_prices(input: &Input<'_>, catalog: &Catalog) -> Finding {
    let count = input.catalog_report.map_or(0, |report| report.malformed_prices);
    Finding::new(
        "malformed_prices",
        "Prices that are no numbers",
        (count, catalog.items.len() as u64),
        "products",
    )
    .with(
        Severity::Look,
        Vec::new(),
        "Write prices as 12.90 or 12,90, with or without a currency.",
    )
}

/// Items without an attribute; the examples are the top categories with most of them.
fn missing(&(name, is_missing, why): &Attribute, catalog: &Catalog) -> Finding {
    let mut categories: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for item in &catalog.items {
        let top = item.category.split(" > ").next().unwrap_or_default();
        let (without, all) = categories.entry(top).or_default();
        *without += u64::from(is_missing(item));
        *all += 1;
    }
    let count = categories.values().map(|(without, _)| without).sum();
    let mut worst: Vec<_> = categories
        .into_iter()
        .filter(|(_, (without, _))| *without > 0)
        .collect();
    worst.sort_by_key(|(_, (without, _))| std::cmp::Reverse(*without));
    let examples = worst.iter().take(EXAMPLES).map(|(category, (without, all))| {
        let category = if category.is_empty() { "(no category)" } else { category };
        format!("{category}: {without} of {all}")
    });
    let (id, title) = (format!("missing_{name}"), format!("Products without a {name}"));
    let finding = Finding::new(&id, &title, (count, catalog.items.len() as u64), "products");
    let mend = if finding.count == finding.of {
        format!("{why} No product has one: name its column with --map-catalog {name}=COLUMN.")
    } else {
        format!("{why} Fill it in for these categories first.")
    };
    if name == PICTURE {
        return finding.with(Severity::Look, examples.collect(), &mend);
    }
    finding.beyond(MISSING, examples.collect(), &mend)
}
