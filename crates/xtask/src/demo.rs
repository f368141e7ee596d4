//! `cargo xtask demo`: from a fresh clone to a shop in the browser.

mod edge;
mod stamp;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use shelfwise_build::config::Config;
use shelfwise_build::workspace::Workspace;
use shelfwise_build::{files, integrity, process};
use shelfwise_storefront::{BASKETS, CATALOG, Folder, Origin, POLICY, Publication};

use crate::serve::Site;
use crate::{cloudflare, package};

use self::edge::{Edge, Shop};
use self::stamp::Stamp;

/// The shop's templates and assets.
const STOREFRONT: &str = "www/storefront";
/// The page that shows all that the engine holds.
const INSPECTOR: &str = "www/inspector";
/// The shop's folder under `target/shelfwise`.
pub const DEMO: &str = "demo";
/// How many ports after the shop's own one its edge listens.
const EDGE_AFTER: u16 = 10;

/// How the demo is shown.
#[derive(Debug, Args)]
pub struct DemoOptions {
    /// The port on 127.0.0.1; the next free one if it is taken. The edge is ten ports further.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Build everything, but serve nothing.
    #[arg(long)]
    no_serve: bool,
    /// Render the pages again, with the package and the model of an earlier run.
    #[arg(long)]
    pages_only: bool,
    /// Publish the next release of the shop that is open in another terminal: rules with another pinned product and another bound of the
    /// objective, simulated, approved, signed, published, verified and copied to its web server. Open pages load it by themselves.
    #[arg(long, conflicts_with_all = ["no_serve", "pages_only", "port"])]
    publish: bool,
    /// Let a simulated crowd shop in the shop that was built, learn from its orders which hero sells, and publish releases that draw it
    /// more often: a page of the shop shows each round.
    #[arg(long = "loop", conflicts_with_all = ["publish", "pages_only"])]
    learn: bool,
    /// With --publish: go back to the rules before, by `shelfwise policy revert`.
    #[arg(long, requires = "publish", conflicts_with = "bad")]
    revert: bool,
    /// With --publish: serve an invalid release instead, which pages must refuse. For instance not-approved,
    /// approval-of-other-rules, forged-signature, epoch-rolled-back, policy-signed-by-the-release-key, bit-flipped-snapshot, snapshot-missing, expired or
    /// release-missing; any other word lists all kinds.
    #[arg(long, value_name = "KIND", requires = "publish")]
    bad: Option<String>,
    /// With --publish: the shop's folder under `target/shelfwise`.
    #[arg(long, requires = "publish", default_value = DEMO, hide = true)]
    shop: String,
}

impl DemoOptions {
    fn publication(&self) -> Publication<'_> {
        match &self.bad {
            Some(kind) => Publication::Bad(kind),
            None if self.revert => Publication::Earlier,
            None => Publication::Next,
        }
    }
}

/// Builds the demo and serves it until it is interrupted; or publishes to one that is open.
pub fn run(workspace: &Workspace, config: &Config, options: &DemoOptions) -> Result<()> {
    if options.publish {
        let folder = folder(workspace, &options.shop);
        // As the shop was built with: it need not be built while it is open.
        let shelfwise = program(workspace);
        return shelfwise_storefront::publish(&origin(workspace, &folder, shelfwise), options.publication());
    }
    if options.learn {
        let folder = folder(workspace, DEMO);
        let page = shelfwise_storefront::learn(&origin(workspace, &folder, program(workspace)))?;
        println!("\nThe loop's page: {}", page.display());
        if options.no_serve {
            return Ok(());
        }
        let open = Open::without_edge(&folder, options.port)?;
        println!("It is open: {}loop/   (Ctrl+C closes it)", open.own());
        return open.wait();
    }
    let mut steps = Steps::default();
    let folder = if options.pages_only {
        let folder = folder(workspace, DEMO);
        render(workspace, &folder)?;
        folder
    } else {
        build_in(&mut steps, workspace, config, Training::Always)?
    };
    if options.no_serve {
        println!("\nThe shop is in {}", folder.site().display());
        return Ok(());
    }
    let mut open = Open::without_edge(&folder, options.port)?;
    println!("\nThe shop is open: {}   (Ctrl+C closes it)", open.own());
    println!("To see a new release go live, in another terminal: cargo xtask {DEMO} --publish");
    let edge = steps.run("Building the edge worker, while the shop is open", || {
        let worker = cloudflare::build(workspace, config)?;
        open.start_edge(workspace, config, &folder, &worker)
    });
    match edge {
        Ok(()) => println!(
            "\nThe same shop behind its edge, which chooses for product pages: {}",
            open.address()
        ),
        Err(why) => println!("\nThe shop has no edge: {why:#}"),
    }
    open.wait()
}

/// A shop that is open: its own server, and its edge once that is there.
#[derive(Debug)]
pub struct Open {
    server: JoinHandle<Result<()>>,
    own: String,
    port: u16,
    edge: Option<Edge>,
}

impl Open {
    /// Opens the shop of the folder on the port, or the next free one.
    pub fn without_edge(folder: &Folder, port: u16) -> Result<Self> {
        let site = Site::near(&folder.site(), port)?;
        let own = site.address()?;
        let server = std::thread::spawn(move || site.serve());
        Ok(Self {
            server,
            own,
            port,
            edge: None,
        })
    }

    /// Starts the worker in front of the shop's own server, on a port of its own.
    pub fn start_edge(&mut self, workspace: &Workspace, config: &Config, folder: &Folder, worker: &Path) -> Result<()> {
        let shop = Shop {
            address: &self.own,
            folder,
        };
        self.edge = Some(Edge::start(workspace, config, worker, &shop, self.port + EDGE_AFTER)?);
        Ok(())
    }

    /// The address of the edge, or that of the shop's own server where there is none.
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

/// When the model is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Training {
    /// Each time: what the trainer measures is shown.
    Always,
    /// Where the trainer or what it reads is not that of the model which is there.
    Changed,
}

/// Builds the package, trains where something changed, renders shop and inspector, and publishes the first release.
pub fn build(workspace: &Workspace, config: &Config) -> Result<Folder> {
    build_in(&mut Steps::default(), workspace, config, Training::Changed)
}

/// The folder of a shop under `target/shelfwise`.
fn folder(workspace: &Workspace, shop: &str) -> Folder {
    Folder::at(workspace.out(shop))
}

/// The same shop once more, in the folder of another name.
pub fn copy(workspace: &Workspace, shop: &Folder, name: &str) -> Result<Folder> {
    let copy = folder(workspace, name);
    files::empty(copy.path())?;
    process::run(Command::new("cp").arg("-R").args([shop.path(), copy.path()]))?;
    Ok(copy)
}

fn origin<'a>(workspace: &'a Workspace, folder: &'a Folder, shelfwise: PathBuf) -> Origin<'a> {
    Origin {
        root: workspace.root(),
        folder,
        shelfwise,
        run: process::run,
    }
}

fn build_in(steps: &mut Steps, workspace: &Workspace, config: &Config, training: Training) -> Result<Folder> {
    let folder = folder(workspace, DEMO);
    // Pages of products that the catalog has no more would stay for ever.
    files::empty(&folder.site())?;
    let (tarball, shelfwise) = steps.run("Building the package, and beside it the command line", || {
        std::thread::scope(|scope| {
            // Both have parts that keep one core busy only.
            let command_line = scope.spawn(|| command_line(workspace));
            let tarball = package::run(workspace, config);
            let command_line = command_line.join().unwrap_or_else(|_| bail!("cargo cannot be run"));
            Ok((tarball?, command_line?))
        })
    })?;
    let origin = origin(workspace, &folder, shelfwise);
    let inputs = [&origin.shelfwise, &workspace.path(BASKETS), &workspace.path(CATALOG)];
    let stamp = Stamp::of(&inputs, folder.path().join("trained"))?;
    if training == Training::Always || !stamp.is_there() {
        steps.run("Training on the shop's own baskets", || origin.train())?;
        stamp.write()?;
    }
    steps.run("Rendering the shop", || {
        unpack(&tarball, &folder.site().join("shelfwise"))?;
        render(workspace, &folder)
    })?;
    steps.run("Signing and publishing the first release", || {
        origin.make_keys()?;
        origin.forget_releases()?;
        origin.rule(&fs::read_to_string(workspace.path(POLICY))?)?;
        origin.state_facts()?;
        origin.publish()?;
        shelfwise_storefront::write_trusted_keys(&folder, integrity::of)
    })?;
    Ok(folder)
}

/// Steps with the time at which each began.
#[derive(Debug)]
struct Steps {
    start: Instant,
}

impl Default for Steps {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Steps {
    fn run<T>(&mut self, title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n── {} · {title} ──", clock(self.start.elapsed()));
        work()
    }
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
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
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut tar = Command::new("tar");
    tar.arg("-xzf")
        .arg(tarball)
        .args(["--strip-components=1", "-C"])
        .arg(folder);
    process::run(&mut tar)
}

/// Builds `shelfwise` without what the demo has no use for: the readers of Parquet and of JavaScript take minutes.
fn command_line(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "build",
            "--quiet",
            "--profile=fast-build",
            "--locked",
            "--no-default-features",
            "--features=preview",
            "--package",
            "shelfwise-cli",
        ])
        .current_dir(workspace.root());
    process::run(&mut cargo)?;
    Ok(program(workspace))
}

/// The command line that the demo was built with.
pub fn program(workspace: &Workspace) -> PathBuf {
    workspace.cargo_target().join("fast-build/shelfwise")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_shows_minutes_and_seconds() {
        assert_eq!(clock(Duration::from_secs(65)), "1:05");
    }

    #[test]
    fn inputs_of_the_demo_are_in_the_repository() {
        for path in [BASKETS, CATALOG, POLICY, STOREFRONT, INSPECTOR] {
            assert!(Workspace::own().path(path).exists(), "{path}");
        }
    }
}
