//! What is written is read back: ids, tables, popularity, attributes, policies.

use crate::shop::{BRANDS, CATEGORIES, Shop, id, shop};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use shelfwise_core::policy::{Action, Attribute, Condition, Exclusion, MAX_RULES, PolicyError, Rule, Selector};
use shelfwise_core::snapshot::layout::MAX_POPULARITY;
use shelfwise_core::snapshot::{Brand, BuildError, Category, NeighbourTable, Snapshot, compare_ids};
use shelfwise_core::{CurrentItem, ItemIndex, Placement, Policy, example};

proptest! {
    #[test]
    fn ids_are_found_both_ways_in_any_script_and_run(ids in btree_set(id(), 1..120), seed in any::<usize>()) {
        let shop = empty_shop(ids.into_iter().collect());
        let builder = shop.builder(|item| item.wrapping_mul(seed | 1) % 4);
        let bytes = builder.build().unwrap();
        let snapshot = Snapshot::open(bytes.as_slice()).unwrap();
        for (at, id) in (0..).zip(builder.id_runs.concat()) {
            let found = snapshot.ids().id_of(ItemIndex(at)).unwrap();
            prop_assert_eq!(found.as_str(), Some(id.as_str()));
            prop_assert_eq!(snapshot.ids().index_of(&id), Some(ItemIndex(at)));
        }
        prop_assert_eq!(snapshot.ids().len(), shop.ids.len());
        prop_assert!(snapshot.ids().id_of(ItemIndex(shop.ids.len() as u32)).is_none());
    }

    #[test]
    fn ids_unknown_id_is_not_found(ids in btree_set(id(), 1..60), other in id()) {
        prop_assume!(!ids.contains(&other));
        let snapshot = empty_shop(ids.into_iter().collect()).open();
        prop_assert_eq!(snapshot.ids().index_of(&other), None);
    }

    #[test]
    fn neighbours_come_back_with_their_weights(shop in shop(), run in 1..4_usize) {
        let builder = shop.builder(|item| item % run);
        let snapshot = Snapshot::open(builder.build().unwrap()).unwrap();
        assert_table(&builder.together, |item| snapshot.together().of(item).map(|n| (n.item.0, n.weight)).collect());
        if let Some(bridges) = &builder.bridges {
            assert_table(bridges, |item| snapshot.bridges().of(item).map(|n| (n.item.0, n.weight)).collect());
        }
        if let Some(alike) = &builder.alike {
            assert_table(alike, |item| snapshot.alike().of(item).map(|n| (n.item.0, n.weight)).collect());
        }
    }

    #[test]
    fn popularity_comes_back_in_63rds(shop in shop()) {
        let builder = shop.builder(|_| 0);
        let snapshot = Snapshot::open(builder.build().unwrap()).unwrap();
        for (at, level) in (0..).zip(&builder.popularity) {
            let expected = f32::from(*level) / f32::from(MAX_POPULARITY);
            prop_assert_eq!(snapshot.popularity().of(ItemIndex(at)), expected);
            prop_assert_eq!(snapshot.popularity().recent_of(ItemIndex(at)), f32::from(MAX_POPULARITY - level) / f32::from(MAX_POPULARITY));
        }
        let top: Vec<u32> = snapshot.popularity().top().map(|item| item.0).collect();
        prop_assert_eq!(top, builder.top);
    }

    #[test]
    fn attributes_come_back_by_name(shop in shop()) {
        let builder = shop.builder(|_| 0);
        let snapshot = Snapshot::open(builder.build().unwrap()).unwrap();
        let read = snapshot.attributes();
        let written = builder.attributes.unwrap_or_default();
        for (at, (category, brand)) in (0..).zip(&written.items) {
            prop_assert_eq!(read.category_of(ItemIndex(at)), category.map(Category));
            prop_assert_eq!(read.brand_of(ItemIndex(at)), brand.map(Brand));
        }
        let names: Vec<&str> = read.categories().map(|(_, name)| name).collect();
        prop_assert_eq!(&names, &written.categories);
        prop_assert_eq!(names.is_empty(), shop.catalog.is_none());
        for ((category, _), popular) in read.categories().zip(&written.popular) {
            let list: Vec<u32> = read.popular_in(category).map(|item| item.0).collect();
            prop_assert_eq!(&list, popular);
        }
        if shop.catalog.is_some() {
            prop_assert_eq!(read.brand_name(Brand(2)), Some(BRANDS[2]));
            prop_assert_eq!(read.category_name(Category(4)), None);
            prop_assert_eq!(read.category_name(Category(3)), Some(CATEGORIES[3]));
        }
    }

    #[test]
    fn snapshot_meta_round_trips(shop in shop()) {
        let snapshot = shop.open();
        prop_assert_eq!(snapshot.meta(), &shop.builder(|_| 0).meta);
    }

    #[test]
    fn trees_are_read_where_they_are_written(shop in shop()) {
        let trees = shop.ranker.as_ref().map(|forest| forest.trees.len());
        prop_assert_eq!(shop.open().ranker().map(|forest| forest.len()), trees);
    }

    #[test]
    fn builder_same_parts_give_the_same_bytes(shop in shop()) {
        let build = || shop.builder(|item| item % 2).build();
        prop_assert_eq!(build(), build());
    }

    #[test]
    fn policy_encode_round_trips(policy in policy()) {
        let bytes = policy.encode();
        prop_assert_eq!(Policy::decode(&bytes), Ok(policy));
    }

    #[test]
    fn policy_truncated_or_padded_is_refused(policy in policy(), cut in any::<prop::sample::Index>()) {
        let mut bytes = policy.encode();
        prop_assert!(Policy::decode(&bytes[..cut.index(bytes.len())]).is_err());
        bytes.push(0);
        prop_assert_eq!(Policy::decode(&bytes), Err(PolicyError::Malformed));
    }
}

fn assert_table(written: &NeighbourTable, read: impl Fn(ItemIndex) -> Vec<(u32, f32)>) {
    for (at, row) in (0..).zip(&written.rows) {
        let expected: Vec<_> = row
            .iter()
            .map(|(item, level)| (*item, written.weights[usize::from(*level)]))
            .collect();
        assert_eq!(read(ItemIndex(at)), expected, "row {at}");
    }
    assert!(read(ItemIndex(written.rows.len() as u32)).is_empty());
}

fn empty_shop(ids: Vec<String>) -> Shop {
    let items = ids.len();
    Shop {
        ids,
        together: vec![Vec::new(); items],
        alike: None,
        bridges: None,
        popularity: vec![0; items],
        top: Vec::new(),
        catalog: None,
        ranker: None,
        cells: None,
        scoring: shelfwise_core::snapshot::Scoring {
            two_hop: 0.0,
            seen: 0.0,
            current: 0.0,
            ..example::corner_shop().meta.scoring
        },
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let name = || "\\PC{0,8}";
    let selector = prop_oneof![
        name().prop_map(Selector::Item),
        name().prop_map(Selector::Category),
        name().prop_map(Selector::Brand),
    ];
    let by = prop_oneof![Just(Attribute::Category), Just(Attribute::Brand)];
    let action = prop_oneof![
        (selector, option::of(btree_set(name(), 0..4))).prop_map(|(what, items)| Action::Hide {
            what,
            items: items.map(|items| items.into_iter().collect()),
        }),
        Just(Action::Exclude(Exclusion::InCart)),
        Just(Action::Exclude(Exclusion::OutOfStock)),
        (by, any::<u16>()).prop_map(|(by, max)| Action::Cap { by, max }),
        (name(), any::<u16>()).prop_map(|(item, position)| Action::Pin { item, position }),
    ];
    let rule = (name(), vec(name(), 0..3), action).prop_map(|(id, placements, action)| Rule {
        id,
        placements,
        action,
        condition: Condition::default(),
    });
    let current = prop_oneof![Just(CurrentItem::Show), Just(CurrentItem::Hide)];
    let placement = (name(), current).prop_map(|(name, current_item)| Placement { name, current_item });
    (vec(placement, 0..4), vec(rule, 0..8)).prop_map(|(placements, rules)| Policy {
        placements,
        rules,
        ..Policy::default()
    })
}

#[test]
fn ids_stand_by_length_and_then_by_bytes() {
    let mut ids = ["10", "9", "b", "ä", "aa", "100"];
    ids.sort_by(|a, b| compare_ids(a.as_bytes(), b.as_bytes()));
    assert_eq!(ids, ["9", "b", "10", "aa", "ä", "100"]);
}

#[test]
fn ids_of_all_255_bytes_are_taken_and_longer_ones_are_not() {
    let id = |last: char| "x".repeat(254) + &last.to_string();
    let snapshot = empty_shop(vec![id('a'), id('b'), "y".into()]).open();
    assert_eq!(snapshot.ids().index_of(&id('b')), Some(ItemIndex(2)));
    assert_eq!(
        snapshot.ids().id_of(ItemIndex(1)).unwrap().as_str(),
        Some(id('a').as_str())
    );
    let too_long = empty_shop(vec!["x".repeat(256)]).builder(|_| 0).build();
    assert_eq!(too_long, Err(BuildError::Id));
}

#[test]
fn policy_too_many_rules_is_refused() {
    let rule = Rule {
        id: String::new(),
        placements: vec![],
        condition: Condition::default(),
        action: Action::Exclude(Exclusion::InCart),
    };
    let policy = |rules| Policy {
        placements: vec![],
        rules: vec![rule.clone(); rules],
        ..Policy::default()
    };
    assert!(Policy::decode(&policy(MAX_RULES).encode()).is_ok());
    assert_eq!(
        Policy::decode(&policy(MAX_RULES + 1).encode()),
        Err(PolicyError::Malformed)
    );
}

#[test]
fn policy_unsorted_list_is_refused() {
    let policy = |items: &[&str]| {
        let action = Action::Hide {
            what: Selector::Brand("Alm".into()),
            items: Some(items.iter().map(|id| (*id).into()).collect()),
        };
        let rule = Rule {
            id: "a".into(),
            placements: vec![],
            condition: Condition::default(),
            action,
        };
        Policy {
            placements: vec![],
            rules: vec![rule],
            ..Policy::default()
        }
    };
    for good in [&[][..], &["b"], &["10", "9", "b", "\u{e4}"]] {
        assert_eq!(Policy::decode(&policy(good).encode()), Ok(policy(good)));
    }
    for bad in [["b", "a"], ["b", "b"], ["9", "10"]] {
        assert_eq!(Policy::decode(&policy(&bad).encode()), Err(PolicyError::Malformed));
    }
}

#[test]
fn policy_version_1_is_refused_as_such() {
    let mut bytes = Policy::default().encode();
    bytes[3] = 1;
    assert_eq!(Policy::decode(&bytes), Err(PolicyError::NotAPolicy));
}

#[test]
fn policy_of_a_later_version_says_which_engine_it_needs() {
    let later = [b"SWP\x05".as_slice(), &[0, 4, 12], b"whatever verbs come"].concat();
    let error = Policy::decode(&later).unwrap_err();
    assert_eq!(error, PolicyError::NeedsEngine { version: [0, 4, 12] });
    let text = error.to_string();
    assert!(text.contains("needs engine 0.4.12 or later, this is 0."), "{text}");
    assert_eq!(
        Policy::decode(b"SWP\x05\x00\x04"),
        Err(PolicyError::NotAPolicy),
        "cut off"
    );
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    use shelfwise_core::snapshot::layout::SectionId;
    let good = empty_shop(vec!["a".into(), "b".into()]).builder(|_| 0);
    let broken = |change: fn(&mut shelfwise_core::snapshot::SnapshotBuilder)| {
        let mut builder = good.clone();
        change(&mut builder);
        builder.build().unwrap_err()
    };
    assert_eq!(broken(|parts| parts.id_runs[0].swap(0, 1)), BuildError::Id);
    assert_eq!(
        broken(|parts| parts.popularity.push(0)),
        BuildError::Length(SectionId::Popularity)
    );
    assert_eq!(
        broken(|parts| parts.recent.push(0)),
        BuildError::Length(SectionId::Popularity)
    );
    assert_eq!(
        broken(|parts| parts.top.push(2)),
        BuildError::Row(SectionId::Popularity)
    );
    assert_eq!(
        broken(|parts| parts.together.rows[0].push((0, 1))),
        BuildError::Row(SectionId::Together)
    );
    assert_eq!(
        broken(|parts| parts.together.rows[1].push((2, 1))),
        BuildError::Row(SectionId::Together)
    );
    assert_eq!(
        broken(|parts| parts.together.rows[1].push((0, 16))),
        BuildError::Row(SectionId::Together)
    );
    assert_eq!(
        broken(|parts| parts.attributes = Some(Default::default())),
        BuildError::Length(SectionId::Attributes)
    );
    assert!(matches!(
        broken(|parts| parts.meta.scoring.seen = f32::NAN),
        BuildError::Unreadable(_)
    ));
    assert!(matches!(
        broken(|parts| parts.together.weights[3] = 1.5),
        BuildError::Unreadable(_)
    ));
    assert!(matches!(
        broken(|parts| parts.id_runs = vec![vec!["a".into()], vec!["a".into()]]),
        BuildError::Unreadable(_)
    ));
}
