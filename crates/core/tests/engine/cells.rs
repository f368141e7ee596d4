//! Context cells: what a visit of which little is known is shown.

use crate::shop;
use crate::shop::{CELLS, Popularities, shop};
use proptest::prelude::*;
use shelfwise_core::snapshot::layout::SectionId;
use shelfwise_core::snapshot::{BuildError, CellTable, NeighbourTable, Snapshot, SnapshotBuilder, SnapshotError};
use shelfwise_core::{Context, ContextKey, Engine, EventKind, Policy, Recommend, ScoreTrace, Session, Source};

proptest! {
    #[test]
    fn context_key_list_or_nearest_ancestor_comes_back(shop in shop(), text in proptest::sample::select(CELLS.to_vec())) {
        let builder = shop.builder(|_| 0);
        let snapshot = Snapshot::open(builder.build().unwrap()).unwrap();
        let Some(Popularities { facts, share, .. }) = shop.cells else {
            prop_assert!(snapshot.cells().is_empty() && snapshot.cells().share() == 0.0);
            prop_assert_eq!(snapshot.cells().popular_in(ContextKey::parse(text)).count(), 0);
            return Ok(());
        };
        let table = builder.cells.unwrap();
        let read = snapshot.cells();
        prop_assert_eq!((read.facts(), read.share(), read.len()), (facts, f32::from(share) / 256.0, table.cells.len()));
        prop_assert!(read.cells().eq(table.cells.iter().map(|(cell, _)| *cell)));
        let nearest = ContextKey::parse(text).only(facts).lineage().find_map(|cell| table.cells.iter().find(|(own, _)| *own == cell));
        let expected: Vec<_> = nearest.unwrap().1.iter().map(|(item, weight)| (*item, f32::from(*weight) / 255.0)).collect();
        let list: Vec<_> = read.popular_in(ContextKey::parse(text)).map(|(item, weight)| (item.0, weight)).collect();
        prop_assert_eq!(list, expected);
    }

    #[test]
    fn any_words_make_a_cell_that_is_written_and_read_again(words in "\\PC{0,30}", parts in proptest::collection::vec("[a-zA-Z0-9-]{0,8}", 0..7)) {
        for text in [words, parts.join(",")] {
            let cell = ContextKey::parse(&text);
            prop_assert_eq!(ContextKey::parse(&cell.to_string()), cell);
            prop_assert_eq!(cell.only(ContextKey::EVERYTHING), cell);
            prop_assert_eq!(cell.only(cell.known()), cell);
            prop_assert!(cell.lineage().all(|ancestor| ancestor <= cell) && cell.lineage().last() == Some(ContextKey::UNKNOWN));
        }
    }
}

/// Tea is the bestseller, rolls are what a visit begins with in the morning, and wine on weekend evenings.
fn corner_shop(change: impl FnOnce(&mut SnapshotBuilder)) -> Result<Vec<u8>, BuildError> {
    let ids = ["jam", "tea", "wine", "rolls"].map(String::from).to_vec();
    let mut scoring = shop::corner_shop(Policy::default()).snapshot().meta().scoring.clone();
    scoring.seen = 0.5;
    let mut builder = SnapshotBuilder {
        meta: shop::meta(scoring),
        id_runs: vec![ids],
        together: NeighbourTable {
            weights: std::array::from_fn(|level| (level + 1) as f32 / 16.0),
            rows: vec![vec![]; 4],
        },
        popularity: vec![10, 63, 20, 30],
        recent: vec![0; 4],
        top: vec![1, 3, 2, 0],
        cells: Some(CellTable {
            facts: ContextKey::TIME,
            share: 192,
            cells: vec![
                (ContextKey::UNKNOWN, vec![(1, 255), (0, 200)]),
                (ContextKey::parse("morning"), vec![(3, 255), (1, 100)]),
                (ContextKey::parse("evening,weekend"), vec![(2, 255), (1, 120)]),
            ],
        }),
        ..SnapshotBuilder::default()
    };
    change(&mut builder);
    builder.build()
}

fn shown(cell: &str, viewed: &[&str]) -> Vec<String> {
    let snapshot = Snapshot::open(corner_shop(|_| ()).unwrap()).unwrap();
    let mut engine = Engine::new(snapshot, Policy::default());
    let mut session = Session::new();
    for item in viewed {
        session.apply(EventKind::ViewItem, item, 0).unwrap();
    }
    let request = Recommend {
        context: Context {
            cell: ContextKey::parse(cell),
            ..Context::default()
        },
        limit: 4,
        ..Recommend::default()
    };
    let slate = engine.recommend(&session, &request, &mut ());
    assert!(viewed.len() == 1 || slate.items.iter().all(|item| item.source == Source::Popular));
    slate.items.into_iter().map(|item| item.item_id.into_owned()).collect()
}

#[test]
fn recommend_first_visit_ranks_by_context_key() {
    assert_eq!(shown("morning", &[]), ["rolls", "tea", "wine", "jam"]);
    assert_eq!(shown("evening,weekend", &[]), ["wine", "tea", "rolls", "jam"]);
}

#[test]
fn recommend_rare_or_unknown_key_ranks_by_all_visits() {
    let all = ["tea", "jam", "rolls", "wine"];
    for cell in ["", "evening", "evening,workday", "night,weekend", ",weekend"] {
        assert_eq!(shown(cell, &[]), all, "{cell}");
    }
}

#[test]
fn facts_that_the_snapshot_does_not_tell_apart_change_nothing() {
    assert_eq!(shown("morning,workday,phone,en,GB", &[]), shown("morning", &[]));
}

#[test]
fn recommend_events_outrank_the_context_key() {
    assert_eq!(shown("morning", &["jam"]), ["jam", "rolls", "tea", "wine"]);
}

#[test]
fn trace_score_parts_sum_to_the_score() {
    let snapshot = Snapshot::open(corner_shop(|_| ()).unwrap()).unwrap();
    let mut engine = Engine::new(snapshot, Policy::default());
    let request = Recommend {
        context: Context {
            cell: ContextKey::parse("morning"),
            ..Context::default()
        },
        limit: 1,
        ..Recommend::default()
    };
    let mut trace = ScoreTrace::default();
    engine.recommend(&Session::new(), &request, &mut trace);
    let rolls = engine.snapshot().ids().index_of("rolls").unwrap();
    let amounts: Vec<f32> = trace.contributions(rolls).map(|step| step.amount).collect();
    assert_eq!(amounts.len(), 2, "popular in the shop, and where visits begin");
}

#[test]
fn cells_that_are_out_of_order_range_or_root_make_no_snapshot() {
    let broken = |change: fn(&mut CellTable)| corner_shop(|parts| change(parts.cells.as_mut().unwrap())).unwrap_err();
    let malformed = BuildError::Unreadable(SnapshotError::Malformed {
        section: SectionId::Cells,
        what: "has a cell or a list out of order or range",
    });
    assert_eq!(broken(|table| table.cells.swap(1, 2)), malformed);
    assert_eq!(broken(|table| table.cells.truncate(0)), malformed);
    assert_eq!(broken(|table| drop(table.cells.remove(0))), malformed);
    assert_eq!(broken(|table| table.facts = ContextKey::PLACE), malformed);
    assert_eq!(broken(|table| table.facts = ContextKey::from_bits(u32::MAX)), malformed);
    assert_eq!(
        broken(|table| table.cells[0].1.push((4, 1))),
        BuildError::Row(SectionId::Cells)
    );
}
