//! Tests of facts: what is written is read, and foreign or damaged bytes are refused.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

const HASH: [u8; HASH_BYTES] = [7; HASH_BYTES];

fn column(name: &str, kind: FactKind, cells: Cells) -> ColumnTable {
    ColumnTable {
        name: name.into(),
        kind,
        cells,
    }
}

fn builder(items: usize, columns: impl Into<Vec<ColumnTable>>) -> FactsBuilder {
    FactsBuilder {
        ids_sha256: HASH,
        items,
        columns: columns.into(),
    }
}

fn stepped(values: Vec<Option<i32>>, steps: usize, cuts: &[i32]) -> Vec<Option<i32>> {
    let items = values.len();
    let cells = Cells::Numbers {
        values,
        steps,
        cuts: cuts.to_vec(),
    };
    let file = builder(items, [column("n", FactKind::Count, cells)]).build().unwrap();
    let facts = Facts::open(file, &HASH).unwrap();
    (0..items as u32).map(|item| facts.value(0, ItemIndex(item))).collect()
}

#[test]
fn column_of_texts_gives_codes_and_their_texts() {
    let colours = ["red", "", "blue", "red"].map(|text| (!text.is_empty()).then(|| text.to_string()));
    let table = column("colour", FactKind::Text, Cells::Texts(colours.to_vec()));
    let facts = Facts::open(builder(4, [table]).build().unwrap(), &HASH).unwrap();
    let codes = [0, 1, 2, 3].map(|item| facts.value(0, ItemIndex(item)));
    assert_eq!(codes, [Some(1), None, Some(0), Some(1)]);
    assert_eq!((facts.code(0, "red"), facts.code(0, "green")), (Some(1), None));
    assert_eq!(
        (facts.text(0, 1), facts.text(0, 2), facts.text(0, -1)),
        (Some("red"), None, None)
    );
}

#[test]
fn item_or_column_out_of_range_has_no_value() {
    let table = column("n", FactKind::Count, Cells::numbers([Some(1)]));
    let facts = Facts::open(builder(1, [table]).build().unwrap(), &HASH).unwrap();
    assert_eq!(facts.value(0, ItemIndex(0)), Some(1));
    assert_eq!(facts.value(0, ItemIndex(1)), None);
    assert_eq!(facts.value(0, ItemIndex(u32::MAX)), None);
    assert_eq!(facts.value(1, ItemIndex(0)), None);
    assert_eq!((facts.column("n"), facts.column("m")), (Some(0), None));
}

#[test]
fn facts_of_other_ids_are_refused() {
    let file = builder(0, []).build().unwrap();
    let opened = Facts::open(&*file, &[8; HASH_BYTES]).map(|_| ());
    assert_eq!(opened, Err(FactsError::OtherIds));
}

#[test]
fn foreign_or_cut_bytes_are_refused() {
    let table = column("price", FactKind::Money, Cells::numbers([Some(5), Some(9), None]));
    let file = builder(3, [table]).build().unwrap();
    let open = |bytes: &[u8]| Facts::open(bytes, &HASH).map(|_| ()).unwrap_err();
    assert_eq!(open(b""), FactsError::NotFacts);
    assert_eq!(open(b"SWF"), FactsError::NotFacts);
    assert_eq!(open(b"<!doctype html>"), FactsError::NotFacts);
    assert_eq!(open(b"SWF\x02more"), FactsError::Version { got: 2 });
    for end in FILE_HEAD.len()..file.len() {
        assert!(matches!(open(&file[..end]), FactsError::Malformed(_)), "{end} bytes");
    }
    let longer = [&*file, &[0]].concat();
    assert_eq!(
        open(&longer),
        FactsError::Malformed("does not have one code for each item")
    );
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let one = |name: &str| column(name, FactKind::Count, Cells::numbers([Some(1)]));
    let refused = |items, columns: Vec<_>| builder(items, columns).build().unwrap_err();
    assert_eq!(
        refused(1, [one("a"), one("a")].into()),
        FactsBuildError::Name("a".into())
    );
    assert_eq!(refused(1, [one("")].into()), FactsBuildError::Name(String::new()));
    assert_eq!(refused(2, [one("a")].into()), FactsBuildError::Length("a".into()));
    let many = (0..=MAX_COLUMNS).map(|n| one(&n.to_string())).collect();
    assert_eq!(refused(1, many), FactsBuildError::TooMany);
}

#[test]
fn column_with_few_values_keeps_them_all() {
    let values: Vec<_> = (0..40).map(|n| (n % 7 != 0).then_some(n % 7 * 100)).collect();
    assert_eq!(stepped(values.clone(), 6, &[]), values);
}

#[test]
fn column_with_a_cut_compares_exactly_with_it() {
    let values: Vec<_> = (0..1_000).map(|n| Some(n * 3)).collect();
    for cut in [1, 300, 1_499, 2_996] {
        let read = stepped(values.clone(), 8, &[cut]);
        let mut pairs = values.iter().flatten().zip(read.iter().flatten());
        assert!(pairs.all(|(value, step)| (*value < cut) == (*step < cut)), "{cut}");
    }
}

#[test]
fn steps_hold_about_equally_many_items() {
    let read = stepped((0..1_600).map(Some).collect(), 16, &[]);
    for part in read.chunk_by(|a, b| a == b) {
        assert!((80..=120).contains(&part.len()), "{}", part.len());
    }
}

proptest! {
    #[test]
    fn numbers_round_trip(values in prop::collection::vec(prop::option::of(any::<i32>()), 0..200)) {
        prop_assert_eq!(stepped(values.clone(), 65_535, &[]), values);
    }

    #[test]
    fn steps_are_lower_bounds(
        values in prop::collection::vec(prop::option::of(-50..5_000i32), 1..300),
        steps in 1..40usize,
        cuts in prop::collection::vec(0..5_000i32, 0..5),
    ) {
        let read = stepped(values.clone(), steps, &cuts);
        let mut told_apart: Vec<_> = read.iter().flatten().collect();
        told_apart.sort_unstable();
        told_apart.dedup();
        prop_assert!(told_apart.len() <= steps.max(cuts.len() + 1));
        for (value, step) in values.iter().zip(&read) {
            prop_assert_eq!(value.is_some(), step.is_some());
            prop_assert!(step <= value);
        }
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), version in any::<bool>()) {
        let head: &[u8] = if version { &FILE_HEAD } else { &[] };
        let file = [head, &bytes].concat();
        if let Ok(facts) = Facts::open(&*file, &HASH) {
            let read = (0..8).filter_map(|item| facts.value(0, ItemIndex(item))).count();
            prop_assert!(read <= 8);
        }
    }
}
