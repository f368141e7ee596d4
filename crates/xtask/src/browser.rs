//! Tests in a browser: the demo shop, end to end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use shelfwise_build::config::Config;
use shelfwise_build::npm::NpmFolder;
use shelfwise_build::process;
use shelfwise_build::programs::SystemProgram;
use shelfwise_build::workspace::Workspace;
use shelfwise_storefront::Folder;

use crate::demo::Open;
use crate::{cloudflare, demo};

/// Where the tests are.
const FOLDER: &str = "tests/browser";
/// The first port that the shop is served on while tests run: away from a demo that is open at the same time.
const PORT: u16 = 8480;
/// Copies of the shop to publish to, under `target/shelfwise`, with their ports: one gets a good release and one a bad one,
/// so that the shop of the other tests does not change.
const LIVE: [(&str, u16); 2] = [("live-good", 8520), ("live-bad", 8560)];

/// Builds the demo, serves it and sends Chromium through it. Screenshots are left in `target/shelfwise/screenshots`.
pub fn shop(workspace: &Workspace, config: &Config) -> Result<()> {
    let chromium = SystemProgram::Chromium.require()?;
    NpmFolder::BrowserTests.install(workspace, config)?;
    let folder = demo::build(workspace, config)?;
    let worker = cloudflare::build(workspace, config)?;
    let open = |folder: &Folder, port| {
        let mut shop = Open::without_edge(folder, port)?;
        shop.start_edge(workspace, config, folder, &worker)?;
        anyhow::Ok(shop)
    };
    // Open until the tests have ended.
    let shop = open(&folder, PORT)?;
    let mut live = Vec::new();
    for (name, port) in LIVE {
        live.push(open(&demo::copy(workspace, &folder, name)?, port)?);
    }
    let names = LIVE
        .iter()
        .zip(&live)
        .map(|((name, _), shop)| format!("{name}={}", shop.address()));
    let mut node = Command::new("node");
    // Tests in a browser mostly wait: two files at once.
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=2"])
        .args(test_files(&workspace.path(FOLDER))?)
        .current_dir(workspace.path(FOLDER));
    node.env("SHOP_URL", shop.address())
        .env("SHOP_WITHOUT_EDGE", shop.own())
        .env("LIVE_SHOPS", names.collect::<Vec<_>>().join(" "))
        .env("XTASK", process::own()?)
        .env("DEMO", folder.path())
        .env("SHELFWISE", demo::program(workspace))
        .env("CHROMIUM", chromium)
        .env("SCREENSHOTS", workspace.out("screenshots"));
    process::run(&mut node)
}

/// Named one by one, because versions of Node differ in what they take a folder for.
pub fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    ensure!(!files.is_empty(), "{} has no tests", folder.display());
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_found_and_helpers_are_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("visitor.mjs"), "").unwrap();
        assert!(test_files(folder.path()).is_err());
        fs::write(folder.path().join("shop.test.mjs"), "").unwrap();
        assert_eq!(
            test_files(folder.path()).unwrap(),
            [folder.path().join("shop.test.mjs")]
        );
    }
}
