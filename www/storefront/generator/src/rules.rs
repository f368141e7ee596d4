//! What people do before rules go live: propose them, approve what is guarded, sign them, and go back.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::origin::Origin;
use crate::{BASKETS, CATALOG, HELD_OUT};

/// How many held-out visits a proposal replays: enough to see what moves, within a second or two. A real shop takes thousands.
const VISITS: &str = "200";
/// What a policy in force consists of, beside its signature: the rules, what they hide, and the lead's approval.
const BUILT: [&str; 3] = ["policy.swp", "policy.hidden.json", "policy.swp.approval"];
/// The rules as they were written, and those before them.
const SOURCES: [&str; 2] = ["policy.toml", "before.toml"];

impl Origin<'_> {
    /// Brings rules into force, and keeps those that were: proposed with what they change, approved by the lead, signed.
    pub fn rule(&self, policy: &str) -> Result<()> {
        let rules = self.folder.rules();
        let [source, before] = SOURCES.map(|name| rules.join(name));
        fs::create_dir_all(&rules).with_context(|| format!("could not make {}", rules.display()))?;
        if source.exists() {
            copy(&source, &before)?;
        }
        fs::write(&source, policy).with_context(|| format!("could not write {}", source.display()))?;
        self.propose(&source, &rules.join("policy.swp"))?;
        self.approve()?;
        for name in BUILT {
            copy(&self.folder.proposal().join(name), &rules.join(name))?;
        }
        self.shelfwise(
            "policy",
            &[&"sign", &rules.join("policy.swp"), &"--key", &self.folder.key("policy")],
        )
    }

    /// Goes back to the rules before those in force. What changes of guarded rules is approved anew: clients take no earlier approval.
    pub fn revert(&self) -> Result<()> {
        let rules = self.folder.rules();
        let [source, before] = SOURCES.map(|name| rules.join(name));
        ensure!(before.exists(), "there are no earlier rules: publish first");
        let [policy, kept] = ["policy.swp", "reverted.swp"].map(|name| rules.join(name));
        let earlier = self.folder.proposal().join("before.swp");
        copy(&policy, &kept)?;
        self.shelfwise(
            "policy",
            &[
                &"revert",
                &policy,
                &"--to",
                &earlier,
                &"--key",
                &self.folder.key("policy"),
            ],
        )?;
        self.propose(&policy, &kept)?;
        self.approve()?;
        let approval = "policy.swp.approval";
        copy(&self.folder.proposal().join(approval), &rules.join(approval))?;
        let reverted = fs::read(&source)?;
        copy(&before, &source)?;
        fs::write(&before, reverted).with_context(|| format!("could not write {}", before.display()))
    }

    /// What whoever writes the rules does: builds them, and replays held-out visits under them and under those in force, if there are any.
    fn propose(&self, rules: &Path, in_force: &Path) -> Result<()> {
        let [model, facts] = ["model.swm", "facts.swf"].map(|name| self.folder.model().join(name));
        let proposal = self.folder.proposal();
        let mut words: Vec<&dyn AsRef<OsStr>> = vec![
            &"propose",
            &rules,
            &"--snapshot",
            &model,
            &"--catalog",
            &CATALOG,
            &"--events",
            &BASKETS,
            &"--since",
            &HELD_OUT,
            &"--visits",
            &VISITS,
            &"--out",
            &proposal,
        ];
        if in_force.exists() {
            words.extend([&"--against" as &dyn AsRef<OsStr>, &in_force]);
        }
        // What is built declares no facts any more.
        if rules.extension().is_some_and(|ending| ending == "swp") {
            words.extend([&"--facts" as &dyn AsRef<OsStr>, &facts]);
        }
        self.shelfwise("policy", &words)
    }

    /// What the merchandising lead does after a look at the proposal: signs its guarded rules and its report.
    fn approve(&self) -> Result<()> {
        let proposal = self.folder.proposal();
        self.shelfwise("policy", &[&"approve", &proposal, &"--key", &self.folder.key("lead")])
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
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("could not copy {} to {}", from.display(), to.display()))?;
    Ok(())
}
