//! `shelfwise policy sign`: the word of whoever answers for what the shop shows.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use shelfwise_core::Policy;
use shelfwise_sync::{Artefact, Blob, Kind, PublicKey, Role, Statement, Validity};

use crate::files;
use crate::keys::{Signer, SignerArguments};
use crate::output;
use crate::print_line;
use crate::table::{counted, date};
use crate::time::{DAY_MS, now_ms};

/// Arguments of `policy sign`.
#[derive(Args)]
pub struct Sign {
    /// The built policy.
    file: PathBuf,
    #[command(flatten)]
    arguments: SignArguments,
}

/// Who signs rules, and for how long.
#[derive(Args)]
pub struct SignArguments {
    /// The secret policy key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
    /// Days until these rules must be signed again, 1 to 31. Up to then whoever publishes can go on with them.
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u64).range(1..=31))]
    days: u64,
    /// Where the signature goes. [default: the policy's name with `.sig` behind it]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Sign although rules about categories or brands have no list of items: whoever makes the model then decides what
    /// they hide.
    #[arg(long)]
    trust_model_labels: bool,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

impl SignArguments {
    /// Returns who signs.
    pub fn signer(&self) -> Result<Signer> {
        Signer::of(&self.key, &self.signer, Role::Policy)
    }
}

/// What was signed, as `--json` prints it.
#[derive(Serialize)]
struct View {
    signature: PathBuf,
    epoch: u64,
    created_ms: u64,
    expires_ms: u64,
    rules: usize,
}

impl Sign {
    /// Signs a file.
    pub const fn of(file: PathBuf, arguments: SignArguments) -> Self {
        Self { file, arguments }
    }

    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let signer = self.arguments.signer()?;
        self.run_with(&signer)
    }

    /// Signs with a key that was read already.
    pub fn run_with(self, signer: &Signer) -> Result<()> {
        let SignArguments {
            days,
            out,
            trust_model_labels,
            json,
            ..
        } = self.arguments;
        let key = signer.public()?;
        let bytes = files::read(&self.file)?;
        let policy = Policy::decode(&bytes).with_context(|| self.file.display().to_string())?;
        if !trust_model_labels {
            all_listed(&policy).with_context(|| self.file.display().to_string())?;
        }
        let hidden = super::hidden::read(&policy, &self.file)?;
        let out = out.unwrap_or_else(|| signature_of(&self.file));
        let created_ms = now_ms()?;
        let statement = Statement {
            epoch: created_ms.max(last_epoch(&out, &key).map_or(0, |last| last.saturating_add(1))),
            validity: Validity {
                created_ms,
                expires_ms: created_ms + days * DAY_MS,
            },
            artefacts: artefacts(&bytes, hidden.as_deref())?,
        };
        let sealed = signer.seal(&statement.encode())?;
        files::replace(&out, &sealed, "signature", |bytes| bytes.starts_with(b"SWR"))?;
        let view = View {
            signature: out,
            epoch: statement.epoch,
            created_ms,
            expires_ms: statement.validity.expires_ms,
            rules: policy.rules.len(),
        };
        if json {
            output::json(&view)?;
        } else {
            print_line!(
                "{}: {}, signed until {}; sign again before that, and publish",
                view.signature.display(),
                counted(view.rules, "rule"),
                date(view.expires_ms as i64)
            );
        }
        Ok(())
    }
}

/// Returns what is signed: the rules, and the list of what they hide.
fn artefacts(policy: &[u8], hidden: Option<&[u8]>) -> Result<Vec<Artefact>> {
    let named = [(Kind::POLICY, Some(policy)), (Kind::HIDDEN, hidden)];
    let artefact = |(kind, bytes): (Kind, Option<&[u8]>)| {
        bytes.map(|bytes| {
            let blob = Blob::of(bytes).context("a file of 4 GiB and more cannot be signed")?;
            Ok(Artefact::whole(kind, blob))
        })
    };
    named.into_iter().filter_map(artefact).collect()
}

/// Rules that a signature does not bind are not signed by mistake.
fn all_listed(policy: &Policy) -> Result<()> {
    let names: Vec<_> = policy.unlisted().map(|rule| format!("`{}`", rule.id)).collect();
    if names.is_empty() {
        return Ok(());
    }
    bail!(
        "hidden by category or brand, without a list of items: {}. Whoever makes the model can publish an item under another label, \
         and it is shown. Build the policy with --catalog, or sign with --trust-model-labels if that is what you want",
        names.join(", ")
    )
}

/// Returns where a policy's signature lies, if nobody says otherwise.
pub fn signature_of(policy: &Path) -> PathBuf {
    let mut name = policy.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// Epoch of the signature that is there already: clocks go back, epochs do not.
pub fn last_epoch(out: &Path, key: &PublicKey) -> Option<u64> {
    let bytes = std::fs::read(out).ok()?;
    let statement = Statement::open_by(key, &bytes);
    statement.ok().map(|statement| statement.epoch)
}
