//! `cargo xtask demo`: from a fresh clone to a shop in the browser.

mod artefacts;
mod edge;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::config::Config;
use crate::serve::Site;
use crate::workspace::Workspace;
use crate::{cloudflare, package, process, shop};

use self::edge::{Edge, Shop};

/// What the demo trains on.
const BASKETS: &str = "www/storefront/data/baskets.csv.zst";
/// What the shop sells.
const CATALOG: &str = "www/storefront/data/catalog.csv";
/// The merchandiser's rules of the demo shop.
const POLICY: &str = "www/storefront/policy.toml";
/// Its pages.
const STOREFRONT: &str = "www/storefront";
/// The page that shows all that the engine holds.
const INSPECTOR: &str = "www/inspector";
/// What is served, under `target/shelfwise`.
const SITE: &str = "demo/site";
/// How far behind the shop's address its own server is, which nobody visits where there is an edge.
const BEHIND: u16 = 10;

/// How the demo is shown.
#[derive(Debug, Args)]
pub struct DemoOptions {
    /// The port on 127.0.0.1; the next free one if it is taken.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Build everything, but serve nothing.
    #[arg(long)]
    no_serve: bool,
    /// Render the pages anew, over the package and the model of an earlier run.
    #[arg(long)]
    pages_only: bool,
}

/// Builds the demo and serves it until it is interrupted.
pub fn run(workspace: &Workspace, config: &Config, options: &DemoOptions) -> Result<()> {
    let site = if options.pages_only {
        render(workspace)?
    } else {
        build(workspace, config)?
    };
    if options.no_serve {
        println!("\nThe shop is in {}", site.display());
        return Ok(());
    }
    let open = open(workspace, config, &site, options.port)?;
    println!("\nThe shop is open: {}   (Ctrl+C closes it)", open.address());
    open.wait()
}

/// A shop that is open: its own server, and its edge where that can be had.
#[derive(Debug)]
pub struct Open {
    server: JoinHandle<Result<()>>,
    own: String,
    edge: Option<Edge>,
}

impl Open {
    /// Where visitors go.
    pub fn address(&self) -> String {
        self.edge.as_ref().map_or_else(|| self.own.clone(), Edge::address)
    }

    /// The shop's own server, without the edge.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Serves until the process is told to stop.
    fn wait(self) -> Result<()> {
        let ended = self.server.join();
        ended.unwrap_or_else(|_| bail!("the server stopped"))
    }
}

/// Opens the shop in the folder: its edge on the port, or its own server where no edge can be had.
pub fn open(workspace: &Workspace, config: &Config, folder: &Path, port: u16) -> Result<Open> {
    let site = Site::near(folder, port + BEHIND)?;
    let own = site.address()?;
    let server = std::thread::spawn(move || site.serve());
    let shop = Shop { address: &own, folder };
    let edge = edge(workspace, config, &shop, port);
    if let Err(why) = &edge {
        println!("\nThe shop opens without its edge, in its own order: {why:#}");
    }
    let edge = edge.ok();
    Ok(Open { server, own, edge })
}

fn edge(workspace: &Workspace, config: &Config, shop: &Shop<'_>, port: u16) -> Result<Edge> {
    let worker = step("Building the edge worker", || cloudflare::build(workspace, config))?;
    Edge::start(workspace, config, &worker, shop, port)
}

/// Builds the package, trains, renders shop and inspector. Returns the folder to serve.
pub fn build(workspace: &Workspace, config: &Config) -> Result<PathBuf> {
    let site = workspace.out(SITE);
    if site.exists() {
        // Pages of products that the catalog has no more would stay for ever.
        fs::remove_dir_all(&site).with_context(|| format!("could not empty {}", site.display()))?;
    }
    let tarball = step("Building the package", || package::run(workspace, config))?;
    let shelfwise = step("Building the command line", || command_line(workspace))?;
    let model = workspace.out("demo/model");
    step("Training on the shop's own baskets", || {
        train(workspace, &shelfwise, &model)
    })?;
    step("Rendering the shop", || {
        unpack(&tarball, &site.join("shelfwise"))?;
        copy_files(&model, &site.join("model"))?;
        artefacts::write(&site)?;
        render(workspace)
    })
}

/// The pages of shop and inspector, beside what is in the folder already.
fn render(workspace: &Workspace) -> Result<PathBuf> {
    let site = workspace.out(SITE);
    let report = shop::render(&workspace.path(STOREFRONT), &workspace.path(CATALOG), &site)?;
    copy_files(&workspace.path(INSPECTOR), &site.join("inspector"))?;
    println!(
        "{} products in {} aisles, {} files, {} KB",
        report.products,
        report.aisles,
        report.files,
        report.bytes / 1024
    );
    Ok(site)
}

/// The package as a shop without a bundler has it: the tarball's files in a folder of the server.
fn unpack(tarball: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    let mut tar = Command::new("tar");
    tar.arg("-xzf")
        .arg(tarball)
        .args(["--strip-components=1", "-C"])
        .arg(folder);
    process::run(&mut tar)
}

fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n── {title} ──");
    work()
}

fn command_line(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--locked", "--package", "shelfwise-cli"])
        .current_dir(workspace.root());
    process::run(&mut cargo)?;
    Ok(workspace.cargo_target().join("release/shelfwise"))
}

/// Leaves `snapshot.swm` and `policy.swp` in the folder. The trainer prints what it measured on the last days of the log.
fn train(workspace: &Workspace, shelfwise: &Path, model: &Path) -> Result<()> {
    let mut train = Command::new(shelfwise);
    train
        .args(["train", "--events", BASKETS, "--catalog", CATALOG, "--out"])
        .arg(model);
    process::run(train.current_dir(workspace.root()))?;
    let mut policy = Command::new(shelfwise);
    policy
        .args(["policy", "build", POLICY, "--out"])
        .arg(model.join("policy.swp"));
    process::run(policy.current_dir(workspace.root()))
}

/// Copies the files of a folder, not its folders.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("could not make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("could not list {}", from.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_demo_reads_is_in_the_repository() {
        for path in [BASKETS, CATALOG, STOREFRONT, INSPECTOR] {
            assert!(Workspace::own().path(path).exists(), "{path}");
        }
    }

    #[test]
    fn copying_a_folder_copies_its_files() {
        let root = tempfile::tempdir().unwrap();
        let (from, to) = (root.path().join("from"), root.path().join("to"));
        fs::create_dir_all(from.join("inner")).unwrap();
        fs::write(from.join("a"), "shelf").unwrap();
        copy_files(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("a")).unwrap(), "shelf");
        assert!(!to.join("inner").exists());
    }
}
