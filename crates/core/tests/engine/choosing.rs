//! Choosing content: who is first, what is left out, and what is the same everywhere.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shelfwise_core::content::{DEFAULT_HOLDOUT, derived};
use shelfwise_core::policy::{FactSource, PolicyError, PolicySource};
use shelfwise_core::{
    Choice, ChoiceRequest, Context, Engine, EventKind, ItemIndex, Policy, ReasonCode, Session, Snapshot, example,
};

const PLACES: &str = "placement = [{ name = \"hero\" }, { name = \"menu\" }]\n";

/// A policy by way of the file that devices read.
fn policy(options: &str) -> Policy {
    let source = toml::from_str::<PolicySource>(&format!("{PLACES}{options}")).unwrap();
    Policy::decode(&source.check().unwrap().encode()).unwrap()
}

fn engine(options: &str) -> Engine<Vec<u8>> {
    let snapshot = Snapshot::open(example::corner_shop().build().unwrap()).unwrap();
    Engine::new(snapshot, policy(options))
}

fn banner(id: &str, rest: &str) -> String {
    format!(
        "[[content]]\nid = \"{id}\"\nkind = \"banner\"\nplacements = [\"hero\"]\ntexts = {{ title = \"{id}\" }}\n{rest}\n"
    )
}

fn at(now_ms: i64) -> ChoiceRequest<'static> {
    ChoiceRequest {
        placement: "hero",
        limit: 9,
        now_ms,
        ..ChoiceRequest::default()
    }
}

fn ids(choice: &Choice) -> Vec<&str> {
    choice.content.iter().map(|chosen| &*chosen.id).collect()
}

fn visit(events: &[(EventKind, &str)]) -> Session {
    let mut session = Session::new();
    for (kind, item) in events {
        session.apply(*kind, item, 0).unwrap();
    }
    session
}

#[test]
fn option_that_goes_with_the_visit_comes_first_and_says_why() {
    let mut engine = engine(&(banner("spring", "") + &banner("breakfast", "about = { items = [\"butter\"] }")));
    assert_eq!(ids(&engine.choose(&Session::new(), &at(0))), ["spring", "breakfast"]);
    let choice = engine.choose(&visit(&[(EventKind::AddToCart, "bread")]), &at(0));
    assert_eq!(ids(&choice), ["breakfast", "spring"]);
    let reason = choice.content[0].reason.as_ref().unwrap();
    assert_eq!(
        (reason.code, reason.evidence.as_deref()),
        (ReasonCode::BecauseYouAdded, Some("bread"))
    );
    assert_eq!(choice.content[1].reason, None, "it is about nothing");
}

#[test]
fn shares_weigh_beside_the_visit() {
    let mut engine = engine(&(banner("a", "share = 2") + &banner("b", "share = 3")));
    assert_eq!(ids(&engine.choose(&Session::new(), &at(0))), ["b", "a"]);
}

#[test]
fn category_of_the_page_leads_to_its_option() {
    let mut engine = engine(&(banner("a", "") + &banner("b", "about = { category = \"Food\" }")));
    let context = Context {
        category: Some("Food > Bread"),
        ..Context::default()
    };
    let choice = engine.choose(&Session::new(), &ChoiceRequest { context, ..at(0) });
    assert_eq!(ids(&choice), ["b", "a"]);
    assert_eq!(
        choice.content[0].reason.as_ref().unwrap().code,
        ReasonCode::GoesWithThis
    );
}

#[test]
fn option_at_another_placement_or_time_is_not_shown() {
    let mut engine = engine(
        &(banner("over", "until = \"1971-01-01 00:00Z\"")
            + &banner("later", "from = \"2030-01-01 00:00Z\"")
            + &banner("now", "")
            + "[[content]]\nid = \"m\"\nkind = \"navigation\"\nplacements = [\"menu\"]\ntexts = { title = \"m\" }\n"),
    );
    assert_eq!(ids(&engine.choose(&Session::new(), &at(1_800_000_000_000))), ["now"]);
}

#[test]
fn cap_and_rest_hold_an_option_back() {
    let mut engine = engine(&(banner("capped", "at_most_per_visit = 2") + &banner("resting", "rest_after = 5")));
    let session = visit(&[
        (EventKind::ViewPromotion, "capped"),
        (EventKind::ViewPromotion, "capped"),
        (EventKind::ViewPromotion, "resting"),
    ]);
    assert_eq!(ids(&engine.choose(&session, &at(4 * 60_000))), [""; 0]);
    assert_eq!(ids(&engine.choose(&session, &at(5 * 60_000))), ["resting"]);
}

#[test]
fn option_that_was_passed_over_makes_room_and_a_dismissed_one_goes() {
    let mut engine = engine(&(banner("a", "") + &banner("b", "")));
    assert_eq!(
        ids(&engine.choose(&visit(&[(EventKind::ViewPromotion, "a")]), &at(0))),
        ["b", "a"]
    );
    assert_eq!(
        ids(&engine.choose(&visit(&[(EventKind::HideItem, "a")]), &at(0))),
        ["b"]
    );
    let clicked = visit(&[(EventKind::ViewPromotion, "a"), (EventKind::SelectPromotion, "a")]);
    assert_eq!(ids(&engine.choose(&clicked, &at(0))), ["a", "b"]);
}

#[test]
fn option_about_what_rules_hide_is_not_shown() {
    let options = banner("a", "about = { items = [\"jam\"] }")
        + &banner("b", "about = { brand = \"Fjord\" }")
        + &banner("c", "about = { items = [\"jam\", \"tea\"] }")
        + "[[rule]]\nid = \"no-jam\"\nhide = { item = \"jam\" }\n[[rule]]\nid = \"no-fjord\"\nhide = { brand = \"Fjord\" }\n";
    assert_eq!(ids(&engine(&options).choose(&Session::new(), &at(0))), ["c"]);
}

/// Facts of one column.
#[derive(Debug)]
struct Stock(i32);

impl FactSource for Stock {
    fn column(&self, name: &str) -> Option<u16> {
        (name == "stock").then_some(0)
    }

    fn value(&self, _: u16, _: ItemIndex) -> Option<i32> {
        Some(self.0)
    }

    fn code(&self, _: u16, _: &str) -> Option<i32> {
        None
    }
}

#[test]
fn claim_is_shown_with_its_fact_or_not_at_all() {
    let options = "[[fact]]\nname = \"stock\"\nkind = \"count\"\n\
        [[content]]\nid = \"a\"\nkind = \"message\"\nplacements = [\"hero\"]\nabout = { items = [\"jam\"] }\n\
        texts = [{ title = \"Only {stock} left\" }, { title = \"Jam\" }]\n";
    let mut engine = engine(options);
    let title = |choice: Choice| choice.content[0].texts[0].1.clone();
    assert_eq!(
        title(engine.choose(&Session::new(), &at(0))),
        "Jam",
        "without facts nothing is claimed"
    );
    engine.set_fact_source(Some(Box::new(Stock(3))));
    assert_eq!(title(engine.choose(&Session::new(), &at(0))), "Only 3 left");
    engine.set_fact_source(Some(Box::new(Stock(0))));
    assert_eq!(title(engine.choose(&Session::new(), &at(0))), "Jam");
}

#[test]
fn holdout_sees_no_offer_and_has_its_share_of_draws() {
    let offer = banner("deal", "conditions = \"for everybody\"").replace("banner", "offer");
    let mut engine = engine(&(offer + &banner("a", "")));
    let mut held_out = 0;
    for draw in 0..=u16::MAX {
        if derived(draw, "offers") >= DEFAULT_HOLDOUT {
            continue;
        }
        held_out += 1;
        if draw % 64 == 0 {
            let choice = engine.choose(
                &Session::new(),
                &ChoiceRequest {
                    draw: Some(draw),
                    ..at(0)
                },
            );
            assert!(choice.held_out);
            assert_eq!(ids(&choice), ["a"]);
        }
    }
    assert_eq!(held_out, DEFAULT_HOLDOUT);
    let choice = engine.choose(&Session::new(), &at(0));
    assert!(!choice.held_out, "nobody is held out without a draw");
    assert_eq!(ids(&choice), ["deal", "a"]);
}

#[test]
fn draws_show_options_by_their_weights() {
    let mut engine = engine(&(banner("a", "share = 3") + &banner("b", "share = 1")));
    let mut first = BTreeMap::<String, u32>::new();
    let mut variants = [0_u32; 2];
    for draw in 0..=u16::MAX {
        let choice = engine.choose(
            &Session::new(),
            &ChoiceRequest {
                draw: Some(draw),
                limit: 1,
                ..at(0)
            },
        );
        let chosen = &choice.content[0];
        assert_eq!(chosen.propensity, Some(if chosen.id == "a" { 0.75 } else { 0.25 }));
        *first.entry(chosen.id.clone()).or_default() += 1;
        variants[usize::from(derived(draw, "a") >= 32_768)] += 1;
    }
    assert_eq!((first["a"], first["b"]), (49_152, 16_384));
    assert_eq!(variants, [32_768; 2]);
}

#[test]
fn entries_of_a_menu_are_not_drawn() {
    let entry = |id: &str, rest: &str| {
        format!(
            "[[content]]\nid = \"{id}\"\nkind = \"navigation\"\nplacements = [\"hero\"]\ntexts = {{ title = \"x\" }}\n{rest}\n"
        )
    };
    let mut engine = engine(&(entry("a", "") + &entry("b", "share = 2") + &entry("c", "")));
    let session = visit(&[(EventKind::ViewPromotion, "b")]);
    for draw in [None, Some(0), Some(40_000)] {
        let choice = engine.choose(&session, &ChoiceRequest { draw, ..at(0) });
        assert_eq!(ids(&choice), ["b", "a", "c"]);
        assert!(choice.content.iter().all(|chosen| chosen.propensity.is_none()));
    }
}

#[test]
fn policy_without_content_keeps_its_bytes_and_a_later_section_names_the_engine() {
    let plain = toml::from_str::<PolicySource>(PLACES)
        .unwrap()
        .check()
        .unwrap()
        .encode();
    assert_eq!(plain[3], 2);
    let mut file = policy(&banner("a", "")).encode();
    assert_eq!(&file[..7], b"SWP\x04\0\x01\0");
    // The number of sections stands behind the rules, with their length.
    let sections = toml::from_str::<PolicySource>(PLACES)
        .unwrap()
        .check()
        .unwrap()
        .encode_in_sections()
        .len()
        + 4;
    assert_eq!(file[sections], 1);
    file[sections] = 2;
    file.extend([200, 0, 0, 0, 0]);
    let version = [0, 1, 0];
    assert_eq!(Policy::decode(&file), Err(PolicyError::NeedsEngine { version }));
}

#[test]
fn damaged_content_section_is_refused() {
    let file =
        policy(&(banner("a", "about = { category = \"Food\" }\nat_most_per_visit = 3") + &banner("b", ""))).encode();
    for end in 8..file.len() {
        assert_eq!(
            Policy::decode(&file[..end]),
            Err(PolicyError::Malformed),
            "cut at {end}"
        );
    }
}

proptest! {
    #[test]
    fn same_draw_gives_the_same_choice_and_each_option_comes_once(
        shares in proptest::collection::vec(1..100_u16, 1..8),
        shown in proptest::collection::vec(0..8_usize, 0..30),
        draw in proptest::option::of(any::<u16>()),
        limit in 0..10_usize,
    ) {
        let options: String = shares.iter().enumerate().map(|(at, share)| {
            banner(&format!("o{at}"), &format!("share = {share}\nat_most_per_visit = {}", 1 + at % 4))
        }).collect();
        let mut engine = engine(&options);
        let mut session = Session::new();
        let mut counts = [0_usize; 8];
        for at in shown {
            session.apply(EventKind::ViewPromotion, &format!("o{at}"), 0).unwrap();
            counts[at] += 1;
        }
        let request = ChoiceRequest { draw, limit, ..at(0) };
        let choice = engine.choose(&session, &request);
        prop_assert_eq!(&choice, &engine.choose(&session, &request));
        let mut all = ids(&choice);
        let open = (0..shares.len()).filter(|at| counts[*at] < 1 + at % 4).count();
        prop_assert_eq!(all.len(), open.min(limit));
        for id in &all {
            let at: usize = id[1..].parse().unwrap();
            prop_assert!(counts[at] < 1 + at % 4, "no option beyond its cap");
        }
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(all.len(), choice.content.len());
    }
}
