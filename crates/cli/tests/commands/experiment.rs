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

/// 600 customers, two a block of time; of the second arm one in two orders again after eight days, of the first one in ten.
#[test]
fn customers_and_holdout_are_reported_by_arm() {
    let shop = Shop::open();
    let declared = format!("[[holdout]]\nshare = 0.1\n{DECLARED}");
    let mut text = "order_id,time,value,currency,customer,tag\n".to_owned();
    let tags = [tag(&declared, 0), tag(&declared, 1)];
    let held = Tag {
        is_held_out: true,
        arms: Vec::new(),
    };
    for at in 0..600_i64 {
        let (arm, first) = ((at % 2) as usize, 1_793_577_600 + at * 7_200);
        let mut order = |id: i64, second: i64, tag: &str| {
            let time = jiff::Timestamp::from_second(second).unwrap();
            let who = if id < 20_000 { at } else { id };
            let _ = writeln!(text, "{id},{time},{}.5,EUR,c{who},{tag}", 20 + at % 60);
        };
        order(at, first, &tags[arm]);
        if at / 2 % [10, 2][arm] == 0 {
            order(10_000 + at, first + 8 * 86_400, &tags[arm]);
        }
        if at % 10 == 0 {
            order(20_000 + at, first + 60, &held.write());
        }
    }
    shop.write("orders.csv", text).write("experiments.toml", &declared);
    let read = "experiment read experiments.toml --orders orders.csv";
    let json = shop.json(&format!("{read} --json --html report.html"));
    let arms = &json["report"]["experiments"][0]["cohorts"]["arms"];
    let repeated = |arm: usize| arms[arm]["points"][2]["repeated"].as_f64().unwrap();
    assert!(
        (repeated(0) - 0.1).abs() < 0.02 && (repeated(1) - 0.5).abs() < 0.02,
        "{arms}"
    );
    assert_eq!(json["report"]["holdout"]["held_out"], 60);
    let page = String::from_utf8(shop.read("report.html")).unwrap();
    assert!(page.contains("Customers over weeks") && page.contains("Everybody else beside the holdout"));
    assert!(!page.contains("NaN"), "a figure is missing");
    let text = shop.stdout(read);
    assert!(text.contains("everybody else beside the holdout of 10.00 %"), "{text}");
}

#[test]
fn orders_become_shares_under_which_further_orders_count_apart() {
    let shop = shop();
    let learn = "experiment learn experiments.toml --slot winter --orders orders.csv";
    let text = shop.stdout(&format!("{learn} --out first.sws"));
    assert!(text.contains("<new>") && text.contains("first.sws:"), "{text}");
    let shares = shelfwise_measure::learn::Shares::read(&shop.read("first.sws")).unwrap();
    let (slot, new) = (
        &*shares.slot,
        shares.options.iter().position(|option| option == "<new>").unwrap(),
    );
    assert!(slot == "winter" && shares.keys[0].shares[new] > 60_000, "{shares:?}");

    // Orders under the shares: as many as the shares say, so that nothing is learned from them.
    let experiments = shelfwise_measure::declaration::parse(DECLARED).unwrap();
    let own = &experiments.experiments[0];
    let under = |arm: u8| {
        let arm = TaggedArm {
            experiment: own.id.clone(),
            version: shelfwise_measure::learn::version(own.version, &shares),
            arm,
        };
        Tag {
            is_held_out: false,
            arms: vec![arm],
        }
        .write()
    };
    let mut text = String::from_utf8(shop.read("orders.csv")).unwrap();
    for order in 0..1_000 {
        let tag = under(u8::from(order % 50 > 0));
        let _ = writeln!(text, "later-{order},2026-12-24T10:00:00Z,20.5,EUR,1,{tag}");
    }
    shop.write("orders.csv", text);
    let error = shop.stderr(&format!("{learn} --out second.sws"));
    assert!(
        error.contains("1000 orders, the first in orders.csv: line 5502, carry version"),
        "{error}"
    );
    shop.stdout(&format!("{learn} --earlier first.sws --out second.sws"));
    let error = shop.stderr("experiment learn experiments.toml --slot summer --orders orders.csv --out second.sws");
    assert!(
        error.contains("declares no such experiment: take one of winter"),
        "{error}"
    );
}

#[test]
fn stop_ramp_and_ship_edit_the_declaration() {
    let shop = shop();
    let commented = DECLARED.replace("unit =", "# Ours.\nunit =");
    shop.write("experiments.toml", &commented);
    let told = shop.stdout("experiment ramp experiments.toml winter --range 0.0 0.5");
    assert!(
        told.contains("new version") && told.contains("25.0 % of the layer’s draws"),
        "{told}"
    );
    let ramped = String::from_utf8(shop.read("experiments.toml")).unwrap();
    assert!(
        ramped.contains("# Ours.") && ramped.contains("range = [0.0, 0.5]") && ramped.contains("from = 20"),
        "{ramped}"
    );
    let error = shop.stderr("experiment read experiments.toml --orders orders.csv");
    assert!(
        error.contains("it was changed while it ran"),
        "orders of both are never read as one: {error}"
    );
    let error = shop.stderr("experiment ship experiments.toml winter newer");
    assert!(
        error.contains("experiments.toml: experiment `winter` has no arm `newer`: take one of old, <new>"),
        "{error}"
    );
    let told = shop.stdout("experiment ship experiments.toml winter <new> --dry-run");
    assert!(
        told.contains("until = 20") && shop.read("experiments.toml") == ramped.as_bytes(),
        "{told}"
    );
    shop.stdout("experiment stop experiments.toml winter");
    let error = shop.stderr("experiment stop experiments.toml winter --at 2099-01-01");
    assert!(error.contains("has ended at"), "{error}");
}

/// Each of these would count something twice, or something that is not there.
#[test]
fn bad_orders_are_named_and_nothing_counts_twice() {
    let shop = shop();
    let read = "experiment read experiments.toml --orders orders.csv --json";
    let before = shop.json(read);
    let mut text = String::from_utf8(shop.read("orders.csv")).unwrap();
    let first = text.lines().nth(1).unwrap().to_owned();
    let broken = tag(DECLARED, 0).replace("winter", "wintre");
    let other = tag(&DECLARED.replace("winter", "summer"), 0);
    let _ = writeln!(text, "{first}");
    let _ = writeln!(text, "nobody,2026-11-03T10:00:00Z,-5,EUR,1,");
    let _ = writeln!(text, "broken,2026-11-03T10:00:00Z,5,EUR,1,{broken}");
    let _ = writeln!(text, "other,2026-11-03T10:00:00Z,5,EUR,1,{other}");
    shop.write("orders.csv", &text);
    let after = shop.json(read);
    for what in ["arms", "lifts", "money"] {
        let of = |report: &serde_json::Value| report["report"]["experiments"][0][what].clone();
        assert_eq!(of(&after), of(&before), "{what}");
    }
    assert_eq!(after["orders"]["duplicates"], 1);
    assert_eq!(after["orders"]["bad"]["rows"], 1, "the refund without an order");
    let problems = after["report"]["problems"].as_array().unwrap();
    let first = |at: usize| problems[at]["first"].as_str().unwrap();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        first(0).contains("line 550") && first(1).contains("line 550"),
        "{problems:?}"
    );
    let _ = writeln!(text, "dollar,2026-11-03T10:00:00Z,5,USD,1,");
    shop.write("orders.csv", &text);
    let error = shop.stderr(read);
    assert!(error.contains("orders.csv: line 5506: an order in $, but"), "{error}");
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
