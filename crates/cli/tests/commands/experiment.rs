//! An analyst reads an experiment from the shop's own orders.

use std::fmt::Write as _;

use crate::shop::Shop;
use shelfwise_measure::tag::{Tag, TaggedArm};

const DECLARED: &str = "[[experiment]]\nid = \"winter\"\nunit = \"visit\"\n\
    arms = [{ name = \"old\", weight = 1 }, { name = \"<new>\", weight = 1 }]\nread = [\"orders\", \"revenue\"]\ncap = 100.0\n";

fn tag(declared: &str, arm: u8) -> String {
    let experiment = &shelfwise_measure::declaration::parse(declared).unwrap().experiments[0];
    let arm = TaggedArm {
        experiment: experiment.id.clone(),
        version: experiment.version,
        arm,
    };
    Tag {
        is_held_out: false,
        arms: vec![arm],
    }
    .write()
}

/// Of each 11 orders 6 have the second arm: a lift of 20 %.
fn shop() -> Shop {
    let shop = Shop::open();
    let mut text = "order_id,time,value,currency,items,tag\n".to_owned();
    let tags = [tag(DECLARED, 0), tag(DECLARED, 1)];
    for order in 0..5_500_i64 {
        let time = jiff::Timestamp::from_second(1_793_577_600 + order * 300).unwrap();
        let own = &tags[usize::from(order % 11 % 2 == 0)];
        let _ = writeln!(text, "{order},{time},{}.5,EUR,1,{own}", 20 + order % 60);
    }
    shop.write("orders.csv", text).write("experiments.toml", DECLARED);
    shop
}

#[test]
fn lift_of_orders_is_reported_as_text_json_and_page() {
    let shop = shop();
    let read = "experiment read experiments.toml --orders orders.csv";
    let text = shop.stdout(&format!("{read} --html report.html"));
    assert!(
        text.contains("Stop and ship. `<new>` brings more orders than `old`"),
        "{text}"
    );
    let page = String::from_utf8(shop.read("report.html")).unwrap();
    assert!(page.contains("Stop and ship") && page.contains("&lt;new&gt;") && !page.contains("<new>"));
    assert!(!page.contains("NaN") && !page.contains("inf "), "a figure is missing");
    let json = shop.json(&format!("{read} --json"));
    let lift = &json["report"]["experiments"][0]["lifts"][0];
    assert!((lift["lift"].as_f64().unwrap() - 0.2).abs() < 1e-9);
    assert!(lift["interval"]["low"].as_f64().unwrap() > 0.0);
}

#[test]
fn mistakes_in_an_experiment_name_place_and_remedy() {
    let shop = shop();
    let read = "experiment read experiments.toml --orders orders.csv";
    shop.write(
        "experiments.toml",
        DECLARED.replace("weight = 1 }, {", "weight = 2 }, {"),
    );
    let error = shop.stderr(read);
    assert!(
        error.contains("5500 orders, the first in orders.csv: line 2, carry version") && error.contains("--apart"),
        "{error}"
    );
    shop.write("experiments.toml", DECLARED.replace("visit", "vist"));
    let error = shop.stderr(read);
    assert!(
        error.contains("experiments.toml: line 3, column 1: no unit is called `vist`"),
        "{error}"
    );
    shop.write("experiments.toml", DECLARED)
        .write("counts.csv", "experiment,arm\nwinter,old\n");
    let error = shop.stderr(&format!("{read} --assignments counts.csv"));
    assert!(error.contains("counts.csv: line 1: no column `count`"), "{error}");
    shop.write(
        "counts.csv",
        "experiment,arm,count\nwinter,old,5200\nwinter,<new>,5800\n",
    );
    let text = shop.stdout(&format!("{read} --assignments counts.csv"));
    assert!(text.contains("Believe nothing of this"), "{text}");
}

#[test]
fn plan_says_what_can_be_found_in_which_time() {
    let shop = shop();
    let json = shop.json("experiment plan --orders-a-week 900 --json");
    let found = json[0]["found"].as_array().unwrap();
    let tenth = found.iter().find(|row| row["lift"] == 0.1).unwrap();
    let weeks = tenth["weeks"].as_f64().unwrap();
    assert!((5.0..7.0).contains(&weeks), "{weeks}");
    shop.write(
        "small.toml",
        format!("{DECLARED}from = 2026-11-02\nuntil = 2026-11-09\n"),
    );
    let error = shop.stderr("experiment plan --orders-a-week 60 --file small.toml");
    assert!(
        error.contains("arm `old` expects 30 orders until its end, fewer than 50"),
        "{error}"
    );
}

#[test]
fn counts_become_shares_and_a_log_is_evaluated() {
    let shop = Shop::open();
    shop.write(
        "counts.csv",
        "option,key,shown,answered\nplain,,20000,400\nwarm,,20000,800\nwarm,phone,2000,80\nplain,phone,2000,20\n",
    );
    let text = shop.stdout("experiment learn counts.csv --slot hero --out hero.sws");
    assert!(text.contains("warm") && text.contains("phone"), "{text}");
    let shares = shelfwise_measure::learn::Shares::read(&shop.read("hero.sws")).unwrap();
    assert!(shares.keys[0].shares[1] > 60_000, "{shares:?}");
    shop.write("counts.csv", "option,shown,answered\nplain,10,11\nwarm,1,0\n");
    let error = shop.stderr("experiment learn counts.csv --slot hero --out hero.sws");
    assert!(error.contains("counts.csv: option `plain`"), "{error}");

    shop.write(
        "log.csv",
        "reward,propensity,target,count\n1,0.5,0.8,3000\n0,0.5,0.2,3000\n",
    );
    let json = shop.json("experiment evaluate log.csv --json");
    assert!((json["ips"].as_f64().unwrap() - 0.8).abs() < 1e-12, "{json}");
    shop.write("log.csv", "reward,propensity,target\n1,0.5,0.8\n");
    let error = shop.stderr("experiment evaluate log.csv");
    assert!(error.contains("effective sample size of 1, below 1000"), "{error}");
    shop.write("log.csv", "reward,propensity,target\n1,x,0.8\n");
    let error = shop.stderr("experiment evaluate log.csv");
    assert!(error.contains("log.csv: line 2"), "{error}");
}

#[test]
fn simulation_prints_figures_with_their_bounds() {
    // So few runs scatter around their bounds: what they must be is tested where they are computed.
    let output = Shop::open().run("experiment simulate --runs 40 --orders 1200");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("false alarms, ever") && text.contains("at most 5.00 %"),
        "{text}"
    );
}
