//! Runs the table of good and bad releases natively.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;
use shelfwise_core::{Policy, Snapshot};
use shelfwise_releases::{Case, Draft, Expected, NOW_MS, Shop, Table, table};
use shelfwise_sync::layout::{GRACE_MS, MAX_RECORD_BYTES};
use shelfwise_sync::{
    Artefact, Blob, Client, Defect, Delta, Enclosed, EngineVersion, FetchError, FileRequest, Installed, Kind, Memory,
    Outcome, Part, TrustedKeys, Update, UpdateResult,
};

fn client(installed: Installed) -> Client {
    let engine = EngineVersion::parse("0.1.0").unwrap();
    Client { engine, installed }
}

fn trusted_keys(table: &Table) -> TrustedKeys {
    TrustedKeys::parse(table.keys.iter().map(String::as_str)).unwrap()
}

fn keys_of(table: &Table, case: &Case) -> TrustedKeys {
    TrustedKeys::parse(table.keys_of(case).iter().map(String::as_str)).unwrap()
}

/// Runs an update against an origin.
fn run(mut update: Update, origin: impl Fn(&FileRequest) -> Result<Vec<u8>, FetchError>) -> UpdateResult {
    while let Some(request) = update.request() {
        let answer = origin(&request);
        update.answer(answer);
    }
    update.finish().unwrap()
}

/// Serves a file as a host does: reading stops at the requested limit, after decompression.
fn serve(table: &Table, case: &Case, request: &FileRequest) -> Result<Vec<u8>, FetchError> {
    let mut files = case.files.iter().chain(&table.last_good);
    let file = files
        .find(|file| file.path == request.path)
        .ok_or(FetchError::Missing)?;
    let limit = u64::from(request.at_most) + 1;
    let mut bytes = Vec::new();
    let read = match file.encoding {
        Some(_) => GzDecoder::new(&file.bytes[..]).take(limit).read_to_end(&mut bytes),
        None => file.bytes.take(limit).read_to_end(&mut bytes),
    };
    read.map_err(|_| FetchError::Unreachable)?;
    if bytes.len() > request.at_most as usize {
        return Err(FetchError::TooLong);
    }
    Ok(bytes)
}

fn found(outcome: Outcome) -> Expected {
    let (outcome, reason) = match outcome {
        Outcome::New => ("new", None),
        Outcome::Unchanged => ("unchanged", None),
        Outcome::Kept(reason) => ("kept", Some(reason.codes())),
        Outcome::StoreOrder(reason) => ("store-order", Some(reason.codes())),
    };
    Expected {
        outcome,
        what: reason.map(|codes| codes.0),
        why: reason.map(|codes| codes.1),
    }
}

fn run_case(table: &Table, case: &Case, memory: &[u8], holding: Installed) -> UpdateResult {
    let update = Update::new(
        keys_of(table, case),
        Memory::decode(memory),
        client(holding),
        table.now_ms,
    );
    run(update, |request| serve(table, case, request))
}

#[test]
fn client_with_the_last_good_release_loads_good_releases_and_keeps_it_otherwise() {
    let table = table(NOW_MS).unwrap();
    for case in &table.cases {
        let memory = table.memory_of(case);
        let ended = run_case(&table, case, memory, Installed::LastGood);
        assert_eq!(found(ended.outcome), case.remembering, "{}", case.name);
        assert_eq!(ended.loaded.is_some(), ended.outcome == Outcome::New, "{}", case.name);
        if ended.outcome != Outcome::New {
            assert_eq!(ended.memory.encode(), memory, "{}", case.name);
        }
    }
}

#[test]
fn client_starting_with_memory_loads_the_last_good_release_if_needed() {
    let table = table(NOW_MS).unwrap();
    let last = Shop::at(NOW_MS).last();
    for case in &table.cases {
        let ended = run_case(&table, case, table.memory_of(case), Installed::Nothing);
        let unchanged = case.remembering.outcome == "unchanged";
        let outcome = if unchanged { "new" } else { case.remembering.outcome };
        assert_eq!(
            found(ended.outcome),
            Expected {
                outcome,
                ..case.remembering
            },
            "{}",
            case.name
        );
        let loaded = ended.loaded.unwrap();
        let kept = matches!(ended.outcome, Outcome::Kept(_)) || unchanged;
        assert_eq!(loaded.snapshot == last.snapshot, kept, "{}", case.name);
    }
}

#[test]
fn client_without_memory_refuses_bad_releases_and_shows_the_shop_order() {
    let table = table(NOW_MS).unwrap();
    for case in &table.cases {
        let ended = run_case(&table, case, &[], Installed::Nothing);
        assert_eq!(found(ended.outcome), case.forgetting, "{}", case.name);
        assert_eq!(ended.hidden.is_some(), case.guardrails, "{}", case.name);
        assert_eq!(ended.loaded.is_some(), ended.outcome == Outcome::New, "{}", case.name);
    }
}

#[test]
fn loaded_files_are_readable_by_the_engine() {
    let table = table(NOW_MS).unwrap();
    for case in &table.cases {
        let Some(loaded) = run_case(&table, case, &[], Installed::Nothing).loaded else {
            continue;
        };
        Snapshot::open(&loaded.snapshot[..]).unwrap().verify().unwrap();
        assert_eq!(Policy::decode(&loaded.policy).unwrap().rules.len(), 1, "{}", case.name);
    }
}

#[test]
fn hostile_cases_cover_many_reasons() {
    let table = table(NOW_MS).unwrap();
    let bad: Vec<_> = table
        .cases
        .iter()
        .filter(|case| case.remembering.outcome == "kept")
        .collect();
    assert!(bad.len() >= 25, "{}", bad.len());
    let reasons: BTreeMap<_, _> = bad
        .iter()
        .map(|case| ((case.remembering.what, case.remembering.why), case.name))
        .collect();
    assert!(reasons.len() >= 20, "{reasons:?}");
}

/// Attempts of a holder of the release key alone to change the rules, with the case of each. What remains is to lie
/// about the items: `crates/cli/tests/commands/authority.rs`.
const TRIES: [(&str, &str); 12] = [
    ("sign other rules", "policy-signed-by-the-release-key"),
    ("sign them under the policy key's name", "policy-signature-forged"),
    ("have them signed by another policy key", "policy-signed-by-a-stranger"),
    ("publish without a signature", "policy-without-a-signature"),
    ("put an empty policy in the place of the signed one", "policy-exchanged"),
    ("change a letter of a signed rule", "policy-bit-flipped"),
    ("bring withdrawn rules back", "policy-rolled-back"),
    (
        "bring rules of another policy key back that is trusted too",
        "policy-rolled-back-by-another-key",
    ),
    ("lock clients out of later rules", "policy-epoch-far-ahead"),
    (
        "have an empty list signed in the place of the rules",
        "policy-without-rules",
    ),
    ("go on with rules that were not signed again", "policy-expired"),
    (
        "keep rules for ever that were signed for longer than is legal",
        "policy-lives-too-long",
    ),
];

#[test]
fn release_key_alone_cannot_change_the_rules() {
    let table = table(NOW_MS).unwrap();
    for (words, name) in TRIES {
        let case = table.cases.iter().find(|case| case.name == name).expect(name);
        let ended = run_case(&table, case, &table.memory, Installed::LastGood);
        assert!(matches!(ended.outcome, Outcome::Kept(_)), "{words}");
    }
    let others = table.cases.iter().filter(|case| case.name.starts_with("policy-"));
    assert_eq!(others.count(), TRIES.len(), "every such case is named above");
}

#[test]
fn expired_last_good_release_serves_one_more_day() {
    let table = table(NOW_MS).unwrap();
    let expires = Shop::at(NOW_MS).last().validity.expires_ms;
    let at = |now_ms| {
        let update = Update::new(
            trusted_keys(&table),
            Memory::decode(&table.memory),
            client(Installed::LastGood),
            now_ms,
        );
        run(update, |_| Err(FetchError::Unreachable)).outcome
    };
    assert!(matches!(at(expires), Outcome::Kept(reason) if reason.defect == Defect::Unreachable));
    assert!(matches!(at(expires + GRACE_MS - 1), Outcome::Kept(_)));
    assert!(matches!(at(expires + GRACE_MS), Outcome::StoreOrder(_)));
    // The same if the origin continues to serve the expired release.
    let unchanged = table.cases.iter().find(|case| case.name == "good-unchanged").unwrap();
    let served = |now_ms| {
        let update = Update::new(
            trusted_keys(&table),
            Memory::decode(&table.memory),
            client(Installed::LastGood),
            now_ms,
        );
        run(update, |request| serve(&table, unchanged, request)).outcome
    };
    assert_eq!(served(expires - 1), Outcome::Unchanged);
    assert!(matches!(served(expires), Outcome::Kept(reason) if reason.defect == Defect::Expired { at_ms: expires }));
    assert!(matches!(served(expires + GRACE_MS), Outcome::StoreOrder(_)));
}

#[test]
fn last_good_release_of_an_untrusted_key_is_not_served() {
    let table = table(NOW_MS).unwrap();
    let shop = Shop::at(NOW_MS);
    let trusted_keys = TrustedKeys::new(&[shop.stranger.public().unwrap(), shop.policy.public().unwrap()]).unwrap();
    let update = Update::new(
        trusted_keys,
        Memory::decode(&table.memory),
        client(Installed::LastGood),
        NOW_MS,
    );
    let outcome = run(update, |_| Err(FetchError::Unreachable)).outcome;
    assert!(matches!(outcome, Outcome::StoreOrder(_)));
}

/// There is one sequence of epochs for a role: whatever the previous keys signed is older than what the new keys
/// signed.
#[test]
fn key_rotation_prevents_rollback_to_the_old_keys_releases() {
    let table = table(NOW_MS).unwrap();
    let shop = Shop::at(NOW_MS);
    let changed = named(&table, "good-other-keys");
    let taken = run_case(&table, changed, &[], Installed::Nothing);
    assert_eq!(taken.outcome, Outcome::New);
    let memory = taken.memory.encode();
    // A network attacker replays what the old keys signed yesterday. No key is stolen.
    let replayed = run_case(&table, named(&table, "good-unchanged"), &memory, Installed::LastGood);
    assert!(matches!(replayed.outcome, Outcome::Kept(reason) if reason.codes() == ("release", "rolled-back")));
    // A holder of a release key, but no policy key, encloses the old policy key's statement of yesterday.
    let last = shop.last();
    let withdrawn = Draft {
        policy: last.policy,
        policy_validity: last.policy_validity,
        policy_epoch: last.policy_epoch,
        epoch: shop.epoch + 2,
        ..shop.next()
    };
    let files = withdrawn.files_by(&shop.other_release, &shop.policy).unwrap();
    let case = Case {
        files,
        ..changed.clone()
    };
    let back = run_case(&table, &case, &memory, Installed::LastGood);
    assert!(matches!(back.outcome, Outcome::Kept(reason) if reason.codes() == ("policy-signature", "rolled-back")));
    // The next honest release is loaded.
    let next = Draft {
        epoch: shop.epoch + 3,
        policy_epoch: shop.policy_epoch + 2,
        ..shop.next()
    };
    let case = Case {
        files: next.files(&shop).unwrap(),
        ..changed.clone()
    };
    let ended = run_case(&table, &case, &memory, Installed::LastGood);
    assert_eq!(ended.outcome, Outcome::New);
}

#[test]
fn epoch_far_ahead_of_time_does_not_lock_clients_out() {
    let table = table(NOW_MS).unwrap();
    let poisoned = run_case(
        &table,
        named(&table, "epoch-far-ahead"),
        &table.memory,
        Installed::LastGood,
    );
    let next = run_case(
        &table,
        named(&table, "good-next"),
        &poisoned.memory.encode(),
        Installed::LastGood,
    );
    assert_eq!(next.outcome, Outcome::New);
}

fn named<'a>(table: &'a Table, name: &str) -> &'a Case {
    table.cases.iter().find(|case| case.name == name).unwrap()
}

/// The requested parts, in this order.
const PARTS: [Part; 4] = [Part::Release, Part::Hidden, Part::Policy, Part::Snapshot];

#[test]
fn fault_at_any_request_ends_in_the_last_good_release() {
    let table = table(NOW_MS).unwrap();
    let next = &table.cases[0];
    for fault in [FetchError::Unreachable, FetchError::Missing, FetchError::TooLong] {
        for (at, part) in PARTS.into_iter().enumerate() {
            let requests = std::cell::Cell::new(0);
            let update = Update::new(
                trusted_keys(&table),
                Memory::decode(&table.memory),
                client(Installed::Nothing),
                NOW_MS,
            );
            let ended = run(update, |request| {
                let turn = requests.replace(requests.get() + 1);
                if turn == at {
                    Err(fault)
                } else {
                    serve(&table, next, request)
                }
            });
            let Outcome::Kept(reason) = ended.outcome else {
                panic!("{fault:?} at {at}: {:?}", ended.outcome)
            };
            assert_eq!(reason.part, part);
            assert!(ended.loaded.is_some());
        }
    }
}

#[test]
fn record_of_maximum_content_fits_into_its_limit() {
    let table = table(NOW_MS).unwrap();
    let record = &table.cases[0].files[0].bytes;
    println!(
        "a record of a snapshot, a policy and its hidden list has {} bytes, a memory {}",
        record.len(),
        table.memory.len()
    );
    assert!(record.len() <= MAX_RECORD_BYTES / 8);
    let shop = Shop::at(NOW_MS);
    let blob = Blob {
        sha256: [7; 32],
        bytes: 30_000,
    };
    let in_parts = Artefact {
        parts: vec![blob; 40],
        deltas: vec![Delta { from: [8; 32], blob }; 3],
        ..Artefact::whole(Kind::SNAPSHOT, blob)
    };
    // Facts, lead and trend, each signed by two keys, with four files: as long as the policy's statement plus one
    // signature.
    let statement = Enclosed::required(vec![0; shop.next().statement().len() + 2 * 37 + 6 + 2 * 72]);
    let draft = Draft {
        only_snapshot: Some(in_parts),
        more: vec![Artefact::whole(Kind(5), blob); 4],
        statements: vec![statement; 3],
        // Three signatures, six roles of four keys.
        root: vec![0; 6 + 3 * 72 + 20 + 6 * (3 + 4 * 32)],
        ..shop.next()
    };
    let record = draft.signed(&shop.release, &shop.policy).unwrap();
    assert!(record.len() <= MAX_RECORD_BYTES, "{}", record.len());
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] })
        .collect();
    files.sort();
    files
}

/// The committed folder equals the generator's output. To update it, run
/// `cargo run -p shelfwise-releases -- tests/releases/cases`.
#[test]
fn committed_table_equals_the_generated_one() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let table = table(NOW_MS).unwrap();
    let made: Value = serde_json::to_value(&table).unwrap();
    let read: Value = serde_json::from_slice(&fs::read(committed.join("cases.json")).unwrap()).unwrap();
    assert_eq!(made, read);
    let mut expected = vec![committed.join("cases.json")];
    for (name, memory) in [("memory", &table.memory), ("root-memory", &table.root_memory)] {
        expected.push(committed.join(name));
        assert_eq!(&fs::read(committed.join(name)).unwrap(), memory);
    }
    let folders = table.cases.iter().map(|case| (case.name, &case.files));
    for (folder, files) in folders.chain([("last-good", &table.last_good)]) {
        for file in files {
            let path = committed.join(folder).join(&file.path);
            let bytes = fs::read(&path).unwrap();
            // Another version of the compressor may produce other bytes for the same content.
            assert_eq!(
                plain(file.encoding, &bytes),
                plain(file.encoding, &file.bytes),
                "{}",
                path.display()
            );
            expected.push(path);
        }
    }
    expected.sort();
    assert_eq!(below(&committed), expected);
}

fn plain(encoding: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let mut plain = bytes.to_vec();
    if encoding.is_some() {
        plain.clear();
        GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    }
    plain
}
