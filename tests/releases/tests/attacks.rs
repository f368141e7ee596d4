//! Every named attack has cases in the table, which are refused, and a row in the format's document.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::collections::BTreeSet;

use shelfwise_releases::{ATTACKS, Case, NOW_MS, table};
use shelfwise_sync::{Client, EngineVersion, FetchError, Installed, Memory, TrustedKeys, Update};

#[test]
fn every_attack_has_cases_and_each_of_them_is_refused() {
    let table = table(NOW_MS).unwrap();
    for attack in ATTACKS {
        assert!(!attack.cases.is_empty(), "{}", attack.name);
        for name in attack.cases {
            let case = table.cases.iter().find(|case| case.name == *name).expect(name);
            assert_eq!(case.remembering.outcome, "kept", "{}: {name}", attack.name);
        }
    }
    let names: BTreeSet<_> = ATTACKS.iter().map(|attack| attack.name).collect();
    assert_eq!(names.len(), ATTACKS.len());
}

#[test]
fn document_attack_table_names_these_cases() {
    let document = include_str!("../../../docs/release-format.md");
    let rows: Vec<_> = document.lines().filter(|line| line.starts_with("| **")).collect();
    assert_eq!(rows.len(), ATTACKS.len());
    for (row, attack) in rows.iter().zip(ATTACKS) {
        assert!(row.starts_with(&format!("| **{}**", attack.name)), "{row}");
        let named: BTreeSet<_> = row.split('`').skip(1).step_by(2).collect();
        let missing = attack.cases.iter().find(|case| !named.contains(*case));
        assert_eq!(missing, None, "{}", attack.name);
    }
}

/// Only files signed for this engine are fetched: an extraneous file is never requested.
#[test]
fn client_requests_only_the_files_of_the_record() {
    let table = table(NOW_MS).unwrap();
    let is_named = |case: &&Case| case.name == "good-with-what-is-optional";
    let case = table.cases.iter().find(is_named).unwrap();
    let client = Client {
        engine: EngineVersion::default(),
        installed: Installed::Nothing,
    };
    let trusted_keys = TrustedKeys::parse(table.keys.iter().map(String::as_str)).unwrap();
    let mut update = Update::new(trusted_keys, Memory::default(), client, NOW_MS);
    let requests = RefCell::new(Vec::new());
    while let Some(request) = update.request() {
        requests.borrow_mut().push(request.path.clone());
        let file = case.files.iter().find(|file| file.path == request.path);
        update.answer(file.map(|file| file.bytes.clone()).ok_or(FetchError::Missing));
    }
    let files: Vec<_> = case.files.iter().map(|file| file.path.clone()).collect();
    assert_eq!(requests.into_inner(), files);
}
