use super::*;

const GOOD: &str = r#"
[[layer]]
name = "order"

[[holdout]]
share = 0.05
until = 2027-01-31

[[experiment]]
id = "winter-objective"
layer = "order"
range = [0.0, 0.5]
unit = "visit"
arms = [{ name = "store_order", weight = 1 }, { name = "today", weight = 2 }, { name = "margin", weight = 2, objective = { may_cost = 0.03 } }]
read = ["orders", "revenue"]
cap = 1500.00
"#;

fn errors(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn declaration_of_the_documentation_is_read() {
    let all = parse(GOOD).unwrap();
    let experiment = all.get("winter-objective").unwrap();
    let shares: Vec<u32> = experiment.arms.iter().map(|arm| arm.share).collect();
    assert_eq!(shares, [6_553, 13_107, 13_108], "half of 65,536, by 1 : 2 : 2");
    assert_eq!(all.holdout.unwrap().share, 3_277);
    assert_eq!(all.states(), 5, "three arms, outside, holdout");
    assert_eq!(experiment.measures, [Measure::Orders, Measure::Revenue]);
}

#[test]
fn version_changes_with_what_must_not_change() {
    let version = |text: &str| parse(text).unwrap().experiments[0].version;
    let own = version(GOOD);
    for (from, to) in [
        ("weight = 1", "weight = 3"),
        ("may_cost = 0.03", "may_cost = 0.04"),
        ("cap = 1500.00", "cap = 1400.0"),
        ("[0.0, 0.5]", "[0.0, 0.6]"),
        ("\"revenue\"", "\"margin\""),
    ] {
        assert_ne!(version(&GOOD.replace(from, to)), own, "{to}");
    }
    assert_eq!(version(&format!("{GOOD}\nuntil = 2027-01-01\nworth = 0.1")), own);
    assert_eq!(version(&format!("# words\n{GOOD}")), own);
}

#[test]
fn mistakes_name_their_place_and_remedy() {
    for (from, to, words) in [
        ("id = \"winter-objective\"", "id = \"Winter\"", "`Winter` is no id"),
        (
            "layer = \"order\"",
            "layer = \"ordr\"",
            "no layer is called `ordr`; there is order",
        ),
        ("[0.0, 0.5]", "[0.5, 0.5]", "`range` of [0.5, 0.5] must be two numbers"),
        ("unit = \"visit\"", "unit = \"user\"", "no unit is called `user`"),
        ("weight = 1", "weight = 0", "`weight` of 0 must be 1 or more"),
        ("weight = 1", "weight = 1, colour = 2", "unknown field `colour`"),
        ("\"today\"", "\"margin\"", "`margin` is used twice"),
        ("\"today\"", "\"a/b\"", "`a/b` is no name of an arm"),
        ("\"revenue\"", "\"clicks\"", "nothing called `clicks` is read"),
        ("cap = 1500.00", "", "reads money without a cap"),
        ("cap = 1500.00", "cap = -1.0", "`cap` of -1 must be"),
        ("share = 0.05", "share = 0.6", "`share` of 0.6 must be"),
        (
            "cap = 1500.00",
            "cap = 1500.00\nfrom = 2027-03-01\nuntil = 2027-02-01",
            "it ends before it begins",
        ),
        (
            "unit = \"visit\"",
            "unit = \"window\"",
            "unit `window` needs its blocks",
        ),
        ("read =", "reads =", "unknown field `reads`"),
    ] {
        let errors = errors(&GOOD.replace(from, to));
        assert!(errors.contains(words), "{words} is missing in:\n{errors}");
    }
    assert!(errors("").contains("declares no experiment"));
    assert!(errors("[[experiments]]").contains("unknown field `experiments`"));
}

#[test]
fn interleaving_has_two_orders_and_a_tie() {
    let text =
        "[[experiment]]\nid = \"duel\"\nunit = \"visit\"\ninterleave = [\"today\", \"margin\"]\nread = [\"orders\"]";
    let all = parse(text).unwrap();
    let names: Vec<&str> = all.experiments[0].arms.iter().map(|arm| &*arm.name).collect();
    assert_eq!(names, ["today", "margin", "tie"]);
    assert!(errors(&text.replace("margin", "today")).contains("same order twice"));
}

#[test]
fn tables_of_a_policy_beside_it_are_left_to_others() {
    let text = format!("{GOOD}\n[[rule]]\nid = \"r\"\nhide = {{ item = \"1\" }}\n[limits]\nmax_brand_share = 0.4\n");
    assert!(parse(&text).is_ok());
}
