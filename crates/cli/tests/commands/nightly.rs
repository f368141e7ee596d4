//! The example of a scheduled pipeline, as cron and Airflow run it, on the log that the repository has.

use std::path::Path;
use std::process::{Command, Output};

use crate::shop::Shop;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/examples/nightly");
const LOG: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/data/bol_example/train.tsv.zst"
);

/// A folder as the script wants it: keys, and a signed policy.
fn folder() -> Shop {
    let shop = Shop::open();
    shop.write("policy.toml", "");
    shop.stdout("policy build policy.toml --out model/policy.swp");
    shop.stdout("keys new release --out keys/release.key");
    shop.stdout("keys new policy --out keys/policy.key");
    shop.stdout("policy sign model/policy.swp --key keys/policy.key");
    shop
}

/// Runs the script with words behind its name.
fn nightly(shop: &Shop, words: &[&str], events: &str) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_shelfwise"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = binary
        .parent()
        .map(Path::to_owned)
        .into_iter()
        .chain(std::env::split_paths(&path));
    Command::new("sh")
        .arg(Path::new(EXAMPLE).join("nightly.sh"))
        .args(words)
        .current_dir(shop.path(""))
        .env("PATH", std::env::join_paths(folders).unwrap())
        .env("EVENTS", events)
        .env_remove("CATALOG")
        .env_remove("PUBLIC")
        // What they leave out has no part in the pipeline.
        .env("TRAIN_OPTIONS", "--order tables --links none --min-support 2")
        .output()
        .unwrap()
}

/// The steps that the Airflow file names.
fn steps_of_airflow() -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(EXAMPLE).join("airflow_dag.py")).unwrap();
    assert!(
        text.contains("./nightly.sh {step} {{{{ "),
        "the command that each task runs"
    );
    let (_, steps) = text.split_once("for step in (").unwrap();
    let (steps, _) = steps.split_once(')').unwrap();
    steps
        .split(", ")
        .map(|step| step.trim_matches('"').to_owned())
        .collect()
}

#[test]
fn pipeline_publishes_what_it_trained_and_the_next_night_builds_on_it() {
    let shop = folder();
    let first = nightly(&shop, &["all", "2020-06-28"], LOG);
    let printed = String::from_utf8_lossy(&first.stdout).into_owned() + &String::from_utf8_lossy(&first.stderr);
    assert!(first.status.success(), "{printed}");
    let live = shop.read("model/model.swm");
    assert_eq!(live, shop.read("next/model.swm"));
    let steps = steps_of_airflow();
    assert_eq!(steps, ["doctor", "train", "measure", "publish"]);
    for step in steps {
        let done = nightly(&shop, &[&step, "2020-06-29"], LOG);
        assert!(
            done.status.success(),
            "{step}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(step != "measure" || said.contains("contextual mode alone"), "{said}");
    }
    assert_ne!(shop.read("model/model.swm"), live, "a day more");
    assert!(shop.path("doctor.json").exists() && shop.path("doctor.html").exists());
}

#[test]
fn pipeline_that_fails_leaves_what_is_live() {
    let shop = folder();
    let failed = nightly(&shop, &["all", "2020-06-28"], "no-such-log.csv");
    assert!(!failed.status.success());
    assert!(String::from_utf8_lossy(&failed.stderr).contains("no-such-log.csv"));
    assert!(!shop.path("next").exists() && !shop.path("public").exists());
    let unknown = nightly(&shop, &["deploy"], LOG);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no step deploy"));
}
