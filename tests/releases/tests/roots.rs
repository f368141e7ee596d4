//! Clients that trust root keys, over several updates.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_releases::{Case, DAY_MS, Draft, HOUR_MS, NOW_MS, Roots, Shop, listed, signed_by, table};
use shelfwise_sync::layout::{GRACE_MS, MAX_RECORD_BYTES};
use shelfwise_sync::{
    Client, EngineVersion, FetchError, Installed, Memory, Outcome, Role, Root, TrustedKeys, Update, UpdateResult,
    Validity,
};

/// A shop, its root keys, and a client that trusts them.
struct World {
    shop: Shop,
    roots: Roots,
    memory: Memory,
    now_ms: u64,
}

impl World {
    /// Creates a client that has no release yet.
    fn new() -> Self {
        Self {
            shop: Shop::at(NOW_MS),
            roots: Roots::of_tests(),
            memory: Memory::default(),
            now_ms: NOW_MS,
        }
    }

    /// Returns a root statement with this epoch, created now.
    fn root(&self, epoch: u64) -> Root {
        Root {
            epoch,
            validity: Validity {
                created_ms: self.now_ms,
                expires_ms: self.now_ms + 90 * DAY_MS,
            },
            ..self.roots.last(&self.shop).unwrap()
        }
    }

    /// Updates the client from an origin with this release, and keeps its memory.
    fn update(&mut self, draft: &Draft, release: usize, policy: usize) -> Outcome {
        let keys = [&self.shop.release, &self.shop.other_release];
        let policies = [&self.shop.policy, &self.shop.other_policy];
        let files = draft.files_by(keys[release], policies[policy]).unwrap();
        let ended = run(self, |path| {
            files
                .iter()
                .find(|file| file.path == path)
                .map(|file| file.bytes.clone())
        });
        self.memory = Memory::decode(&ended.memory.encode());
        ended.outcome
    }

    fn draft(&self, epoch: u64, root: &Root) -> Draft {
        Draft {
            epoch,
            validity: Validity {
                created_ms: self.now_ms,
                expires_ms: self.now_ms + 6 * DAY_MS,
            },
            policy_epoch: epoch,
            ..self.shop.next_of_roots(self.roots.signed(root).unwrap())
        }
    }
}

fn run(world: &World, origin: impl Fn(&str) -> Option<Vec<u8>>) -> UpdateResult {
    let client = Client {
        engine: EngineVersion::default(),
        installed: Installed::LastGood,
    };
    let trusted_keys = TrustedKeys::new(&world.roots.trusted().unwrap()).unwrap();
    let mut update = Update::new(trusted_keys, world.memory.clone(), client, world.now_ms);
    while let Some(request) = update.request() {
        update.answer(origin(&request.path).ok_or(FetchError::Missing));
    }
    update.finish().unwrap()
}

fn kept(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Kept(reason) => reason.codes(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn expired_root_last_good_release_serves_one_more_day() {
    let mut world = World::new();
    let root = Root {
        validity: Validity {
            created_ms: NOW_MS - DAY_MS,
            expires_ms: NOW_MS + HOUR_MS,
        },
        ..world.root(11)
    };
    let draft = world.draft(20, &root);
    assert_eq!(world.update(&draft, 0, 0), Outcome::New);
    assert_eq!(world.update(&draft, 0, 0), Outcome::Unchanged);
    world.now_ms += HOUR_MS;
    assert_eq!(kept(world.update(&draft, 0, 0)), ("root", "expired"));
    world.now_ms += GRACE_MS - 1;
    assert_eq!(kept(world.update(&draft, 0, 0)), ("root", "expired"));
    world.now_ms += 1;
    let over = world.update(&draft, 0, 0);
    assert!(matches!(over, Outcome::StoreOrder(reason) if reason.codes() == ("root", "expired")));
    // A renewed root statement is enough; the release stays the same.
    let renewed = world.draft(21, &world.root(12));
    assert_eq!(world.update(&renewed, 0, 0), Outcome::New);
}

#[test]
fn revoked_policy_key_cannot_lock_out_the_next_one() {
    let mut world = World::new();
    let stolen = world.draft(NOW_MS + DAY_MS - 1, &world.root(NOW_MS - DAY_MS));
    assert_eq!(
        world.update(&stolen, 0, 0),
        Outcome::New,
        "the thief used up the epochs of a day"
    );
    let mut root = world.root(NOW_MS);
    root.roles.retain(|keys| keys.role != Role::Policy as u8);
    root.roles
        .push(listed(Role::Policy, 1, &[&world.shop.other_policy]).unwrap());
    let recovered = Draft {
        policy_epoch: NOW_MS + 1,
        ..world.draft(NOW_MS + DAY_MS, &root)
    };
    let too_old = Draft {
        policy_epoch: NOW_MS,
        ..recovered.clone()
    };
    assert_eq!(kept(world.update(&too_old, 0, 1)), ("policy-signature", "rolled-back"));
    assert_eq!(world.update(&recovered, 0, 1), Outcome::New);
    // The release key was not revoked: its epochs continue.
    let older = Draft {
        epoch: NOW_MS + 2,
        ..recovered.clone()
    };
    assert_eq!(kept(world.update(&older, 0, 1)), ("release", "rolled-back"));
    // The previous root statement restores nothing.
    assert_eq!(kept(world.update(&stolen, 0, 0)), ("root", "rolled-back"));
}

#[test]
fn root_keys_rotate_one_by_one_and_each_statement_binds_the_next() {
    let mut world = World::new();
    let [one, two, three] = &Roots::of_tests().shipped;
    let later = &Roots::of_tests().later;
    let with = |epoch, keys: &[_]| {
        let mut root = world.root(epoch);
        root.roles.retain(|keys| keys.role != Role::Root as u8);
        root.roles.push(listed(Role::Root, 2, keys).unwrap());
        root
    };
    let (first, second) = (with(11, &[one, two, three]), with(12, &[one, two, later]));
    let (third, fourth) = (with(13, &[one, three, later]), with(14, &[one, later]));
    let signed = |world: &World, epoch, root: &Root, keys: &[_]| Draft {
        root: signed_by(root, keys).unwrap(),
        ..world.draft(epoch, root)
    };
    let draft = signed(&world, 20, &first, &[one, three]);
    assert_eq!(world.update(&draft, 0, 0), Outcome::New);
    let draft = signed(&world, 21, &second, &[one, two]);
    assert_eq!(world.update(&draft, 0, 0), Outcome::New);
    let draft = signed(&world, 22, &third, &[one, three]);
    assert_eq!(
        kept(world.update(&draft, 0, 0)),
        ("root", "too-few-signatures"),
        "the third key was withdrawn"
    );
    let draft = signed(&world, 22, &fourth, &[one, later]);
    assert_eq!(
        kept(world.update(&draft, 0, 0)),
        ("root", "too-few-signatures"),
        "clients were shipped with others"
    );
    let draft = signed(&world, 22, &fourth, &[one, two, later]);
    assert_eq!(world.update(&draft, 0, 0), Outcome::New);
}

#[test]
fn client_migrating_to_root_keys_keeps_its_epochs() {
    let table = table(NOW_MS).unwrap();
    let mut world = World {
        memory: Memory::decode(&table.memory),
        ..World::new()
    };
    let older = world.draft(world.shop.epoch - 1, &world.root(1));
    assert_eq!(kept_or_none(&mut world, &older), ("release", "rolled-back"));
    let next = world.draft(world.shop.epoch + 1, &world.root(1));
    assert_eq!(world.update(&next, 0, 0), Outcome::New);
}

/// Asserts the outcome. The last good release is signed by keys that the client does not trust directly, so it shows
/// the shop's own order until the next one.
fn kept_or_none(world: &mut World, draft: &Draft) -> (&'static str, &'static str) {
    match world.update(draft, 0, 0) {
        Outcome::StoreOrder(reason) => reason.codes(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn root_memory_damaged_decodes_as_empty() {
    let memory = table(NOW_MS).unwrap().root_memory;
    assert_ne!(Memory::decode(&memory), Memory::default());
    assert_eq!(Memory::decode(&memory).encode(), memory);
    for cut in 0..memory.len() {
        let cut_short = memory.get(..cut).unwrap();
        assert_eq!(Memory::decode(cut_short), Memory::default(), "{cut}");
    }
}

#[test]
fn record_with_a_root_fits_into_its_limit() {
    let table = table(NOW_MS).unwrap();
    let bytes = |name| {
        let is_named = |case: &&Case| case.name == name;
        table
            .cases
            .iter()
            .find(is_named)
            .unwrap()
            .files
            .first()
            .unwrap()
            .bytes
            .len()
    };
    let (plain, with_root) = (bytes("good-next"), bytes("root-good-next"));
    println!("a root statement with two signatures adds {} bytes", with_root - plain);
    assert!(with_root <= MAX_RECORD_BYTES / 4, "{with_root}");
}
