//! The signature of whoever keeps the catalog, over a facts file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use shelfwise_sync::{Artefact, Blob, Kind, Role, Statement, Validity};

use crate::files;
use crate::keys::{Signer, SignerArguments};
use crate::policy::sign::{last_epoch, signature_of};
use crate::time::{DAY_MS, now_ms};

/// Who signs the facts, and for how long.
#[derive(Args)]
pub struct SignArguments {
    /// The secret facts key; the signature goes beside the facts, with `.sig` behind their name. Without it the facts are not
    /// signed.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArguments,
    /// Days until the facts must be signed again, 1 to 31. A release ends with its facts.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=31), requires = "key")]
    days: u64,
}

impl SignArguments {
    /// Signs a facts file, if a key is named. Returns where the signature lies.
    pub fn sign(&self, facts: &[u8], file: &Path) -> Result<Option<PathBuf>> {
        let Some(key) = &self.key else { return Ok(None) };
        let signer = Signer::of(key, &self.signer, Role::Facts)?;
        let out = signature_of(file);
        let created_ms = now_ms()?;
        let last = last_epoch(&out, &signer.public()?);
        let statement = Statement {
            epoch: created_ms.max(last.map_or(0, |last| last.saturating_add(1))),
            validity: Validity {
                created_ms,
                expires_ms: created_ms + self.days * DAY_MS,
            },
            artefacts: vec![Artefact::whole(
                Kind::FACTS,
                Blob::of(facts).context("a file of 4 GiB and more cannot be signed")?,
            )],
        };
        let sealed = signer.seal(&statement.encode())?;
        files::replace(&out, &sealed, "signature", |bytes| bytes.starts_with(b"SWR"))?;
        Ok(Some(out))
    }
}
