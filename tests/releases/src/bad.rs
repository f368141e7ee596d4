//! Cases of hostile or careless origins.

pub mod approvals;
mod facts;
mod policies;
pub mod roots;

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use shelfwise_sync::layout::{MAX_RECORD_BYTES, MAX_SNAPSHOT_BYTES};
use shelfwise_sync::{Artefact, Blob, Enclosed, EngineVersion, KeyError, Kind, Validity};

use crate::case::{Case, Expected, File, Trusts, later_artefact, later_statement};
use crate::draft::{DAY_MS, Draft, HOUR_MS, Shop};

/// Size of the decompressed bomb in bytes: far above the limit for a snapshot of these cases.
const BOMB_BYTES: usize = 8 << 20;

/// Returns what a hostile or careless origin can serve to the clients of a shop, whose epochs are above 0.
///
/// # Errors
/// If a key is unusable.
pub fn hostile(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let groups = [
        signatures(shop)?,
        times(shop)?,
        other_keys(shop)?,
        records(shop)?,
        later_engines(shop)?,
        files(shop)?,
        policies::cases(shop)?,
        facts::cases(shop)?,
    ];
    Ok(groups.into_iter().flatten().collect())
}

/// Returns a case that every client refuses, with or without memory.
fn refused(name: &'static str, words: &'static str, codes: (&'static str, &'static str), files: Vec<File>) -> Case {
    let expected = |outcome| Expected {
        outcome,
        what: Some(codes.0),
        why: Some(codes.1),
    };
    Case {
        name,
        words,
        trusts: Trusts::Keys,
        remembering: expected("kept"),
        forgetting: expected("store-order"),
        guardrails: true,
        files,
    }
}

/// Returns a case that a client refuses only if it remembers a later release: clients without memory are protected only
/// by expiry.
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

/// Returns the next release with a changed record.
fn with_record(shop: &Shop, change: impl FnOnce(&mut Vec<u8>)) -> Result<Vec<File>, KeyError> {
    with_file(shop, 0, change)
}

/// Returns the next release with one of its files changed: record, hidden list, policy, snapshot.
fn with_file(shop: &Shop, at: usize, change: impl FnOnce(&mut Vec<u8>)) -> Result<Vec<File>, KeyError> {
    let mut files = shop.next().files(shop)?;
    if let Some(file) = files.get_mut(at) {
        change(&mut file.bytes);
    }
    Ok(files)
}

const HIDDEN: usize = 1;
const POLICY: usize = 2;
const SNAPSHOT: usize = 3;

fn signatures(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let stranger = shop.next().signed(&shop.stranger, &shop.policy)?;
    let id = shop.release.public()?.id().0;
    let forged = |record: &mut Vec<u8>| {
        record.clone_from(&stranger);
        record.splice(6..14, id);
    };
    Ok(vec![
        refused(
            "forged-signature",
            "Signed by a stranger, under the name of the pinned key.",
            ("release", "forged"),
            with_record(shop, forged)?,
        )
        .without_guardrails(),
        refused(
            "unknown-key",
            "Signed by a stranger.",
            ("release", "unknown-key"),
            with_record(shop, |record| record.clone_from(&stranger))?,
        )
        .without_guardrails(),
        refused(
            "bit-flipped-record",
            "One bit of the record is another.",
            ("release", "forged"),
            with_record(shop, |record| *record.last_mut().unwrap_or(&mut 0) ^= 1)?,
        )
        .without_guardrails(),
        refused(
            "truncated-record",
            "The record ends in the middle.",
            ("release", "forged"),
            with_record(shop, |record| record.truncate(record.len() / 2))?,
        )
        .without_guardrails(),
    ])
}

fn times(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let now = shop.now_ms;
    let during = |created_ms, expires_ms| Draft {
        validity: Validity { created_ms, expires_ms },
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
        refused(
            "epoch-far-ahead",
            "A number that no later release could top.",
            ("release", "from-the-future"),
            epoch(u64::MAX).files(shop)?,
        ),
        refused(
            "epoch-two-days-ahead",
            "A number that belongs to a release of the day after tomorrow.",
            ("release", "from-the-future"),
            epoch(now + 2 * DAY_MS).files(shop)?,
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
        )
        .without_guardrails(),
        refused(
            "release-is-a-page",
            "A page of HTML in place of the record.",
            ("release", "not-recognized"),
            with_record(shop, |record| *record = page)?,
        )
        .without_guardrails(),
        refused(
            "release-of-a-later-format",
            "A record for later clients.",
            ("release", "later-format"),
            with_record(shop, |record| {
                record.iter_mut().skip(3).take(1).for_each(|version| *version = 3);
            })?,
        )
        .without_guardrails(),
        refused(
            "release-of-format-1",
            "A record of an earlier Shelfwise.",
            ("release", "earlier-format"),
            with_record(shop, |record| {
                record.iter_mut().skip(3).take(1).for_each(|version| *version = 1);
            })?,
        )
        .without_guardrails(),
        refused(
            "release-too-long",
            "A record of more than 4 KB.",
            ("release", "too-long"),
            with_record(shop, |record| record.resize(MAX_RECORD_BYTES + 1, 0))?,
        )
        .without_guardrails(),
        refused(
            "engine-too-old",
            "It needs a later engine.",
            ("release", "engine-too-old"),
            too_old.files(shop)?,
        ),
        refused(
            "snapshot-over-the-limit",
            "A snapshot that is larger than clients take, by its own word.",
            ("snapshot", "over-the-limit"),
            large.files(shop)?,
        ),
    ])
}

/// Returns cases of key rotation, during which clients trust the old keys and the new ones.
fn other_keys(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let older_release = Draft {
        epoch: shop.epoch - 1,
        ..shop.next()
    };
    let same_number = Draft {
        epoch: shop.epoch,
        ..shop.next()
    };
    Ok(vec![
        older(
            "other-keys-epoch-rolled-back",
            "A release of the keys before a change of keys, signed before the last one.",
            "release",
            older_release.files_by(&shop.other_release, &shop.other_policy)?,
        ),
        older(
            "other-keys-epoch-given-twice",
            "A release of the other key under the number of the last one.",
            "release",
            same_number.files_by(&shop.other_release, &shop.policy)?,
        ),
    ])
}

/// Returns cases with required features that this engine does not know.
fn later_engines(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let blob = Blob {
        sha256: [7; 32],
        bytes: 30_000,
    };
    let with = |artefact: Artefact| Draft {
        more: vec![artefact],
        ..shop.next()
    };
    let in_parts = Artefact {
        parts: vec![blob; 3],
        ..Artefact::whole(Kind::SNAPSHOT, blob)
    };
    let mut parts = shop.next();
    parts.only_snapshot = Some(in_parts);
    let statement = Draft {
        statements: vec![Enclosed::required(later_statement(shop)?)],
        ..shop.next()
    };
    Ok(vec![
        refused(
            "artefact-of-a-later-engine",
            "It requires an artefact that only later engines know.",
            ("release", "unsupported"),
            with(later_artefact(1, Kind(77))).files(shop)?,
        ),
        refused(
            "flags-of-a-later-engine",
            "An artefact has flags that only later engines know.",
            ("release", "unsupported"),
            with(later_artefact(2, Kind(77))).files(shop)?,
        ),
        refused(
            "statement-of-a-later-engine",
            "It requires a statement of a role that only later engines know.",
            ("release", "unsupported"),
            statement.files(shop)?,
        ),
        refused(
            "snapshot-in-parts",
            "A snapshot in parts.",
            ("snapshot", "unsupported"),
            parts.files(shop)?,
        ),
        refused(
            "two-snapshots",
            "Two snapshots, so that clients could choose different ones.",
            ("snapshot", "malformed"),
            with(Artefact::whole(Kind::SNAPSHOT, blob)).files(shop)?,
        ),
    ])
}

fn files(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let last = shop.last();
    let missing: Vec<File> = shop.next().files(shop)?.into_iter().take(SNAPSHOT).collect();
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
            "another-file-of-the-release",
            "The policy, as it was signed, at the snapshot's path.",
            ("snapshot", "mixed"),
            with_file(shop, SNAPSHOT, |bytes| *bytes = shop.next().policy)?,
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

/// Compresses, without machine-dependent fields in the header.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new()
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    // Writing into a Vec cannot fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

impl Case {
    /// Marks that no policy statement in the case can be trusted.
    fn without_guardrails(mut self) -> Self {
        self.guardrails = false;
        self
    }

    /// Sets another reason for clients without memory, which cannot know that the bytes are those of the last release.
    fn forgetting_why(mut self, why: &'static str) -> Self {
        self.forgetting.why = Some(why);
        self
    }
}
