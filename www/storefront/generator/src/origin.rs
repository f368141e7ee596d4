//! The demo shop's origin: it does what a shop's own pipeline does, with the same commands.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::folder::Folder;
use crate::{BASKETS, CATALOG, HELD_OUT, ROLES, live};

/// The pipeline, the people who write, approve and sign rules, and the command line that they use.
#[derive(Debug)]
pub struct Origin<'a> {
    /// The repository's root.
    pub root: &'a Path,
    /// The shop.
    pub folder: &'a Folder,
    /// The command line's program.
    pub shelfwise: PathBuf,
    /// Runs a command, and errs where it does not succeed.
    pub run: fn(&mut Command) -> Result<()>,
}

impl Origin<'_> {
    /// Leaves `model.swm` in the model's folder. The trainer prints what it measured on the last days of what it reads; what is held out
    /// for proposals it does not see.
    pub fn train(&self) -> Result<()> {
        let model = self.folder.model();
        self.shelfwise(
            "train",
            &[
                &"--events",
                &BASKETS,
                &"--until",
                &HELD_OUT,
                &"--catalog",
                &CATALOG,
                &"--out",
                &model,
            ],
        )
    }

    /// A key for each role, once: clients of an earlier run would believe no others. Whoever has them can sign for this demo alone.
    pub fn make_keys(&self) -> Result<()> {
        for role in ROLES {
            let key = self.folder.key(role);
            if !key.exists() {
                self.shelfwise("keys", &[&"new", &role, &"--out", &key])?;
            }
        }
        Ok(())
    }

    /// Removes releases, rules and proposals of an earlier run.
    pub fn forget_releases(&self) -> Result<()> {
        let folder = self.folder;
        let proposals = folder.log().parent().map(Path::to_owned);
        for old in [Some(folder.releases()), Some(folder.rules()), proposals]
            .into_iter()
            .flatten()
        {
            if old.exists() {
                fs::remove_dir_all(&old).with_context(|| format!("could not empty {}", old.display()))?;
            }
        }
        Ok(())
    }

    /// What the pipeline does: publishes model and rules, looks at the result as a stranger, and puts it behind the web
    /// server.
    pub fn publish(&self) -> Result<()> {
        self.publish_with(None)
    }

    /// The same, with learned shares in the model.
    pub(crate) fn publish_with(&self, shares: Option<&Path>) -> Result<()> {
        let releases = self.folder.releases();
        let [release, policy, facts, lead] = ROLES.map(|role| self.folder.key(role).with_extension("pub"));
        let model = self.folder.model();
        let rules = self.folder.rules().join("policy.swp");
        let key = self.folder.key("release");
        let [snapshot, stated] = ["model.swm", "facts.swf"].map(|name| model.join(name));
        let mut words: Vec<&dyn AsRef<OsStr>> = vec![
            &releases,
            &"--snapshot",
            &snapshot,
            &"--policy",
            &rules,
            &"--facts",
            &stated,
            &"--key",
            &key,
            &"--policy-key",
            &policy,
            &"--facts-key",
            &facts,
            &"--lead-key",
            &lead,
        ];
        if let Some(shares) = &shares {
            words.extend([&"--shares" as &dyn AsRef<OsStr>, shares]);
        }
        self.shelfwise("publish", &words)?;
        self.shelfwise(
            "verify",
            &[
                &releases,
                &"--key",
                &release,
                &"--key",
                &policy,
                &"--key",
                &facts,
                &"--key",
                &lead,
                &"--log",
                &self.folder.log(),
            ],
        )?;
        live::follow(&releases, &self.folder.live())
    }

    /// Says in a shop's words what changed from one policy to another.
    pub fn compare(&self, before: &Path, after: &Path) -> Result<()> {
        self.shelfwise("diff", &[&before, &after])
    }

    /// Runs the command line with these words.
    pub(crate) fn shelfwise(&self, command: &str, words: &[&dyn AsRef<OsStr>]) -> Result<()> {
        let mut shelfwise = Command::new(&self.shelfwise);
        shelfwise.arg(command).current_dir(self.root);
        for word in words {
            shelfwise.arg(word);
        }
        (self.run)(&mut shelfwise)
    }
}
