use serde_json::json;

use super::*;
use crate::report::Outcome;

fn files(given: &[(&str, &[u8])]) -> Files {
    given
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()))
        .collect()
}

fn outcome(files: &Files, name: &str) -> (Outcome, Vec<String>) {
    let steps = run(&Shipped::find(files), files, None, &Known::own().unwrap()).unwrap();
    let step = steps.into_iter().find(|step| step.name == name).unwrap();
    (
        step.outcome,
        step.findings.into_iter().map(|finding| finding.code).collect(),
    )
}

#[test]
fn nothing_of_shelfwise_is_nothing_passed() {
    let steps = run(&Shipped::default(), &Files::new(), None, &Known::own().unwrap()).unwrap();
    assert!(
        steps.iter().all(|step| step.outcome == Outcome::NotApplicable),
        "{steps:?}"
    );
}

#[test]
fn the_code_s_own_manifest_passes_and_one_that_omits_a_key_fails() {
    let known = Known::own().unwrap();
    let own = known.manifest.to_string();
    assert_eq!(
        outcome(&files(&[("dataflow.json", own.as_bytes())]), "dataflow"),
        (Outcome::Passed, vec![])
    );
    let mut less = known.manifest;
    less["storage"].as_array_mut().unwrap().pop();
    let found = outcome(&files(&[("dataflow.json", less.to_string().as_bytes())]), "dataflow");
    assert_eq!(found, (Outcome::Failed, vec!["dataflow.omits".to_owned()]));
}

#[test]
fn a_manifest_that_says_more_than_the_code_fails() {
    let mut more = Known::own().unwrap().manifest;
    more["egress"].as_array_mut().unwrap().push(json!({ "method": "POST" }));
    let found = outcome(&files(&[("m.json", more.to_string().as_bytes())]), "dataflow");
    assert_eq!(found, (Outcome::Failed, vec!["dataflow.differs".to_owned()]));
}

#[test]
fn a_manifest_of_another_version_is_not_proved() {
    let mut other = Known::own().unwrap().manifest;
    other["version"] = json!("99.0.0");
    assert_eq!(
        outcome(&files(&[("m.json", other.to_string().as_bytes())]), "dataflow").0,
        Outcome::NotProved
    );
}

#[test]
fn script_that_differs_from_the_package_fails_in_a_copy_of_it_and_is_open_in_a_bundle() {
    let page = b"const a = \"the engine's answer is not of the agreed shape\";";
    let package = files(&[("dist/index.js", b"other")]);
    let hashes = |shop: &[(&str, &[u8])]| {
        let shop = files(shop);
        let steps = run(&Shipped::find(&shop), &shop, Some(&package), &Known::own().unwrap()).unwrap();
        steps.into_iter().find(|step| step.name == "hashes").unwrap()
    };
    let copy = hashes(&[("shelfwise/index.js", page), ("shelfwise/shelfwise_bg.wasm", b"")]);
    assert_eq!(copy.findings[0].code, "hashes.not-of-the-package");
    let bundle = hashes(&[("assets/main-1a.js", page), ("assets/shelfwise_bg-1a.wasm", b"")]);
    assert_eq!(bundle.outcome, Outcome::NotProved, "{bundle:?}");
    assert!(bundle.tried.join("").contains("that a bundler wrote"), "{bundle:?}");
}
