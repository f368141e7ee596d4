//! `shelfwise serve`: an HTTP server for a folder with releases.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use shelfwise_serve::{Options, Origins, Site, stopped};

use crate::print_line;

/// Serve a folder with releases: models, rules and the engine's scripts, with the headers that browsers need.
#[derive(Args)]
#[command(after_help = "\
Files whose names hold the hash of their content are cached for ever, everything else is revalidated each time.
Files that begin with a dot, and links that lead out of the folder, are not served.
Stops on Ctrl-C or SIGTERM, after answers in progress, within 10 seconds.

Examples:
  shelfwise serve public
  shelfwise serve public --port 9000 --origin https://shop.example")]
pub struct Serve {
    /// The folder.
    folder: PathBuf,
    /// The address to listen on. Other machines reach it only by an address of the network.
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// The port; 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// Origins whose pages may read it, beside those of the same host: `https://shop.example`, or `*`. Repeat for more.
    #[arg(long = "origin", value_name = "ORIGIN", value_parser = parse_origin)]
    origins: Vec<String>,
}

impl Serve {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let address = SocketAddr::new(self.host, self.port);
        let folder = self.folder.display();
        let options = Options {
            page_policy: None,
            origins: origins(&self.origins)?,
        };
        let site = Site::at(&self.folder, address, options).with_context(|| {
            format!("cannot serve {folder} on {address}: name a folder that is there, and a free port")
        })?;
        print_line!("{folder} on {}", site.address()?);
        // A program that started it reads the address at once.
        std::io::stdout().flush()?;
        site.serve(stopped()).context("the server stopped")
    }
}

fn origins(named: &[String]) -> Result<Origins> {
    if named.is_empty() {
        return Ok(Origins::None);
    }
    if named.iter().any(|origin| origin == "*") {
        return Ok(Origins::Any);
    }
    let origins = named.iter().map(|origin| Ok(origin.parse()?));
    Ok(Origins::These(origins.collect::<Result<_>>()?))
}

/// Parses scheme and host without a path, as browsers send them in `Origin`.
fn parse_origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_host = |host: &str| !host.is_empty() && host.chars().all(|c| c.is_ascii_graphic() && !"/?#*,".contains(c));
    if text == "*" || host.is_some_and(is_host) {
        return Ok(text.to_owned());
    }
    Err("give scheme and host without a path, as https://shop.example, or *".into())
}
