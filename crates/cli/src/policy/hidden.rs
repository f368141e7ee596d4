//! The flat list of what rules hide, beside the policy: for pages and edges that cannot rank and show the shop's own order.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use shelfwise_core::Policy;
use shelfwise_core::policy::HiddenIds;
use shelfwise_sync::layout::MAX_POLICY_BYTES;

use crate::files;
use crate::table::{count, counted};

/// Returns the path of a policy's list: `policy.hidden.json` beside `policy.swp`.
pub fn list_of(policy: &Path) -> PathBuf {
    policy.with_extension("hidden.json")
}

/// Writes the list beside the policy.
pub fn write(policy: &Policy, beside: &Path) -> Result<PathBuf> {
    let (path, bytes) = (list_of(beside), serde_json::to_vec(&policy.hidden_ids())?);
    if bytes.len() > MAX_POLICY_BYTES as usize {
        bail!(
            "{} would have {} bytes, and clients accept {} at most: hide fewer items",
            path.display(),
            count(bytes.len()),
            count(MAX_POLICY_BYTES)
        );
    }
    let is_list = |bytes: &[u8]| serde_json::from_slice::<HiddenIds>(bytes).is_ok();
    files::replace(&path, &bytes, "list of hidden ids", is_list)?;
    Ok(path)
}

/// Reads the list beside a policy and compares it with the rules; `None` if they hide nothing.
pub fn read(policy: &Policy, beside: &Path) -> Result<Option<Vec<u8>>> {
    let expected = policy.hidden_ids();
    if expected.is_empty() {
        return Ok(None);
    }
    let path = list_of(beside);
    let again = "run `shelfwise policy build` again: it writes the rules and, beside them, the list of what they hide";
    let bytes = files::read(&path).context(again)?;
    match serde_json::from_slice::<HiddenIds>(&bytes) {
        Ok(found) if found == expected => Ok(Some(bytes)),
        _ => bail!("{} is not the list of these rules: {again}", path.display()),
    }
}

/// Returns the number of hidden items in words.
pub fn summary(policy: &Policy) -> String {
    let hidden = policy.hidden_ids();
    let everywhere = counted(hidden.everywhere.len(), "item");
    match hidden.placements.len() {
        0 => format!("{everywhere} hidden everywhere"),
        some => format!("{everywhere} hidden everywhere, more in {}", counted(some, "placement")),
    }
}
