//! The bytes that `docs/snapshot-format.md` shows are the bytes that are written.

use crate::shop;
use shelfwise_core::ItemIndex;
use shelfwise_core::snapshot::layout::SectionId;
use shelfwise_core::snapshot::{NeighbourTable, Scoring, Snapshot, SnapshotBuilder};

const DOCUMENT: &str = include_str!("../../../../docs/snapshot-format.md");

/// Item 10 of 21 has three neighbours; the others have none.
fn example() -> SnapshotBuilder {
    let ids: Vec<String> = (0..21).map(|n: u32| (n + 10).to_string()).collect();
    let items = ids.len();
    let mut rows = vec![Vec::new(); items];
    rows[10] = vec![(9, 3), (11, 15), (17, 0)];
    SnapshotBuilder {
        meta: shop::meta(Scoring {
            decay: [1.0; 20],
            event_weight: [1.0; 16],
            ..Scoring::default()
        }),
        id_runs: vec![ids],
        together: NeighbourTable {
            weights: shop::weights(),
            rows,
        },
        popularity: vec![0; items],
        recent: vec![0; items],
        ..SnapshotBuilder::default()
    }
}

fn section(bytes: &[u8], id: SectionId) -> &[u8] {
    let snapshot = Snapshot::open(bytes).unwrap();
    let section = snapshot.sections().find(|section| section.id == id as u16).unwrap();
    &bytes[section.range]
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    digits.join(" ")
}

#[test]
fn document_row_example_is_what_is_written() {
    let bytes = example().build().unwrap();
    let row = hex(section(&bytes, SectionId::Together).last_chunk::<4>().unwrap());
    assert_eq!(row, "0F 3F DC 00");
    assert!(DOCUMENT.contains(&format!("`{row}`")));
    let read: Vec<u32> = Snapshot::open(bytes)
        .unwrap()
        .together()
        .of(ItemIndex(10))
        .map(|n| n.item.0)
        .collect();
    assert_eq!(read, [9, 11, 17]);
}

#[test]
fn document_ids_example_is_what_is_written() {
    let ids = ["9", "10", "12"].map(String::from).to_vec();
    let parts = SnapshotBuilder {
        together: NeighbourTable {
            weights: shop::weights(),
            rows: vec![vec![]; 3],
        },
        popularity: vec![0; 3],
        recent: vec![0; 3],
        id_runs: vec![ids],
        ..example()
    };
    let bytes = parts.build().unwrap();
    let block = hex(section(&bytes, SectionId::Ids).last_chunk::<10>().unwrap());
    assert_eq!(block, "00 01 39 00 02 31 30 01 01 32");
    assert!(DOCUMENT.replace(" · ", " ").contains(&block));
}

#[test]
fn document_head_example_is_what_is_written() {
    let bytes = example().build().unwrap();
    assert!(DOCUMENT.contains(&format!("`{}`", hex(&bytes[..8]))));
    assert_eq!(hex(&bytes[8..12]), "01 00 04 00");
    assert_eq!(bytes[12..16], (bytes.len() as u32).to_le_bytes());
    assert_eq!(hex(&bytes[16..20]), "15 00 00 00");
    assert_eq!(bytes[24..32], [0; 8]);
}

#[test]
fn document_names_every_section() {
    for id in SectionId::ALL {
        let required = if id.is_required() { "yes" } else { "no" };
        assert!(
            DOCUMENT.contains(&format!("| {} | {id} | {required} |", id as u16)),
            "{id}"
        );
    }
}
