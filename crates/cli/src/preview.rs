//! `shelfwise preview`: a page that shows what a policy does, with the engine that ships.

mod desk;
mod edit;
mod guard;
mod package;
mod page;
mod release;
mod routes;

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::bars::Bars;
use crate::policy::simulate::inputs::{Held, Rules, ShopArguments, Source, is_source};
use crate::print_line;
use crate::train::LogArguments;
use desk::{Desk, View};
use guard::Guard;
use package::Package;

/// Open a page on this machine that shows the shelf before and after, for held-out visits or one that you click together.
///
/// Every item that moves is shown with its rule and by how many places. Strengths are changed on the page, and written back to
/// the policy if you say so, with its comments kept.
#[derive(Args)]
#[command(after_help = "\
The page has an address with a token that nobody else knows, and is served to this machine alone. It loads the engine of the npm
package that your shop ships, and nothing from anywhere else. Of the policy's file alone something is written, when you press Save.
Stops on Ctrl-C.

Example:
  shelfwise preview policy.toml --against model/policy.swp --package node_modules/shelfwise \\
    --snapshot model/model.swm --catalog products.csv --events held-out.csv")]
pub struct Preview {
    /// The policy that is written: `policy.toml`.
    file: PathBuf,
    /// The policy in force: `policy.swp` or `policy.toml`. Without it, the page compares with the file as it is now.
    #[arg(long, value_name = "POLICY")]
    against: Option<PathBuf>,
    /// The npm package as it was installed: its engine ranks on the page.
    #[arg(long, value_name = "DIR")]
    package: PathBuf,
    #[command(flatten)]
    shop: ShopArguments,
    #[command(flatten)]
    log: LogArguments,
    /// Places in a slate.
    #[arg(long, value_name = "N", default_value = "10")]
    places: NonZeroUsize,
    /// Visits to choose from, spread evenly over the log.
    #[arg(long, value_name = "N", default_value = "200")]
    visits: NonZeroUsize,
    /// The day or time at which rules and ages are tried, by the shop's clock, for instance 2026-12-20. [default: now]
    #[arg(long, value_name = "DATE")]
    at: Option<String>,
    /// A placement that orders the shop's own list; see `shelfwise policy simulate --help`. Repeat for more.
    #[arg(long = "rerank", value_name = "PLACEMENT")]
    lists: Vec<String>,
    /// The port; 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
}

impl Preview {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if !is_source(&self.file) {
            bail!(
                "{}: give the source, policy.toml: a built policy has no comments to keep",
                self.file.display()
            );
        }
        let package = Package::read(&self.package)?;
        let source = Source::read(&self.file, self.at.as_deref())?;
        let held = Held::read(&self.shop, &self.log, &source, &Bars::default())?;
        let against = self.against.as_ref().unwrap_or(&self.file);
        let before = Rules::read(against, &held)?.policy;
        let view = View {
            places: self.places.get(),
            visits: self.visits.get(),
            at_ms: source.at_ms,
            lists: self.lists,
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener =
            TcpListener::bind(address).with_context(|| format!("cannot listen on {address}: name a free port"))?;
        let guard = Guard::new(listener.local_addr()?.port())?;
        print_line!("{}", guard.address());
        // A program that started it reads the address at once.
        std::io::stdout().flush()?;
        let desk = Desk::open(&source, held, before, view)?;
        routes::serve(listener, Arc::new(routes::Site { guard, package, desk }))
    }
}
