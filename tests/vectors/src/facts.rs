//! Facts of the grocer's items, a column of each kind: for readers of the file in other languages.

use std::array;
use std::error::Error;
use std::ops::Range;

use sha2::{Digest as _, Sha256};
use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder, FactsError};
use shelfwise_core::{Facts, Snapshot};

use crate::shops;

/// The committed files, in `tests/snapshots/facts`, of the snapshot [`SNAPSHOT`]; in the second each item has the facts of the one
/// behind it in the first.
pub const FILES: [&str; 2] = ["grocer.swf", "grocer-next.swf"];

const COMMITTED: &[u8] = include_bytes!("../../snapshots/facts/grocer.swf");

/// The snapshot whose items the file describes.
pub const SNAPSHOT: &str = "grocer";

/// 2026-01-01 in days since 1970.
const NEW_YEAR: i32 = 20_454;

/// Returns the files' bytes.
///
/// # Errors
/// Where the parts do not fit together.
pub fn files() -> Result<[Vec<u8>; 2], Box<dyn Error>> {
    Ok([file(0)?, file(1)?])
}

/// Returns a file in which each item has the facts that are so many places behind it.
fn file(shift: i32) -> Result<Vec<u8>, Box<dyn Error>> {
    let make = shops::ALL.iter().find(|(name, _)| *name == SNAPSHOT);
    let (_, make) = make.ok_or("there is no snapshot of that name")?;
    let snapshot = Snapshot::open(make()?)?;
    let builder = FactsBuilder {
        ids_sha256: ids_sha256(&snapshot),
        items: snapshot.items(),
        columns: columns(shift..snapshot.items() as i32 + shift),
    };
    Ok(builder.build()?)
}

/// Returns the committed facts for a snapshot.
///
/// # Errors
/// [`FactsError`] where the snapshot has other ids.
pub fn of<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> Result<Facts<&'static [u8]>, FactsError> {
    Facts::open(COMMITTED, &ids_sha256(snapshot))
}

/// Returns the SHA-256 of the snapshot's id section, to which a facts file is bound.
pub fn ids_sha256<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> [u8; 32] {
    let hash = Sha256::digest(snapshot.ids_section());
    array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
}

/// Every fourth item has no price, every third no maker; the other columns are complete. Stock is in steps. The value has
/// the 16 levels of one that objectives raise.
fn columns(items: Range<i32>) -> Vec<ColumnTable> {
    let numbers = |of: fn(i32) -> Option<i32>| Cells::numbers(items.clone().map(of).collect::<Vec<_>>());
    let stock = Cells::Numbers {
        values: items.clone().map(|item| Some(item * 13 % 40)).collect(),
        steps: 4,
        cuts: vec![2],
    };
    let makers = ["Anna", "Öl & Co"];
    let maker = |item: i32| (item % 3 != 2).then(|| makers[item as usize % 3].to_owned());
    let column = |(name, kind, cells): (&str, _, _)| ColumnTable {
        name: name.into(),
        kind,
        cells,
    };
    Vec::from(
        [
            (
                "price",
                FactKind::Money,
                numbers(|item| (item % 4 != 3).then_some(199 + item * 150)),
            ),
            ("stock", FactKind::Count, stock),
            ("rating", FactKind::Number, numbers(|item| Some(10 + item * 7 % 41))),
            ("margin_share", FactKind::Share, numbers(|item| Some(item * 91 % 1_001))),
            ("since", FactKind::Day, numbers(|item| Some(NEW_YEAR - item * item))),
            ("organic", FactKind::Flag, numbers(|item| Some(item % 2))),
            (
                "maker",
                FactKind::Text,
                Cells::Texts(items.clone().map(maker).collect()),
            ),
            ("value", FactKind::Count, numbers(|item| Some(item * 7 % 16))),
        ]
        .map(column),
    )
}

#[cfg(test)]
mod tests {
    use shelfwise_core::ItemIndex;
    use shelfwise_core::snapshot::{NeighbourTable, SnapshotBuilder};

    use super::*;

    #[test]
    fn committed_facts_are_what_the_builder_writes() {
        assert_eq!(file(0).unwrap(), COMMITTED);
    }

    /// Whoever trains can exchange two ids, so that a rule over facts would hit the other item.
    #[test]
    fn facts_do_not_fit_a_snapshot_with_exchanged_ids() {
        let of = |id_runs: [&[&str]; 2]| {
            let builder = SnapshotBuilder {
                id_runs: id_runs
                    .iter()
                    .map(|run| run.iter().map(ToString::to_string).collect())
                    .collect(),
                together: NeighbourTable {
                    rows: vec![Vec::new(); 2],
                    ..NeighbourTable::default()
                },
                popularity: vec![0; 2],
                recent: vec![0; 2],
                ..SnapshotBuilder::default()
            };
            Snapshot::open(builder.build().unwrap()).unwrap()
        };
        let (honest, exchanged) = (of([&["adult"], &["toy"]]), of([&["toy"], &["adult"]]));
        assert_eq!(honest.items(), exchanged.items());
        let facts = FactsBuilder {
            ids_sha256: ids_sha256(&honest),
            items: 2,
            columns: Vec::new(),
        };
        let file = facts.build().unwrap();
        assert!(Facts::open(&*file, &ids_sha256(&honest)).is_ok());
        let refused = Facts::open(&*file, &ids_sha256(&exchanged)).map(|_| ());
        assert_eq!(refused, Err(FactsError::OtherIds));
    }

    #[test]
    fn committed_facts_have_a_column_of_each_kind() {
        let snapshot = Snapshot::open(crate::snapshot(SNAPSHOT).unwrap()).unwrap();
        let facts = Facts::open(COMMITTED, &ids_sha256(&snapshot)).unwrap();
        let kinds: Vec<_> = facts.columns().map(|(_, kind)| kind).collect();
        // The last one is a value.
        assert_eq!(kinds, [FactKind::ALL.as_slice(), &[FactKind::Count]].concat());
        let of = |name: &str, item| facts.value(facts.column(name).unwrap(), ItemIndex(item));
        assert_eq!((of("price", 0), of("price", 3)), (Some(199), None));
        assert_eq!((of("stock", 0), of("since", 2)), (Some(0), Some(NEW_YEAR - 4)));
        let maker = facts.column("maker").unwrap();
        assert_eq!((of("maker", 1), of("maker", 2)), (facts.code(maker, "Öl & Co"), None));
    }
}
