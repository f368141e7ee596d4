//! What holds for every shop, visit and policy: order, rules, explanation.

use std::collections::{BTreeMap, BTreeSet};

use crate::shop::{BRANDS, CATEGORIES, CELLS, Shop, doings, listing, shop, visit};
use proptest::collection::vec;
use proptest::prelude::*;
use shelfwise_core::policy::{Action, Attribute, Condition, Exclusion, Rule, Selector};
use shelfwise_core::snapshot::Snapshot;
use shelfwise_core::{
    Context, ContextKey, CurrentItem, Engine, EventKind, Item, Placement, Policy, RankingRequest, Recommend, Rerank,
    ScoreTrace, Session, Slate, Stock,
};

/// Every item of a shop, and more than that.
const ALL: usize = 100;

/// Sums that are added in another order differ by this share at most.
const ROUNDING: f32 = 1e-5;

#[derive(Clone, Debug)]
struct Page {
    item: Option<usize>,
    category: Option<&'static str>,
    cell: &'static str,
}

impl Page {
    fn context<'a>(&self, shop: &'a Shop) -> Context<'a> {
        Context {
            item: self.item.map(|item| shop.ids[item % shop.ids.len()].as_str()),
            category: self.category,
            cell: ContextKey::parse(self.cell),
        }
    }
}

fn page() -> impl Strategy<Value = Page> {
    let category = proptest::option::weighted(0.4, proptest::sample::select(CATEGORIES.to_vec()));
    let cell = proptest::sample::select(CELLS.to_vec());
    (proptest::option::of(any::<usize>()), category, cell).prop_map(|(item, category, cell)| Page {
        item,
        category,
        cell,
    })
}

/// Rules over any shop; items are numbers, to be taken from its ids.
fn rules() -> impl Strategy<Value = Vec<(u8, usize, u16)>> {
    vec((0..8_u8, any::<usize>(), 0..6_u16), 0..6)
}

fn policy(shop: &Shop, rules: &[(u8, usize, u16)], current_item: CurrentItem) -> Policy {
    let id = |n: usize| shop.ids[n % shop.ids.len()].clone();
    let action = |&(kind, n, number): &(u8, usize, u16)| match kind {
        0 => Action::hide(Selector::Item(id(n))),
        1 => Action::hide(Selector::Category(CATEGORIES[n % CATEGORIES.len()].into())),
        2 => Action::hide(Selector::Brand(BRANDS[n % BRANDS.len()].into())),
        3 => Action::Exclude(Exclusion::InCart),
        4 => Action::Exclude(Exclusion::OutOfStock),
        5 => Action::Cap {
            by: if n % 2 == 0 {
                Attribute::Category
            } else {
                Attribute::Brand
            },
            max: number,
        },
        6 => Action::Hide {
            what: Selector::Category("Relabelled".into()),
            items: Some(listed(&[id(n), id(n / 2), id(n / 3)])),
        },
        _ => Action::Pin {
            item: id(n),
            position: number,
        },
    };
    let rule = |(at, rule)| Rule {
        id: format!("rule {at}"),
        placements: vec![],
        condition: Condition::default(),
        action: action(rule),
    };
    Policy {
        placements: vec![Placement {
            name: "page".into(),
            current_item,
        }],
        rules: rules.iter().enumerate().map(rule).collect(),
        ..Policy::default()
    }
}

/// As `policy build` lists them.
fn listed(ids: &[String]) -> Vec<String> {
    BTreeSet::from_iter(ids.iter().cloned()).into_iter().collect()
}

fn current_item() -> impl Strategy<Value = CurrentItem> {
    prop_oneof![Just(CurrentItem::Show), Just(CurrentItem::Hide)]
}

fn ids(slate: &Slate<'_>) -> Vec<String> {
    slate
        .items
        .iter()
        .map(|item| item.item_id.clone().into_owned())
        .collect()
}

fn items(list: &[String]) -> Vec<Item<'_>> {
    let stock = [Stock::Unknown, Stock::In, Stock::Out];
    list.iter()
        .enumerate()
        .map(|(at, id)| Item {
            stock: stock[at % 3],
            ..Item::new(id)
        })
        .collect()
}

fn rerank<'a>(items: &'a [Item<'a>], context: Context<'a>, limit: usize) -> Rerank<'a> {
    Rerank {
        placement: "page",
        items,
        context,
        limit,
        now_ms: 0,
        arms: &[],
    }
}

fn recommend(context: Context<'_>, limit: usize) -> Recommend<'_> {
    Recommend {
        placement: "page",
        context,
        limit,
        ..Recommend::default()
    }
}

proptest! {
    #[test]
    fn contributions_add_up_to_the_score(shop in shop(), doings in doings(), page in page()) {
        let shop = Shop { ranker: None, ..shop };
        let session = visit(&shop, &doings);
        let mut engine = Engine::new(shop.open(), Policy::default());
        let mut explanation = ScoreTrace::default();
        let slate = engine.recommend(&session, &recommend(page.context(&shop), ALL), &mut explanation);
        let shown: Vec<_> = slate.items.iter().map(|item| (item.item_id.clone().into_owned(), item.score)).collect();
        for (id, score) in shown {
            let index = engine.snapshot().ids().index_of(&id).unwrap();
            let sum = explanation.contributions(index).fold(0.0, |sum: f32, step| sum + step.amount);
            prop_assert_eq!(sum.to_bits(), score.to_bits());
        }
    }

    #[test]
    fn reason_event_removed_lowers_the_item(shop in shop(), doings in doings(), page in page()) {
        // A hidden item leaves its place to the next one, and a gift divides the visit: here neither happens.
        let value = |kind| !matches!(kind, EventKind::HideItem | EventKind::GiftOn | EventKind::GiftOff);
        let doings: Vec<_> = doings.into_iter().filter(|(kind, _)| value(*kind)).collect();
        let session = visit(&shop, &doings);
        let mut engine = Engine::new(shop.open(), Policy::default());
        let all_of_page = page.context(&shop);
        let request = recommend(all_of_page, ALL);
        let order = |slate: &Slate<'_>| slate.items.iter().map(|item| item.item_id.clone().into_owned()).collect::<Vec<_>>();
        let mut trace = ScoreTrace::default();
        let shown = order(&engine.recommend(&session, &request, &mut trace));
        let ids: Vec<&str> = shown.iter().map(String::as_str).collect();
        let reasons = engine.reasons(&session, RankingRequest::Recommend(&request), &ids);
        for (place, reasons) in reasons.iter().enumerate() {
            let shares: f32 = reasons.iter().map(|reason| reason.share).sum();
            prop_assert!(reasons.is_empty() || (shares - 1.0).abs() < ROUNDING * 100.0, "shares add up to {}", shares);
            for evidence in reasons.iter().filter_map(|reason| reason.evidence.as_deref()) {
                let mut without = Session::new();
                for event in session.events().filter(|event| &*event.item != evidence) {
                    without.apply(event.kind, &event.item, event.at_ms).unwrap();
                }
                let mut context = page.context(&shop);
                context.item = context.item.filter(|item| *item != evidence);
                let request = Recommend { context, ..request };
                let after = order(&engine.recommend(&without, &request, &mut ()));
                let after = after.iter().position(|id| *id == shown[place]);
                if after.is_none_or(|after| after > place) {
                    continue;
                }
                // What is popular holds it there too: then the event that contributed most is the one reason.
                let signals = engine.signals(&session, &all_of_page, 0);
                let index = engine.snapshot().ids().index_of(&shown[place]).unwrap();
                let mut totals = vec![0.0; signals.len() + 1];
                trace.contributions(index).for_each(|step| totals[step.signal.unwrap_or(signals.len())] += step.amount);
                let rank = signals.iter().position(|signal| signal.id == evidence).unwrap();
                prop_assert_eq!(reasons.len(), 1, "{} stays at {}", &shown[place], place);
                prop_assert!(totals.iter().all(|total| *total <= totals[rank]), "{} of {:?}", rank, totals);
            }
        }
    }

    #[test]
    fn explaining_changes_nothing(shop in shop(), doings in doings(), page in page(), rules in rules(), picks in vec(any::<usize>(), 0..30), limit in 0..40_usize) {
        let session = visit(&shop, &doings);
        let policy = policy(&shop, &rules, CurrentItem::Hide);
        let [mut value, mut explained] = [(); 2].map(|()| Engine::new(shop.open(), policy.clone()));
        let list = listing(&shop, &picks);
        let (items, context) = (items(&list), page.context(&shop));
        let bytes = value.rerank(&session, &rerank(&items, context, limit), &mut ()).encode();
        let mut explanation = ScoreTrace::default();
        prop_assert_eq!(bytes, explained.rerank(&session, &rerank(&items, context, limit), &mut explanation).encode());
        let bytes = value.recommend(&session, &recommend(context, limit), &mut ()).encode();
        prop_assert_eq!(bytes, explained.recommend(&session, &recommend(context, limit), &mut explanation).encode());
    }

    #[test]
    fn engine_used_before_answers_like_a_fresh_one(shop in shop(), before in vec(doings(), 0..4), doings in doings(), page in page()) {
        let [mut used, mut fresh] = [(); 2].map(|()| Engine::new(shop.open(), Policy::default()));
        for others in &before {
            used.recommend(&visit(&shop, others), &recommend(Context::default(), 5), &mut ());
        }
        let session = visit(&shop, &doings);
        let context = page.context(&shop);
        let request = recommend(context, ALL);
        prop_assert_eq!(used.recommend(&session, &request, &mut ()).items, fresh.recommend(&session, &request, &mut ()).items);
    }

    #[test]
    fn slate_ruled_out_items_are_absent(shop in shop(), doings in doings(), page in page(), rules in rules(), shows in current_item(), picks in vec(any::<usize>(), 0..30)) {
        let session = visit(&shop, &doings);
        let policy = policy(&shop, &rules, shows);
        let mut engine = Engine::new(shop.open(), policy.clone());
        let list = listing(&shop, &picks);
        let (items, context) = (items(&list), page.context(&shop));
        let current = current(&session, &context);
        let sold_out: Vec<&str> = shop.ids.iter().step_by(3).map(String::as_str).collect();
        let ranked = ids(&engine.rerank(&session, &rerank(&items, context, ALL), &mut ()));
        let request = Recommend { sold_out: &sold_out, ..recommend(context, ALL) };
        let chosen = ids(&engine.recommend(&session, &request, &mut ()));
        let in_list = |id: &str| items.iter().find(|item| item.id == id).map_or(Stock::Unknown, |item| item.stock);
        let in_catalog = |id: &str| if sold_out.contains(&id) { Stock::Out } else { Stock::Unknown };
        for id in &ranked {
            prop_assert!(may_be_shown(&shop, &policy, &session, current.as_deref(), id, in_list(id)), "{:?}", id);
        }
        for id in &chosen {
            prop_assert!(may_be_shown(&shop, &policy, &session, current.as_deref(), id, in_catalog(id)), "{:?}", id);
        }
    }

    #[test]
    fn slate_is_full_while_items_are_eligible(shop in shop(), doings in doings(), page in page(), rules in rules(), shows in current_item(), picks in vec(any::<usize>(), 0..30), limit in 0..40_usize) {
        let session = visit(&shop, &doings);
        let policy = policy(&shop, &rules, shows);
        let mut engine = Engine::new(shop.open(), policy.clone());
        let list = listing(&shop, &picks);
        let (items, context) = (items(&list), page.context(&shop));
        let current = current(&session, &context);
        let may = |item: &&Item<'_>| may_be_shown(&shop, &policy, &session, current.as_deref(), item.id, item.stock);
        let eligible = items.iter().filter(may).count();
        let mut shown = ids(&engine.rerank(&session, &rerank(&items, context, limit), &mut ()));
        prop_assert_eq!(shown.len(), eligible.min(limit));
        shown.sort();
        shown.dedup();
        prop_assert_eq!(shown.len(), eligible.min(limit), "an item is shown twice");
    }

    #[test]
    fn equal_scores_keep_the_shops_order(shop in shop(), doings in doings(), page in page(), picks in vec(any::<usize>(), 0..30)) {
        let session = visit(&shop, &doings);
        let mut engine = Engine::new(shop.open(), Policy::default());
        let list = listing(&shop, &picks);
        let (items, context) = (items(&list), page.context(&shop));
        let slate = engine.rerank(&session, &rerank(&items, context, ALL), &mut ());
        for pair in slate.items.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            prop_assert!(a.score > b.score || a.score == b.score && a.from_position < b.from_position);
        }
        let silent: Vec<u32> = slate.items.iter().filter(|item| item.score == 0.0).filter_map(|item| item.from_position).collect();
        prop_assert!(silent.is_sorted(), "items that nobody speaks for, unknown ones among them, stand as they stood");
    }

    #[test]
    fn rerank_shuffled_list_changes_only_ties(shop in shop(), doings in doings(), page in page(), picks in vec(any::<usize>(), 0..30), turn in any::<usize>()) {
        let session = visit(&shop, &doings);
        let mut engine = Engine::new(shop.open(), Policy::default());
        let list = listing(&shop, &picks);
        let mut turned = list.clone();
        turned.rotate_left(turn % list.len().max(1));
        turned.reverse();
        let context = page.context(&shop);
        let mut scores = [list, turned].map(|list| {
            let items = items(&list);
            let slate = engine.rerank(&session, &rerank(&items, context, ALL), &mut ());
            slate.items.iter().map(|item| (item.score.to_bits(), item.item_id.clone().into_owned())).collect::<Vec<_>>()
        });
        let order = |scores: &Vec<(u32, String)>| scores.iter().map(|(score, _)| *score).collect::<Vec<_>>();
        prop_assert_eq!(order(&scores[0]), order(&scores[1]));
        scores.iter_mut().for_each(|scores| scores.sort());
        prop_assert_eq!(&scores[0], &scores[1]);
    }

    #[test]
    fn recommend_shuffled_catalog_gives_the_same_scores(shop in shop(), doings in doings(), page in page(), runs in 2..5_usize) {
        // Trees look at ranks, which ties make depend on indexes.
        let shop = Shop { ranker: None, ..shop };
        let session = visit(&shop, &doings);
        let context = page.context(&shop);
        let [value, shuffled] = [1, runs].map(|runs| {
            let bytes = shop.builder(|item| (runs - 1) - item % runs).build().unwrap();
            let mut engine = Engine::new(Snapshot::open(bytes).unwrap(), Policy::default());
            let slate = engine.recommend(&session, &recommend(context, ALL), &mut ());
            slate.items.iter().map(|item| (item.item_id.clone().into_owned(), item.score)).collect::<BTreeMap<_, _>>()
        });
        prop_assert!(value.keys().eq(shuffled.keys()));
        for (id, score) in value {
            // Two steps away, paths come in the order of indexes; everything else is added in the same order.
            let tolerance = if shop.scoring.two_hop_signals == 0 { 0.0 } else { ROUNDING * score };
            prop_assert!((score - shuffled[&id]).abs() <= tolerance, "{}: {} and {}", id, score, shuffled[&id]);
        }
    }

    #[test]
    fn trees_stand_before_tables_and_tables_keep_their_order(shop in shop(), doings in doings(), page in page(), picks in vec(any::<usize>(), 0..30)) {
        let session = visit(&shop, &doings);
        let mut engine = Engine::new(shop.open(), Policy::default());
        let context = page.context(&shop);
        let by_trees = shop.ranker.is_some() && engine.signals(&session, &context, 0).iter().any(|signal| signal.index.is_some());
        let list = listing(&shop, &picks);
        let items = items(&list);
        let slate = engine.rerank(&session, &rerank(&items, context, ALL), &mut ());
        for item in slate.items {
            prop_assert!(!by_trees || item.score == 0.0 || (1.0..=2.0).contains(&item.score), "{}", item.score);
        }
        let slate = engine.recommend(&session, &recommend(context, ALL), &mut ());
        prop_assert!(slate.items.windows(2).all(|pair| pair[0].score >= pair[1].score));
        prop_assert!(slate.items.iter().all(|item| !by_trees || (0.0..=2.0).contains(&item.score)));
    }

    #[test]
    fn slate_shorter_limit_is_a_prefix(shop in shop(), doings in doings(), page in page(), limit in 0..10_usize) {
        let session = visit(&shop, &doings);
        let mut engine = Engine::new(shop.open(), Policy::default());
        let long = ids(&engine.recommend(&session, &recommend(page.context(&shop), ALL), &mut ()));
        let short = ids(&engine.recommend(&session, &recommend(page.context(&shop), limit), &mut ()));
        prop_assert_eq!(&short[..], &long[..limit.min(long.len())]);
        let mut bestsellers = shop.top.iter().filter(|item| shop.popularity[**item] > 0).map(|item| &shop.ids[*item]);
        prop_assert!(bestsellers.all(|id| long.contains(id) || session.is_hidden(id, 0)));
    }
}

/// The page's own item, else the one that the shopper did something with last and did not hide.
fn current(session: &Session, context: &Context<'_>) -> Option<String> {
    let shown_only = [EventKind::ViewItemList, EventKind::ViewPromotion];
    let mut touched = session.recent(0).filter(|event| !shown_only.contains(&event.kind));
    let last = touched.find(|event| !event.item.is_empty() && !session.is_hidden(&event.item, 0));
    context.item.or(last.map(|event| &*event.item)).map(str::to_owned)
}

/// The rules once more, in the plainest words.
fn may_be_shown(
    shop: &Shop,
    policy: &Policy,
    session: &Session,
    current: Option<&str>,
    id: &str,
    stock: Stock,
) -> bool {
    let facts = shop.ids.iter().position(|known| known == id).zip(shop.catalog.as_ref());
    let (category, brand) = facts.map_or((None, None), |(item, catalog)| catalog.items[item]);
    let category = category.map_or("", |category| CATEGORIES[usize::from(category)]);
    let brand = brand.map_or("", |brand| BRANDS[usize::from(brand)]);
    let is_below = |wanted: &str| category == wanted || category.starts_with(&format!("{wanted} > "));
    let ruled_out = policy.rules.iter().any(|rule| match &rule.action {
        Action::Hide {
            items: Some(listed), ..
        } if listed.iter().any(|listed| listed == id) => true,
        Action::Hide { what, .. } => match what {
            Selector::Item(wanted) => wanted == id,
            Selector::Category(wanted) => is_below(wanted),
            Selector::Brand(wanted) => wanted == brand,
        },
        Action::Exclude(Exclusion::InCart) => session.in_cart(id, 0),
        Action::Exclude(Exclusion::OutOfStock) => stock == Stock::Out,
        _ => false,
    });
    let is_current = policy.placements[0].current_item == CurrentItem::Hide && current == Some(id);
    !ruled_out && !is_current && !session.is_hidden(id, 0)
}
