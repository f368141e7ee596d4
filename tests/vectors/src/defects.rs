//! Snapshots that must be refused, each with one defect, by the name of its file.
//!
//! They are made from a good one. Where the defect is not the checksum, the checksums are right: a checksum
//! finds damage on the way, not a file that was written wrongly.

mod parts;

use shelfwise_core::ranker::FEATURES;
use shelfwise_core::snapshot::layout::{HEADER_BYTES, SectionId, entry, header};

use self::parts::Parts;

/// The good snapshot that they are made from.
pub const MADE_FROM: &str = "ranked";

/// Makes a defect from the bytes of a good snapshot.
pub type Break = fn(&[u8]) -> Vec<u8>;

/// Every defect by name.
pub const ALL: [(&str, Break); 45] = [
    ("nothing", |_| Vec::new()),
    ("a-page-of-html", |_| {
        b"<!doctype html><title>404 Not Found</title>\n".to_vec()
    }),
    ("sent-as-text", sent_as_text),
    ("version-2", |good| with_bytes(good, header::VERSION, &[2, 0])),
    ("cut-in-the-header", |good| good[..20].to_vec()),
    ("cut-in-the-table", |good| good[..40].to_vec()),
    ("cut-in-a-section", |good| good[..good.len() - 1].to_vec()),
    ("a-byte-too-long", |good| [good, b"\n"].concat()),
    ("more-sections-than-a-head-holds", |good| {
        with_bytes(good, header::SECTIONS, &[0xFF, 0xFF])
    }),
    ("items-beyond-the-limit", |good| {
        with_bytes(good, header::ITEMS, &[1, 0, 0, 1])
    }),
    ("ids-missing", |good| Parts::of(good).without(SectionId::Ids).file()),
    ("section-twice", |good| Parts::of(good).twice(SectionId::Meta).file()),
    ("section-behind-the-end", |good| {
        with_bytes(good, HEADER_BYTES + entry::LENGTH, &[0xFF; 4])
    }),
    ("section-in-the-head", |good| {
        with_bytes(good, HEADER_BYTES + entry::OFFSET, &[0; 4])
    }),
    ("unknown-required-section", |good| with_section(good, 900, 1)),
    ("meta-cut", |good| Parts::of(good).cut(SectionId::Meta, 30).file()),
    ("meta-with-a-rest", |good| {
        Parts::of(good).extended(SectionId::Meta, 0).file()
    }),
    ("factor-not-a-number", |good| with_first_factor(good, f32::NAN)),
    ("factor-below-zero", |good| with_first_factor(good, -1.0)),
    ("factor-above-100", |good| with_first_factor(good, 100.5)),
    ("ids-in-65-runs", |good| {
        Parts::of(good).patched(SectionId::Ids, 0, &[65]).file()
    }),
    ("ids-with-an-empty-run", |good| {
        Parts::of(good).patched(SectionId::Ids, 8, &[11]).file()
    }),
    ("ids-fewer-than-items", |good| {
        Parts::of(good).patched(SectionId::Ids, 12, &[29]).file()
    }),
    ("weight-above-1", |good| with_weight(good, 1.5)),
    ("weight-not-a-number", |good| with_weight(good, f32::NAN)),
    ("table-cut-in-its-columns", |good| {
        Parts::of(good).cut(SectionId::Together, 140).file()
    }),
    ("popularity-of-too-few-items", |good| {
        Parts::of(good).cut(SectionId::Popularity, 70).file()
    }),
    ("damaged-section", |good| {
        with_bytes(good, good.len() - 1, &[!good[good.len() - 1]])
    }),
    ("damaged-table-loses-a-section", |good| {
        with_bytes(good, HEADER_BYTES + 5 * 16, &[60])
    }),
    ("id-not-utf-8", |good| with_id(good, b"shampoo", b"shamp\xFFo")),
    ("ids-out-of-order", |good| with_id(good, "حليب".as_bytes(), b"new-aaaa")),
    ("id-in-two-runs", |good| with_id(good, b"shampoo", b"cheddar")),
    ("row-that-ends-early", |good| {
        Parts::of(good).patched(SectionId::Together, ROWS, &[0xFF]).file()
    }),
    ("attributes-cut-in-their-columns", |good| {
        Parts::of(good).cut(SectionId::Attributes, 200).file()
    }),
    ("category-without-a-name", |good| {
        Parts::of(good)
            .patched(SectionId::Attributes, NAMES + NAME_BYTES, &[7, 0])
            .file()
    }),
    ("name-not-utf-8", |good| {
        Parts::of(good).patched(SectionId::Attributes, NAMES, &[0xFF]).file()
    }),
    ("ranker-cut-in-its-thresholds", |good| {
        Parts::of(good).cut(SectionId::Ranker, 12 + FEATURES + 3).file()
    }),
    ("ranker-of-a-later-feature", |good| {
        let parts = Parts::of(good).patched(SectionId::Ranker, 0, &[FEATURES as u8 + 1]);
        parts.inserted(SectionId::Ranker, 12 + FEATURES, 0).file()
    }),
    ("tree-that-runs-in-a-circle", |good| {
        Parts::of(good).patched(SectionId::Ranker, FIRST_TREE + 3, &[0]).file()
    }),
    ("cells-cut-in-their-columns", |good| with_cells(good, &[0, 3, 0, 1, 0])),
    ("cells-without-the-unknown-one", |good| {
        with_cells(good, &[1, 1, 1, 1, 0])
    }),
    ("cell-of-facts-that-are-none", |good| {
        with_cells(good, &[1 << 27, 1, 0, 1, 0])
    }),
    ("cell-with-an-item-beyond-the-last", |good| {
        with_cells(good, &[0, 1, 0, 1, 30])
    }),
    ("hit-curve-cut-in-a-rank", |good| with_hit_curve(good, &[9, 0, 8])),
    ("hit-curve-that-rises", |good| with_hit_curve(good, &[8, 0, 9, 0])),
];

/// Where names begin in the attributes of 7 categories and 5 brands: three counts, an end for each name.
const NAMES: usize = 8 + 4 * 12;

/// The first tree behind 12 bytes of head, a count for each feature and ten thresholds: one byte that says how
/// many nodes it has.
const FIRST_TREE: usize = 12 + FEATURES + 4 * 10;

/// Bytes of all those names; the category of the first item stands behind them.
const NAME_BYTES: usize = 117;

/// Where the rows of a table of 30 items begin: 16 weights, 64 gap orders, one block offset, 30 lengths.
const ROWS: usize = 64 + 64 + 4 + 30;

/// The file with one more section of three bytes, which no engine of version 1 knows.
#[must_use]
pub fn with_section(good: &[u8], id: u16, flags: u16) -> Vec<u8> {
    let mut parts = Parts::of(good);
    parts.sections.push((id, flags, b"new".to_vec()));
    parts.file()
}

/// The file with cells of these numbers: facts, how many cells, the cells, where their lists end, the lists.
fn with_cells(good: &[u8], numbers: &[u32]) -> Vec<u8> {
    let mut parts = Parts::of(good);
    let content = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    parts.sections.push((SectionId::Cells as u16, 0, content));
    parts.file()
}

/// The file with a hit curve of these bytes.
fn with_hit_curve(good: &[u8], content: &[u8]) -> Vec<u8> {
    let mut parts = Parts::of(good);
    parts.sections.push((SectionId::HitCurve as u16, 0, content.to_vec()));
    parts.file()
}

/// What a transfer in text mode does to line ends.
fn sent_as_text(good: &[u8]) -> Vec<u8> {
    let follows = |at: usize| good.get(at + 1) == Some(&b'\n');
    let kept = (0..good.len()).filter(|at| good[*at] != b'\r' || !follows(*at));
    kept.map(|at| good[at]).collect()
}

/// Bytes of the file itself replaced; no checksum is mended.
fn with_bytes(good: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = good.to_vec();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

/// The first number of the record that is 1: the weight of the most recent event.
fn with_first_factor(good: &[u8], factor: f32) -> Vec<u8> {
    let parts = Parts::of(good);
    let one = find(parts.content(SectionId::Meta), &1.0_f32.to_le_bytes());
    parts.patched(SectionId::Meta, one, &factor.to_le_bytes()).file()
}

fn with_weight(good: &[u8], weight: f32) -> Vec<u8> {
    Parts::of(good)
        .patched(SectionId::Together, 0, &weight.to_le_bytes())
        .file()
}

fn with_id(good: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let parts = Parts::of(good);
    let at = find(parts.content(SectionId::Ids), old);
    parts.patched(SectionId::Ids, at, new).file()
}

fn find(content: &[u8], wanted: &[u8]) -> usize {
    content
        .windows(wanted.len())
        .position(|window| window == wanted)
        .unwrap_or_default()
}
