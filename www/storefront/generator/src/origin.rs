//! The demo shop's origin: it does what a shop's own pipeline does, with the same commands.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::folder::Folder;
use crate::{BASKETS, CATALOG, ROLES, live};

/// The pipeline, the merchandising lead, and the command line that they use.
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
    /// Leaves `model.swm` in the model's folder. The trainer prints what it measured on the last days of the log.
    pub fn train(&self) -> Result<()> {
        let model = self.folder.model();
        self.shelfwise(
            "train",
            &[&"--events", &BASKETS, &"--catalog", &CATALOG, &"--out", &model],
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

    /// What the merchandising lead does: builds these rules and signs them.
    pub fn sign(&self, policy: &str) -> Result<()> {
        let rules = self.folder.rules();
        let (source, built) = (rules.join("policy.toml"), rules.join("policy.swp"));
        fs::create_dir_all(&rules)
            .and_then(|()| fs::write(&source, policy))
            .with_context(|| format!("could not write {}", source.display()))?;
        self.shelfwise("policy", &[&"build", &source, &"--catalog", &CATALOG, &"--out", &built])?;
        self.shelfwise("policy", &[&"sign", &built, &"--key", &self.folder.key("policy")])
    }

    /// What whoever keeps the catalog does: writes what these rules ask about the model's products, and signs it.
    pub fn state_facts(&self) -> Result<()> {
        let (model, rules) = (self.folder.model(), self.folder.rules());
        self.shelfwise(
            "facts",
            &[
                &"build",
                &"--policy",
                &rules.join("policy.toml"),
                &"--snapshot",
                &model.join("model.swm"),
                &"--catalog",
                &CATALOG,
                &"--out",
                &model.join("facts.swf"),
                &"--key",
                &self.folder.key("facts"),
            ],
        )
    }

    /// Removes the releases of an earlier run.
    pub fn forget_releases(&self) -> Result<()> {
        let releases = self.folder.releases();
        if releases.exists() {
            fs::remove_dir_all(&releases).with_context(|| format!("could not empty {}", releases.display()))?;
        }
        Ok(())
    }

    /// What the pipeline does: publishes model and rules, looks at the result as a stranger, and puts it behind the web
    /// server.
    pub fn publish(&self) -> Result<()> {
        let releases = self.folder.releases();
        let [release, policy, facts] = ROLES.map(|role| self.folder.key(role).with_extension("pub"));
        let model = self.folder.model();
        let rules = self.folder.rules().join("policy.swp");
        let key = self.folder.key("release");
        self.shelfwise(
            "publish",
            &[
                &releases,
                &"--snapshot",
                &model.join("model.swm"),
                &"--policy",
                &rules,
                &"--facts",
                &model.join("facts.swf"),
                &"--key",
                &key,
                &"--policy-key",
                &policy,
                &"--facts-key",
                &facts,
            ],
        )?;
        self.shelfwise(
            "verify",
            &[&releases, &"--key", &release, &"--key", &policy, &"--key", &facts],
        )?;
        live::follow(&releases, &self.folder.live())
    }

    /// Says in a shop's words what changed from one policy to another.
    pub fn compare(&self, before: &Path, after: &Path) -> Result<()> {
        self.shelfwise("diff", &[&before, &after])
    }

    fn shelfwise(&self, command: &str, words: &[&dyn AsRef<OsStr>]) -> Result<()> {
        let mut shelfwise = Command::new(&self.shelfwise);
        shelfwise.arg(command).current_dir(self.root);
        for word in words {
            shelfwise.arg(word);
        }
        (self.run)(&mut shelfwise)
    }
}
