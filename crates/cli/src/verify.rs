//! `shelfwise verify`: a stranger looks at a release, with nothing but the public keys.

mod origin;
mod signature_tree;
mod view;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_core::{Facts, Policy, Snapshot};
use shelfwise_sync::{Client, EngineVersion, Installed, Loaded, Memory, Outcome, Update, UpdateResult, sha256};

use crate::files;
use crate::keys::trusted_keys;
use crate::output;
use crate::policy::approval;
use crate::print_line;
use crate::time;
use origin::Origin;
use view::View;

/// Check a release as a client does, and show what signed what.
///
/// Every byte is fetched anew and verified. A folder is checked without a network. Ends with 1 where clients would
/// refuse the release.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  shelfwise verify public/shelfwise --key keys/release.pub --key keys/policy.pub\n  \
    shelfwise verify https://shop.example/shelfwise --key release-3f… --key policy-9c…"
)]
pub struct Verify {
    /// The folder of the releases, or its address.
    #[arg(value_name = "URL|DIR")]
    place: String,
    /// A public key that clients pin, as text or as a file: at least one release key and one policy key.
    #[arg(long = "key", value_name = "KEY", required = true)]
    keys: Vec<String>,
    /// The version of the engine that would read it.
    #[arg(long, value_name = "VERSION", default_value = env!("CARGO_PKG_VERSION"), value_parser = engine)]
    engine: EngineVersion,
    /// The time to check at, instead of now.
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    at: Option<u64>,
    /// What earlier checks remember: with it a release is refused that is older than one seen before.
    #[arg(long, value_name = "FILE")]
    memory: Option<PathBuf>,
    /// The log of proposals and approvals: the approval of the release must be in it, with its proposal, and nothing changed.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Seconds that a file may take; a server that is slower counts as unreachable.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

fn engine(text: &str) -> Result<EngineVersion, String> {
    EngineVersion::parse(text).ok_or_else(|| "give a version such as 0.1.0".into())
}

impl Verify {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let now_ms = self.at.map_or_else(time::now_ms, Ok)?;
        let origin = Origin::of(&self.place, Duration::from_secs(self.timeout))?;
        let ended = self.update(&origin, now_ms)?;
        let read = ended.loaded.as_ref().map(read).transpose();
        let view = View::of(&ended, &read, now_ms);
        if self.json {
            output::json(&view)?;
        } else {
            print_line!("{}", signature_tree::of(&view).trim_end());
        }
        let read = read.with_context(|| format!("{}: signed, but no engine reads it", self.place))?;
        if let (Some(log), Some(loaded)) = (&self.log, &ended.loaded) {
            approval::log::check_release(log, &loaded.release.record.statements)?;
        }
        match (ended.outcome, read, &self.memory) {
            (Outcome::New | Outcome::Unchanged, Some(_), Some(path)) => files::write(path, &ended.memory.encode()),
            (Outcome::New | Outcome::Unchanged, _, _) => Ok(()),
            (Outcome::Kept(reason) | Outcome::StoreOrder(reason), ..) => match origin.last_error() {
                Some(last_error) => bail!("{}: {reason} ({last_error})", self.place),
                None => bail!("{}: {reason}", self.place),
            },
        }
    }

    fn update(&self, origin: &Origin, now_ms: u64) -> Result<UpdateResult> {
        let memory = match &self.memory {
            Some(path) if path.exists() => read_memory(path)?,
            _ => Memory::default(),
        };
        let client = Client {
            engine: self.engine,
            installed: Installed::Nothing,
        };
        let mut update = Update::new(trusted_keys(&self.keys)?, memory, client, now_ms);
        while let Some(request) = update.request() {
            let answer = origin.answer(&request);
            update.answer(answer);
        }
        update
            .finish()
            .context("the check did not end, which is a defect of shelfwise")
    }
}

/// Reads what earlier checks remember. Anything else is refused: taken for an empty memory it would let an older release
/// pass, and then be overwritten.
fn read_memory(path: &Path) -> Result<Memory> {
    let bytes = files::read(path)?;
    let memory = Memory::decode(&bytes);
    if !bytes.is_empty() && memory.encode() != bytes {
        bail!(
            "{} is no memory of `shelfwise verify`, or a damaged one: give another name, or remove it to begin anew",
            path.display()
        );
    }
    Ok(memory)
}

/// What an engine reads in a release.
pub struct Read {
    items: usize,
    rules: usize,
    /// Facts of items, if there are some.
    pub facts: Option<usize>,
    /// Rules about categories or brands that list no items.
    unlisted: Vec<String>,
}

fn read(loaded: &Loaded) -> Result<Read> {
    let snapshot = Snapshot::open(loaded.snapshot.as_slice())?;
    snapshot.verify()?;
    let policy = Policy::decode(&loaded.policy)?;
    let facts = loaded.facts.as_deref();
    let facts = facts
        .map(|facts| Facts::open(facts, &sha256(snapshot.ids_section())))
        .transpose()?;
    Ok(Read {
        items: snapshot.items(),
        rules: policy.rules.len(),
        facts: facts.map(|facts| facts.columns().count()),
        unlisted: policy.unlisted().map(|rule| rule.id.clone()).collect(),
    })
}
