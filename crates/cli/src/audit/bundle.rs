//! The evidence: one folder, named by date and time, with everything that an audit says.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use shelfwise_audit::report::{self, Report};
use shelfwise_sync::sha256;

use super::hex;
use crate::files;

/// Writes it below the folder; returns where. Nothing is overwritten.
pub fn write(folder: &Path, report: &Report) -> Result<PathBuf> {
    let bundle = folder.join(report.at.replace(':', "-"));
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::create_dir(&bundle).with_context(|| format!("cannot make {}: it must not be there yet", bundle.display()))?;
    let parts = [
        ("report.json", serde_json::to_vec_pretty(report)?),
        ("report.html", report::html(report)?.into_bytes()),
        ("report.sarif", serde_json::to_vec_pretty(&report::sarif(report))?),
        ("report.txt", report::text(report).into_bytes()),
    ];
    let mut sums = String::new();
    for (name, bytes) in &parts {
        files::write(&bundle.join(name), bytes)?;
        sums += &format!("{}  {name}\n", hex(&sha256(bytes)));
    }
    files::write(&bundle.join("SHA256SUMS"), sums.as_bytes())?;
    Ok(bundle)
}
