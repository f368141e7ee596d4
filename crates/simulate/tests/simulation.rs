//! Simulations of a small shop.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_core::policy::{Limits, PolicySource};
use shelfwise_core::{Policy, Snapshot};
use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Silent;
use shelfwise_simulate::findings::{FindingKind, of_spread};
use shelfwise_simulate::generations::{GenerationOptions, generations};
use shelfwise_simulate::report::{PlacementReport, RuleReport};
use shelfwise_simulate::request::{Asks, Shelf};
use shelfwise_simulate::rules::Deed;
use shelfwise_simulate::spread::{SpreadInput, spread};
use shelfwise_simulate::stats::bootstrap::Dice;
use shelfwise_simulate::{Input, Options, Report, Shop, simulate};
use shelfwise_train::train::{TrainOptions, train};

const NONE: &str = "[[placement]]\nname = \"home\"\n";

/// A shop that sells six things, and visits in which each goes with the next.
struct Fixture {
    log: Log,
    shop: Shop,
    snapshot: Vec<u8>,
}

impl Fixture {
    fn new() -> Self {
        let visits: Vec<Vec<&str>> = (0..60)
            .map(|at| (0..4).map(|step| IDS[(at + step) % IDS.len()]).collect())
            .collect();
        let visits: Vec<&[&str]> = visits.iter().map(Vec::as_slice).collect();
        let log = Log::of_views(&visits);
        let catalog = catalog();
        let trained = train(
            &log,
            &catalog,
            None::<&Snapshot<Vec<u8>>>,
            &TrainOptions::default(),
            &Silent,
        )
        .unwrap();
        let shop = Shop::new(&catalog, &Snapshot::open(trained.snapshot.as_slice()).unwrap(), &[]);
        Self {
            log,
            shop,
            snapshot: trained.snapshot,
        }
    }

    fn simulate(&self, before: &str, after: &str) -> Report {
        let source = |text: &str| toml::from_str::<PolicySource>(text).unwrap();
        let policy = |text: &str| -> Policy { source(text).check().unwrap() };
        let input = Input {
            log: &self.log,
            shop: &self.shop,
            snapshot: &self.snapshot,
            facts: None,
            before: &policy(before),
            after: &policy(after),
            limits: source(after).limits,
        };
        let options = Options {
            places: 3,
            ..Options::default()
        };
        simulate(&input, &options, &Silent).unwrap()
    }
}

const IDS: [&str; 6] = ["bread", "butter", "jam", "tea", "mug", "wine"];

fn catalog() -> Catalog {
    let mut items: Vec<CatalogItem> = IDS
        .iter()
        .zip(1..)
        .map(|(id, price)| CatalogItem {
            id: (*id).into(),
            title: format!("Fine {id}"),
            category: if price < 4 {
                "Breakfast".into()
            } else {
                "Drinks > Warm".into()
            },
            brand: format!("Brand {}", price % 2),
            price: Some(f64::from(price)),
            ..CatalogItem::default()
        })
        .collect();
    items.sort_by(|a, b| a.id.cmp(&b.id));
    Catalog { items }
}

fn home(report: &Report) -> &PlacementReport {
    report
        .placements
        .iter()
        .find(|placement| placement.name == "home")
        .unwrap()
}

fn rule<'r>(report: &'r Report, id: &str) -> &'r RuleReport {
    report.rules.iter().find(|rule| rule.id == id).unwrap()
}

fn with(rules: &str) -> String {
    format!("{NONE}{rules}")
}

#[test]
fn same_policy_changes_nothing() {
    let report = Fixture::new().simulate(NONE, NONE);
    let home = home(&report);
    assert_eq!((home.slates, home.changed), (60, 0));
    assert!((home.overlap - 1.0).abs() < 1e-12 && (home.jaccard - 1.0).abs() < 1e-12);
    assert!(home.hit_rate.change.low.abs() < 1e-12 && home.hit_rate.change.high.abs() < 1e-12);
    assert!(report.examples.is_empty() && home.movers.winners.is_empty());
    assert_eq!(report.findings[0].kind, FindingKind::NothingChanges);
}

#[test]
fn pin_changes_slates_and_is_named_at_its_tile() {
    let after = with("[[rule]]\nid = \"wine-first\"\npin = { item = \"wine\", position = 1 }\n");
    let report = Fixture::new().simulate(NONE, &after);
    let home = home(&report);
    assert!(home.changed > 0 && home.overlap < 1.0);
    assert_eq!(home.movers.winners[0].id, "wine");
    let rule = rule(&report, "wine-first");
    assert_eq!(rule.before, None);
    assert_eq!(
        rule.after.unwrap().placed,
        60,
        "it acts in every slate, also where wine would stand first anyway"
    );
    assert_eq!(
        (rule.tried, rule.needed),
        (60, home.changed as u64),
        "it alone makes the difference"
    );
    let tile = &report.examples[0].after[0];
    assert_eq!(tile.item.id, "wine");
    assert_eq!(
        (tile.causes[0].rule.as_str(), tile.causes[0].deed),
        ("wine-first", Deed::Placed)
    );
}

#[test]
fn hidden_item_is_named_where_it_stood_and_costs_hits() {
    let after = with("[[rule]]\nid = \"no-jam\"\nhide = { item = \"jam\" }\n");
    let report = Fixture::new().simulate(NONE, &after);
    let home = home(&report);
    assert!(
        home.hit_rate.change.high < 0.0,
        "jam was chosen, and is not shown: {:?}",
        home.hit_rate
    );
    assert_eq!(home.movers.losers[0].id, "jam");
    assert_eq!(home.movers.losers[0].after, 0);
    let gone = report.examples[0]
        .before
        .iter()
        .find(|tile| tile.item.id == "jam")
        .unwrap();
    assert_eq!((gone.other_place, gone.causes[0].deed), (None, Deed::RuledOut));
}

#[test]
fn rule_that_is_removed_is_named_where_its_item_comes_back() {
    let before = with("[[rule]]\nid = \"no-jam\"\nhide = { item = \"jam\" }\n");
    let report = Fixture::new().simulate(&before, NONE);
    assert_eq!(rule(&report, "no-jam").after, None);
    let back = report.examples[0]
        .after
        .iter()
        .find(|tile| tile.item.id == "jam")
        .unwrap();
    assert_eq!((back.causes[0].rule.as_str(), back.causes[0].is_new), ("no-jam", false));
}

#[test]
fn rule_that_moves_nothing_is_a_finding() {
    let after = with(
        "[[rule]]\nid = \"idle\"\nhide = { item = \"beer\" }\n\n\
         [[rule]]\nid = \"no-jam\"\nhide = { item = \"jam\" }\n\n\
         [[rule]]\nid = \"needless\"\ncap = { by = \"category\", max = 3 }\n",
    );
    let report = Fixture::new().simulate(NONE, &after);
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.kind, finding.rule.as_deref()))
        .collect();
    assert!(found.contains(&(FindingKind::IdleRule, Some("idle"))), "{found:?}");
    assert!(found.contains(&(FindingKind::IdleRule, Some("needless"))), "{found:?}");
    assert!(!found.iter().any(|(_, rule)| *rule == Some("no-jam")), "{found:?}");
}

#[test]
fn limit_is_broken_only_beyond_it() {
    let rules = "[[rule]]\nid = \"no-jam\"\nhide = { item = \"jam\" }\n";
    let fixture = Fixture::new();
    let with_limits = |limits: &str| fixture.simulate(NONE, &with(&format!("{rules}\n[limits]\n{limits}\n")));
    assert!(!with_limits("max_hit_rate_loss = 0.99\nmin_coverage = 0.1").breaks_a_limit());
    let report = with_limits("max_hit_rate_loss = 0.01\nmin_coverage = 0.99");
    let broken: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.is_broken_limit())
        .collect();
    assert_eq!(broken.len(), 2, "{broken:?}");
    assert!(
        broken[0].text.contains("at `home`: max_hit_rate_loss is 0.01"),
        "{}",
        broken[0].text
    );
    assert!(
        broken[1].text.contains("min_coverage is 0.99, and it is 0.8333"),
        "{}",
        broken[1].text
    );
    assert_eq!(
        report.inputs.limits,
        Limits {
            max_hit_rate_loss: Some(0.01),
            min_coverage: Some(0.99),
            ..Limits::default()
        }
    );
}

#[test]
fn means_and_shares_are_those_of_shown_items() {
    let after = with("[[rule]]\nid = \"no-drinks\"\nhide = { category = \"Drinks\" }\n");
    let report = Fixture::new().simulate(NONE, &after);
    let home = home(&report);
    assert_eq!(home.short.after, 0, "three items of breakfast are left");
    let price = &home.measures[0];
    assert_eq!(price.name, "price");
    assert!(
        (price.mean.after - 2.0).abs() < 1e-12,
        "bread, butter and jam cost 1, 2 and 3: {price:?}"
    );
    let categories = &home.shares[0];
    let breakfast = categories
        .groups
        .iter()
        .find(|group| group.name == "Breakfast")
        .unwrap();
    assert!(
        (breakfast.catalog - 0.5).abs() < 1e-12 && (breakfast.after - 1.0).abs() < 1e-12,
        "{breakfast:?}"
    );
    assert!((home.breadth.after.coverage - 0.5).abs() < 1e-12);
}

#[test]
fn report_and_its_hash_are_the_same_each_time_and_differ_with_the_rules() {
    let after = with("[[rule]]\nid = \"wine-first\"\npin = { item = \"wine\", position = 1 }\n");
    let fixture = Fixture::new();
    let (first, second) = (fixture.simulate(NONE, &after), fixture.simulate(NONE, &after));
    assert_eq!(first, second);
    assert_eq!(first.sha256().unwrap(), second.sha256().unwrap());
    assert_ne!(first.sha256().unwrap(), fixture.simulate(NONE, NONE).sha256().unwrap());
}

#[test]
fn page_escapes_titles_and_loads_nothing() {
    let mut fixture = Fixture::new();
    let mut catalog = catalog();
    catalog.items[0].title = "<script>alert(1)</script>".into();
    fixture.shop = Shop::new(&catalog, &Snapshot::open(fixture.snapshot.as_slice()).unwrap(), &[]);
    let after = with("[[rule]]\nid = \"first\"\npin = { item = \"bread\", position = 1 }\n");
    let page = shelfwise_simulate::html::html(&fixture.simulate(NONE, &after)).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)"), "the title is shown as text");
    for word in ["<script", "src=", "href=", "url(", "@import", "http://", "https://"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn spread_of_a_model_is_what_a_simulation_says_of_it() {
    let fixture = Fixture::new();
    let report = fixture.simulate(NONE, NONE);
    let policy = toml::from_str::<PolicySource>(NONE).unwrap().check().unwrap();
    let input = SpreadInput {
        log: &fixture.log,
        shop: &fixture.shop,
        snapshot: &fixture.snapshot,
        facts: None,
        policy: &policy,
        shelf: &Shelf {
            placement: "home".into(),
            asks: Asks::Catalog,
        },
        places: 3,
        visits: 1000,
    };
    let spread = spread(&input, &Silent).unwrap();
    let home = home(&report);
    assert_eq!(spread.breadth, home.breadth.after);
    assert!((spread.hit_rate - home.hit_rate.after.mean).abs() < 1e-12);
    let limits = Limits {
        max_category_share: Some(0.1),
        ..Limits::default()
    };
    assert!(of_spread(&spread, &limits)[0].starts_with("at `home`: max_category_share is 0.1"));
    assert!(of_spread(&spread, &Limits::default()).is_empty());
}

#[test]
fn generations_begin_with_the_real_log_and_follow_their_own_slates() {
    let mut dice = Dice(7);
    let ids: Vec<String> = (0..60).map(|at| format!("i{at:02}")).collect();
    let visit = |_| {
        (0..6)
            .map(|_| ids[dice.below(60).min(dice.below(60))].as_str())
            .collect()
    };
    let visits: Vec<Vec<&str>> = (0..600).map(visit).collect();
    let visits: Vec<&[&str]> = visits.iter().map(Vec::as_slice).collect();
    let log = Log::of_views(&visits);
    let made = |count| {
        let options = GenerationOptions {
            count,
            places: 5,
            visits: 200,
        };
        generations(&log, &Catalog::default(), &options, &Silent).unwrap()
    };
    let (first, both) = (made(0), made(1));
    assert_eq!(first[0], both[0], "the same each time, whatever comes after it");
    assert_eq!(
        both.iter().map(|generation| generation.number).collect::<Vec<_>>(),
        [0, 1]
    );
    assert_ne!(
        both[0].breadth, both[1].breadth,
        "the second model learned from what the first one showed"
    );
}
