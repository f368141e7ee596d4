//! `shelfwise keys root`: the statement that lists the keys of a shop, signed by the holders of its root keys.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use serde::Serialize;
use shelfwise_sync::{PublicKey, Role, RoleKeys, Root, Validity};

use super::public;
use super::signer::{Signer, SignerArguments};
use crate::table::date;
use crate::time::{DAY_MS, now_ms};
use crate::{files, output, print_line};

/// What to do with a root statement.
#[derive(Subcommand)]
pub enum RootCommand {
    /// Make the first root statement of a shop, and sign it with one root key.
    #[command(
        after_help = "Example:\n  shelfwise keys root new --list root1.pub --list root2.pub --list root3.pub \
        --list release.pub --list policy.pub --key root1.key --out root\n  \
        shelfwise keys sign root --key root2.key"
    )]
    New(New),
    /// Make the next root statement: with other keys, with fewer, or with the same for longer.
    #[command(
        visible_alias = "revoke",
        after_help = "Example:\n  shelfwise keys root rotate root --remove \
        release.pub --list release2.pub --key root1.key\n  shelfwise keys sign root --key root2.key\n\n\
        Then sign the policy again and publish: epochs of a role that lost a key begin anew with the statement."
    )]
    Rotate(Rotate),
    /// Show whose keys a root statement lists, and who signed it.
    Show(Show),
}

/// What both kinds of statement need.
#[derive(Args)]
struct Statement {
    /// A public key to list, as text or as a file: root keys, release keys, policy keys.
    #[arg(long = "list", value_name = "KEY")]
    keys: Vec<String>,
    /// How many keys of a role must sign. [default: more than half of the root keys, one of the others]
    #[arg(long = "threshold", value_name = "ROLE=COUNT", value_parser = threshold)]
    thresholds: Vec<(Role, u8)>,
    /// Days until it must be signed again, 1 to 365: so long a browser that remembers nothing can be given a key that
    /// was withdrawn since.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=365))]
    days: u64,
    /// The root key that signs first.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
}

/// Arguments of `keys root new`.
#[derive(Args)]
pub struct New {
    #[command(flatten)]
    statement: Statement,
    /// Where the statement goes. Nothing is overwritten.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `keys root rotate`.
#[derive(Args)]
pub struct Rotate {
    /// The statement; the next one takes its place.
    file: PathBuf,
    /// A public key to withdraw, as text or as a file.
    #[arg(long, value_name = "KEY")]
    remove: Vec<String>,
    #[command(flatten)]
    statement: Statement,
}

/// Arguments of `keys root show`.
#[derive(Args)]
pub struct Show {
    /// The statement.
    file: PathBuf,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// A root statement, as `--json` prints it.
#[derive(Serialize)]
struct View {
    epoch: u64,
    created_ms: u64,
    expires_ms: u64,
    signed_by: Vec<String>,
    roles: Vec<RoleView>,
}

#[derive(Serialize)]
struct RoleView {
    role: &'static str,
    threshold: u8,
    keys: Vec<String>,
}

fn threshold(text: &str) -> Result<(Role, u8), String> {
    let parsed = || {
        let (role, count) = text.split_once('=')?;
        let role = Role::ALL.into_iter().find(|known| known.name() == role)?;
        Some((role, count.parse().ok()?))
    };
    parsed().ok_or_else(|| "give a role and a count, such as release=2".into())
}

impl RootCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::New(New { statement, out }) => {
                ensure!(
                    !out.exists(),
                    "{} is there already: `shelfwise keys root rotate` makes the next statement of it",
                    out.display()
                );
                let root = statement.root(Vec::new(), 0)?;
                statement.write(&root, &out)
            }
            Self::Rotate(rotate) => rotate.run(),
            Self::Show(show) => show.run(),
        }
    }
}

impl Rotate {
    fn run(self) -> Result<()> {
        let last = read(&self.file)?;
        let mut roles = last.roles;
        for text in &self.remove {
            let key = public::parse(text)?;
            let of_role = roles.iter_mut().find(|listed| listed.role == key.role() as u8);
            let listed = of_role.and_then(|listed| {
                let at = listed.keys.iter().position(|bytes| bytes == key.as_bytes())?;
                Some(listed.keys.remove(at))
            });
            listed.with_context(|| format!("--remove {text}: {} does not list this key", self.file.display()))?;
        }
        let root = self.statement.root(roles, last.epoch + 1)?;
        self.statement.write(&root, &self.file)
    }
}

impl Statement {
    /// The statement that lists these keys and the new ones.
    fn root(&self, mut roles: Vec<RoleKeys>, least_epoch: u64) -> Result<Root> {
        for text in &self.keys {
            let key = public::parse(text)?;
            list(&mut roles, &key);
        }
        for role in Role::ALL {
            let Some(listed) = roles.iter_mut().find(|listed| listed.role == role as u8) else {
                if role.is_optional() {
                    continue;
                }
                bail!("no {} key: give its public half with --list", role.name());
            };
            let requested = self.thresholds.iter().find(|(of, _)| *of == role);
            let default = match role {
                Role::Root => listed.keys.len() as u8 / 2 + 1,
                _ => listed.threshold.max(1),
            };
            listed.threshold = requested.map_or(default, |(_, count)| *count);
        }
        let created_ms = now_ms()?;
        let root = Root {
            epoch: created_ms.max(least_epoch),
            validity: Validity {
                created_ms,
                expires_ms: created_ms + self.days * DAY_MS,
            },
            roles,
        };
        ensure!(
            root.is_sound(),
            "clients would refuse this list: each role has 1 to 4 keys and a threshold that they can meet, and no key has two \
             roles"
        );
        Ok(root)
    }

    fn write(&self, root: &Root, out: &std::path::Path) -> Result<()> {
        let signer = Signer::of(&self.key, &self.signer, Role::Root)?;
        let frame = signer.seal(&root.encode())?;
        files::replace(out, &frame, "root statement", |bytes| {
            Root::read_unverified(bytes).is_ok()
        })?;
        print_line!("{}: {}", out.display(), signatures(root, &frame));
        Ok(())
    }
}

fn list(roles: &mut Vec<RoleKeys>, key: &PublicKey) {
    let number = key.role() as u8;
    match roles.iter_mut().find(|listed| listed.role == number) {
        Some(listed) if listed.keys.contains(key.as_bytes()) => {}
        Some(listed) => listed.keys.push(*key.as_bytes()),
        None => roles.push(RoleKeys {
            role: number,
            threshold: 0,
            keys: vec![*key.as_bytes()],
        }),
    }
}

/// Reads a root statement.
pub fn read(path: &std::path::Path) -> Result<Root> {
    let root = Root::read_unverified(&files::read(path)?);
    root.map_err(|defect| anyhow::anyhow!("{} {}", path.display(), defect.words()))
}

/// How far the signing is.
pub fn signatures(root: &Root, frame: &[u8]) -> String {
    let of_root = root.roles.iter().find(|listed| listed.role == Role::Root as u8);
    let needed = of_root.map_or(0, |listed| usize::from(listed.threshold));
    match root.signed_by(frame).len() {
        signed if signed < needed => {
            format!("signed by {signed} of the {needed} root keys that must: `shelfwise keys sign` with another one")
        }
        signed => format!(
            "signed by {signed} of its root keys, until {}: `shelfwise publish --root`",
            date(root.validity.expires_ms as i64)
        ),
    }
}

impl Show {
    fn run(self) -> Result<()> {
        let frame = files::read(&self.file)?;
        let root = read(&self.file)?;
        let view = View {
            epoch: root.epoch,
            created_ms: root.validity.created_ms,
            expires_ms: root.validity.expires_ms,
            signed_by: root.signed_by(&frame).iter().map(ToString::to_string).collect(),
            roles: root.roles.iter().filter_map(role_view).collect(),
        };
        if self.json {
            return output::json(&view);
        }
        print_line!(
            "root {}, made {}, holds until {}",
            view.epoch,
            date(view.created_ms as i64),
            date(view.expires_ms as i64)
        );
        for role in &view.roles {
            print_line!("{} of these must sign as {}:", role.threshold, role.role);
            role.keys.iter().for_each(|key| print_line!("  {key}"));
        }
        print_line!("{}", signatures(&root, &frame));
        Ok(())
    }
}

fn role_view(listed: &RoleKeys) -> Option<RoleView> {
    let role = Role::from_number(listed.role)?;
    let key = |bytes: &[u8; 32]| PublicKey::from_bytes(role, *bytes).map(|key| key.to_string());
    Some(RoleView {
        role: role.name(),
        threshold: listed.threshold,
        keys: listed.keys.iter().filter_map(|bytes| key(bytes).ok()).collect(),
    })
}
