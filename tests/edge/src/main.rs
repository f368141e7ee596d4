//! Serves a component: `shelfwise-edge-host COMPONENT --set snapshot_url=… --set snapshot_sha256=…`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;
use shelfwise_edge_host::platform::Platform;
use shelfwise_edge_host::server::Server;

/// Serves an edge component on 127.0.0.1, with its store in memory and a fresh instance for every request.
#[derive(Debug, Parser)]
struct Options {
    /// The component: `spin.wasm` or `wasi.wasm`.
    component: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// A setting of the component.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let platform = Platform::default();
    for setting in &options.set {
        let (name, value) = setting
            .split_once('=')
            .with_context(|| format!("`{setting}` is no NAME=VALUE"))?;
        platform.set(name, value);
    }
    let server = Server::start(&options.component, &platform, options.listen)?;
    println!("http://{}", server.address);
    loop {
        std::thread::park();
    }
}
