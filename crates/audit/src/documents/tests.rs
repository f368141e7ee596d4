//! Documents of this version's own manifest, and of changed ones.

use serde_json::{Value, json};

use super::{Document, documents, text};
use crate::dataflow;
use crate::imports::AllowList;

const ALLOWED: &str = "__wbg_length: function(arg0) { return arg0.length; }\n  Reads how long a list is.\n";

fn own() -> Value {
    let imports = AllowList::parse("imports.allow", ALLOWED).unwrap();
    serde_json::from_str(&dataflow::manifest(&imports).unwrap()).unwrap()
}

fn of(manifest: &Value, name: &str) -> String {
    let all = documents(manifest).unwrap();
    let found = all.into_iter().find(|document| document.name == name);
    found.map(|Document { text, .. }| text).unwrap()
}

/// All texts below a value, without the names of fields.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn dataflow_page_has_every_text_of_the_manifest_but_the_imports() {
    let mut manifest = own();
    let page = of(&manifest, "dataflow.md");
    manifest.as_object_mut().unwrap().remove("engine_imports");
    // The form of a stored value is for programmers.
    for key in manifest["storage"].as_array_mut().unwrap() {
        key.as_object_mut().unwrap().remove("form");
    }
    for value in texts(&manifest) {
        assert!(
            page.contains(&text(value)) || page.contains(&format!("`{value}`")),
            "{value}"
        );
    }
}

#[test]
fn documents_fit_their_pages() {
    for document in documents(&own()).unwrap() {
        let lines = document.text.lines().count();
        assert!(
            !document.name.ends_with(".md") || lines <= 160,
            "{}: {lines} lines",
            document.name
        );
        assert!(
            document.text.ends_with('\n') && !document.text.contains("{{"),
            "{}",
            document.name
        );
    }
}

#[test]
fn unknown_mode_of_a_manifest_is_listed_behind_the_known_ones() {
    let mut manifest = own();
    let row = json!({ "name": "habits", "what": "Of ten years.", "lowest_mode": "lifelong", "places": ["kept"],
                      "most_bytes": 9, "lifetime": "ten years" });
    manifest["state"].as_array_mut().unwrap().push(row);
    for name in ["dataflow.md", "dpia.md", "record-of-processing.md"] {
        let page = of(&manifest, name);
        assert!(page.contains("| `lifelong` | "), "{name}");
        assert!(page.find("| `session` | ") < page.find("| `lifelong` | "), "{name}");
    }
    assert!(of(&manifest, "dataflow.cdx.json").contains("held from mode lifelong"));
}

#[test]
fn bits_of_a_request_are_those_of_the_manifest() {
    let mut manifest = own();
    manifest["egress"][1]["bits_of_the_shopper"] = json!(6);
    assert!(of(&manifest, "dpia.md").contains("0, 6, 0, 6."));
    assert!(of(&manifest, "record-of-processing.md").contains("in bits: 0, 6, 0, 6."));
    let bom: Value = serde_json::from_str(&of(&manifest, "dataflow.cdx.json")).unwrap();
    assert_eq!(
        bom["services"][1]["data"][1]["classification"],
        "bits of the shopper: 6"
    );
    manifest["egress"][1]
        .as_object_mut()
        .unwrap()
        .remove("bits_of_the_shopper");
    let bom = super::cyclonedx::document(&manifest);
    assert_eq!(
        bom["services"][1]["data"][1]["classification"],
        "bits of the shopper: unknown"
    );
}

#[test]
fn manifest_of_another_form_is_refused_with_the_document_or_schema() {
    let mut manifest = own();
    manifest.as_object_mut().unwrap().remove("retention");
    let error = format!("{:#}", documents(&manifest).unwrap_err());
    assert!(error.contains("dataflow.md") && error.contains("undefined"), "{error}");
    let error = documents(&json!({ "schema": "another/2" })).unwrap_err().to_string();
    assert!(
        error.contains("another/2") && error.contains("shelfwise-dataflow/1"),
        "{error}"
    );
}

#[test]
fn markup_of_a_manifest_is_escaped() {
    let mut manifest = own();
    manifest["retention"][0]["until"] = json!("<script>alert(1)</script> | [x](javascript:x)\n# no heading");
    for name in ["dataflow.md", "dpia.md", "record-of-processing.md"] {
        let page = of(&manifest, name);
        assert!(
            !page.contains("<script") && !page.contains("](javascript") && !page.contains("\n# no"),
            "{name}"
        );
    }
}

#[test]
fn assessment_and_record_ask_for_what_only_the_shop_knows() {
    for (name, least) in [("dpia.md", 14), ("record-of-processing.md", 12)] {
        let blanks = of(&own(), name).matches("**To fill in").count();
        assert!(blanks >= least, "{name}: {blanks}");
    }
}
