//! Compares the ids of a log with those of a catalog.

use std::collections::BTreeSet;

use serde::Serialize;

/// Ids of each side that are shown.
const SHOWN: usize = 3;

/// A smaller share than this of the log's items in the catalog gives a warning.
const MIN_SHARE_OF_LOG: f64 = 0.5;

/// How many ids of a log are in the catalog.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IdOverlap {
    /// Items of the log.
    pub log: u64,
    /// Items of the catalog.
    pub catalog: u64,
    /// Items of both.
    pub met: u64,
    /// Advice if the overlap is small.
    pub warning: Option<String>,
}

/// A change of ids that shop systems and spreadsheets make, with its description.
type Change = (fn(&str) -> String, &'static str);

const CHANGES: [Change; 5] = [
    (
        |id| id.trim_start_matches('0').to_owned(),
        "zeros at the beginning are lost on one side",
    ),
    (
        |id| id.trim_end_matches(".0").to_owned(),
        "one side has `.0` at the end, as data frames write whole numbers",
    ),
    (str::to_lowercase, "they differ in upper and lower case"),
    (
        |id| id.chars().filter(|c| c.is_alphanumeric()).collect(),
        "they differ in spaces and punctuation",
    ),
    (last_part, "one side has a prefix that the other has not"),
];

impl IdOverlap {
    /// Compares the ids of a log with those of a catalog. O(n log n).
    pub fn of<'a>(log: impl Iterator<Item = &'a str>, catalog: impl Iterator<Item = &'a str>) -> Self {
        let (log, catalog): (BTreeSet<&str>, BTreeSet<&str>) = (log.collect(), catalog.collect());
        let met = log.intersection(&catalog).count();
        let is_poor = (met as f64) < MIN_SHARE_OF_LOG * log.len() as f64;
        Self {
            log: log.len() as u64,
            catalog: catalog.len() as u64,
            met: met as u64,
            warning: is_poor.then(|| warning(&log, &catalog, met)),
        }
    }
}

fn warning(log: &BTreeSet<&str>, catalog: &BTreeSet<&str>, met: usize) -> String {
    let shown = |ids: &BTreeSet<&str>, others: &BTreeSet<&str>| {
        let first: Vec<_> = ids.difference(others).take(SHOWN).map(|id| format!("`{id}`")).collect();
        first.join(", ")
    };
    let better = CHANGES.iter().find_map(|(change, words)| {
        let changed: BTreeSet<String> = catalog.iter().map(|id| change(id)).collect();
        // Each only once: a change that makes one id of many says nothing.
        let own: BTreeSet<String> = log.iter().map(|id| change(id)).collect();
        let would = own.intersection(&changed).count();
        (would > met && 2 * would > log.len()).then(|| {
            format!(
                "{would} would meet if they were written alike: {words}. Write the ids of the catalog as your pages and the log do"
            )
        })
    });
    let advice = better
        .unwrap_or_else(|| "name the column that holds the ids of the log with --map-catalog id=COLUMN".to_owned());
    format!(
        "the catalog knows {met} of the log's {} items; only the log has {}, only the catalog has {}; {advice}",
        log.len(),
        shown(log, catalog),
        shown(catalog, log)
    )
}

/// Returns the text after the last separator: `5000` of `woocommerce_gpf_5000` and of `shop:5000`.
fn last_part(id: &str) -> String {
    id.rsplit(['_', '-', ':', '/', '.']).next().unwrap_or(id).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warning(log: &[&'static str], catalog: &[&'static str]) -> Option<String> {
        IdOverlap::of(log.iter().copied(), catalog.iter().copied()).warning
    }

    #[test]
    fn id_overlap_none_names_the_difference() {
        for (log, catalog, part) in [
            (["5001", "5002"], ["gpf_5001", "gpf_5002"], "prefix"),
            (["0017", "0018"], ["17", "18"], "zeros"),
            (["10001.0", "10002.0"], ["10001", "10002"], "`.0`"),
            (["ab-1", "ab-2"], ["AB-1", "AB-2"], "case"),
            (["ab 1", "ab 2"], ["ab-1", "ab-2"], "punctuation"),
            (["x", "y"], ["p", "q"], "--map-catalog id=COLUMN"),
            (["10001.0", "10002.0"], ["0", "1"], "--map-catalog id=COLUMN"),
        ] {
            let warning = warning(&log, &catalog).unwrap();
            assert!(
                warning.contains(part) && warning.contains("knows 0 of the log's 2 items"),
                "{warning}"
            );
        }
    }

    #[test]
    fn id_overlap_large_gives_no_warning() {
        let overlap = IdOverlap::of(["a", "b", "c"].into_iter(), ["a", "b", "d", "e"].into_iter());
        assert_eq!(
            (overlap.log, overlap.catalog, overlap.met, overlap.warning),
            (3, 4, 2, None)
        );
    }
}
