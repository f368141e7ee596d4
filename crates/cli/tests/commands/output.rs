//! What is printed: no text of a file controls the terminal, and a reader that has seen enough is no error.

use std::process::{Command, Stdio};

use crate::shop::Shop;

#[test]
fn inspect_closed_pipe_ends_without_a_word() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out model");
    let mut child = Command::new(env!("CARGO_BIN_EXE_shelfwise"))
        .args(["inspect", "model/model.swm"])
        .current_dir(shop.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    assert!(done.status.success());
}

#[test]
fn printed_values_of_files_hold_no_terminal_escapes() {
    let shop = Shop::open();
    let escape = "\u{1b}]0;owned\u{7}";
    shop.write(
        "log.csv",
        format!("session,item,time\n1,a{escape},1600000000\n2,a{escape},1600000100\n1,b,{escape}\n"),
    );
    let printed = shop.stdout("train --events log.csv --out model --bad-rows 50");
    let error = shop.stderr("train --events log.csv --out model");
    let id = format!("a{escape}");
    let shown = Command::new(env!("CARGO_BIN_EXE_shelfwise"))
        .args(["inspect", "model/model.swm", "--item", &id])
        .current_dir(shop.path(""))
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(printed.contains("\\u{1b}]0;owned"), "{printed}");
    for text in [&printed, &error, &shown] {
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
    assert!(shown.contains("a\\u{1b}]0;owned\\u{7}"), "{shown}");
}

#[test]
fn evaluate_unknown_items_and_bad_rows_are_said() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out model");
    let rows: String = (0..100)
        .map(|row| format!("{row},x,1600000000\n{row},y,1600000009\n"))
        .collect();
    shop.write("log.csv", format!("session,item,time\n{rows}1,\"19 inch,1600000000\n"));
    let done = shop.run("evaluate --snapshot model/model.swm --events log.csv");
    let (printed, noted) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(
        printed.contains("unknown: the snapshot has none of the chosen items"),
        "{printed}"
    );
    assert!(noted.contains("line 202") && noted.contains("never closes"), "{noted}");
}

#[test]
fn keys_names_of_files_hold_no_terminal_escapes() {
    let shop = Shop::open();
    let name = "a\u{1b}]0;owned\u{7}.key";
    let printed = shop.stdout(&format!("keys new release --out {name}"));
    assert!(printed.contains("a\\u{1b}]0;owned\\u{7}.key"), "{printed:?}");
    assert!(!printed.contains(['\u{1b}', '\u{7}']), "{printed:?}");
}

#[test]
fn commands_closed_pipe_end_without_a_word() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --catalog catalog.csv --out model");
    shop.write("policy.toml", "[[rule]]\nid = \"a\"\nhide = { item = \"tent\" }\n");
    shop.stdout("policy build policy.toml --out policy.swp");
    for role in ["release", "policy"] {
        shop.stdout(&format!("keys new {role} --out {role}.key"));
    }
    for words in [
        "policy check policy.toml",
        "policy build policy.toml --out policy.swp",
        "policy sign policy.swp --key policy.key",
        "publish public --snapshot model/model.swm --policy policy.swp --key release.key --policy-key policy.pub",
        "verify public --key release.pub --key policy.pub",
        "keys show release.key",
        "keys new policy --out other.key",
        "diff model/model.swm model/model.swm",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = Command::new(env!("CARGO_BIN_EXE_shelfwise"))
            .args(words.split_whitespace())
            .current_dir(shop.path(""))
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success() && !printed.contains("panicked"),
            "{words}: {printed}"
        );
    }
    assert!(shop.path("public/release").exists());
}
