//! An analyst decodes randomized reports that the package has made.

use crate::shop::Shop;

/// The experiment and the question of `tests/vectors/src/policies.rs`, as the file that the shop has.
const POLICY: &str = r#"
[[layer]]
name = "order"
[[layer]]
name = "pages"
[[rule]]
id = "bread-late"
bury = { where = "id = 'bread'", to = "end" }
[[content]]
id = "hero-1"
kind = "banner"
placements = ["hero"]
[[experiment]]
id = "winter"
layer = "order"
range = [0.25, 0.75]
unit = "visit"
arms = [
  { name = "store_order", weight = 1 },
  { name = "today", weight = 2 },
  { name = "bold", weight = 1, objective = { may_cost = 0.04 }, strengths = { candy-first = 1 }, on = ["bread-late"] },
]
read = ["orders"]
[[question]]
experiment = "winter"
seen = "view_promotion"
answered = "select_promotion"
epsilon = 4.0
"#;

/// What the package reported of 3,000 visits; `tests/package/reports.test.mjs` makes it, and holds the package to it.
const REPORTS: &str = include_str!("../../../../tests/package/reports.txt");

/// How often that crowd clicks under each arm, of visits that see it.
const TRUTH: [(&str, f64); 3] = [("store_order", 0.2), ("today", 0.5), ("bold", 0.35)];

const DECODE: &str = "experiment reports policy.toml --slot winter reports.txt";

fn shop() -> Shop {
    let shop = Shop::open();
    shop.write("policy.toml", POLICY).write("reports.txt", REPORTS);
    shop
}

#[test]
fn planted_rates_lie_in_the_intervals_of_reports_that_the_package_made() {
    let json = shop().json(&format!("{DECODE} --json"));
    let decoded = &json["decoded"];
    assert!(
        (decoded["epsilon"].as_f64().unwrap() - 4.0).abs() < 1e-5,
        "of the question"
    );
    assert_eq!(decoded["reports"], 3_000);
    for (at, (arm, rate)) in TRUTH.into_iter().enumerate() {
        let own = &decoded["options"][at];
        assert_eq!(own["option"], arm);
        let [low, high] = ["low", "high"].map(|end| own["rate"]["interval"][end].as_f64().unwrap());
        assert!(low < rate && rate < high, "{arm}: {rate} is not from {low} to {high}");
    }
}

#[test]
fn damaged_and_foreign_reports_are_named_and_do_not_count() {
    let shop = shop();
    let mut lines: Vec<&str> = REPORTS.lines().collect();
    let damaged = lines[0].replace(".0", ".1");
    lines.extend([&*damaged, "sr1.summer_007.01.zzz", "hello"]);
    shop.write("reports.txt", lines.join("\n"));
    let error = String::from_utf8(shop.run(DECODE).stderr).unwrap();
    assert!(
        error.contains("2 lines: the report is damaged; the first: reports.txt: line 3001"),
        "{error}"
    );
    assert!(
        error.contains("1 line: no report of a format that this version reads"),
        "{error}"
    );
    let changed = POLICY.replace("weight = 2", "weight = 3");
    shop.write("policy.toml", changed);
    let error = shop.stderr(DECODE);
    assert!(
        error.contains("of another version of the experiment") && error.contains("nothing is told"),
        "{error}"
    );
}

#[test]
fn question_that_cannot_be_asked_names_its_line() {
    let shop = shop();
    for (find, replace, expected) in [
        (
            "experiment = \"winter\"",
            "experiment = \"wintr\"",
            "line 25, column 1: a question is about an experiment",
        ),
        (
            "\"select_promotion\"",
            "\"clicked\"",
            "line 27, column 1: a visit holds no event `clicked`",
        ),
        (
            "epsilon = 4.0",
            "epsilon = 8.0",
            "line 28, column 1: `epsilon` of 8 must be above 0 and up to 4",
        ),
    ] {
        shop.write("policy.toml", POLICY.replace(find, replace));
        let error = shop.stderr(DECODE);
        assert!(error.contains(expected), "{error}");
    }
}
