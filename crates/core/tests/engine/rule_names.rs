//! Slates and explanations name the rule that acted, and by how many places; nothing of a secret is in them.

use shelfwise_core::policy::{PolicySource, Verb};
use shelfwise_core::{
    Answer, CandidateSet, Effect, Engine, ItemExplanation, ListItem, Mode, Policy, ReasonCode, Request, RuledOut, Visit,
};

use crate::ten_wishes::{HEAD, NOW_MS, ROWS, catalog, engine};

/// An engine with these rules over the facts of the twelve items.
fn governed(rules: &str) -> Engine<Vec<u8>> {
    let source: PolicySource = toml::from_str(&format!("{HEAD}{rules}")).unwrap();
    let policy = source.build(Some(&catalog())).unwrap();
    engine(Policy::decode(&policy.encode_in_sections()).unwrap())
}

/// Returns the slate of a visitor without a history, and the explanation of each of the twelve items.
fn told(engine: &mut Engine<Vec<u8>>) -> (Answer, [ItemExplanation; 12]) {
    let items = ROWS.map(|row| ListItem {
        id: row.0.into(),
        ..ListItem::default()
    });
    let request = Request {
        placement: "home".into(),
        limit: 9,
        now_ms: NOW_MS,
        candidates: CandidateSet::List(items.into()),
        ..Request::default()
    };
    let mut visit = Visit::new(Mode::Session);
    let answer = visit.rank(engine, request);
    let explanations = ROWS.map(|row| visit.explain(engine, &answer.slate.slate_id, row.0).unwrap());
    (answer, explanations)
}

/// Returns a rule of each verb, under which the list of twelve is not as the shop has it.
fn rule(verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Hide => "hide = { where = \"stock < 2\" }",
        Verb::Only => "only = { where = \"stock > 2\" }",
        Verb::Exclude => "exclude = { stock_below = 2 }",
        Verb::Boost => "boost = { where = \"id = 'wax'\", places = 2 }",
        Verb::Bury => "bury = { where = \"id = 'boot'\", places = 3 }",
        Verb::Objective => "objective = { raise = \"value\", may_cost = 0.5 }",
        Verb::Diversify => "diversify = { by = \"category\", strength = 1.0 }",
        Verb::Spread => "spread = { by = \"brand\", gap = 1 }",
        Verb::Cap => "cap = { by = \"category\", max = 2 }",
        Verb::Share => "share = { where = \"category = 'Gifts'\", at_least = 2, of_first = 4 }",
        Verb::Slot => "slot = { where = \"age_days < 30\", positions = [3] }",
        Verb::Sponsored => {
            "sponsored = { by = \"Alba\", label = \"Ad\", where = \"brand = 'Fjord'\", positions = [2], floor = 12 }"
        }
        Verb::Pin => "pin = { item = \"wax\", position = 1 }",
        // It has no effect yet.
        Verb::Fallback => return None,
    })
}

#[test]
fn explanation_names_the_rule_of_every_verb_and_how_far_it_moved() {
    const VALUE: &str = "value = [{ name = \"value\", of = { rating = 1.0 } }]";
    for (verb, rule) in Verb::ALL.iter().filter_map(|verb| Some((verb, rule(*verb)?))) {
        let (answer, explanations) = told(&mut governed(&format!("{VALUE}\n[[rule]]\nid = \"r\"\n{rule}\n")));
        if *verb <= Verb::Exclude {
            assert!(
                explanations
                    .iter()
                    .any(|told| told.ruled_out == Some(RuledOut::Rule(0))),
                "{verb:?}"
            );
            continue;
        }
        let acted = explanations.iter().filter(|told| !told.adjustments.is_empty());
        assert!(acted.clone().count() > 0, "{verb:?}: {explanations:?}");
        for told in acted {
            assert!(told.adjustments.iter().all(|step| step.rule == 0), "{verb:?}");
            let is_moved =
                |step: &shelfwise_core::Adjustment| matches!(step.effect, Effect::Moved { from, to } if from != to);
            let moves = *verb <= Verb::Diversify;
            assert!(
                told.adjustments.iter().all(|step| is_moved(step) == moves),
                "{verb:?}: {told:?}"
            );
            let names = told.shown.as_ref().map(|item| item.rules.concat());
            assert!(
                names.is_none_or(|names| names.starts_with('r')),
                "{verb:?}: the slate names it too"
            );
        }
        let shown = answer.slate.items.iter().zip(&answer.reasons);
        let sponsored: Vec<_> = shown.filter(|(item, _)| item.sponsored.is_some()).collect();
        assert_eq!(sponsored.len(), usize::from(*verb == Verb::Sponsored), "{verb:?}");
        for (item, reasons) in sponsored {
            let told = explanations.iter().find(|told| told.shown.as_ref() == Some(item));
            let told = told.expect("what is shown can be explained");
            for reasons in [reasons, &told.reasons] {
                let codes: Vec<_> = reasons.iter().map(|reason| reason.code).collect();
                assert_eq!(
                    codes,
                    [ReasonCode::Sponsored],
                    "nothing of the visit is a reason for a paid place"
                );
            }
        }
    }
}

#[test]
fn slates_and_explanations_show_nothing_of_a_secret() {
    let rules = r#"
        [[rule]]
        id = "floor"
        hide = { where = "margin < 0.1" }
        owner = "jane.doe"
        reason = "too thin"
        [[rule]]
        id = "front"
        boost = { where = "margin > 0.2 and rating > 4.5", to = "front" }
        owner = "jane.doe"
        reason = "it pays"
    "#;
    let mut engine = governed(rules);
    let (answer, explanations) = told(&mut engine);
    assert_eq!(answer.slate.items[0].item_id, "calendar", "the second rule acts");
    assert!(
        answer.reasons.iter().all(Vec::is_empty),
        "a rule is no reason of the shopper's"
    );
    // As hosts hand them to pages.
    let mut text = format!("{:?}", answer.into_value(Some(engine.snapshot().meta())));
    for (row, told) in ROWS.iter().zip(explanations) {
        text += &format!("{:?}", told.into_value(row.0.into(), engine.policy()));
    }
    assert!(
        text.contains("floor") && text.contains("front"),
        "both rules are named: {text}"
    );
    for secret in ["margin", "jane", "thin", "pays"] {
        assert!(!text.contains(secret), "`{secret}`: {text}");
    }
}
