//! Bad releases for an open shop: from the table that every client is tested with, signed with this shop's own keys.

use std::fs;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use shelfwise_releases::{Approver, Case, Shop, hostile, unapproved};
use shelfwise_sync::layout::RECORD_PATH;
use shelfwise_sync::{EngineVersion, Release, Role, SecretKey, TrustedKeys};

use crate::folder::Folder;
use crate::live;

/// The file of a secret key, as far as it is needed here.
#[derive(Deserialize)]
struct KeyFile {
    secret: String,
}

/// Serves a bad release of this kind in place of the good one, and says what must come of it.
pub fn serve(folder: &Folder, kind: &str) -> Result<()> {
    let case = one_of(cases(folder)?, kind)?;
    let live = folder.live();
    // Nothing of an earlier bad one is left.
    live::follow(&folder.releases(), &live)?;
    let (records, files): (Vec<_>, Vec<_>) = case.files.iter().partition(|file| file.path == RECORD_PATH);
    if records.is_empty() {
        live::remove(&live, RECORD_PATH)?;
    }
    for file in files.into_iter().chain(records) {
        live::put(&live, &file.path, &file.bytes)?;
    }
    let [what, why] = [case.remembering.what, case.remembering.why].map(Option::unwrap_or_default);
    println!(
        "A bad release is served now: {kind}. {}\n\
         Nothing may change on a page that is open: after its next look, its panel (\"On this device\") says\n\
         \"{what}: {why}\". Nor at the edge, which looks once a minute: `refused` in /healthz says the same. \
         `cargo xtask demo --publish` makes it good again.",
        case.words
    );
    Ok(())
}

/// Cases that a folder of plain files can have, next to the good release of the shop.
fn cases(folder: &Folder) -> Result<Vec<Case>> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let now_ms = u64::try_from(now_ms)?;
    let path = folder.releases().join(RECORD_PATH);
    let record = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
    let keys = folder.public_keys()?;
    let trusted_keys = TrustedKeys::parse(keys.iter().map(String::as_str))?;
    let engine = EngineVersion::parse(env!("CARGO_PKG_VERSION")).unwrap_or_default();
    let good =
        Release::open(&record, &trusted_keys, engine).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))?;
    let snapshot = folder.releases().join(good.snapshot.path());
    let approval = good.policy.approval.as_ref();
    let epoch = approval
        .context("the release has no approval: run `cargo xtask demo` again")?
        .epoch;
    let shop = Shop {
        release: secret(folder, Role::Release)?,
        policy: secret(folder, Role::Policy)?,
        epoch: good.record.epoch,
        policy_epoch: good.policy.epoch,
        approver: Some(Approver {
            key: Arc::new(secret(folder, Role::Lead)?),
            epoch,
        }),
        snapshot: fs::read(&snapshot).with_context(|| format!("could not read {}", snapshot.display()))?,
        ..Shop::at(now_ms)
    };
    let mut cases = [hostile(&shop)?, unapproved(&shop)?].concat();
    // This shop's model is longer than the table's next one: in its place it is too long, before anybody sees whose it is.
    // And its clients trust one key of each role.
    cases.retain(|case| {
        case.name != "mixed-artefacts"
            && !case.name.contains("other-key")
            && case.files.iter().all(|file| file.encoding.is_none())
    });
    Ok(cases)
}

fn one_of(cases: Vec<Case>, kind: &str) -> Result<Case> {
    let names: Vec<_> = cases.iter().map(|case| case.name).collect();
    let Some(at) = names.iter().position(|name| *name == kind) else {
        bail!(
            "there is no bad release `{kind}`: give --bad one of {}",
            names.join(", ")
        );
    };
    cases
        .into_iter()
        .nth(at)
        .context("the cases are as many as their names")
}

fn secret(folder: &Folder, role: Role) -> Result<SecretKey> {
    let path = folder.key(role.name());
    let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    // The parser's own words would show the line.
    let digits = toml::from_str::<KeyFile>(&text).ok().map(|file| file.secret);
    let key = digits.and_then(|digits| SecretKey::from_digits(role, &digits));
    key.with_context(|| {
        format!(
            "{} is no key file: remove the folder, and run `cargo xtask demo`",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_there_is_not_is_answered_with_those_that_there_are() {
        let cases = hostile(&Shop::at(1_767_225_600_000)).unwrap();
        let error = one_of(cases.clone(), "forged").unwrap_err().to_string();
        assert!(
            error.contains("forged-signature, ") && error.contains(", expired"),
            "{error}"
        );
        assert_eq!(one_of(cases, "expired").unwrap().name, "expired");
    }
}
