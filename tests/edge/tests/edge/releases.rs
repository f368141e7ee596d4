//! Signed releases good and bad, as an origin serves them: the table in `tests/releases` through the components as built.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use shelfwise_edge_host::origin::{Behaviour, Origin, Served};

use crate::shop::{BODY, COMPONENTS, Shop, in_shop_order, json, sha256};

/// Time without polls after one that left the worker with a model, in milliseconds.
const PAUSE_MS: u64 = 60_000;
/// Minimum number of cases in the table.
const FEWEST_CASES: usize = 30;

type Files = BTreeMap<String, Served>;

/// Cases and keys as written by `tests/releases`.
struct Table(Value);

impl Table {
    fn read() -> Self {
        let table = Self(serde_json::from_slice(&read("cases.json")).unwrap());
        assert!(table.cases().len() >= FEWEST_CASES);
        table
    }

    fn cases(&self) -> &[Value] {
        self.0["cases"].as_array().unwrap()
    }

    fn named(&self, name: &str) -> &Value {
        self.cases().iter().find(|case| case["name"] == name).unwrap()
    }

    /// Returns the files at the origin of a case: its own, and those of the last good release.
    fn files(&self, case: &Value) -> Files {
        let mut files = files("last-good", &self.0["last_good"]);
        files.extend(self::files(name(case), &case["files"]));
        files
    }

    /// Returns a worker that trusts the case's keys and has not requested anything yet.
    fn shop(&self, component: &str, case: &Value) -> Shop {
        let origin = Origin::start(Behaviour::Folder(self.files(case))).unwrap();
        let trusted = if case["trusts"] == "root" { "root_keys" } else { "keys" };
        let keys: Vec<_> = self.0[trusted]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let (url, keys) = (origin.at("release"), keys.join(" "));
        Shop::before(component, origin, &[("release_url", &url), ("keys", &keys)])
    }
}

#[test]
fn worker_without_memory_has_the_outcome_of_the_table() {
    let table = Table::read();
    for component in COMPONENTS {
        for case in table.cases() {
            let shop = table.shop(component, case);
            if case["forgetting"]["outcome"] == "new" {
                shop.until(|shop| json(&shop.get("/healthz"))["status"] == "ok");
                serves(&shop, &table.files(case), component, case);
            } else {
                refuses(&shop, &case["forgetting"], component, case);
                in_shop_order(&shop.rerank(BODY), "no_snapshot");
            }
            assert_eq!(shop.server.platform.traps(), [""; 0], "{component}: {}", name(case));
        }
    }
}

#[test]
fn worker_with_the_last_release_has_the_outcome_of_the_table() {
    let table = Table::read();
    for case in table.cases() {
        let root = if case["trusts"] == "root" { "root-" } else { "" };
        let last = table.named(&format!("{root}good-unchanged"));
        let shop = table.shop("spin", last);
        // One request starts one poll.
        shop.get("/healthz");
        shop.until(|shop| shop.server.platform.store().contains_key("shelfwise/current"));
        shop.origin.set(Behaviour::Folder(table.files(case)));
        let requests = shop.origin.requests();
        serves(&shop, &table.files(last), "spin", case);
        assert_eq!(
            shop.origin.requests(),
            requests,
            "the origin is left in peace for a minute"
        );
        shop.server.platform.pass_ms(PAUSE_MS);
        shop.get("/healthz");
        shop.until(|shop| shop.origin.requests() > requests);
        match case["remembering"]["outcome"].as_str() {
            Some("kept") => {
                refuses(&shop, &case["remembering"], "spin", case);
                serves(&shop, &table.files(last), "spin", case);
            }
            Some("new" | "unchanged") => {
                let hash = model(&table.files(case));
                shop.until(|shop| json(&shop.get("/healthz"))["snapshot_sha256"] == hash);
                serves(&shop, &table.files(case), "spin", case);
            }
            other => panic!("{}: {other:?}", name(case)),
        }
        assert_eq!(shop.server.platform.traps(), [""; 0], "{}", name(case));
    }
}

/// Asserts the reason, by the table's codes.
fn refuses(shop: &Shop, expected: &Value, component: &str, case: &Value) {
    shop.until(|shop| json(&shop.get("/healthz"))["refused"].is_string());
    let refused = json(&shop.get("/healthz"))["refused"].to_string();
    let codes = ["what", "why"].map(|part| expected[part].as_str().unwrap());
    assert!(
        refused.starts_with(&format!("\"{}/{}: ", codes[0], codes[1])),
        "{component}: {}: {refused}",
        name(case)
    );
}

/// Asserts that the model of these files ranks, and that browsers receive its release.
fn serves(shop: &Shop, files: &Files, component: &str, case: &Value) {
    let name = name(case);
    let answer = json(&shop.rerank(BODY));
    assert!(answer["snapshot"].is_string(), "{component}: {name}: {answer}");
    assert_eq!(answer["fallback_reason"], Value::Null, "{component}: {name}");
    let state = json(&shop.get("/healthz"));
    assert_eq!(state["snapshot_sha256"], model(files), "{component}: {name}");
    let record = shop.get("/shelfwise/release");
    assert!(*record.body() == files["release"].bytes, "{component}: {name}");
}

/// Returns the hash of the model that the record of these files names; the files of the last good release are there
/// too.
fn model(files: &Files) -> String {
    let record = &files["release"].bytes;
    let named = |hash: &String| {
        let bytes: Vec<u8> = (0..hash.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hash[at..at + 2], 16).unwrap())
            .collect();
        record.windows(bytes.len()).any(|window| window == bytes)
    };
    let models = files.iter().filter(|(path, _)| path.ends_with(".swm"));
    models.map(|(_, file)| sha256(&file.bytes)).find(named).unwrap()
}

fn files(folder: &str, list: &Value) -> Files {
    let served = |file: &Value| {
        let path = file["path"].as_str().unwrap();
        let encoding = file["encoding"].as_str().map(str::to_owned);
        let bytes = read(&format!("{folder}/{path}"));
        (path.to_owned(), Served { bytes, encoding })
    };
    list.as_array().unwrap().iter().map(served).collect()
}

fn name(case: &Value) -> &str {
    case["name"].as_str().unwrap()
}

fn read(path: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../releases/cases");
    fs::read(folder.join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}
