//! From keys to a release that strangers verify, and what is refused on the way.

use std::collections::BTreeMap;
use std::fs;

use crate::shop::Shop;
use serde_json::Value;

const PUBLISH: &str = "publish site --snapshot model/model.swm --policy model/policy.swp --key keys/release.key \
    --policy-key keys/policy.pub";
const VERIFY: &str = "verify site --key keys/release.pub --key keys/policy.pub";

/// A shop with a model, a signed policy, and keys.
fn signed() -> Shop {
    let shop = Shop::trained();
    shop.stdout("keys new release --out keys/release.key");
    shop.stdout("keys new policy --out keys/policy.key");
    shop.stdout("policy sign model/policy.swp --key keys/policy.key");
    shop
}

/// Every file of the site with its content.
fn site(shop: &Shop) -> BTreeMap<String, Vec<u8>> {
    let files = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(shop.path(folder)).unwrap().map(|entry| entry.unwrap());
        let files = entries.filter(|entry| entry.path().is_file());
        files
            .map(|entry| format!("{folder}/{}", entry.file_name().to_str().unwrap()))
            .collect()
    };
    let names = [files("site"), files("site/.history")].concat();
    let names = names.into_iter().filter(|name| !name.ends_with(".lock"));
    names.map(|name| (name.clone(), shop.read(name))).collect()
}

#[test]
fn publish_signed_model_passes_verify() {
    let shop = signed();
    let published = shop.stdout(PUBLISH);
    assert!(published.contains("the first release of this folder"), "{published}");
    let picture = shop.stdout(VERIFY);
    for words in [
        "signed by the release key",
        "signed by the policy key",
        "5 items",
        "1 rule",
        "as signed",
    ] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
    let json = shop.json(&format!("{VERIFY} --json"));
    assert_eq!(
        (&json["outcome"], &json["serves"]["snapshot"]["holds"]),
        (&"new".into(), &5.into())
    );
}

#[test]
fn secrets_are_for_their_owner_and_are_never_printed() {
    let shop = Shop::open();
    let made = shop.stdout("keys new release --out keys/release.key");
    let file = String::from_utf8(shop.read("keys/release.key")).unwrap();
    let secret = file
        .lines()
        .find_map(|line| line.strip_prefix("secret = "))
        .unwrap()
        .trim_matches('"');
    assert_eq!(secret.len(), 64);
    let shown = shop.stdout("keys show keys/release.key");
    assert_eq!(shown, shop.stdout("keys show keys/release.pub"));
    assert!(!made.contains(secret) && !shown.contains(secret));
    let again = shop.stderr("keys new release --out keys/release.key");
    assert!(again.contains("never overwritten"), "{again}");
    assert_eq!(String::from_utf8(shop.read("keys/release.key")).unwrap(), file);
    // A damaged file is not repeated in the error, as parsers like to do.
    shop.write("keys/damaged.key", file.replace("secret = ", "secret = = "));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| fs::metadata(shop.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("keys/release.key"), 0o600);
        let open = shop.stderr("keys show keys/damaged.key");
        assert!(open.contains("chmod 600"), "{open}");
        fs::set_permissions(shop.path("keys/damaged.key"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let damaged = shop.stderr("keys show keys/damaged.key");
    assert!(!damaged.contains(secret) && damaged.contains("damaged"), "{damaged}");
}

#[test]
fn keys_do_what_their_role_says_and_nothing_else() {
    let shop = signed();
    let sign = shop.stderr("policy sign model/policy.swp --key keys/release.key");
    assert!(sign.contains("is a release key: give the policy key"), "{sign}");
    let publish = shop.stderr(&PUBLISH.replace("keys/release.key", "keys/policy.key"));
    assert!(publish.contains("is a policy key: give the release key"), "{publish}");
    let twice = shop.stderr(&PUBLISH.replace("keys/policy.pub", "keys/release.pub"));
    assert!(twice.contains("no policy key"), "{twice}");
}

#[test]
fn rules_that_the_policy_key_did_not_sign_are_not_published() {
    let shop = signed();
    shop.stdout(PUBLISH);
    let before = site(&shop);
    // Other rules under the old signature.
    shop.write("open.toml", "[[rule]]\nid = \"none\"\nhide = { item = \"nothing\" }\n");
    shop.stdout("policy build open.toml --out model/policy.swp");
    let exchanged = shop.stderr(PUBLISH);
    for words in ["built again since", "shelfwise policy sign model/policy.swp"] {
        assert!(exchanged.contains(words), "{words}: {exchanged}");
    }
    // Signed by somebody else's policy key.
    shop.stdout("keys new policy --out keys/other.key");
    shop.stdout("policy sign model/policy.swp --key keys/other.key --out other.sig");
    let other = shop.stderr(&format!("{PUBLISH} --policy-signature other.sig"));
    assert!(other.contains("not pinned"), "{other}");
    assert_eq!(site(&shop), before, "nothing changed");
}

#[test]
fn rules_that_were_withdrawn_do_not_come_back() {
    let shop = signed();
    let old = shop.read("model/policy.swp.sig");
    shop.stdout("policy sign model/policy.swp --key keys/policy.key");
    shop.stdout(PUBLISH);
    shop.write("old.sig", old);
    let back = shop.stderr(&format!("{PUBLISH} --policy-signature old.sig"));
    assert!(back.contains("older than one that was here already"), "{back}");
}

#[test]
fn publish_worse_model_needs_a_reason_that_is_kept() {
    let shop = signed();
    let held_out = format!("{PUBLISH} --events test.tsv");
    shop.stdout(&held_out);
    let before = site(&shop);
    // A model of a log in which nothing goes with anything that the held-out visits hold.
    let rows: String = (0..12)
        .map(|at| format!("s{at}\tx{}\t{at}\ns{at}\ty{}\t{}\n", at % 3, at % 3, at + 9))
        .collect();
    shop.write("noise.tsv", format!("SessionId\tItemId\tTime\n{rows}"));
    shop.stdout("train --events noise.tsv --out model --order tables");
    let refused = shop.stderr(&held_out);
    assert!(
        refused.contains("worse than the last one") && refused.contains("--allow-regression"),
        "{refused}"
    );
    assert_eq!(site(&shop), before, "nothing changed");
    let notes = shop.json(&format!("{held_out} --allow-regression=new-season --json"));
    assert_eq!(notes["allow_regression"], "new-season");
    let kept: Value = serde_json::from_slice(&shop.read(format!("site/.history/{}.json", notes["epoch"]))).unwrap();
    assert_eq!(kept, notes);
    shop.stdout(VERIFY);
}

#[test]
fn publish_history_goes_to_the_named_folder() {
    let shop = signed();
    let elsewhere = format!("{PUBLISH} --events test.tsv --history private/notes");
    shop.stdout(&elsewhere);
    let notes = shop.json(&format!("{elsewhere} --json"));
    assert!(notes["compared"]["after"]["hr"].is_number(), "{notes}");
    let kept = shop.read(format!("private/notes/{}.json", notes["epoch"]));
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap(), notes);
    assert!(!shop.path("site/.history").exists());
    for _ in 0..3 {
        shop.stdout(&format!("{elsewhere} --keep 2"));
    }
    assert_eq!(
        fs::read_dir(shop.path("private/notes")).unwrap().count(),
        4,
        "of two releases"
    );
    shop.stdout(VERIFY);
}

#[test]
fn publish_keep_limits_releases_in_the_folder() {
    let shop = signed();
    shop.write("site-note.txt", "");
    for _ in 0..4 {
        shop.stdout("policy sign model/policy.swp --key keys/policy.key");
        shop.stdout(&format!("{PUBLISH} --keep 2"));
    }
    fs::write(shop.path("site/robots.txt"), "mine").unwrap();
    for model in ["train.tsv", "test.tsv"] {
        shop.stdout(&format!(
            "train --events {model} --out model --order tables --min-support 1"
        ));
        shop.stdout(&format!("{PUBLISH} --keep 2"));
    }
    let names: Vec<_> = site(&shop).into_keys().collect();
    let of = |begin: &str| names.iter().filter(|name| name.starts_with(begin)).count();
    assert_eq!((of("site/snapshot-"), of("site/.history/")), (2, 4), "{names:?}");
    assert_eq!(shop.read("site/robots.txt"), b"mine");
    shop.stdout(VERIFY);
}

#[test]
fn publish_failing_halfway_leaves_the_last_release() {
    let shop = signed();
    shop.stdout(PUBLISH);
    let before = shop.read("site/release");
    shop.write(
        "policy.toml",
        "[[rule]]\nid = \"no-milk\"\nhide = { item = \"milk\" }\n",
    );
    shop.stdout("policy build policy.toml --out model/policy.swp");
    shop.stdout("policy sign model/policy.swp --key keys/policy.key");
    // Another folder tells the name of the policy file; a folder of that name is in its way in this one.
    shop.stdout(&PUBLISH.replace("publish site", "publish twin"));
    let names = fs::read_dir(shop.path("twin"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let policy = names.into_iter().find(|name| name.starts_with("policy-")).unwrap();
    fs::create_dir(shop.path("site").join(&policy)).unwrap();
    let error = shop.stderr(PUBLISH);
    assert!(error.contains("cannot write") && error.contains(&policy), "{error}");
    assert_eq!(shop.read("site/release"), before);
    shop.stdout(VERIFY);
    fs::remove_dir(shop.path("site").join(&policy)).unwrap();
    shop.stdout(PUBLISH);
    assert_ne!(shop.read("site/release"), before);
    shop.stdout(VERIFY);
}

#[test]
fn verify_damaged_files_are_found() {
    let shop = signed();
    shop.stdout(PUBLISH);
    let name = site(&shop)
        .into_keys()
        .find(|name| name.starts_with("site/snapshot-"))
        .unwrap();
    let mut bytes = shop.read(&name);
    bytes[40] ^= 1;
    shop.write(&name, bytes);
    let error = shop.stderr(VERIFY);
    assert!(
        error.contains("the snapshot has other bytes than were signed"),
        "{error}"
    );
    let unknown = shop.stderr(&VERIFY.replace("--key keys/release.pub", ""));
    assert!(unknown.contains("no release key"), "{unknown}");
    let nowhere = shop.stderr(&VERIFY.replace("site", "nowhere"));
    assert!(nowhere.contains("no folder"), "{nowhere}");
}

#[test]
fn model_of_another_size_is_not_published_unmeasured() {
    let shop = signed();
    shop.stdout(PUBLISH);
    let rows: String = (0..40)
        .map(|at| format!("s{at}\tnew{}\t{at}\ns{at}\tnew{}\t{}\n", at % 20, (at + 1) % 20, at + 9))
        .collect();
    shop.write("other.tsv", format!("SessionId\tItemId\tTime\n{rows}"));
    shop.stdout("train --events other.tsv --out model --order tables");
    let refused = shop.stderr(PUBLISH);
    for words in ["20 items", "the last one 5 items", "--events", "--allow-regression"] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    let live = shop.read("site/release");
    shop.stdout(&format!("{PUBLISH} --allow-regression=new-shop"));
    assert_ne!(shop.read("site/release"), live);
}

#[test]
fn publish_removes_nothing_that_it_did_not_make() {
    let shop = signed();
    shop.stdout(PUBLISH);
    let foreign = [
        "policy-privacy.html",
        "snapshot-of-the-shop.jpg",
        "dataflow-notes.txt",
        "hidden-gems.html",
    ];
    for name in foreign {
        fs::write(shop.path("site").join(name), "mine").unwrap();
    }
    fs::create_dir(shop.path("site/policy-archive")).unwrap();
    // What killed runs leave.
    let draft = ".snapshot-00112233445566778899aabbccddeeff.swm.99.part";
    fs::write(shop.path("site").join(draft), "half").unwrap();
    fs::write(shop.path("site/.mine.part"), "mine").unwrap();
    for _ in 0..3 {
        shop.stdout("policy sign model/policy.swp --key keys/policy.key");
        shop.stdout(&format!("{PUBLISH} --keep 2"));
    }
    for name in foreign {
        assert_eq!(shop.read(format!("site/{name}")), b"mine");
    }
    assert!(shop.path("site/policy-archive").is_dir() && shop.path("site/.mine.part").exists());
    assert!(!shop.path("site").join(draft).exists());
    shop.stdout(VERIFY);
}

#[test]
fn damaged_notes_are_a_warning_and_the_release_goes_live() {
    let shop = signed();
    shop.stdout(PUBLISH);
    let notes = fs::read_dir(shop.path("site/.history")).unwrap();
    let notes = notes
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().unwrap() == "json");
    fs::write(notes.unwrap(), "{\"epoch\":").unwrap();
    let live = shop.read("site/release");
    let published = shop.run(PUBLISH);
    let stderr = String::from_utf8(published.stderr).unwrap();
    assert!(published.status.success(), "{stderr}");
    assert!(
        stderr.contains("are damaged") && stderr.contains("Remove the notes"),
        "{stderr}"
    );
    assert_ne!(shop.read("site/release"), live);
}

#[cfg(unix)]
#[test]
fn lock_that_is_a_link_is_refused_and_its_target_stays_whole() {
    let shop = signed();
    shop.write("precious.txt", "precious");
    fs::create_dir(shop.path("site")).unwrap();
    std::os::unix::fs::symlink("../precious.txt", shop.path("site/.publish.lock")).unwrap();
    let refused = shop.stderr(PUBLISH);
    assert!(refused.contains("is a link"), "{refused}");
    assert_eq!(shop.read("precious.txt"), b"precious");
}

#[test]
fn keys_new_overwrites_no_file() {
    let shop = Shop::open();
    shop.stdout("keys new release --out keys/shop.release");
    let public = shop.read("keys/shop.pub");
    // The secret has another name, the public key the same.
    let second = shop.stderr("keys new policy --out keys/shop.policy");
    assert!(second.contains("never overwritten"), "{second}");
    assert_eq!(shop.read("keys/shop.pub"), public);
    assert!(!shop.path("keys/shop.policy").exists());
    for name in ["keys/a.pub", "keys/A.PUB"] {
        let named = shop.stderr(&format!("keys new release --out {name}"));
        assert!(named.contains("public keys end in `.pub`"), "{named}");
        assert!(!shop.path(name).exists());
    }
}

/// Whatever a mistaken name leads to, it is nobody's key, source or policy that is written over.
#[test]
fn outputs_with_a_mistaken_name_overwrite_nothing() {
    let shop = signed();
    shop.stdout(PUBLISH);
    for (words, victim) in [
        (
            "policy sign model/policy.swp --key keys/policy.key --out keys/policy.key",
            "keys/policy.key",
        ),
        (
            "policy sign model/policy.swp --key keys/policy.key --out model/policy.swp",
            "model/policy.swp",
        ),
        ("policy build policy.toml --out policy.toml", "policy.toml"),
        ("policy build policy.toml --out keys/release.key", "keys/release.key"),
        (&format!("{VERIFY} --memory keys/release.key"), "keys/release.key"),
        (&format!("{VERIFY} --memory model/policy.swp"), "model/policy.swp"),
    ] {
        let before = shop.read(victim);
        let error = shop.stderr(words);
        assert!(
            error.contains(victim) && error.contains("give another name"),
            "{words}: {error}"
        );
        assert_eq!(shop.read(victim), before, "{words}");
    }
    shop.write("list.hidden.json", "[1]");
    let error = shop.stderr("policy build policy.toml --out list.swp");
    assert!(error.contains("is no list of hidden ids"), "{error}");
    for again in [
        "policy build policy.toml --out model/policy.swp",
        &format!("{VERIFY} --memory m"),
    ] {
        shop.stdout(again);
        shop.stdout(again);
    }
}

#[test]
fn notes_that_name_files_of_others_remove_none() {
    let shop = signed();
    shop.stdout(PUBLISH);
    let name = site(&shop)
        .into_keys()
        .find(|name| name.ends_with(".json") && name.contains(".history"));
    let name = name.unwrap();
    let mut notes: Value = serde_json::from_slice(&shop.read(&name)).unwrap();
    let named = [
        "release",
        "policy-terms.swp",
        "../policy.toml",
        "snapshot-x/../../policy.toml",
    ];
    notes["files"] = serde_json::json!(named);
    shop.write(&name, notes.to_string())
        .write("site/policy-terms.swp", "mine");
    for _ in 0..3 {
        let printed = shop.stdout(&format!("{PUBLISH} --keep 2"));
        assert!(
            printed.contains("not compared with the last release"),
            "the record stays: {printed}"
        );
    }
    assert!(shop.path("site/policy-terms.swp").exists() && shop.path("policy.toml").exists());
    shop.stdout(VERIFY);
}

#[test]
fn notes_numbered_ahead_of_time_do_not_stop_publishing() {
    let shop = signed();
    shop.stdout(PUBLISH);
    shop.write("site/.history/99999999999999.json", "{}");
    let done = shop.run(PUBLISH);
    let printed = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{printed}");
    assert!(printed.contains("99999999999999.json are damaged"), "{printed}");
    shop.stdout(VERIFY);
}

#[test]
fn publish_model_that_breaks_a_limit_of_the_policy_needs_words() {
    let shop = signed();
    // One of five items is hidden, so 80 % can be shown.
    shop.write("strict.toml", "[limits]\nmin_coverage = 0.9\n")
        .write("loose.toml", "[limits]\nmin_coverage = 0.1\nmax_gini = 1.0\n");
    let publish = |limits: &str| format!("{PUBLISH} --events train.tsv --limits {limits}");
    let error = shop.stderr(&publish("strict.toml"));
    assert!(
        error.contains("this model breaks a limit of the policy") && error.contains("min_coverage is 0.9"),
        "{error}"
    );
    assert!(!shop.path("site/release").exists());
    shop.stdout(&publish("loose.toml"));
    let words = shop.stdout(&format!("{} --allow-regression spring", publish("strict.toml")));
    assert!(words.contains("release "), "{words}");
    let unknown = shop.stderr(&publish("missing.toml"));
    assert!(unknown.contains("missing.toml"), "{unknown}");
}

#[test]
fn learned_shares_travel_in_the_model_beside_rules_that_are_drawn_by_them() {
    let shop = signed();
    shop.write("counts.csv", "option,shown,answered\nold,20000,400\nnew,20000,800\n");
    shop.stdout("experiment learn counts.csv --slot hero --out hero.sws");
    let publish = format!("{PUBLISH} --shares hero.sws");
    let error = shop.stderr(&publish);
    assert!(
        error.contains("learned shares of `hero`, with the options new, old: the rules have no experiment"),
        "{error}"
    );
    shop.write(
        "tried.toml",
        "[[placement]]\nname = \"home\"\n[[experiment]]\nid = \"hero\"\nunit = \"visit\"\nread = [\"orders\"]\n\
         arms = [{ name = \"old\", weight = 1 }, { name = \"new\", weight = 1 }]\n",
    );
    shop.stdout("policy build tried.toml --out model/policy.swp");
    shop.stdout("policy sign model/policy.swp --key keys/policy.key");
    shop.stdout(&publish);
    shop.stdout(VERIFY);
    let model = site(&shop)
        .into_iter()
        .find(|(name, _)| name.starts_with("site/snapshot-"))
        .unwrap()
        .1;
    let learned = shop.read("hero.sws");
    assert!(
        model.windows(learned.len()).any(|bytes| bytes == learned),
        "the shares are in the model's file"
    );
    let error = shop.stderr(&format!("{PUBLISH} --shares hero.sws hero.sws"));
    assert!(error.contains("slot `hero` has shares already"), "{error}");
}
