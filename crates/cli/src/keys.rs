//! `shelfwise keys`: who may sign releases, who policies, and who says so.

mod file;
mod passphrase;
mod public;
mod root;
mod sealed;
mod sign;
mod signer;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use shelfwise_sync::{PublicKey, Role, SecretKey};

use crate::{output, print_line};

pub use public::{parse as parse_public, trusted_keys};
#[cfg(feature = "audit")]
pub use signer::parse_signature;
pub use signer::{Signer, SignerArguments};

/// What to do with keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Make a key pair: the secret half for its holder alone, the public half for everybody.
    #[command(
        after_help = "Two people, two keys: the pipeline that publishes has the release key, and who answers for \
        the rules has the policy key. Neither can do what the other does.\n\n\
        Examples:\n  shelfwise keys new release --out keys/release.key\n  \
        shelfwise keys new policy --out keys/policy.key"
    )]
    New(New),
    /// Show the public half of a key: what clients pin.
    #[command(after_help = "Example:\n  shelfwise keys show keys/release.key")]
    Show(Show),
    /// Add a signature, where more than one person must sign.
    #[command(after_help = "Example:\n  shelfwise keys sign root --key root2.key")]
    Sign(sign::Sign),
    /// Root statements: which keys the other roles have.
    #[command(subcommand)]
    Root(root::RootCommand),
}

/// What a key may sign.
#[derive(Clone, Copy, ValueEnum)]
enum RoleArgument {
    /// Signs releases.
    Release,
    /// Signs policies.
    Policy,
    /// Signs facts of items: for whoever keeps the catalog.
    Facts,
    /// Approves guarded rules of policies: for whoever is responsible for them.
    Lead,
    /// Signs root statements, which list the keys of the other roles: for two to four people, offline.
    Root,
}

impl From<RoleArgument> for Role {
    fn from(argument: RoleArgument) -> Self {
        match argument {
            RoleArgument::Release => Self::Release,
            RoleArgument::Policy => Self::Policy,
            RoleArgument::Facts => Self::Facts,
            RoleArgument::Lead => Self::Lead,
            RoleArgument::Root => Self::Root,
        }
    }
}

/// Arguments of `keys new`.
#[derive(Args)]
pub struct New {
    /// What the key may sign.
    #[arg(value_enum)]
    role: RoleArgument,
    /// Where the secret key goes; the public one goes beside it, with the ending `.pub`. Nothing is overwritten.
    #[arg(long)]
    out: PathBuf,
    /// Protect the secret key with a passphrase. It is read from the file named by SHELFWISE_PASSPHRASE_FILE, from
    /// SHELFWISE_PASSPHRASE, or at the terminal.
    #[arg(long)]
    passphrase: bool,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// Arguments of `keys show`.
#[derive(Args)]
pub struct Show {
    /// A secret key, or a public one.
    file: PathBuf,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// A public key, as `--json` prints it.
#[derive(Serialize)]
struct View {
    role: &'static str,
    public: String,
    id: String,
}

impl KeysCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::New(command) => command.run(),
            Self::Show(Show { file, json }) => show(&public::read(&file)?, json),
            Self::Sign(command) => command.run(),
            Self::Root(command) => command.run(),
        }
    }
}

impl New {
    fn run(self) -> Result<()> {
        let beside = self.out.with_extension("pub");
        if self
            .out
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("pub"))
        {
            bail!(
                "--out {} names the secret key, and public keys end in `.pub`: give a name that ends in `.key`",
                self.out.display()
            );
        }
        let passphrase = self.passphrase.then(|| passphrase::chosen(&self.out)).transpose()?;
        let mut random = [0; 32];
        getrandom::fill(&mut random).context("cannot read random bytes from the operating system")?;
        let key = SecretKey::from_bytes(self.role.into(), &random);
        let public = key.public()?;
        // The public half first: if a file of that name is there, no secret is left without it.
        public::create(&beside, &public)?;
        if let Err(error) = file::create(&self.out, &key, &public, passphrase.as_deref()) {
            // It was made a moment ago, and is of no use to anybody.
            let _ = fs::remove_file(&beside);
            return Err(error);
        }
        if !self.json {
            print_line!(
                "{}: the secret key, for its holder alone: no web server, no repository, no chat",
                self.out.display()
            );
            print_line!("{}: the public key, for clients to pin", beside.display());
        }
        show(&public, self.json)
    }
}

fn show(key: &PublicKey, json: bool) -> Result<()> {
    if json {
        let view = View {
            role: key.role().name(),
            public: key.to_string(),
            id: key.id().to_string(),
        };
        return output::json(&view);
    }
    print_line!("{key}");
    Ok(())
}
