//! What must never be shown does not change without its lead: from the proposal to what clients take.

use crate::shop::Shop;
use serde_json::Value;

const REPLAY: &str = "--snapshot model/model.swm --events test.tsv --places 2";
const PUBLISH: &str = "publish site --snapshot model/model.swm --key keys/release.key --policy-key keys/policy.pub \
    --lead-key keys/lead.pub --policy";
const VERIFY: &str = "verify site --key keys/release.pub --key keys/policy.pub --key keys/lead.pub";

/// A shop with keys of three people, and rules that nobody has approved yet.
fn shop() -> Shop {
    let shop = Shop::trained();
    for role in ["release", "policy", "lead"] {
        shop.stdout(&format!("keys new {role} --out keys/{role}.key"));
    }
    shop
}

/// Writes rules and proposes them in a folder of that name.
fn propose(shop: &Shop, name: &str, rules: &str) -> String {
    shop.write(&format!("{name}.toml"), rules);
    shop.stdout(&format!("policy propose {name}.toml {REPLAY} --out proposals/{name}"))
}

fn hides(id: &str) -> String {
    format!("[[rule]]\nid = \"no-{id}\"\nhide = {{ item = \"{id}\" }}\n")
}

fn pins(id: &str) -> String {
    format!("[[rule]]\nid = \"first\"\npin = {{ item = \"{id}\", position = 1 }}\n")
}

fn sign(shop: &Shop, name: &str) {
    shop.stdout(&format!(
        "policy sign proposals/{name}/policy.swp --key keys/policy.key"
    ));
}

fn approve(shop: &Shop, name: &str) -> String {
    shop.stdout(&format!("policy approve proposals/{name} --key keys/lead.key"))
}

fn publish(name: &str) -> String {
    format!("{PUBLISH} proposals/{name}/policy.swp")
}

#[test]
fn approved_rules_are_published_and_verify_says_who_approved() {
    let shop = shop();
    let proposed = propose(&shop, "wine", &(hides("oats") + &pins("tent")));
    assert!(
        proposed.contains("+ no-oats: hides item `oats` everywhere"),
        "{proposed}"
    );
    assert!(!proposed.contains("+ first"), "a pin needs no approval: {proposed}");
    sign(&shop, "wine");
    let refused = shop.stderr(&publish("wine"));
    assert!(refused.contains("the approval is signed by too few keys"), "{refused}");
    let approved = approve(&shop, "wine");
    assert!(
        approved.contains("+ no-oats: hides item `oats`") && approved.contains("hit rate"),
        "{approved}"
    );
    shop.stdout(&publish("wine"));
    let json = shop.json(&format!("{VERIFY} --log proposals/policy.log --json"));
    assert_eq!(json["serves"]["approval"]["signed_by"].as_array().unwrap().len(), 1);
    assert!(shop.stdout(VERIFY).contains("approved by the lead key"));
}

#[test]
fn pin_changes_under_the_approval_that_is_there_and_a_guardrail_does_not() {
    let shop = shop();
    propose(&shop, "first", &(hides("oats") + &pins("tent")));
    approve(&shop, "first");
    sign(&shop, "first");
    shop.stdout(&publish("first"));
    shop.write("pins.toml", hides("oats") + &pins("lamp"));
    let text = shop.stdout(&format!(
        "policy propose pins.toml --against proposals/first/policy.swp {REPLAY} --out proposals/pins"
    ));
    assert!(text.contains("the approval that is there holds on"), "{text}");
    sign(&shop, "pins");
    shop.stdout(&publish("pins"));
    let approval = "--approval proposals/first/policy.swp.approval";
    propose(&shop, "other", &(hides("milk") + &pins("lamp")));
    sign(&shop, "other");
    let refused = shop.stderr(&format!("{} {approval}", publish("other")));
    assert!(
        refused.contains("has guarded rules that were not approved"),
        "{refused}"
    );
}

#[test]
fn approve_without_a_key_says_what_changes_and_signs_nothing() {
    let shop = shop();
    propose(&shop, "wine", &hides("oats"));
    let text = shop.stdout("policy approve proposals/wine");
    assert!(
        text.contains("+ no-oats") && text.contains("nothing was signed"),
        "{text}"
    );
    assert!(!shop.path("proposals/wine/policy.swp.approval").exists());
    let error = shop.stderr("policy approve proposals/wine --key keys/policy.key");
    assert!(error.contains("lead"), "{error}");
}

#[test]
fn approve_refuses_another_report_and_other_rules() {
    let shop = shop();
    propose(&shop, "wine", &hides("oats"));
    let report = String::from_utf8(shop.read("proposals/wine/report.json")).unwrap();
    let refused = |words: &str| {
        let error = shop.stderr("policy approve proposals/wine --key keys/lead.key");
        assert!(error.contains(words), "{error}");
    };
    shop.write(
        "proposals/wine/report.json",
        report.replace("\"replayed\":2", "\"replayed\":9"),
    );
    refused("not the report that was proposed");
    shop.write("proposals/wine/report.json", &report);
    shop.write("bare.toml", hides("milk"));
    shop.stdout("policy build bare.toml --out proposals/wine/policy.swp");
    refused("the log has no proposal of");
}

#[test]
fn log_with_a_changed_or_missing_entry_is_found() {
    let shop = shop();
    for (name, id) in [("one", "oats"), ("two", "milk")] {
        propose(&shop, name, &hides(id));
        approve(&shop, name);
    }
    sign(&shop, "two");
    shop.stdout(&publish("two"));
    let verify = format!("{VERIFY} --log proposals/policy.log");
    shop.stdout(&verify);
    assert!(shop.stdout("policy log proposals/policy.log").contains("4 lines"));
    let entries = shop.json("policy log proposals/policy.log --json");
    assert!(entries[3]["approval"]["epoch"].as_u64() > entries[1]["approval"]["epoch"].as_u64());
    let log = String::from_utf8(shop.read("proposals/policy.log")).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    let without = |at: usize| {
        let kept = lines.iter().enumerate().filter(|(number, _)| *number != at);
        kept.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    for (damaged, words) in [
        (without(0), "line 1 does not follow"),
        (without(1), "line 2 does not follow"),
        (log.replacen("approval", "Approval", 1), "line 2: no entry"),
        // The end is known from the release alone.
        (without(3), "its end was cut off"),
        (
            lines[..2].iter().map(|line| format!("{line}\n")).collect(),
            "is not in the log",
        ),
    ] {
        shop.write("proposals/policy.log", damaged);
        let error = shop.stderr(&verify);
        assert!(error.contains(words), "{words}: {error}");
    }
}

/// Two of two leads: each signs the same, and one of them is not enough.
#[test]
fn threshold_of_the_root_is_met_by_different_leads_on_one_proposal() {
    let shop = shop();
    for name in ["root1", "root2"] {
        shop.stdout(&format!("keys new root --out keys/{name}.key"));
    }
    shop.stdout("keys new lead --out keys/lead2.key");
    shop.stdout(
        "keys root new --list keys/root1.pub --list keys/root2.pub --list keys/release.pub --list keys/policy.pub \
         --list keys/lead.pub --list keys/lead2.pub --threshold lead=2 --key keys/root1.key --out root",
    );
    shop.stdout("keys sign root --key keys/root2.key");
    propose(&shop, "wine", &hides("oats"));
    approve(&shop, "wine");
    sign(&shop, "wine");
    let publish = "publish site --snapshot model/model.swm --policy proposals/wine/policy.swp --key keys/release.key \
        --root root --root-key keys/root1.pub --root-key keys/root2.pub";
    let refused = shop.stderr(publish);
    assert!(
        refused.contains("the approval is signed by too few keys") && refused.contains("(1 of 2)"),
        "{refused}"
    );
    let again = shop.stderr("policy approve proposals/wine --key keys/lead.key");
    assert!(again.contains("has approved this already"), "{again}");
    shop.stdout("policy approve proposals/wine --key keys/lead2.key");
    shop.stdout(publish);
    let view: Value =
        shop.json("verify site --key keys/root1.pub --key keys/root2.pub --log proposals/policy.log --json");
    assert_eq!(view["serves"]["approval"]["signed_by"].as_array().unwrap().len(), 2);
}
