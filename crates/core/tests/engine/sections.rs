//! The two sections of a policy file of format 3: what a key of its own signs depends on nothing else.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use shelfwise_core::Policy;
use shelfwise_core::policy::program::{AND, BUILT_IN, COMPARE, EQUAL, LESS, NOT, Operation, TEXT};
use shelfwise_core::policy::{
    Action, Condition, Directive, Exclusion, PolicyError, Program, RequestFact, Rule, Selector, Verb, Vocabulary, When,
    guarded_prefix,
};

const COLUMNS: usize = 3;
const TEXTS: usize = 3;

/// Where the length of the guarded section stands.
const LENGTH: usize = 7;

/// Where the guarded section begins.
const SECTION: usize = 11;

/// Names and texts for every program of [`program`].
fn vocabulary() -> Vocabulary {
    Vocabulary {
        columns: ["rating", "margin", "colour"].map(String::from).into(),
        texts: (0..TEXTS).map(|at| (text_column(at), format!("text {at}"))).collect(),
    }
}

fn text_column(text: usize) -> u16 {
    (BUILT_IN.len() + text) as u16
}

fn program() -> impl Strategy<Value = Program> {
    let number = (0..(BUILT_IN.len() + COLUMNS) as u16, any::<i32>()).prop_map(|(column, value)| Operation {
        code: COMPARE | LESS,
        column,
        value,
    });
    let text = (0..TEXTS).prop_map(|text| Operation {
        code: COMPARE | EQUAL | TEXT,
        column: text_column(text),
        value: text as i32,
    });
    let plain = |code| Operation {
        code,
        column: 0,
        value: 0,
    };
    let comparison = || prop_oneof![number.clone(), text.clone()];
    prop_oneof![
        Just(Program::default()),
        comparison().prop_map(|one| Program(vec![one])),
        (comparison(), comparison()).prop_map(move |(one, two)| Program(vec![one, two, plain(NOT), plain(AND)])),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let name = || "\\PC{0,6}";
    let directive = (
        0..Verb::ALL.len(),
        option::of(btree_set(name(), 0..3)),
        program(),
        any::<[u16; 3]>(),
        btree_set(any::<u16>(), 0..3),
        vec(name(), 0..3),
    );
    prop_oneof![
        3 => directive.prop_map(|(verb, items, goods, [amount, most, of_first], positions, texts)| {
            Action::Direct(Directive {
                items: items.map(|items| items.into_iter().collect()),
                goods,
                by: amount as u8,
                amount,
                most,
                of_first,
                positions: positions.into_iter().collect(),
                texts,
                ..Directive::new(Verb::ALL[verb])
            })
        }),
        1 => name().prop_map(|id| Action::hide(Selector::Item(id))),
        1 => Just(Action::Exclude(Exclusion::InCart)),
        1 => (name(), any::<u16>()).prop_map(|(item, position)| Action::Pin { item, position }),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let when = (
        0..RequestFact::ALL.len(),
        vec("\\PC{0,4}", 0..2),
        vec(any::<i32>(), 0..2),
    );
    let when = when.prop_map(|(fact, texts, numbers)| When {
        fact: RequestFact::ALL[fact],
        texts,
        numbers,
    });
    (option::of(any::<i64>()), any::<bool>(), any::<i32>(), vec(when, 0..2)).prop_map(
        |(from_ms, while_in_stock, clock_min, when)| Condition {
            from_ms,
            until_ms: from_ms,
            while_in_stock,
            clock_min,
            when,
        },
    )
}

fn rule() -> impl Strategy<Value = Rule> {
    ("[a-z]{1,4}", vec("[a-z]{1,4}", 0..2), action(), condition()).prop_map(|(id, placements, action, condition)| {
        Rule {
            id,
            placements,
            action,
            condition,
        }
    })
}

fn is_guarded(rule: &Rule) -> bool {
    rule.action.verb().is_guarded()
}

fn policy(rules: Vec<Rule>) -> Policy {
    Policy {
        rules,
        vocabulary: vocabulary(),
        ..Policy::default()
    }
}

/// Joins two sections to a file.
fn file(guarded: &[u8], ordinary: &[u8]) -> Vec<u8> {
    let length = (guarded.len() as u32).to_le_bytes();
    [&b"SWP\x03\0\x01\0"[..], &length, guarded, &[0], ordinary].concat()
}

/// The guarded section of a file, and the ordinary one of a policy without placements.
fn sections(file: &[u8]) -> (&[u8], &[u8]) {
    let end = guarded_prefix(file).unwrap().len();
    (&file[SECTION..end], &file[end + 1..])
}

/// A policy of one rule.
fn one(verb: Verb) -> Policy {
    policy(vec![Rule {
        id: verb.name().into(),
        placements: Vec::new(),
        action: Action::Direct(Directive::new(verb)),
        condition: Condition::default(),
    }])
}

proptest! {
    #[test]
    fn sections_come_back_with_guarded_rules_in_front(rules in vec(rule(), 0..6)) {
        let mut expected = policy(rules);
        let bytes = expected.encode_in_sections();
        expected.rules.sort_by_key(|rule| !is_guarded(rule));
        prop_assert_eq!(Policy::decode(&bytes), Ok(expected));
    }

    #[test]
    fn sections_truncated_or_padded_are_refused(rules in vec(rule(), 0..4), cut in any::<prop::sample::Index>()) {
        let mut bytes = policy(rules).encode_in_sections();
        prop_assert!(Policy::decode(&bytes[..cut.index(bytes.len())]).is_err());
        bytes.push(0);
        prop_assert_eq!(Policy::decode(&bytes), Err(PolicyError::Malformed));
    }

    #[test]
    fn guarded_prefix_changes_with_guarded_rules_alone(rules in vec(rule(), 0..6), other in rule()) {
        let before = policy(rules);
        let mut after = before.clone();
        after.rules.insert(0, other.clone());
        let (before, after) = (before.encode_in_sections(), after.encode_in_sections());
        prop_assert_eq!(guarded_prefix(&before) == guarded_prefix(&after), !is_guarded(&other));
        prop_assert!(before != after);
    }

    #[test]
    fn guarded_prefix_is_read_alike_before_any_ordinary_section(a in vec(rule(), 0..4), b in vec(rule(), 0..4)) {
        // The rules of one, and the ordinary section of the other: it says nothing about the guarded rules.
        let (a, b) = (policy(a).encode_in_sections(), policy(b).encode_in_sections());
        let mixed = file(sections(&a).0, sections(&b).1);
        prop_assert_eq!(guarded_prefix(&mixed), guarded_prefix(&a));
        if let Ok(mixed) = Policy::decode(&mixed) {
            let own = Policy::decode(&a).unwrap();
            let guarded = |policy: &Policy| policy.rules.iter().filter(|rule| is_guarded(rule)).cloned().collect::<Vec<_>>();
            prop_assert_eq!(guarded(&mixed), guarded(&own));
            // What they speak of is the same, too.
            let columns = sections(&a).0[0];
            prop_assert_eq!(&mixed.vocabulary.columns[..columns.into()], &own.vocabulary.columns[..columns.into()]);
        }
    }
}

#[test]
fn section_with_a_verb_of_the_other_is_refused() {
    for verb in Verb::ALL {
        let bytes = one(verb).encode_in_sections();
        let (guarded, ordinary) = sections(&bytes);
        assert!(Policy::decode(&file(guarded, ordinary)).is_ok(), "{verb:?}");
        let exchanged = Policy::decode(&file(ordinary, guarded));
        assert_eq!(exchanged, Err(PolicyError::Malformed), "{verb:?}");
    }
    for (action, is_guarded) in [
        (Action::hide(Selector::Item("a".into())), true),
        (Action::Exclude(Exclusion::OutOfStock), true),
        (
            Action::Pin {
                item: "a".into(),
                position: 1,
            },
            false,
        ),
    ] {
        let mut policy = one(Verb::Hide);
        policy.rules[0].action = action.clone();
        let bytes = policy.encode_in_sections();
        let (guarded, ordinary) = sections(&bytes);
        assert_eq!(guarded != [0; 4], is_guarded, "{action:?}");
        assert_eq!(
            Policy::decode(&file(ordinary, guarded)),
            Err(PolicyError::Malformed),
            "{action:?}"
        );
    }
}

#[test]
fn guarded_rule_that_speaks_of_the_ordinary_section_is_refused() {
    let of = |column, code| {
        let mut policy = one(Verb::Hide);
        let Action::Direct(directive) = &mut policy.rules[0].action else {
            unreachable!("it is a directive")
        };
        directive.goods = Program(vec![Operation { code, column, value: 0 }]);
        policy.encode_in_sections()
    };
    let column = text_column(0);
    for bytes in [of(column, COMPARE | LESS), of(column, COMPARE | EQUAL | TEXT)] {
        let (guarded, ordinary) = sections(&bytes);
        assert!(Policy::decode(&file(guarded, ordinary)).is_ok());
        // The same rule, with its name of a column moved behind it: to where another key decides what it is.
        let name = b"\x01\x06rating";
        let rest = guarded.strip_prefix(name).unwrap();
        let ordinary = [name.as_slice(), &ordinary[1..]].concat();
        let moved = [&[0], rest].concat();
        assert_eq!(Policy::decode(&file(&moved, &ordinary)), Err(PolicyError::Malformed));
    }
}

#[test]
fn guarded_length_beyond_the_file_is_refused() {
    let good = one(Verb::Hide).encode_in_sections();
    for length in [0, 1, good.len() as u32, u32::MAX] {
        let mut bytes = good.clone();
        bytes[LENGTH..SECTION].copy_from_slice(&length.to_le_bytes());
        assert_eq!(Policy::decode(&bytes), Err(PolicyError::Malformed), "{length}");
    }
    for length in 4..SECTION {
        assert_eq!(guarded_prefix(&good[..length]), None);
        assert!(Policy::decode(&good[..length]).is_err());
    }
}
