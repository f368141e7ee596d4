//! Facts in releases: an own role, own epochs, and clients that have no use for them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_releases::{DAY_MS, Draft, File, HOUR_MS, NOW_MS, Roots, Shop, listed, next_facts};
use shelfwise_sync::{
    Client, EngineVersion, FetchError, Installed, Memory, Outcome, Role, TrustedKeys, Update, UpdateResult, Validity,
};

fn update(keys: TrustedKeys, memory: Memory, files: &[File]) -> UpdateResult {
    let client = Client {
        engine: EngineVersion::default(),
        installed: Installed::Nothing,
    };
    let mut update = Update::new(keys, memory, client, NOW_MS);
    while let Some(request) = update.request() {
        let file = files.iter().find(|file| file.path == request.path);
        update.answer(file.map(|file| file.bytes.clone()).ok_or(FetchError::Missing));
    }
    update.finish().unwrap()
}

fn with_facts(shop: &Shop, epoch: u64) -> Draft {
    let validity = Validity {
        created_ms: NOW_MS - HOUR_MS,
        expires_ms: NOW_MS + DAY_MS,
    };
    let next = Draft {
        epoch: epoch + 1_000,
        ..shop.next()
    };
    next.with_facts(next_facts(), &shop.facts, epoch, validity).unwrap()
}

fn keys(shop: &Shop) -> TrustedKeys {
    TrustedKeys::new(&shop.trusted().unwrap()).unwrap()
}

#[test]
fn facts_are_loaded_and_end_the_release_with_their_own_end() {
    let shop = Shop::at(NOW_MS);
    let ended = update(
        keys(&shop),
        Memory::default(),
        &with_facts(&shop, 20).files(&shop).unwrap(),
    );
    let loaded = ended.loaded.unwrap();
    assert_eq!((ended.outcome, loaded.facts), (Outcome::New, Some(next_facts())));
    assert_eq!(loaded.release.expires_ms(), NOW_MS + DAY_MS);
}

#[test]
fn client_without_a_facts_key_skips_facts() {
    let shop = Shop::at(NOW_MS);
    let [release, policy, ..] = shop.trusted().unwrap();
    let keys = TrustedKeys::new(&[release, policy]).unwrap();
    let ended = update(keys, Memory::default(), &with_facts(&shop, 20).files(&shop).unwrap());
    assert_eq!((ended.outcome, ended.loaded.unwrap().facts), (Outcome::New, None));
}

#[test]
fn facts_older_than_the_last_ones_are_refused() {
    let shop = Shop::at(NOW_MS);
    let first = update(
        keys(&shop),
        Memory::default(),
        &with_facts(&shop, 20).files(&shop).unwrap(),
    );
    let memory = Memory::decode(&first.memory.encode());
    assert_eq!(memory, first.memory);
    let older = Draft {
        epoch: 5_000,
        ..with_facts(&shop, 19)
    };
    let files = [older.files(&shop).unwrap(), with_facts(&shop, 20).files(&shop).unwrap()].concat();
    let Outcome::Kept(reason) = update(keys(&shop), memory.clone(), &files).outcome else {
        panic!("older facts were taken");
    };
    assert_eq!(reason.codes(), ("facts-signature", "rolled-back"));
    let later = update(keys(&shop), memory, &with_facts(&shop, 21).files(&shop).unwrap());
    assert_eq!(later.outcome, Outcome::New);
}

#[test]
fn root_statement_may_list_facts_keys() {
    let (shop, roots) = (Shop::at(NOW_MS), Roots::of_tests());
    let trusted = || TrustedKeys::new(&roots.trusted().unwrap()).unwrap();
    let mut root = roots.last(&shop).unwrap();
    root.roles.push(listed(Role::Facts, 1, &[&shop.facts]).unwrap());
    let facts = with_facts(&shop, 20);
    let release = Draft {
        facts: facts.facts,
        ..shop.next_of_roots(roots.signed(&root).unwrap())
    };
    let ended = update(trusted(), Memory::default(), &release.files(&shop).unwrap());
    assert_eq!(
        (ended.outcome, ended.loaded.unwrap().facts),
        (Outcome::New, Some(next_facts()))
    );
}
