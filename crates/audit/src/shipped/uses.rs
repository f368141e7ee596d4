//! What the scripts use, beside the committed list of what they may.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::{Part, ShippedScript};
use crate::imports::AllowList;
use crate::syntax::Place;

/// The list, from the repository's root.
const FILE: &str = "crates/audit/src/shipped/uses.allow";
/// Before the number of places that may have a use.
const TIMES: &str = " ×";

/// A use that no list permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The use, word for word.
    pub what: String,
    /// Where.
    pub place: Place,
    /// Where the use is permitted in fewer places than have it: how many.
    pub at_most: Option<usize>,
}

/// Uses with the most places of each, and the reason, by part.
pub type Permitted = BTreeMap<(String, String), (Option<usize>, String)>;

/// Reads the committed list.
///
/// # Errors
/// If an entry has no reason or comes twice.
pub fn permitted() -> Result<Permitted> {
    let list = AllowList::parse(FILE, include_str!("uses.allow"))?;
    let entries = list.reasons().map(|(entry, why)| {
        let (part, rest) = entry.split_once(": ").unwrap_or(("", entry));
        let counted = rest
            .rsplit_once(TIMES)
            .and_then(|(what, most)| Some((what, most.parse().ok()?)));
        let (what, most) = counted.map_or((rest, None), |(what, most)| (what, Some(most)));
        ((part.to_owned(), what.to_owned()), (most, why.to_owned()))
    });
    Ok(entries.collect())
}

/// Returns the uses of a script that none of its parts may have.
pub fn strangers(script: &ShippedScript, permitted: &Permitted) -> Vec<Stranger> {
    let mut found = Vec::new();
    for (what, places) in &script.script.uses {
        let own = script
            .parts
            .iter()
            .filter_map(|part| permitted.get(&(part.name().to_owned(), what.clone())));
        let own: Vec<_> = own.map(|(most, _)| *most).collect();
        let most = if own.contains(&None) {
            Some(usize::MAX)
        } else {
            own.iter().flatten().copied().reduce(|a, b| a + b)
        };
        let extra = places.iter().skip(most.unwrap_or(0));
        found.extend(extra.map(|place| Stranger {
            what: what.clone(),
            place: *place,
            at_most: most,
        }));
    }
    found
}

/// Returns entries of the list that none of the package's scripts has, as `part: use`. Helpers of bundlers are not in it.
pub fn stale(scripts: &[ShippedScript], permitted: &Permitted) -> Vec<String> {
    let used: BTreeSet<(&str, &str)> = scripts
        .iter()
        .flat_map(|script| {
            let uses = script.script.uses.keys();
            uses.flat_map(|what| script.parts.iter().map(move |part| (part.name(), what.as_str())))
        })
        .collect();
    let entries = permitted
        .keys()
        .filter(|(part, _)| part != Part::Vite.name())
        .filter(|(part, what)| !used.contains(&(part.as_str(), what.as_str())));
    entries.map(|(part, what)| format!("{part}: {what}")).collect()
}
