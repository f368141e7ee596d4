//! `shelfwise keys sign`: one more signature, where more than one person must sign.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use shelfwise_sync::{Role, Root, unverified_signers};

use super::root::signatures;
use super::signer::{Signer, SignerArguments};
use crate::{files, print_line};

/// Arguments of `keys sign`.
#[derive(Args)]
pub struct Sign {
    /// A root statement, a policy's signature, or a release's record: what was signed once already. The signature is
    /// added to it.
    file: PathBuf,
    /// The key that signs too, of the role that the file is of.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    signer: SignerArguments,
}

impl Sign {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let frame = files::read(&self.file)?;
        let role = unverified_signers(&frame)
            .ok()
            .and_then(|(role, _)| Role::from_number(role));
        let role = role.with_context(|| {
            format!(
                "{} is nothing that is signed: give a root statement, or what `shelfwise policy sign` wrote",
                self.file.display()
            )
        })?;
        let signed = Signer::of(&self.key, &self.signer, role)?.cosign(&frame)?;
        files::write(&self.file, &signed)?;
        match Root::read_unverified(&signed) {
            Ok(root) => print_line!("{}: {}", self.file.display(), signatures(&root, &signed)),
            Err(_) => {
                let count = unverified_signers(&signed).map_or(0, |(_, keys)| keys.len());
                print_line!("{}: signed by {count} {} keys", self.file.display(), role.name());
            }
        }
        Ok(())
    }
}
