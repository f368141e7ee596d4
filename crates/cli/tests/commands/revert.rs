//! Back to earlier rules, and nothing is lost on the way.

use crate::shop::Shop;

const PUBLISH: &str = "publish site --snapshot model/model.swm --policy rules/policy.swp --key keys/release.key \
    --policy-key keys/policy.pub";

/// Builds, signs and publishes rules; returns the built file and the epoch of its signature.
fn publish(shop: &Shop, rules: &str) -> (Vec<u8>, u64) {
    shop.write("rules.toml", rules);
    shop.stdout("policy build rules.toml --out rules/policy.swp");
    shop.stdout("policy sign rules/policy.swp --key keys/policy.key");
    (shop.read("rules/policy.swp"), published(shop))
}

fn published(shop: &Shop) -> u64 {
    shop.stdout(PUBLISH);
    let verified = shop.json("verify site --key keys/release.pub --key keys/policy.pub --json");
    verified["serves"]["policy_epoch"].as_u64().unwrap()
}

#[test]
fn revert_signs_earlier_rules_as_new_ones_and_keeps_those_in_force() {
    let shop = Shop::trained();
    for role in ["release", "policy"] {
        shop.stdout(&format!("keys new {role} --out keys/{role}.key"));
    }
    let pin = |id: &str| format!("[[rule]]\nid = \"first\"\npin = {{ item = \"{id}\", position = 1 }}\n");
    let (first, _) = publish(&shop, &pin("tent"));
    shop.write("first.swp", &first);
    let hide = "[[rule]]\nid = \"no-milk\"\nhide = { item = \"milk\" }\n";
    let (second, epoch) = publish(&shop, &(pin("lamp") + hide));
    let revert = |to: &str| {
        shop.stdout(&format!(
            "policy revert rules/policy.swp --to {to} --key keys/policy.key"
        ))
    };

    let text = revert("first.swp");
    assert!(
        text.contains("- no-milk: hides item `milk`") && text.contains("now: pins item `tent` to place 1"),
        "{text}"
    );
    assert_eq!(shop.read("rules/policy.swp"), first);
    let reverted = published(&shop);
    assert!(reverted > epoch, "{reverted} is not above {epoch}");

    let kept = text
        .lines()
        .find_map(|line| line.strip_suffix(": the rules that were in force"))
        .unwrap();
    assert_eq!(shop.read(kept), second);
    revert(kept);
    assert_eq!(shop.read("rules/policy.swp"), second);
    assert!(published(&shop) > reverted);
}

#[test]
fn revert_to_the_same_rules_or_without_the_key_changes_nothing() {
    let shop = Shop::trained();
    shop.stdout("keys new policy --out keys/policy.key");
    let (policy, files) = (shop.read("model/policy.swp"), || {
        std::fs::read_dir(shop.path("model")).unwrap().count()
    });
    let before = files();
    let same = shop.stderr("policy revert model/policy.swp --to model/policy.swp --key keys/policy.key");
    assert!(same.contains("has these rules already"), "{same}");
    shop.write("none.toml", "");
    shop.stdout("policy build none.toml --out none.swp");
    shop.stderr("policy revert model/policy.swp --to none.swp --key keys/lost.key");
    let no_policy = shop.stderr("policy revert model/policy.swp --to model/model.swm --key keys/policy.key");
    assert!(no_policy.contains("--to model/model.swm"), "{no_policy}");
    assert_eq!((shop.read("model/policy.swp"), files()), (policy, before));
}
