//! The manifest of every flow, key and lifetime, made out of the code.
//!
//! Three parts are derived: what is known of a shopper (the table in `core`'s `privacy`), what the module asks of its
//! page (`imports.allow`), and the version. The rest is declared in `declared`; [`undeclared`] reports scripts that
//! touch more than that.

mod declared;
mod edge;
mod egress;
mod retention;
mod source;

use anyhow::Result;
use serde::Serialize;
use shelfwise_core::IDLE_MS;
use shelfwise_core::privacy::{Place, Row, TABLE};

use self::declared::{Access, Artefact, Channel, Read, Signal};
use self::edge::Edge;
use self::egress::Egress;
use self::retention::Retention;
use crate::imports::AllowList;

pub use self::declared::ACCESS;
pub use self::source::findings as undeclared;

/// The manifest, from the repository's root.
pub const FILE: &str = "dataflow.json";
/// The list of the engine's imports, which the manifest repeats with their reasons, from the repository's root.
pub const IMPORTS: &str = "crates/web/imports.allow";
/// Of the manifest's own form.
pub(crate) const SCHEMA: &str = "shelfwise-dataflow/1";
/// Word for word, here and wherever it is said.
const CLAIM: &str = "Shelfwise adds no flow, no identifier and no linkage beyond those in dataflow.json.";
/// The most characters of the text under the key, which has the engine's bytes in base64 in it.
const MAX_STORED_CHARACTERS: usize = 64 * 1024;
/// How long the memory lasts where the shop does not set `memoryDays`: in `crates/web/js/src/options.ts`.
const DEFAULT_MEMORY_DAYS: i64 = 30;
const MS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(Debug, Serialize)]
struct Manifest {
    schema: &'static str,
    claim: &'static str,
    version: &'static str,
    artefacts: &'static [Artefact],
    state: Vec<Known>,
    storage: [Storage; 2],
    access: &'static [Access],
    reads: &'static [Read],
    egress: &'static [Egress],
    render_channels: &'static [Channel],
    signals: &'static [Signal],
    retention: &'static [Retention],
    edge: Edge,
    engine_imports: Vec<Import>,
    out_of_scope: &'static [&'static str],
}

/// A row of the table: one thing that is known of the shopper.
#[derive(Debug, Serialize)]
struct Known {
    name: &'static str,
    what: &'static str,
    lowest_mode: &'static str,
    places: Vec<&'static str>,
    most_bytes: usize,
    lifetime: &'static str,
}

/// A key of the browser's storage.
#[derive(Debug, Serialize)]
struct Storage {
    place: &'static str,
    key: &'static str,
    exists: &'static str,
    most_characters: usize,
    lifetime: &'static str,
    /// How long after the last event it ends, in milliseconds; none where events do not prolong it.
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_ms: Option<i64>,
    /// How long after it began it ends where the shop says nothing, in milliseconds; none where `idle_ms` alone ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    most_ms: Option<i64>,
    form: &'static str,
    fields: Vec<&'static str>,
}

/// An import of the engine, with the reason for it.
#[derive(Debug, Serialize)]
struct Import {
    name: String,
    why: String,
}

/// Returns the manifest that belongs to this list of imports and to the code as it is.
pub fn manifest(imports: &AllowList) -> Result<String> {
    let manifest = Manifest {
        schema: SCHEMA,
        claim: CLAIM,
        version: env!("CARGO_PKG_VERSION"),
        artefacts: declared::ARTEFACTS,
        state: TABLE.concat().iter().map(Known::of).collect(),
        storage: [tab(), memory()],
        access: ACCESS,
        reads: declared::READS,
        egress: egress::EGRESS,
        render_channels: declared::CHANNELS,
        signals: declared::SIGNALS,
        retention: retention::RETENTION,
        edge: edge::EDGE,
        engine_imports: imports.reasons().map(Import::of).collect(),
        out_of_scope: retention::OUT_OF_SCOPE,
    };
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

impl Known {
    fn of(row: &Row) -> Self {
        Self {
            name: row.name,
            what: row.what,
            lowest_mode: row.from.name(),
            places: row.places.iter().map(|place| place.name()).collect(),
            most_bytes: row.most_bytes,
            lifetime: row.until.name(),
        }
    }
}

impl Import {
    fn of((entry, why): (&str, &str)) -> Self {
        let name = entry.split(':').next().unwrap_or(entry);
        Self {
            name: name.to_owned(),
            why: why.to_owned(),
        }
    }
}

fn tab() -> Storage {
    Storage {
        place: "sessionStorage",
        key: "shelfwise",
        exists: "in modes session and remembered, where the shop has set visit: \"tab\", and consent is not_required or granted",
        most_characters: MAX_STORED_CHARACTERS,
        lifetime: "until the tab is closed; ignored half an hour after the last event; removed by forget(), by a lower \
                   mode and by consent: \"denied\"",
        idle_ms: Some(IDLE_MS),
        most_ms: None,
        form: "JSON: v, the version; visit, the engine's bytes in base64 (version, CRC-32, draws, events); waiting, events that \
               the engine has not confirmed yet, with the same fields but the id",
        fields: fields(Place::Kept),
    }
}

fn memory() -> Storage {
    Storage {
        place: "localStorage",
        key: "shelfwise",
        exists: "in mode remembered, after the shop has called grant(receipt), and while consent is not_required or granted",
        most_characters: MAX_STORED_CHARACTERS,
        lifetime: "memoryDays from the day of the grant (30 where nothing is said, at most 180), never longer by use; removed \
                   by forget(), by consent: \"denied\", by Global Privacy Control and Do Not Track, by the shopper's lower \
                   mode, and where it is damaged, of another version or from the future. Browsers end no key of localStorage by \
                   themselves: a key that is over is removed by the next page of the shop with mode remembered",
        idle_ms: None,
        most_ms: Some(DEFAULT_MEMORY_DAYS * MS_PER_DAY),
        form: "base64 of the engine's bytes: version, CRC-32, day of the grant, days, and sections (receipt, facts: last items and mutes, draws of \
               experiments); \
               no time in it is finer than a day, and no item that the model does not know enters, such as one that the catalog \
               flags as sensitive",
        fields: fields(Place::Remembered),
    }
}

/// The fields of the table that are in such a place.
fn fields(place: Place) -> Vec<&'static str> {
    let rows = TABLE.concat();
    let there = rows.iter().filter(|row| row.is_in(place));
    there.map(|row| row.name).collect()
}

#[cfg(test)]
mod tests {
    use shelfwise_core::Mode;

    use super::*;

    const ALLOWED: &str = "__wbg_length: function(arg0) { return arg0.length; }\n  Reads how long a list is.\n";

    fn list(text: &str) -> AllowList {
        AllowList::parse("imports.allow", text).unwrap()
    }

    fn json() -> serde_json::Value {
        serde_json::from_str(&manifest(&list(ALLOWED)).unwrap()).unwrap()
    }

    #[test]
    fn the_claim_is_the_one_that_the_readme_makes() {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
        let readme = std::fs::read_to_string(readme).unwrap();
        assert!(readme.replace('`', "").contains(CLAIM));
    }

    #[test]
    fn every_row_of_the_table_is_in_it() {
        let json = json();
        let names: Vec<_> = json["state"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap())
            .collect();
        assert_eq!(names.len(), TABLE.concat().len());
        assert!(
            names.contains(&"events[].item_id") && names.contains(&"slates"),
            "{names:?}"
        );
    }

    #[test]
    fn what_is_kept_are_the_fields_of_an_event_and_draws() {
        let fields = &json()["storage"][0]["fields"];
        let expected = [
            "events[].id",
            "events[].event",
            "events[].item_id",
            "events[].at_ms",
            "kept_draws",
        ];
        assert_eq!(fields, &serde_json::json!(expected));
    }

    #[test]
    fn what_is_remembered_is_declared_with_mode_bytes_lifetime_and_fields() {
        let memory = &json()["storage"][1];
        assert_eq!(
            (&memory["place"], &memory["key"]),
            (&"localStorage".into(), &"shelfwise".into())
        );
        let fields = memory["fields"].as_array().unwrap();
        assert!(
            fields.len() == 7 && fields.contains(&"memory.facts[].day_ms".into()),
            "{fields:?}"
        );
        assert!(!fields.iter().any(|field| field.as_str().unwrap().starts_with("events")));
        let rows = TABLE.concat();
        let kept = rows.iter().filter(|row| row.is_in(Place::Remembered));
        assert!(kept.clone().all(|row| row.from == Mode::Remembered));
        let bytes: usize = kept.map(|row| row.most_bytes).sum();
        assert!(bytes.div_ceil(3) * 4 < MAX_STORED_CHARACTERS, "{bytes}");
    }

    #[test]
    fn nothing_of_the_shopper_exists_below_session_but_the_mode_and_the_pages_own_requests() {
        let rows = TABLE.concat();
        let low: Vec<_> = rows
            .iter()
            .filter(|row| row.from < Mode::Session)
            .map(|row| row.name)
            .collect();
        assert_eq!(low, ["draws", "mode", "slates"]);
        assert!(
            rows.iter()
                .all(|row| !row.is_in(Place::Kept) || row.from == Mode::Session)
        );
    }

    #[test]
    fn an_import_stands_with_its_reason() {
        let import = &json()["engine_imports"][0];
        assert_eq!(
            (import["name"].as_str(), import["why"].as_str()),
            (Some("__wbg_length"), Some("Reads how long a list is."))
        );
    }
}
