//! What goes wrong says where and what to do, and leaves what was there.

use std::fs;

use crate::shop::Shop;

#[test]
fn train_failed_run_leaves_existing_output() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out model");
    let before = (shop.read("model/model.swm"), shop.read("model/report.json"));
    shop.write("broken.tsv", "SessionId\tItemId\tTime\n1\ta\tyesterday\n1\tb\tnever\n");
    let error = shop.stderr("train --events broken.tsv --out model");
    assert!(error.contains("broken.tsv"), "{error}");
    assert_eq!((shop.read("model/model.swm"), shop.read("model/report.json")), before);
    let files = fs::read_dir(shop.path("model")).unwrap().count();
    assert_eq!(files, 2, "no draft is left behind");
}

#[test]
fn train_unwritable_folder_is_named() {
    let shop = Shop::open();
    shop.write("model", "a file where the folder should be");
    let error = shop.stderr("train --events train.tsv --out model");
    assert!(error.contains("cannot write in model"), "{error}");
    assert_eq!(shop.read("model"), b"a file where the folder should be");
}

#[test]
fn bad_rows_are_named_by_file_line_and_column() {
    let shop = Shop::open();
    shop.write(
        "log.tsv",
        "SessionId\tItemId\tTime\n1\ta\t1600000000\n1\tb\tyesterday\n",
    );
    let error = shop.stderr("train --events log.tsv --out model");
    for words in ["log.tsv", "3", "Time", "yesterday"] {
        assert!(error.contains(words), "{words} is missing: {error}");
    }
    assert!(!shop.path("model").exists(), "nothing was written");
}

#[test]
fn train_missing_column_says_how_to_name_it() {
    let shop = Shop::open();
    shop.write("log.csv", "visitor,thing\n1,a\n");
    let error = shop.stderr("train --events log.csv --out model");
    assert!(error.contains("log.csv") && error.contains("--map"), "{error}");
}

#[test]
fn files_that_are_not_there_or_not_snapshots_are_named() {
    let shop = Shop::open();
    let missing = shop.stderr("train --events nothing-*.tsv --out model");
    assert!(missing.contains("nothing-*.tsv"), "{missing}");
    let page = shop.write("page.swm", "<html>").stderr("inspect page.swm");
    assert!(page.contains("page.swm"), "{page}");
    let none = shop.stderr("evaluate --snapshot none.swm --events test.tsv");
    assert!(none.contains("none.swm"), "{none}");
}

#[test]
fn inspect_damaged_snapshot_is_refused() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out model");
    let mut bytes = shop.read("model/model.swm");
    *bytes.last_mut().unwrap() ^= 0xFF;
    let error = shop.write("bad.swm", bytes).stderr("inspect bad.swm");
    assert!(error.contains("bad.swm"), "{error}");
}

#[test]
fn inspect_unknown_item_is_named() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out model");
    let error = shop.stderr("inspect model/model.swm --item kite");
    assert!(error.contains("kite") && error.contains("model.swm"), "{error}");
}

#[test]
fn wrong_numbers_and_names_on_the_command_line_say_what_is_right() {
    let shop = Shop::open();
    let cases = [
        ("--min-support 0", "from 1"),
        ("--min-support many", "auto"),
        ("--neighbours 99", "from 1 to 63"),
        ("--pairs-per-session none", "all"),
        ("--event-weight add_to_cart", "NAME=VALUE"),
        ("--event-weight dance=2", "add_to_cart"),
        ("--event-weight purchase=99", "0 (the event is left out) to 16"),
        ("--bad-rows 200", "0 to 100"),
    ];
    for (words, mend) in cases {
        let error = shop.stderr(&format!("train --events train.tsv --out model {words}"));
        assert!(error.contains(mend), "{words}: {error}");
    }
    assert!(!shop.path("model").exists());
}

#[test]
fn policy_invalid_source_says_where() {
    let shop = Shop::open();
    shop.write("policy.toml", "[[rule]]\nid = \"a\"\nhide = 7 seven\n");
    let error = shop.stderr("policy build policy.toml --out new.swp");
    assert!(error.contains("policy.toml:3:8"), "{error}");
    shop.write("old.swp", "old");
    shop.stderr("policy build policy.toml --out old.swp");
    assert_eq!(shop.read("old.swp"), b"old");
}

#[test]
fn lists_of_no_item_are_refused() {
    let shop = Shop::open();
    for words in [
        "evaluate --snapshot m.swm --events test.tsv --at 0",
        "diff m.swm m.swm --limit 0",
    ] {
        let error = shop.stderr(words);
        assert!(error.contains("invalid value '0'"), "{words}: {error}");
    }
}

#[test]
fn files_that_cannot_be_read_are_named_once() {
    let shop = Shop::open();
    for words in [
        "inspect gone",
        "diff gone gone",
        "diff gone.toml gone.toml",
        "policy check gone",
    ] {
        let error = shop.stderr(words);
        assert_eq!(error.matches("gone").count(), 1, "{words}: {error}");
    }
}
