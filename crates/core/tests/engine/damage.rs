//! Damaged bytes give an error or a snapshot that works; verifying sees every damaged byte.

use crate::shop::{Shop, shop};
use proptest::collection::vec;
use proptest::prelude::*;
use shelfwise_core::snapshot::Snapshot;
use shelfwise_core::{Context, ContextKey, Engine, EventKind, Item, Policy, Recommend, Rerank, ScoreTrace, Session};

/// Serves whatever the bytes are. Returns whether verifying admitted them.
fn serve(shop: &Shop, bytes: &[u8]) -> Option<bool> {
    let snapshot = Snapshot::open(bytes).ok()?;
    let admitted = snapshot.verify().is_ok();
    let mut session = Session::new();
    for id in &shop.ids {
        session.apply(EventKind::ViewItem, id, 0).unwrap();
    }
    let mut engine = Engine::new(snapshot, Policy::default());
    let items: Vec<Item<'_>> = shop.ids.iter().map(|id| Item::new(id)).collect();
    let context = Context {
        item: Some(&shop.ids[0]),
        category: Some("food"),
        cell: ContextKey::parse("evening,weekend,phone,en,GB"),
    };
    let rerank = Rerank {
        items: &items,
        context,
        limit: 100,
        ..Rerank::default()
    };
    assert_eq!(engine.rerank(&session, &rerank, &mut ()).items.len(), items.len());
    let recommend = Recommend {
        context,
        limit: 100,
        ..Recommend::default()
    };
    let slate = engine.recommend(&session, &recommend, &mut ScoreTrace::default());
    assert!(
        slate
            .items
            .iter()
            .all(|item| item.score.is_finite() && !item.item_id.is_empty())
    );
    Some(admitted)
}

fn any_shop(shop: impl Strategy<Value = Shop>) -> Shop {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut shops = std::iter::repeat_with(|| shop.new_tree(&mut runner).unwrap().current());
    shops
        .find(|shop| shop.catalog.is_some() && shop.alike.is_some() && shop.ids.len() > 20)
        .unwrap()
}

#[test]
fn verify_finds_every_damaged_byte() {
    let shop = any_shop(shop());
    let good = shop.builder(|item| item % 3).build().unwrap();
    assert_eq!(serve(&shop, &good), Some(true));
    let mut served = 0;
    for at in 0..good.len() {
        for flipped in [0x01, 0xFF] {
            let mut bytes = good.clone();
            bytes[at] ^= flipped;
            let outcome = serve(&shop, &bytes);
            assert_ne!(outcome, Some(true), "byte {at} of {}", good.len());
            served += usize::from(outcome.is_some());
        }
    }
    assert!(served > good.len(), "most damage opens and is served: {served}");
}

#[test]
fn open_refuses_every_truncation() {
    let shop = any_shop(shop());
    let good = shop.builder(|_| 0).build().unwrap();
    for length in 0..good.len() {
        assert!(Snapshot::open(&good[..length]).is_err(), "cut to {length} bytes");
    }
}

proptest! {
    #[test]
    fn damage_in_many_places_is_survived(
        shop in shop(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in proptest::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = shop.builder(|item| item % 2).build().unwrap();
        let good = bytes.clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
        let outcome = serve(&shop, &bytes);
        prop_assert!(outcome != Some(true) || bytes == good);
    }

    #[test]
    fn any_bytes_at_all_are_refused(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(Snapshot::open(bytes).is_err());
    }
}
