//! What a hostile or careless origin can serve.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use shelfwise_sync::layout::{MAX_RECORD_BYTES, MAX_SNAPSHOT_BYTES, POLICY_MAGIC};
use shelfwise_sync::{EngineVersion, KeyError, Role, SecretKey, Validity, seal};

use crate::case::{Case, Expected, File};
use crate::draft::{DAY_MS, Draft, HOUR_MS, Shop, hides};

/// What the bomb decompresses to: far more than any client may take for a snapshot of these cases.
const BOMB_BYTES: usize = 8 << 20;

/// What a hostile or careless origin can serve to the clients of a shop, whose epochs are above 0.
///
/// # Errors
/// Where a key is unusable.
pub fn hostile(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let groups = [
        signatures(shop)?,
        times(shop)?,
        records(shop)?,
        files(shop)?,
        policies(shop)?,
    ];
    Ok(groups.into_iter().flatten().collect())
}

/// A release that no client takes over, whatever it remembers.
fn refused(name: &'static str, words: &'static str, codes: (&'static str, &'static str), files: Vec<File>) -> Case {
    let expected = |outcome| Expected {
        outcome,
        what: Some(codes.0),
        why: Some(codes.1),
    };
    Case {
        name,
        words,
        remembering: expected("kept"),
        forgetting: expected("store-order"),
        files,
    }
}

/// A release that a client refuses only if it remembers a later one: the window of those that forget is the expiry.
fn older(name: &'static str, words: &'static str, what: &'static str, files: Vec<File>) -> Case {
    let forgetting = Expected {
        outcome: "new",
        what: None,
        why: None,
    };
    Case {
        forgetting,
        ..refused(name, words, (what, "rolled-back"), files)
    }
}

/// The next release with another record.
fn with_record(shop: &Shop, change: impl FnOnce(&mut Vec<u8>)) -> Result<Vec<File>, KeyError> {
    with_file(shop, 0, change)
}

/// The next release with one of its files changed: record, policy, snapshot.
fn with_file(shop: &Shop, at: usize, change: impl FnOnce(&mut Vec<u8>)) -> Result<Vec<File>, KeyError> {
    let mut files = shop.next().files(shop)?;
    if let Some(file) = files.get_mut(at) {
        change(&mut file.bytes);
    }
    Ok(files)
}

const POLICY: usize = 1;
const SNAPSHOT: usize = 2;

fn signatures(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let stranger = shop.next().signed(&shop.stranger, &shop.policy)?;
    let id = shop.release.public()?.id().0;
    let forged = |record: &mut Vec<u8>| {
        record.clone_from(&stranger);
        record.splice(4..12, id);
    };
    Ok(vec![
        refused(
            "forged-signature",
            "Signed by a stranger, under the name of the pinned key.",
            ("release", "forged"),
            with_record(shop, forged)?,
        ),
        refused(
            "unknown-key",
            "Signed by a stranger.",
            ("release", "unknown-key"),
            with_record(shop, |record| record.clone_from(&stranger))?,
        ),
        refused(
            "bit-flipped-record",
            "One bit of the record is another.",
            ("release", "forged"),
            with_record(shop, |record| *record.last_mut().unwrap_or(&mut 0) ^= 1)?,
        ),
        refused(
            "truncated-record",
            "The record ends in the middle.",
            ("release", "forged"),
            with_record(shop, |record| record.truncate(record.len() / 2))?,
        ),
    ])
}

fn times(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let now = shop.now_ms;
    let during = |created_ms, expires_ms| Draft {
        term: Validity { created_ms, expires_ms },
        ..shop.next()
    };
    let expired = during(now - 7 * DAY_MS, now - 1).files(shop)?;
    let long = during(now - HOUR_MS, now + 7 * DAY_MS).files(shop)?;
    let future = during(now + 2 * DAY_MS, now + 5 * DAY_MS).files(shop)?;
    let epoch = |epoch| Draft { epoch, ..shop.next() };
    Ok(vec![
        refused("expired", "It was over a moment ago.", ("release", "expired"), expired),
        refused(
            "lives-too-long",
            "It would hold for more than 7 days.",
            ("release", "lives-too-long"),
            long,
        ),
        refused(
            "from-the-future",
            "Made in two days.",
            ("release", "from-the-future"),
            future,
        ),
        older(
            "epoch-rolled-back",
            "Signed and in its time, but older than the last one.",
            "release",
            epoch(shop.epoch - 1).files(shop)?,
        ),
        older(
            "epoch-given-twice",
            "Another release under the number of the last one.",
            "release",
            epoch(shop.epoch).files(shop)?,
        ),
    ])
}

fn records(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let page = b"<!doctype html><title>Welcome to our free wireless network</title>".to_vec();
    let engine = EngineVersion {
        major: 9,
        ..EngineVersion::default()
    };
    let too_old = Draft { engine, ..shop.next() };
    let escape = Draft {
        snapshot_path: Some("../../admin/export.swm".into()),
        ..shop.next()
    };
    let large = Draft {
        snapshot_bytes: Some(MAX_SNAPSHOT_BYTES + 1),
        ..shop.next()
    };
    let missing: Vec<File> = shop.next().files(shop)?.into_iter().skip(1).collect();
    Ok(vec![
        refused(
            "release-missing",
            "There is no record.",
            ("release", "missing"),
            missing,
        ),
        refused(
            "release-is-a-page",
            "A page of HTML in place of the record.",
            ("release", "not-recognized"),
            with_record(shop, |record| *record = page)?,
        ),
        refused(
            "release-of-a-later-format",
            "A record for later clients.",
            ("release", "later-format"),
            with_record(shop, |record| {
                record.iter_mut().skip(3).take(1).for_each(|version| *version = 2);
            })?,
        ),
        refused(
            "release-too-long",
            "A record of more than 1 KB.",
            ("release", "too-long"),
            with_record(shop, |record| record.resize(MAX_RECORD_BYTES + 1, 0))?,
        ),
        refused(
            "engine-too-old",
            "It needs a later engine.",
            ("release", "engine-too-old"),
            too_old.files(shop)?,
        ),
        refused(
            "path-out-of-the-folder",
            "The snapshot's path leads out of the folder.",
            ("release", "malformed"),
            escape.files(shop)?.into_iter().take(2).collect(),
        ),
        refused(
            "snapshot-over-the-limit",
            "A snapshot that is larger than clients take, by its own word.",
            ("snapshot", "over-the-limit"),
            large.files(shop)?,
        ),
    ])
}

fn files(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let last = shop.last();
    let missing: Vec<File> = shop.next().files(shop)?.into_iter().take(2).collect();
    let mut bomb = with_file(shop, SNAPSHOT, |bytes| *bytes = gzip(&vec![0; BOMB_BYTES]))?;
    if let Some(file) = bomb.get_mut(SNAPSHOT) {
        file.encoding = Some("gzip");
    }
    let flip = |bytes: &mut Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes.iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 0x10);
    };
    Ok(vec![
        refused(
            "mixed-artefacts",
            "The snapshot of the last release at the path of the new one.",
            ("snapshot", "mixed"),
            with_file(shop, SNAPSHOT, |bytes| bytes.clone_from(&last.snapshot))?,
        )
        .forgetting_why("cut-short"),
        refused(
            "wrong-length",
            "A byte more than was signed.",
            ("snapshot", "too-long"),
            with_file(shop, SNAPSHOT, |bytes| bytes.push(0))?,
        ),
        refused(
            "truncated-snapshot",
            "The snapshot ends in the middle.",
            ("snapshot", "cut-short"),
            with_file(shop, SNAPSHOT, |bytes| bytes.truncate(bytes.len() / 2))?,
        ),
        refused(
            "bit-flipped-snapshot",
            "One bit of the snapshot is another.",
            ("snapshot", "damaged"),
            with_file(shop, SNAPSHOT, flip)?,
        ),
        refused(
            "snapshot-missing",
            "There is no snapshot.",
            ("snapshot", "missing"),
            missing,
        ),
        refused(
            "decompression-bomb",
            "8 KB that decompress to 8 MB, in place of the snapshot.",
            ("snapshot", "too-long"),
            bomb,
        ),
    ])
}

fn policies(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let now = shop.now_ms;
    let next = shop.next();
    let signed = |signature: Vec<u8>| Draft {
        policy_signature: Some(signature),
        ..shop.next()
    };
    let term = |created_ms, expires_ms| Draft {
        policy_term: Validity { created_ms, expires_ms },
        ..shop.next()
    };
    // What a pipeline can do that holds the release key, and no other.
    let mut dressed = seal(&shop.release, &next.statement())?;
    dressed.splice(..4, POLICY_MAGIC);
    let as_policy_key = SecretKey::from_digits(Role::Policy, &shop.release.digits()).unwrap_or_else(|| {
        // The digits of a key are digits: this has no way to fail.
        SecretKey::from_bytes(Role::Policy, &[0; 32])
    });
    let mut named = seal(&as_policy_key, &next.statement())?;
    named.splice(4..12, shop.policy.public()?.id().0);
    let strange = seal(&shop.strange_policy, &next.statement())?;
    let withdrawn = Draft {
        policy_epoch: shop.policy_epoch - 1,
        policy: hides("Shelf 0"),
        ..shop.next()
    };
    let shows_all = |bytes: &mut Vec<u8>| *bytes = shelfwise_core::Policy::default().encode();
    Ok(vec![
        refused(
            "policy-signed-by-the-release-key",
            "The pipeline signs rules of its own.",
            ("policy-signature", "wrong-role"),
            signed(dressed).files(shop)?,
        ),
        refused(
            "policy-signature-forged",
            "The pipeline signs rules of its own, under the name of the policy key.",
            ("policy-signature", "forged"),
            signed(named).files(shop)?,
        ),
        refused(
            "policy-signed-by-a-stranger",
            "Rules signed by a key that is not pinned.",
            ("policy-signature", "unknown-key"),
            signed(strange).files(shop)?,
        ),
        refused(
            "policy-without-a-signature",
            "A release without a word of the policy key.",
            ("policy-signature", "not-recognized"),
            signed(Vec::new()).files(shop)?,
        ),
        refused(
            "policy-exchanged",
            "Rules that hide nothing, at the path of those that were signed.",
            ("policy", "cut-short"),
            with_file(shop, POLICY, shows_all)?,
        ),
        refused(
            "policy-bit-flipped",
            "One letter of a rule is another.",
            ("policy", "damaged"),
            with_file(shop, POLICY, |bytes| *bytes.last_mut().unwrap_or(&mut 0) ^= 1)?,
        ),
        older(
            "policy-rolled-back",
            "A new release with rules that were withdrawn, in their time and signed by the policy key.",
            "policy-signature",
            withdrawn.files(shop)?,
        ),
        refused(
            "policy-expired",
            "A new release with rules that nobody signed anew.",
            ("policy-signature", "expired"),
            term(now - 20 * DAY_MS, now - 1).files(shop)?,
        ),
        refused(
            "policy-lives-too-long",
            "Rules that would hold for more than 31 days.",
            ("policy-signature", "lives-too-long"),
            term(now - HOUR_MS, now + 31 * DAY_MS).files(shop)?,
        ),
    ])
}

/// Compressed, with nothing of the machine in the header.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new()
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    // Writing into a Vec has no way to fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

impl Case {
    /// A client without memory cannot know that the bytes are those of the last release.
    fn forgetting_why(mut self, why: &'static str) -> Self {
        self.forgetting.why = Some(why);
        self
    }
}
