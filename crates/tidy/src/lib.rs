//! What lints cannot see: file lengths, links, words, documents beside the code that they describe.
//!
//! `cargo xtask tidy` runs it.

mod anchors;
mod dataflow;
mod documents;
mod errors;
mod paths;
mod sources;
mod tree;
mod words;

use std::path::Path;

use anyhow::{Result, bail};

use tree::Tree;

/// One thing to look at: a tree in, findings out as sentences with file and line.
type Check = fn(&Tree) -> Vec<String>;

/// Name and check, in the order in which they are shown.
const CHECKS: &[(&str, Check)] = &[
    ("no work left undone", words::unfinished),
    ("no paths of one machine", words::machine_paths),
    ("no registries in lock files", words::registries),
    ("files of at most 500 lines", sources::lengths),
    ("crates say what they are", sources::crate_docs),
    ("dependencies say what they are for", sources::dependencies),
    ("core without std", sources::core_without_std),
    ("snapshot format and its document", documents::format_hash),
    ("change log", documents::changelog),
    ("data flows and their manifest", dataflow::manifest),
    ("documents of the manifest", dataflow::made_documents),
    ("one shell around the package", dataflow::shell),
    ("contract and its Rust types", documents::contract),
    ("API reference and its types", documents::reference),
    ("error codes and their page", errors::documented),
    ("links to sections", anchors::resolve),
    ("no promise beyond the claim", words::promises),
    ("no retired names", words::retired),
];

/// Runs every check on the repository at `root` and prints its name. Errs with all findings at once.
pub fn check(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let mut findings: Vec<String> = CHECKS
        .iter()
        .flat_map(|(name, check)| shown(name, check(&tree)))
        .collect();
    findings.extend(shown("links lead somewhere", documents::links(&tree, root)));
    findings.extend(shown("the map names files that exist", paths::named(&tree, root)));
    if !findings.is_empty() {
        bail!("{} findings\n{}", findings.len(), findings.join("\n"));
    }
    println!(
        "{} checks over {} files, nothing found",
        CHECKS.len() + 2,
        tree.files().count()
    );
    Ok(())
}

fn shown(name: &str, findings: Vec<String>) -> Vec<String> {
    println!("{:<36}{}", name, if findings.is_empty() { "ok" } else { "see below" });
    findings
}
