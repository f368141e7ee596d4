//! A release from any bytes: from the network, from a store that others write to, and from a holder of the release key.

use std::sync::LazyLock;

use shelfwise_releases::{NOW_MS, Roots, Shop, Table, table};
use shelfwise_sync::{
    Client, EngineVersion, FetchError, FileRequest, Installed, Memory, Outcome, Statement, TrustedKeys, Update,
    UpdateResult, cosign, seal,
};

/// Maximum number of requests of an update: a record, three files, and three files of the last good release.
const MAX_REQUESTS: usize = 7;
/// Bytes before the input proper: the mode, and the state of the client.
const HEAD: usize = 2;

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| table(NOW_MS).ok());

/// Returns inputs that reach each kind of outcome.
#[must_use]
pub fn release_seeds() -> Vec<Vec<u8>> {
    let shop = Shop::at(NOW_MS);
    let next = shop.next();
    let record = next.signed(&shop.release, &shop.policy).unwrap_or_default();
    let payload = record.get(78..).unwrap_or_default();
    let memory = TABLE.as_ref().map(|table| table.memory.clone()).unwrap_or_default();
    let statement = next.statement();
    let roots = Roots::of_tests();
    let root = roots.next(&shop).map(|root| root.encode()).unwrap_or_default();
    let of_roots = release_of_roots(&shop, &root);
    let inputs: [&[u8]; 7] = [
        &record,
        payload,
        &statement,
        &memory,
        &[0, 1, 0, 0, 2, 3, 4, 0, 4, 0, 4, 0],
        &root,
        &of_roots,
    ];
    let headed = |(kind, input): (usize, &&[u8])| [&[kind as u8, 1], *input].concat();
    inputs.iter().enumerate().map(headed).collect()
}

/// Updates a client against an origin made from the input, and returns the number of its requests.
///
/// # Panics
/// If an update does not end, or ends with rules that the policy key did not sign.
pub fn release(input: &[u8]) -> usize {
    let Some((head, bytes)) = input.split_first_chunk::<HEAD>() else {
        return 0;
    };
    let (Some(table), [kind, client]) = (TABLE.as_ref(), *head) else {
        return 0;
    };
    let shop = Shop::at(NOW_MS);
    match kind % 7 {
        // The record is the input.
        0 => run(table, client, &table.memory, |_, path| {
            (path == "release").then(|| bytes.to_vec())
        }),
        // A holder of the release key can sign any payload.
        1 => {
            let record = seal(&shop.release, bytes).unwrap_or_default();
            run(table, client, &table.memory, |_, path| {
                (path == "release").then(|| record.clone())
            })
        }
        // So can the holder of the policy key: this publishes nothing, but must not crash anything.
        2 => statement(table, client, &shop, bytes),
        // A store that others write to.
        3 => run(table, client, bytes, |_, _| None),
        // A threshold of root key holders can sign any payload.
        5 => {
            let record = release_of_roots(&shop, bytes);
            run_root(table, client, |path| (path == "release").then(|| record.clone()))
        }
        // The record is the input, for a client that trusts root keys.
        6 => run_root(table, client, |path| (path == "release").then(|| bytes.to_vec())),
        // Responses are truncated, changed or withheld.
        _ => run(table, client, &table.memory, |at, path| damaged(table, bytes, at, path)),
    }
}

/// Returns a release under a root statement with any payload, signed by the shop's next keys.
fn release_of_roots(shop: &Shop, root: &[u8]) -> Vec<u8> {
    let [one, two, _] = &Roots::of_tests().shipped;
    let root = seal(one, root)
        .and_then(|frame| cosign(two, &frame))
        .unwrap_or_default();
    let draft = shop.next_of_roots(root);
    draft
        .signed(&shop.other_release, &shop.other_policy)
        .unwrap_or_default()
}

/// Runs an update of a client that trusts root keys.
fn run_root(table: &Table, client: u8, changed: impl Fn(&str) -> Option<Vec<u8>>) -> usize {
    let trusted = Trusted {
        keys: &table.root_keys,
        memory: &table.root_memory,
    };
    let (requests, ended) = update(table, client, &trusted, |_, path| changed(path));
    check_signed(&ended);
    requests
}

/// Runs an update against a release whose policy signature has any payload.
fn statement(table: &Table, client: u8, shop: &Shop, bytes: &[u8]) -> usize {
    let signature = seal(&shop.policy, bytes).unwrap_or_default();
    let key = shop.policy.public().ok();
    let known = key.and_then(|key| Statement::open_by(&key, &signature).ok());
    let mut draft = shop.next();
    draft.policy_signature = Some(signature);
    let record = draft.signed(&shop.release, &shop.policy).unwrap_or_default();
    let (requests, ended) = update(table, client, &Trusted::keys(table, &table.memory), |_, path| {
        (path == "release").then(|| record.clone())
    });
    assert!(known.is_some() || ended.outcome != Outcome::New);
    requests
}

/// Returns the next release's file, changed at a position from the input.
fn damaged(table: &Table, bytes: &[u8], at: usize, path: &str) -> Option<Vec<u8>> {
    let [deed, place] = bytes.get(at * 2..at * 2 + 2)?.first_chunk::<2>().copied()?;
    let mut file = served(table, path).ok()?;
    let place = usize::from(place) * file.len() / 256;
    match deed % 4 {
        0 => {}
        1 => file.truncate(place),
        2 => file
            .iter_mut()
            .skip(place)
            .take(1)
            .for_each(|byte| *byte ^= 1 << (deed >> 5)),
        _ => file.clear(),
    }
    Some(file)
}

fn served(table: &Table, path: &str) -> Result<Vec<u8>, FetchError> {
    let next = table
        .cases
        .iter()
        .filter(|case| case.name == "good-next")
        .flat_map(|case| &case.files);
    let file = next.chain(&table.last_good).find(|file| file.path == path);
    file.map(|file| file.bytes.clone()).ok_or(FetchError::Missing)
}

/// Runs an update, and checks what must be true of every outcome.
fn run(table: &Table, client: u8, memory: &[u8], changed: impl Fn(usize, &str) -> Option<Vec<u8>>) -> usize {
    let (requests, ended) = update(table, client, &Trusted::keys(table, memory), changed);
    check_signed(&ended);
    requests
}

/// Checks that accepted rules are signed by the policy key.
fn check_signed(ended: &UpdateResult) {
    if let Some(hidden) = &ended.hidden {
        let shop = Shop::at(NOW_MS);
        let signed = [shop.last().hidden, shop.next().hidden];
        assert!(
            signed.contains(&hidden.bytes),
            "a list that the policy key did not sign"
        );
    }
    if let Some(loaded) = &ended.loaded {
        let shop = Shop::at(NOW_MS);
        let signed = [shop.last().policy, shop.next().policy];
        assert!(
            signed.contains(&loaded.policy),
            "rules that the policy key did not sign"
        );
        assert!(matches!(ended.outcome, Outcome::New | Outcome::Kept(_)));
    }
}

/// The keys and the memory of a client.
struct Trusted<'a> {
    keys: &'a [String],
    memory: &'a [u8],
}

impl<'a> Trusted<'a> {
    /// Returns a client that trusts release and policy keys.
    fn keys(table: &'a Table, memory: &'a [u8]) -> Self {
        let keys = &table.keys;
        Self { keys, memory }
    }
}

fn update(
    table: &Table,
    client: u8,
    trusted: &Trusted<'_>,
    changed: impl Fn(usize, &str) -> Option<Vec<u8>>,
) -> (usize, UpdateResult) {
    let installed = if client & 1 == 0 {
        Installed::LastGood
    } else {
        Installed::Nothing
    };
    let engine = EngineVersion::parse(table.engine).unwrap_or_default();
    #[allow(clippy::expect_used, reason = "a fuzz target fails by panicking")]
    let trusted_keys = TrustedKeys::parse(trusted.keys.iter().map(String::as_str)).expect("the table's own keys");
    let mut update = Update::new(
        trusted_keys,
        Memory::decode(trusted.memory),
        Client { engine, installed },
        NOW_MS,
    );
    let mut requests = 0;
    while let Some(FileRequest { path, at_most, .. }) = update.request() {
        assert!(requests < MAX_REQUESTS, "an update does not end");
        let answer = changed(requests, &path).map_or_else(|| served(table, &path), Ok);
        let answer = answer.and_then(|bytes| {
            let fits = bytes.len() <= at_most as usize || client & 2 != 0;
            if fits { Ok(bytes) } else { Err(FetchError::TooLong) }
        });
        update.answer(answer);
        requests += 1;
    }
    #[allow(clippy::expect_used, reason = "a fuzz target fails by panicking")]
    let ended = update.finish().expect("nothing is asked for");
    (requests, ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn release_seeds_reach_every_outcome() {
        let requests: Vec<usize> = release_seeds().iter().map(|seed| release(seed)).collect();
        // The fifth one damages the policy, so the last good one is requested.
        assert_eq!(requests, [4, 4, 4, 4, 6, 4, 4]);
    }

    #[test]
    fn invalid_release_is_refused_and_the_last_good_one_is_loaded() {
        assert_eq!(release(b"\0\x01<!doctype html>"), 4);
        assert_eq!(release(b"\0\0<!doctype html>"), 1);
        assert_eq!(release(b""), 0);
    }
}
