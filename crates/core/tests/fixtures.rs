//! The committed snapshots of version 1: good ones stay readable, each bad one is refused for its own defect.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

use shelfwise_core::snapshot::layout::SectionId::{
    self, Attributes, Cells, HitCurve, Ids, Meta, Popularity, Ranker, Together,
};
use shelfwise_core::snapshot::{Snapshot, SnapshotError};
use shelfwise_core::{Engine, EventKind, ItemIndex, Policy, Recommend, Session};

const fn malformed(section: SectionId, what: &'static str) -> SnapshotError {
    SnapshotError::Malformed { section, what }
}

const fn truncated(expected: usize, got: usize) -> SnapshotError {
    SnapshotError::Truncated { expected, got }
}

const FACTOR: SnapshotError = malformed(Meta, "has a factor that is negative, not a number or above 100");

const CELLS: SnapshotError = malformed(Cells, "has a cell or a list out of order or range");

/// What opening finds.
const REFUSED_ON_OPEN: &[(&str, SnapshotError)] = &[
    ("nothing", SnapshotError::NotASnapshot),
    ("a-page-of-html", SnapshotError::NotASnapshot),
    ("sent-as-text", SnapshotError::NotASnapshot),
    ("version-2", SnapshotError::Version { got: 2 }),
    ("cut-in-the-header", truncated(1789, 20)),
    ("cut-in-the-table", truncated(1789, 40)),
    ("cut-in-a-section", truncated(1789, 1788)),
    ("a-byte-too-long", truncated(1789, 1790)),
    ("more-sections-than-a-head-holds", truncated(32 + 16 * 0xFFFF, 1789)),
    (
        "items-beyond-the-limit",
        malformed(Meta, "has a head beyond its limits"),
    ),
    ("ids-missing", SnapshotError::Missing(Ids)),
    ("section-twice", malformed(Meta, "stands twice in the table")),
    ("section-behind-the-end", SnapshotError::OutsideFile { id: 1 }),
    ("section-in-the-head", SnapshotError::OutsideFile { id: 1 }),
    ("unknown-required-section", SnapshotError::UnknownSection { id: 900 }),
    ("meta-cut", malformed(Meta, "cannot be read")),
    ("meta-with-a-rest", malformed(Meta, "is longer than its record")),
    ("factor-not-a-number", FACTOR),
    ("factor-below-zero", FACTOR),
    ("factor-above-100", FACTOR),
    ("ids-in-65-runs", malformed(Ids, "has too many runs")),
    (
        "ids-with-an-empty-run",
        malformed(Ids, "has runs that do not follow one another"),
    ),
    (
        "ids-fewer-than-items",
        malformed(Ids, "does not hold as many ids as there are items"),
    ),
    (
        "weight-above-1",
        malformed(Together, "has a weight that is not from 0 to 1"),
    ),
    (
        "weight-not-a-number",
        malformed(Together, "has a weight that is not from 0 to 1"),
    ),
    (
        "table-cut-in-its-columns",
        malformed(Together, "is too short for its rows"),
    ),
    (
        "popularity-of-too-few-items",
        malformed(Popularity, "does not hold two levels for each item"),
    ),
    ("ranker-cut-in-its-thresholds", malformed(Ranker, "is too short")),
    (
        "ranker-of-a-later-feature",
        malformed(Ranker, "looks at features that this engine does not have"),
    ),
    (
        "attributes-cut-in-their-columns",
        malformed(Attributes, "is too short for its columns"),
    ),
    (
        "cells-cut-in-their-columns",
        malformed(Cells, "is too short for its cells"),
    ),
    (
        "hit-curve-cut-in-a-rank",
        malformed(HitCurve, "is cut in the middle of a rank"),
    ),
];

/// What only walking every byte finds.
const REFUSED_ON_VERIFY: &[(&str, SnapshotError)] = &[
    ("damaged-section", SnapshotError::Checksum(Ranker)),
    ("damaged-table-loses-a-section", SnapshotError::HeadChecksum),
    ("id-not-utf-8", malformed(Ids, "has an id that cannot be read")),
    ("ids-out-of-order", malformed(Ids, "has ids out of order")),
    ("id-in-two-runs", malformed(Ids, "has an id twice")),
    (
        "row-that-ends-early",
        malformed(Together, "has a row that cannot be read"),
    ),
    (
        "category-without-a-name",
        malformed(Attributes, "has a name or a value out of range"),
    ),
    (
        "tree-that-runs-in-a-circle",
        malformed(Ranker, "has a tree that cannot be read"),
    ),
    (
        "name-not-utf-8",
        malformed(Attributes, "has a name or a value out of range"),
    ),
    ("cell-of-facts-that-are-none", CELLS),
    ("cell-with-an-item-beyond-the-last", CELLS),
    ("cells-without-the-unknown-one", CELLS),
    (
        "hit-curve-that-rises",
        malformed(HitCurve, "rises from a rank to the next"),
    ),
];

fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/snapshots/v1")
        .join(kind)
}

/// Name and bytes of every file of a kind, by name.
fn files(kind: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder(kind)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn good_snapshots_are_admitted_and_served() {
    for (name, bytes) in files("good") {
        let snapshot = Snapshot::open(bytes.as_slice()).unwrap_or_else(|error| panic!("{name}: {error}"));
        snapshot.verify().unwrap_or_else(|error| panic!("{name}: {error}"));
        let items = snapshot.items();
        let mut engine = Engine::new(snapshot, Policy::default());
        let slate = engine.recommend(
            &Session::new(),
            &Recommend {
                limit: 3,
                ..Recommend::default()
            },
            &mut (),
        );
        assert_eq!(slate.items.len(), items.min(3), "{name}");
    }
}

#[test]
fn bad_snapshots_are_refused_for_their_own_defect() {
    for (name, bytes) in files("bad") {
        let found = match Snapshot::open(bytes.as_slice()) {
            Ok(snapshot) => (REFUSED_ON_VERIFY, snapshot.verify().expect_err(&name)),
            Err(error) => (REFUSED_ON_OPEN, error),
        };
        let expected = found
            .0
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, error)| *error);
        assert_eq!(Some(found.1), expected, "{name}");
    }
}

#[test]
fn fixtures_have_a_file_for_every_defect() {
    let mut named: Vec<&str> = REFUSED_ON_OPEN
        .iter()
        .chain(REFUSED_ON_VERIFY)
        .map(|(name, _)| *name)
        .collect();
    named.sort_unstable();
    assert_eq!(
        files("bad").iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        named
    );
}

#[test]
fn fixtures_damage_past_opening_is_served_in_part() {
    for (name, _) in REFUSED_ON_VERIFY {
        let bytes = fs::read(folder("bad").join(name).with_extension("swm")).unwrap();
        let mut engine = Engine::new(Snapshot::open(bytes).unwrap(), Policy::default());
        let mut session = Session::new();
        session.apply(EventKind::ViewItem, "bread", 0).unwrap();
        let slate = engine.recommend(
            &session,
            &Recommend {
                limit: 40,
                ..Recommend::default()
            },
            &mut (),
        );
        assert!(slate.items.len() > 10, "{name}: {}", slate.items.len());
        assert!(slate.items.iter().all(|item| !item.item_id.is_empty()), "{name}");
    }
}

#[test]
fn another_version_is_refused_with_both_numbers() {
    let bytes = fs::read(folder("bad").join("version-2.swm")).unwrap();
    let text = Snapshot::open(bytes).unwrap_err().to_string();
    assert!(
        text.contains("format version 2") && text.contains("reads version 1"),
        "{text}"
    );
}

#[test]
fn fixtures_unknown_section_is_skipped() {
    let [old, new] =
        ["visits", "future-section"].map(|name| fs::read(folder("good").join(name).with_extension("swm")).unwrap());
    let (old, new) = (Snapshot::open(old).unwrap(), Snapshot::open(new).unwrap());
    assert_eq!((old.sections().count(), new.sections().count()), (4, 5));
    assert_eq!(new.sections().last().unwrap().id, 900);
    for item in (0..old.items() as u32).map(ItemIndex) {
        assert!(old.together().of(item).eq(new.together().of(item)));
    }
}

#[test]
fn hit_curve_is_read_and_older_snapshots_have_none() {
    let [old, new] =
        ["ranked", "hit-curve"].map(|name| fs::read(folder("good").join(name).with_extension("swm")).unwrap());
    let (old, new) = (Snapshot::open(old).unwrap(), Snapshot::open(new).unwrap());
    assert!(old.hit_curve().is_none());
    let curve = new.hit_curve().unwrap();
    assert_eq!((curve.len(), curve.at(0), curve.at(63)), (64, 9_000, 140));
    assert_eq!(
        curve.at(usize::MAX),
        140,
        "ranks past the last one have its probability"
    );
}
