//! `cargo xtask demo`: from a fresh clone to a shop in the browser.

mod bad;
mod edge;
mod folder;
mod live;
mod origin;
mod publish;
mod trusted_keys;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::config::Config;
use crate::serve::Site;
use crate::workspace::Workspace;
use crate::{cloudflare, files, package, process};

use self::edge::{Edge, Shop};
pub use self::folder::Folder;
use self::origin::Origin;

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
/// The shop's folder under `target/shelfwise`.
pub const DEMO: &str = "demo";
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
    /// Publish the next release of the shop that is open in another terminal: rules with another pinned product, built,
    /// signed, compared, published, verified and put behind its web server. Open pages take it over by themselves.
    #[arg(long, conflicts_with_all = ["no_serve", "pages_only", "port"])]
    publish: bool,
    /// With --publish: serve a bad release in its place, of which nothing may come. For instance forged-signature,
    /// epoch-rolled-back, policy-signed-by-the-release-key, bit-flipped-snapshot, snapshot-missing, expired or
    /// release-missing; any other word lists all kinds.
    #[arg(long, value_name = "KIND", requires = "publish")]
    bad: Option<String>,
    /// With --publish: the shop's folder under `target/shelfwise`.
    #[arg(long, requires = "publish", default_value = DEMO, hide = true)]
    shop: String,
}

/// Builds the demo and serves it until it is interrupted; or publishes to one that is open.
pub fn run(workspace: &Workspace, config: &Config, options: &DemoOptions) -> Result<()> {
    if options.publish {
        return publish::run(workspace, &options.shop, options.bad.as_deref());
    }
    let folder = if options.pages_only {
        let folder = Folder::of(workspace, DEMO);
        render(workspace, &folder)?;
        folder
    } else {
        build(workspace, config)?
    };
    if options.no_serve {
        println!("\nThe shop is in {}", folder.site().display());
        return Ok(());
    }
    let worker = worker(workspace, config);
    let open = open(workspace, config, &folder, worker.as_deref(), options.port)?;
    println!("\nThe shop is open: {}   (Ctrl+C closes it)", open.address());
    println!("To see a new release go live, in another terminal: cargo xtask {DEMO} --publish");
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

/// Opens the shop of the folder: its edge on the port, or its own server where no edge can be had.
pub fn open(workspace: &Workspace, config: &Config, folder: &Folder, worker: Option<&Path>, port: u16) -> Result<Open> {
    let site = Site::near(&folder.site(), port + BEHIND)?;
    let own = site.address()?;
    let server = std::thread::spawn(move || site.serve());
    let shop = Shop { address: &own, folder };
    let edge = worker.map(|worker| Edge::start(workspace, config, worker, &shop, port));
    let edge = edge.transpose().unwrap_or_else(without_edge);
    Ok(Open { server, own, edge })
}

/// Builds the edge worker, around the package that is already there; says why where that cannot be.
pub fn worker(workspace: &Workspace, config: &Config) -> Option<PathBuf> {
    let built = step("Building the edge worker", || {
        cloudflare::build(workspace, config).map(Some)
    });
    built.unwrap_or_else(without_edge)
}

fn without_edge<T>(why: anyhow::Error) -> Option<T> {
    println!("\nThe shop opens without its edge, in its own order: {why:#}");
    None
}

/// Builds the package, trains, renders shop and inspector, and publishes the first release.
pub fn build(workspace: &Workspace, config: &Config) -> Result<Folder> {
    let folder = Folder::of(workspace, DEMO);
    // Pages of products that the catalog has no more would stay for ever.
    files::empty(&folder.site())?;
    let tarball = step("Building the package", || package::run(workspace, config))?;
    let shelfwise = step("Building the command line", || command_line(workspace))?;
    let origin = Origin {
        workspace,
        folder: &folder,
        shelfwise,
    };
    step("Training on the shop's own baskets", || origin.train())?;
    step("Rendering the shop", || {
        unpack(&tarball, &folder.site().join("shelfwise"))?;
        render(workspace, &folder)
    })?;
    step("Signing and publishing the first release", || {
        origin.make_keys()?;
        origin.forget_releases()?;
        origin.sign(&fs::read_to_string(workspace.path(POLICY))?)?;
        origin.publish()?;
        trusted_keys::write(&folder)
    })?;
    Ok(folder)
}

/// The pages of shop and inspector, beside what is in the folder already.
fn render(workspace: &Workspace, folder: &Folder) -> Result<()> {
    let site = folder.site();
    let report = shelfwise_storefront::render(&workspace.path(STOREFRONT), &workspace.path(CATALOG), &site)?;
    files::copy(&workspace.path(INSPECTOR), &site.join("inspector"))?;
    println!(
        "{} products in {} aisles, {} files, {} KB",
        report.products,
        report.aisles,
        report.files,
        report.bytes / 1024
    );
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_demo_reads_is_in_the_repository() {
        for path in [BASKETS, CATALOG, POLICY, STOREFRONT, INSPECTOR] {
            assert!(Workspace::own().path(path).exists(), "{path}");
        }
    }
}
