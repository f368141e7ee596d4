//! `shelfwise policy revert`: an earlier policy again, as a new one.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_core::Policy;
use shelfwise_sync::approval::guarded;

use super::approval::{approval_of, hash};
use super::hidden;
use super::sign::{Sign, SignArguments, signature_of};
use crate::diff::print::rules_text;
use crate::diff::rules::RulesChange;
use crate::{files, print_line};

/// Explains what is kept.
pub const HELP: &str = "\
The rules in force are kept beside the file, under a name with their hash, with signature and approval: reverting to that file undoes this.
The folder of releases holds earlier policies too, as long as it keeps their releases. Guarded rules that change need the approval
of the lead again: an earlier one is not accepted by clients that have seen a later one.

Example:
  shelfwise policy revert rules/policy.swp --to public/shelfwise/policy-217a25193a52d1e4fcb91abc28f71bad.swp \\
    --key keys/policy.key";

/// Arguments of `policy revert`.
#[derive(Args)]
pub struct Revert {
    /// The built policy in force, which is exchanged.
    file: PathBuf,
    /// The earlier policy, as it was built.
    #[arg(long, value_name = "POLICY")]
    to: PathBuf,
    #[command(flatten)]
    sign: SignArguments,
}

impl Revert {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let [bytes, earlier] = [files::read(&self.file)?, files::read(&self.to)?];
        if bytes == earlier {
            bail!("{} has these rules already: nothing was changed", self.file.display());
        }
        let before = Policy::decode(&bytes).with_context(|| self.file.display().to_string())?;
        let after = Policy::decode(&earlier).with_context(|| format!("--to {}", self.to.display()))?;
        for line in rules_text(&RulesChange::between(&before, &after)).lines() {
            print_line!("{line}");
        }
        let signer = self.sign.signer()?;
        let kept = self.keep(&bytes)?;
        files::write(&self.file, &earlier)?;
        hidden::write(&after, &self.file)?;
        print_line!("{}: the rules that were in force", kept.display());
        Sign::of(self.file.clone(), self.sign).run_with(&signer)?;
        if guarded(&bytes) != guarded(&earlier) && approval_of(&kept).exists() {
            print_line!(
                "guarded rules have changed: propose {} and let the lead approve it",
                self.file.display()
            );
        }
        Ok(())
    }

    /// Keeps the rules in force beside their file, with what was signed of them. An approval of the same guarded rules stays where
    /// it is, too.
    fn keep(&self, bytes: &[u8]) -> Result<PathBuf> {
        let digits = hash(bytes);
        let kept = self.file.with_file_name(format!("policy-{}.swp", &digits[..32]));
        files::write(&kept, bytes)?;
        let signed = [
            (signature_of(&self.file), signature_of(&kept)),
            (approval_of(&self.file), approval_of(&kept)),
        ];
        for (from, to) in signed.iter().filter(|(from, _)| from.exists()) {
            files::write(to, &files::read(from)?)?;
        }
        Ok(kept)
    }
}
