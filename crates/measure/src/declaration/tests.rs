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

fn errors(text: &str) -> Vec<String> {
    let errors = Experiments::parse(text).unwrap_err();
    errors.iter().map(DeclarationError::to_string).collect()
}

#[test]
fn declaration_of_the_documentation_is_read() {
    let all = Experiments::parse(GOOD).unwrap();
    let experiment = all.get("winter-objective").unwrap();
    let shares: Vec<u32> = experiment.arms.iter().map(|arm| arm.share).collect();
    assert_eq!(shares, [6_553, 13_107, 13_108], "half of 65,536, by 1 : 2 : 2");
    assert_eq!(all.holdout.unwrap().share, 3_277);
    assert_eq!(all.states(), 5, "three arms, outside, holdout");
    assert_eq!(experiment.measures, [Measure::Orders, Measure::Revenue]);
}

#[test]
fn version_changes_with_what_must_not_change() {
    let version = |text: &str| Experiments::parse(text).unwrap().experiments[0].version;
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
        (
            "id = \"winter-objective\"",
            "id = \"Winter\"",
            "line 10, column 6: `Winter` is no id",
        ),
        (
            "layer = \"order\"",
            "layer = \"ordr\"",
            "line 11, column 9: no layer is called `ordr`: add a table [[layer]], or take one of order",
        ),
        (
            "[0.0, 0.5]",
            "[0.5, 0.5]",
            "line 12, column 9: [0.5, 0.5] is no part of the draws",
        ),
        (
            "unit = \"visit\"",
            "unit = \"user\"",
            "line 13, column 8: no unit is called `user`: take one of page",
        ),
        (
            "weight = 1",
            "weight = 0",
            "line 14, column 9: arm `store_order` has weight 0",
        ),
        ("\"today\"", "\"margin\"", "arm `margin` stands twice"),
        (
            "\"revenue\"",
            "\"clicks\"",
            "line 15, column 19: nothing called `clicks` is read",
        ),
        ("cap = 1500.00", "", "it reads money without a cap"),
        ("cap = 1500.00", "cap = -1.0", "a cap of -1"),
        ("share = 0.05", "share = 0.6", "line 6, column 9: a holdout of 0.6"),
        (
            "cap = 1500.00",
            "cap = 1500.00\nfrom = 2027-03-01\nuntil = 2027-02-01",
            "line 18, column 9: it ends before it begins",
        ),
        (
            "unit = \"visit\"",
            "unit = \"window\"",
            "unit `window` needs its blocks",
        ),
        ("read =", "reads =", "unknown field `reads`"),
    ] {
        let errors = errors(&GOOD.replace(from, to)).join("\n");
        assert!(errors.contains(words), "{words} is missing in:\n{errors}");
    }
    assert!(errors("")[0].contains("declares no experiment"));
    assert!(errors("[[experiments]]")[0].contains("line 1, column 3"));
}

#[test]
fn overlapping_experiments_of_a_layer_are_refused() {
    let second = |range: &str, layer: &str| {
        format!(
            "{GOOD}\n[[layer]]\nname = \"hero\"\n[[experiment]]\nid = \"b\"\nlayer = \"{layer}\"\nrange = {range}\nunit = \"page\"\n\
             arms = [{{ name = \"x\", weight = 1 }}, {{ name = \"y\", weight = 1 }}]\nread = [\"orders\"]"
        )
    };
    assert!(errors(&second("[0.4, 1.0]", "order"))[0].contains("overlap with those of `winter-objective`, [0, 0.5]"));
    assert!(Experiments::parse(&second("[0.5, 1.0]", "order")).is_ok());
    let both = Experiments::parse(&second("[0.4, 1.0]", "hero")).unwrap();
    assert_eq!(both.states(), 4 * 3 + 1);
}

#[test]
fn arms_that_tell_shoppers_apart_are_refused() {
    let arms: Vec<String> = (0..9)
        .map(|arm| format!("{{ name = \"{arm}\", weight = 1 }}"))
        .collect();
    let mut text = String::new();
    for layer in ["a", "b"] {
        text += &format!("[[layer]]\nname = \"{layer}\"\n");
    }
    for layer in ["a", "b"] {
        text += &format!(
            "[[experiment]]\nid = \"{layer}\"\nlayer = \"{layer}\"\nunit = \"visit\"\narms = [{}]\nread = [\"orders\"]\n",
            arms.join(", ")
        );
    }
    assert!(
        errors(&text)[0].contains("81 combinations of arms, more than 64"),
        "{:?}",
        errors(&text)
    );
}

#[test]
fn interleaving_has_two_orders_and_a_tie() {
    let text =
        "[[experiment]]\nid = \"duel\"\nunit = \"visit\"\ninterleave = [\"today\", \"margin\"]\nread = [\"orders\"]";
    let all = Experiments::parse(text).unwrap();
    let names: Vec<&str> = all.experiments[0].arms.iter().map(|arm| &*arm.name).collect();
    assert_eq!(names, ["today", "margin", "tie"]);
    assert!(errors(&text.replace("margin", "today"))[0].contains("name two"));
}

#[test]
fn tables_of_a_policy_beside_it_are_left_to_others() {
    let text = format!("{GOOD}\n[[rule]]\nid = \"r\"\nhide = {{ item = \"1\" }}\n[limits]\nmax_brand_share = 0.4\n");
    assert!(Experiments::parse(&text).is_ok());
}
