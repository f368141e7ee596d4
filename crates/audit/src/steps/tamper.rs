//! `tamper`: the signed release is taken, and everything that was changed in it is refused.

use std::collections::BTreeSet;

use shelfwise_sync::{
    Client, EngineVersion, FetchError, FileRequest, Installed, Memory, Outcome as Ended, TrustedKeys, Update,
    UpdateResult,
};

use crate::report::{Finding, Outcome, Step};
use crate::shipped::{Files, Shipped};

const NAME: &str = "tamper";
const CLAIM: &str =
    "The release is signed by the pinned keys, and a client refuses it as soon as one byte of it is another.";
/// When a client must have stopped to serve a release, from now: releases live a week, and serve a day more.
const LATER_MS: u64 = 31 * 86_400_000;

/// Changes a file.
type Change = fn(&mut Vec<u8>);
/// Ways to change a file.
const CHANGES: &[(&str, Change)] = &[
    ("its first byte is another", |bytes| flip(bytes.first_mut())),
    ("one bit in the middle is another", |bytes| {
        let middle = bytes.len() / 2;
        flip(bytes.get_mut(middle));
    }),
    ("its last byte is another", |bytes| flip(bytes.last_mut())),
    ("its last byte is missing", |bytes| {
        bytes.truncate(bytes.len().saturating_sub(1));
    }),
    ("its second half is missing", |bytes| bytes.truncate(bytes.len() / 2)),
    ("it has a byte more", |bytes| bytes.push(0)),
    ("it is empty", Vec::clear),
];

fn flip(byte: Option<&mut u8>) {
    if let Some(byte) = byte {
        *byte ^= 1;
    }
}

/// Where a release lies, and how a client asks for it.
struct Origin<'a> {
    files: &'a Files,
    /// The folder of the record, with `/` at its end, or nothing.
    folder: &'a str,
    keys: &'a TrustedKeys,
    now_ms: u64,
}

/// Runs the step at a time, in milliseconds since 1970.
pub fn step(shipped: &Shipped, files: &Files, keys: Option<&TrustedKeys>, now_ms: u64) -> Step {
    if shipped.releases.is_empty() {
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, "the folder has no signed release");
    }
    let Some(keys) = keys else {
        let reason = "there is a signed release: give the public keys that pages pin with --key";
        return Step::without(NAME, CLAIM, Outcome::NotProved, reason);
    };
    let mut findings = Vec::new();
    let mut tried = Vec::new();
    for record in &shipped.releases {
        let folder = record
            .strip_suffix(shelfwise_sync::layout::RECORD_PATH)
            .unwrap_or_default();
        let origin = Origin {
            files,
            folder,
            keys,
            now_ms,
        };
        match origin.honest() {
            Ok(names) => {
                let (count, found) = origin.table(&names);
                tried.push(format!("{record} is taken, and {count} changed releases were tried"));
                findings.extend(found.into_iter().map(|finding| finding.file(record)));
            }
            Err(finding) => findings.push(finding.file(record)),
        }
    }
    Step::tried(NAME, CLAIM, tried, findings)
}

impl Origin<'_> {
    /// The names of the files that a client asks for, or why it refuses the release as it is.
    fn honest(&self) -> Result<BTreeSet<String>, Box<Finding>> {
        let mut names = BTreeSet::new();
        let ended = self.update(self.now_ms, |request| {
            names.insert(request.path.clone());
            self.file(&request.path)
        });
        match ended.map(|ended| ended.outcome) {
            Some(Ended::New | Ended::Unchanged) => Ok(names),
            Some(Ended::Kept(reason) | Ended::StoreOrder(reason)) => {
                let what = format!("a client with these keys refuses the release: {reason}");
                let advice = "Publish a release that both keys signed: `shelfwise publish`, then `shelfwise verify`.";
                Err(Box::new(Finding::new("tamper.refused", what, advice)))
            }
            None => {
                let what = "a client never ended".to_owned();
                Err(Box::new(Finding::new(
                    "tamper.refused",
                    what,
                    "Report this as a defect.",
                )))
            }
        }
    }

    /// How many changed releases were tried, and those that a client took all the same.
    fn table(&self, names: &BTreeSet<String>) -> (usize, Vec<Finding>) {
        let mut count = 0;
        let mut findings = Vec::new();
        let mut judge = |what: String, ended: Option<UpdateResult>| {
            count += 1;
            if ended.is_none_or(|ended| matches!(ended.outcome, Ended::New)) {
                let what = format!("a client takes the release although {what}");
                findings.push(Finding::new("tamper.accepted", what, "Do not deploy this client."));
            }
        };
        for name in names {
            for (what, change) in CHANGES {
                let ended = self.update(self.now_ms, |request| {
                    let mut bytes = self.file(&request.path)?;
                    if request.path == *name {
                        change(&mut bytes);
                    }
                    Ok(bytes)
                });
                judge(format!("of {name} {what}"), ended);
            }
            let ended = self.update(self.now_ms, |request| match request.path == *name {
                true => Err(FetchError::Missing),
                false => self.file(&request.path),
            });
            judge(format!("{name} is missing"), ended);
        }
        let ended = self.update(self.now_ms + LATER_MS, |request| self.file(&request.path));
        judge("it has expired".to_owned(), ended);
        (count, findings)
    }

    fn file(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        self.files
            .get(&format!("{}{name}", self.folder))
            .cloned()
            .ok_or(FetchError::Missing)
    }

    /// What a client that holds nothing makes of the answers.
    fn update(
        &self,
        now_ms: u64,
        mut answer: impl FnMut(&FileRequest) -> Result<Vec<u8>, FetchError>,
    ) -> Option<UpdateResult> {
        let client = Client {
            engine: EngineVersion::parse(env!("CARGO_PKG_VERSION"))?,
            installed: Installed::Nothing,
        };
        let mut update = Update::new(self.keys.clone(), Memory::default(), client, now_ms);
        while let Some(request) = update.request() {
            let given = match answer(&request) {
                Ok(bytes) if bytes.len() as u64 > u64::from(request.at_most) => Err(FetchError::TooLong),
                given => given,
            };
            update.answer(given);
        }
        update.finish()
    }
}
