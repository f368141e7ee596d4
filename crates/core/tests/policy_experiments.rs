//! Experiments of a policy: what the check finds, and what the built policy has.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use shelfwise_core::allocation::{ArmId, Assignment, Draws, Unit};
use shelfwise_core::policy::lint::{Diagnostic, LintContext};
use shelfwise_core::policy::{Action, PolicyError, PolicySource, Rule, guarded_prefix};
use shelfwise_core::{
    Basis, CandidateSet, Engine, EventKind, ListItem, Mode, Policy, Request, Snapshot, Visit, example,
};

const POLICY: &str = r#"
[[placement]]
name = "home"

[[value]]
name = "worth"
of = { margin = 1.0 }

[[fact]]
name = "margin"
kind = "share"

[[rule]]
id = "no-jam"
hide = { item = "jam" }

[[rule]]
id = "profit"
objective = { raise = "worth", may_cost = 0.02 }

[[rule]]
id = "tea-first"
boost = { where = "id = 'tea'", places = 3 }
until = "2030-01-01 00:00Z"

[[rule]]
id = "wine-late"
bury = { where = "id = 'wine'", to = "end" }
when = { arm = "winter/late" }

[[holdout]]
share = 0.05
until = 2027-01-31

[[layer]]
name = "order"

[[layer]]
name = "hero"

[[experiment]]
id = "winter"
layer = "order"
range = [0.0, 0.5]
unit = "visit"
arms = [
    { name = "store_order", weight = 1 },
    { name = "today", weight = 2 },
    { name = "margin", weight = 2, objective = { may_cost = 0.03 } },
    { name = "late", weight = 1, strengths = { tea-first = 1 } },
]
read = ["orders", "revenue"]
cap = 1500.00

[[experiment]]
id = "no-tea"
layer = "hero"
unit = "page"
arms = [{ name = "with", weight = 1 }, { name = "without", weight = 1, off = ["tea-first"] }]
read = ["orders"]
"#;

const CONTEXT: LintContext<'_> = LintContext {
    catalog: None,
    places: 24,
    now_ms: Some(1_796_108_400_000),
    has_hit_curve: None,
};

/// Returns `table[at].key[entry]: what` of every finding that is about experiments.
fn findings(text: &str) -> Vec<String> {
    let source: PolicySource = toml::from_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let is_about = |what: &str| !what.contains("not compared with the goods");
    let found = source.lint(&CONTEXT).into_iter();
    let mut found: Vec<String> = found
        .map(|finding| {
            let (place, what) = (finding.place, finding.diagnostic.what());
            let entry = place.entry.map_or(String::new(), |entry| format!("[{entry}]"));
            let kind = match finding.diagnostic {
                Diagnostic::Error(_) => "error",
                Diagnostic::Warning(_) => "warning",
            };
            format!(
                "{kind} {}[{}].{}{entry}: {what}",
                place.table.name(),
                place.at,
                place.key
            )
        })
        .filter(|what| is_about(what))
        .collect();
    found.sort();
    found
}

fn policy(text: &str) -> Policy {
    toml::from_str::<PolicySource>(text).unwrap().check().unwrap()
}

#[test]
fn good_experiments_have_no_finding() {
    assert_eq!(findings(POLICY), Vec::<String>::new());
}

#[test]
fn each_mistake_is_found_at_its_place() {
    for (from, to, expected) in [
        (
            "name = \"hero\"",
            "name = \"order\"",
            "error layer[1].name: `order` is used twice",
        ),
        (
            "layer = \"hero\"",
            "layer = \"heroes\"",
            "error experiment[1].layer: no layer is called `heroes`",
        ),
        (
            "layer = \"hero\"\n",
            "",
            "error experiment[1].layer: the experiment names no layer",
        ),
        (
            "layer = \"hero\"",
            "layer = \"order\"",
            "its draws overlap with those of `winter`, [0, 0.5], in the same layer",
        ),
        (
            "layer = \"hero\"",
            "layer = \"order\"\nrange = [0.5, 1.0]",
            "error experiment[1].unit: layer `order` has experiments of unit `visit`",
        ),
        (
            "id = \"no-tea\"",
            "id = \"winter\"",
            "error experiment[1].id: `winter` is used twice",
        ),
        (
            "id = \"no-tea\"",
            "id = \"holdout\"",
            "error experiment[1].id: `holdout` is no id",
        ),
        (
            "share = 0.05",
            "share = 0.0",
            "error holdout[0].share: `share` of 0 must be above 0",
        ),
        (
            "[[layer]]\nname = \"hero\"",
            "[[holdout]]\nshare = 0.1\n[[layer]]\nname = \"hero\"",
            "error holdout[1].: a second holdout",
        ),
        (
            "[0.0, 0.5]",
            "[0.7, 0.5]",
            "error experiment[0].range: `range` of [0.7, 0.5] must be",
        ),
        (
            "unit = \"page\"",
            "unit = \"hour\"",
            "error experiment[1].unit: no unit is called `hour`",
        ),
        (
            "unit = \"page\"",
            "unit = \"window\"",
            "error experiment[1].window: unit `window` needs its blocks",
        ),
        (
            "unit = \"page\"",
            "unit = \"window\"\nwindow = { washout_minutes = 5 }\nfrom = 2026-12-01\nuntil = 2026-12-24",
            "error experiment[1].window: blocks of no hours",
        ),
        (
            "unit = \"page\"",
            "unit = \"window\"\nwindow = { hours = 6 }",
            "error experiment[1].window: blocks are counted from `from`",
        ),
        (
            "unit = \"page\"",
            "unit = \"window\"\nrange = [0.0, 0.5]\nwindow = { hours = 6 }\nfrom = 2026-12-01\nuntil = 2026-12-24",
            "error experiment[1].range: a window has one arm for everybody",
        ),
        (
            "unit = \"page\"",
            "unit = \"page\"\nwindow = { hours = 6 }",
            "blocks stand beside another unit",
        ),
        (
            "unit = \"page\"",
            "unit = \"page\"\nuntil = 2026-12-01\nfrom = 2026-12-02",
            "error experiment[1].until: it ends before",
        ),
        (
            "unit = \"page\"",
            "unit = \"page\"\nuntil = 2026-11-01",
            "warning experiment[1].until: it ended at 2026-11-01",
        ),
        (
            "name = \"late\", weight = 1",
            "name = \"late\", weight = 0",
            "error experiment[0].arms[3]: `weight` of 0",
        ),
        (
            "name = \"late\", weight = 1",
            "name = \"late\", weight = 900000",
            "error experiment[0].arms[0]: arm `store_order` has less",
        ),
        (
            "name = \"late\", weight",
            "name = \"today\", weight",
            "error experiment[0].arms[3]: `today` is used twice",
        ),
        (
            "read = [\"orders\"]",
            "read = [\"orders\", \"orders\"]",
            "error experiment[1].read[1]: nothing called `orders`",
        ),
        (
            "read = [\"orders\"]",
            "read = []",
            "error experiment[1].read: `read` of [] must be",
        ),
        (
            "cap = 1500.00",
            "",
            "error experiment[0].read: the experiment reads money without a cap",
        ),
        (
            "may_cost = 0.03",
            "may_cost = 0.7",
            "error experiment[0].arms[2]: `may_cost` of 0.7 must be",
        ),
        (
            "objective = { raise = \"worth\", may_cost = 0.02 }",
            "cap = { by = \"brand\", max = 2 }",
            "error experiment[0].arms[2]: arm `margin` changes what the objective",
        ),
        (
            "strengths = { tea-first = 1 }",
            "strengths = { tea-first = 1.5 }",
            "error experiment[0].arms[3]: `strengths` of 1.5 must be a whole number",
        ),
        (
            "strengths = { tea-first = 1 }",
            "strengths = { tea = 1 }",
            "error experiment[0].arms[3]: arm `late` changes rule `tea`, which",
        ),
        (
            "strengths = { tea-first = 1 }",
            "strengths = { profit = 0.1 }",
            "rule `profit` has no strength that an arm could change",
        ),
        (
            "off = [\"tea-first\"]",
            "off = [\"no-jam\"]",
            "error experiment[1].arms[1]: rule `no-jam` decides what may be shown",
        ),
        (
            "off = [\"tea-first\"]",
            "kinds = [\"pairs\"]",
            "warning experiment[1].arms[1]: arm `without` changes `kinds`, which needs",
        ),
        (
            "off = [\"tea-first\"]",
            "off = []",
            "warning experiment[1].arms[1]: arms `without` and `with` do the same",
        ),
        (
            "when = { arm = \"winter/late\" }",
            "when = { arm = \"winter/later\" }",
            "error rule[3].when: rule `wine-late` depends on arm `winter/later`",
        ),
        (
            "hide = { item = \"jam\" }",
            "hide = { item = \"jam\" }\nwhen = { arm = \"winter/late\" }",
            "error rule[0].when: rule `no-jam` decides",
        ),
        (
            "arms = [{ name = \"with\", weight = 1 }, {",
            "arms = [{",
            "error experiment[1].arms: 1 arms; an experiment has 2 to 32",
        ),
        (
            "unit = \"page\"",
            "unit = \"page\"\ninterleave = [\"a\", \"b\"]",
            "error experiment[1].interleave: `arms` and `interleave`",
        ),
    ] {
        let text = POLICY.replace(from, to);
        assert_ne!(text, POLICY, "{from}");
        let found = findings(&text);
        assert!(
            found.iter().any(|found| found.contains(expected)),
            "{expected} is missing in {found:#?}"
        );
    }
}

#[test]
fn more_combinations_than_an_order_may_tell_are_refused() {
    let arms = (0..14).map(|arm| format!("{{ name = \"{arm}\", weight = 1, off = [\"tea-first\"] }}"));
    let arms = arms.collect::<Vec<_>>().join(", ");
    let text = POLICY.replace(
        "{ name = \"with\", weight = 1 }, { name = \"without\", weight = 1, off = [\"tea-first\"] }",
        &arms,
    );
    let found = findings(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("71 combinations of arms, more than 64"), "{found:#?}");
}

#[test]
fn experiments_one_after_the_other_share_their_draws() {
    let text = POLICY
        .replace("unit = \"visit\"", "unit = \"visit\"\nuntil = 2026-12-24")
        .replace(
            "layer = \"hero\"\nunit = \"page\"",
            "layer = \"order\"\nunit = \"visit\"\nfrom = 2026-12-24",
        );
    assert_eq!(findings(&text), Vec::<String>::new());
}

#[test]
fn built_policy_has_the_allocation_in_format_4() {
    let policy = policy(POLICY);
    let allocation = &policy.allocation;
    assert_eq!(
        allocation.layers.iter().map(|layer| layer.unit).collect::<Vec<_>>(),
        [Unit::Visit, Unit::Page]
    );
    let winter = &allocation.layers[0].experiments[0];
    let shares: Vec<u32> = winter.arms.iter().map(|arm| arm.share).collect();
    assert_eq!((winter.first, shares), (0, vec![5_461, 10_923, 10_922, 5_462]));
    assert!(winter.arms[0].is_store_order && !winter.arms[1].is_store_order);
    let file = policy.encode();
    assert_eq!(&file[..4], b"SWP\x04");
    let mut sorted = policy.clone();
    sorted.rules.sort_by_key(|rule| !rule.action.verb().is_guarded());
    assert_eq!(Policy::decode(&file), Ok(sorted));
    for end in 7..file.len() {
        assert_eq!(Policy::decode(&file[..end]), Err(PolicyError::Malformed), "{end}");
    }
}

#[test]
fn section_of_a_later_engine_is_refused_with_its_version() {
    let mut file = policy(POLICY).encode();
    file[4..7].copy_from_slice(&[1, 2, 3]);
    assert!(Policy::decode(&file).is_ok());
    let sections = file.len() - section_bytes(&file) - 1;
    file[sections] = 2;
    file.extend([9, 0, 0, 0, 0]);
    let error = Policy::decode(&file).unwrap_err();
    assert_eq!(error, PolicyError::NeedsEngine { version: [1, 2, 3] });
}

/// Returns how long the one section behind the rules is, with its tag and length.
fn section_bytes(file: &[u8]) -> usize {
    let length = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let ordinary = 11 + length(7);
    file.len() - (ordinary + 4 + length(ordinary)) - 1
}

#[test]
fn policy_without_experiments_keeps_its_bytes() {
    let end = POLICY.find("[[holdout]]").unwrap();
    let text = POLICY[..end].replace("\nwhen = { arm = \"winter/late\" }", "");
    let file = policy(&text).encode();
    assert_eq!(&file[..4], b"SWP\x03");
}

#[test]
fn arms_are_conditions_of_rules_and_guarded_ones_stay_in_front() {
    let built = policy(POLICY);
    let rule = |id: &str| built.rules.iter().find(|rule| rule.id == id).unwrap();
    let amount = |rule: &Rule| match &rule.action {
        Action::Direct(directive) => directive.amount,
        _ => 0,
    };
    assert_eq!(amount(rule("profit")), 1_310);
    assert_eq!(amount(rule("profit@winter/margin")), 1_966);
    assert_eq!(amount(rule("tea-first@winter/late")), 1);
    assert_eq!(
        rule("tea-first").condition.when[0].texts,
        ["winter/late", "no-tea/without"]
    );
    let other = policy(&POLICY.replace("weight = 2,", "weight = 3,"));
    let front = |policy: &Policy| guarded_prefix(&policy.encode()).unwrap().to_vec();
    assert_eq!(front(&built), front(&other), "shares are not guarded");
    let dearer = policy(&POLICY.replace("may_cost = 0.03", "may_cost = 0.04"));
    assert_ne!(front(&built), front(&dearer), "what an arm may cost is");
}

/// Returns the ids of a list of tea, jam, butter and wine under arms, after a look at bread.
fn shown(arms: &[&str]) -> (Vec<String>, Basis) {
    let policy = policy(POLICY);
    let arms: Vec<ArmId> = arms.iter().map(|name| policy.allocation.named(name).unwrap()).collect();
    let snapshot = Snapshot::open(example::corner_shop().build().unwrap()).unwrap();
    let mut engine = Engine::new(snapshot, policy);
    let mut visit = Visit::new(Mode::Session);
    visit.track(EventKind::ViewItem, &["bread"], 0).unwrap();
    let item = |id: &str| ListItem {
        id: id.into(),
        ..ListItem::default()
    };
    let request = Request {
        placement: "home".into(),
        limit: 4,
        candidates: CandidateSet::List(["wine", "tea", "jam", "butter"].map(item).into()),
        arms,
        ..Request::default()
    };
    let slate = visit.rank(&mut engine, request).slate;
    let ids = slate.items.iter().map(|item| item.item_id.to_string()).collect();
    (ids, slate.basis)
}

#[test]
fn arms_act_on_slates_and_what_is_hidden_stays_hidden() {
    assert_eq!(shown(&[]).0, ["tea", "butter", "wine"], "moved to the front");
    assert_eq!(shown(&["no-tea/without"]).0, ["butter", "wine", "tea"]);
    assert_eq!(shown(&["winter/late"]).0, ["butter", "tea", "wine"]);
    assert_eq!(
        shown(&["winter/store_order"]),
        (vec!["wine".into(), "tea".into(), "butter".into()], Basis::ShopOrder)
    );
}

#[test]
fn same_declaration_has_the_same_version_whatever_stands_beside_it() {
    let version = |text: &str| policy(text).allocation.layers[1].experiments[0].version;
    let own = version(POLICY);
    assert_eq!(
        version(&POLICY.replace("may_cost = 0.03", "may_cost = 0.04")),
        own,
        "of another experiment"
    );
    assert_ne!(version(&POLICY.replace("off = [", "on = [")), own);
}

/// The arms of a draw are a function of the draw alone: the same bytes twice, whatever happened before.
#[test]
fn same_bytes_draw_the_same_arms() {
    let allocation = policy(POLICY).allocation;
    let assigned = |entropy: [u8; 16]| -> Assignment {
        let mut draws = Draws::default();
        draws.complete(&allocation, 0, |_| true, &entropy);
        allocation.assign(&draws, 1_796_108_400_000)
    };
    for byte in 0..=255 {
        assert_eq!(assigned([byte; 16]), assigned([byte; 16]));
        assert_eq!(assigned([byte; 16]).is_held_out, byte < 13, "3,277 of 65,536");
    }
}
