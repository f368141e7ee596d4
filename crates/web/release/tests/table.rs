//! Runs the table of valid and invalid releases through the messages and verdicts of a page.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_releases::{Case, Expected, NOW_MS, Shop, Table, table};
use shelfwise_sync::FetchError;
use shelfwise_web_release::{Message, UpdateCheck, Verdict};

/// Encodes the first message: time, whether a release is installed, keys, memory.
fn begin(table: &Table, keys: &[String], holds: u8, memory: &[u8]) -> Vec<u8> {
    let mut bytes = [&table.now_ms.to_le_bytes()[..], &[holds, keys.len() as u8]].concat();
    for key in keys {
        let (role, digits) = key.split_once('-').unwrap();
        bytes.push(match role {
            "release" => 0,
            "policy" => 1,
            "facts" => 2,
            _ => 5,
        });
        let pairs = (0..digits.len()).step_by(2);
        bytes.extend(pairs.map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap()));
    }
    [&bytes, memory].concat()
}

/// Answers as a page does, which stops reading at the byte limit of the request.
fn answer(table: &Table, case: &Case, asked: &Verdict<'_>) -> (Message, Vec<u8>) {
    let mut files = case.files.iter().chain(&table.last_good);
    match files.find(|file| asked.path == file.path.as_str()) {
        None => (Message::Failed(FetchError::Missing), Vec::new()),
        // The only file with a content encoding is a decompression bomb.
        Some(file) if file.encoding.is_some() || file.bytes.len() > asked.at_most as usize => {
            (Message::Failed(FetchError::TooLong), Vec::new())
        }
        Some(file) => (Message::Received, file.bytes.clone()),
    }
}

/// The end of an update check: outcome, reason, the epoch of the received files, memory.
#[derive(Debug, PartialEq)]
struct End(&'static str, String, u64, Vec<u8>);

impl End {
    fn of(verdict: &Verdict<'_>) -> Self {
        assert!(verdict.path.is_empty());
        let colon = if verdict.what.is_empty() { "" } else { ": " };
        Self(
            verdict.outcome,
            [verdict.what, verdict.why].join(colon),
            verdict.epoch,
            verdict.memory.to_vec(),
        )
    }
}

fn ended(table: &Table, case: &Case, first: &[u8]) -> End {
    let mut check = UpdateCheck::new();
    let mut verdict = check.take(Some(Message::Begin), first.to_vec());
    while verdict.outcome.is_empty() {
        let (message, bytes) = answer(table, case, &verdict);
        verdict = check.take(Some(message), bytes);
    }
    End::of(&verdict)
}

fn check(name: &str, End(outcome, reason, ..): &End, expected: Expected) {
    assert_eq!(*outcome, expected.outcome, "{name}");
    let expected = expected
        .what
        .zip(expected.why)
        .map(|(what, why)| format!("{what}: {why}"));
    assert_eq!(*reason, expected.unwrap_or_default(), "{name}");
}

#[test]
fn outcome_of_every_case_matches_the_table_with_and_without_a_release() {
    let table = table(NOW_MS).unwrap();
    assert!(table.cases.len() >= 30);
    for case in &table.cases {
        let keys = table.keys_of(case);
        check(
            case.name,
            &ended(&table, case, &begin(&table, keys, 1, table.memory_of(case))),
            case.remembering,
        );
        check(
            case.name,
            &ended(&table, case, &begin(&table, keys, 0, &[])),
            case.forgetting,
        );
    }
}

#[test]
fn files_that_follow_are_those_requested_next() {
    let table = table(NOW_MS).unwrap();
    let case = table.cases.iter().find(|case| case.name == "good-next").unwrap();
    let mut check = UpdateCheck::new();
    let mut verdict = check.take(Some(Message::Begin), begin(&table, &table.keys, 0, &[]));
    let mut requested = Vec::new();
    while verdict.outcome.is_empty() {
        let following = verdict.following.split_whitespace();
        requested.push(
            [verdict.path]
                .into_iter()
                .chain(following)
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        );
        let (message, bytes) = answer(&table, case, &verdict);
        verdict = check.take(Some(message), bytes);
    }
    let [record, files @ ..] = &*requested else {
        panic!("nothing was requested")
    };
    assert_eq!(*record, ["release"], "nothing is named before the record is verified");
    for (at, paths) in files.iter().enumerate() {
        let later: Vec<&String> = files.iter().skip(at).filter_map(|paths| paths.first()).collect();
        assert_eq!(paths.iter().collect::<Vec<_>>(), later);
    }
    assert!(files.len() >= 3, "{files:?}");
}

#[test]
fn returned_memory_is_accepted_by_the_next_check() {
    let table = table(NOW_MS).unwrap();
    let named = |name| table.cases.iter().find(|case| case.name == name).unwrap();
    let taken = ended(&table, named("good-next"), &begin(&table, &table.keys, 0, &[]));
    let End(_, _, epoch, memory) = &taken;
    assert_eq!(*epoch, Shop::at(NOW_MS).epoch + 1, "the release that came is named");
    let again = ended(&table, named("good-next"), &begin(&table, &table.keys, 1, memory));
    assert_eq!(again, End("unchanged", String::new(), 0, memory.clone()));
    let older = ended(&table, named("good-unchanged"), &begin(&table, &table.keys, 1, memory));
    assert_eq!(older.1, "release: rolled-back");
}

#[test]
fn keys_that_cannot_be_pinned_begin_nothing() {
    let table = table(NOW_MS).unwrap();
    let of_both = [&table.keys[..1], &table.root_keys].concat();
    for keys in [&table.keys[..1], &table.root_keys[..1], &of_both] {
        let first = begin(&table, keys, 0, &[]);
        assert_eq!(UpdateCheck::new().take(Some(Message::Begin), first).outcome, "bad-keys");
    }
    let mut later_role = begin(&table, &table.keys, 0, &[]);
    *later_role.get_mut(10).unwrap() = 4;
    assert_eq!(
        UpdateCheck::new().take(Some(Message::Begin), later_role).outcome,
        "bad-keys"
    );
}

#[test]
fn message_outside_of_a_check_changes_nothing() {
    for message in [None, Some(Message::Received), Some(Message::Begin)] {
        let mut check = UpdateCheck::new();
        assert_eq!(check.take(message, vec![1, 2, 3]).outcome, "bad-message", "{message:?}");
    }
}
