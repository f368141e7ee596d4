//! The demo shop's edge: npm's workerd in front of the shop's own server, with the worker as it is deployed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use shelfwise_build::config::Config;
use shelfwise_build::files;
use shelfwise_build::npm::NpmFolder;
use shelfwise_build::workspace::Workspace;

use shelfwise_storefront::Folder;

/// The shop's part of it: what chooses for a page, in front of the worker's own routes.
const SCRIPTS: &str = "www/storefront/edge";
const MAIN: &str = "shop.mjs";
/// How often a worker that starts is asked whether it has its model, and how long it waits in between: ten seconds.
const ATTEMPTS: u32 = 200;
const ATTEMPT_PAUSE: Duration = Duration::from_millis(50);
/// How many ports after the wanted one are tried.
const PORTS_TRIED: u16 = 20;

/// A running worker. It ends with this value.
#[derive(Debug)]
pub struct Edge {
    runtime: Child,
    address: SocketAddr,
}

impl Edge {
    /// Starts the worker in `worker` before the shop's server, which must be serving already, and waits until it has the
    /// shop's release.
    pub fn start(workspace: &Workspace, config: &Config, worker: &Path, shop: &Shop<'_>, port: u16) -> Result<Self> {
        let workerd = NpmFolder::Cloudflare.install(workspace, config)?.join("workerd");
        let folder = shop.folder.edge();
        files::empty(&folder)?;
        files::copy(worker, &folder)?;
        files::copy(&workspace.path(SCRIPTS), &folder)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port(port)?));
        let settings = folder.join("config.capnp");
        fs::write(&settings, configuration(&folder, shop, address)?)?;
        let mut runtime = Command::new(&workerd);
        runtime.arg("serve").arg(&settings).stdin(Stdio::null());
        let runtime = runtime
            .spawn()
            .with_context(|| format!("{} does not start", workerd.display()))?;
        let mut edge = Self { runtime, address };
        edge.wait()?;
        Ok(edge)
    }

    /// Where a browser finds the shop.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    fn wait(&mut self) -> Result<()> {
        for _ in 0..ATTEMPTS {
            if let Some(status) = self.runtime.try_wait()? {
                bail!("workerd ended: {status}");
            }
            if health(self.address).is_ok_and(|answer| answer.contains(r#""status":"ok""#)) {
                return Ok(());
            }
            std::thread::sleep(ATTEMPT_PAUSE);
        }
        bail!("the worker found no model")
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        // A worker that has ended already is what is wanted.
        let _ = self.runtime.kill();
        let _ = self.runtime.wait();
    }
}

/// The shop's own server, and the folder with what it serves.
#[derive(Debug)]
pub struct Shop<'a> {
    /// Its address, which begins with `http://`.
    pub address: &'a str,
    /// Its folder.
    pub folder: &'a Folder,
}

fn free_port(wanted: u16) -> Result<u16> {
    let mut ports = wanted..=wanted.saturating_add(PORTS_TRIED);
    let free = ports.find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    free.with_context(|| format!("no free port from {wanted} to {}", wanted + PORTS_TRIED))
}

fn health(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// What workerd reads: the worker, what it may reach, and where it listens.
fn configuration(folder: &Path, shop: &Shop<'_>, address: SocketAddr) -> Result<String> {
    let keys = shop.folder.public_keys()?.join(" ");
    let release = format!("{}{}", shop.address, Folder::RELEASE);
    let bindings = format!(
        r#"(name = "SHOP", service = "shop"), (name = "release_url", text = "{release}"), (name = "keys", text = "{keys}")"#
    );
    let server = shop.address.trim_start_matches("http://");
    let modules = modules(folder)?;
    Ok(format!(
        r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "edge", worker = (
      modules = [{modules}],
      bindings = [{bindings}],
      compatibilityDate = "2026-01-01",
      globalOutbound = "shop",
    )),
    (name = "shop", external = (address = "{server}", http = ())),
  ],
  sockets = [(name = "http", address = "{address}", http = (), service = "edge")],
);
"#
    ))
}

/// The folder's scripts and the module, the one that answers first.
fn modules(folder: &Path) -> Result<String> {
    let mut names = vec![MAIN.to_owned()];
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != MAIN && [".mjs", ".js", ".wasm"].iter().any(|kind| name.ends_with(kind)) {
            names.push(name);
        }
    }
    let modules = names.iter().map(|name| {
        let kind = if name.ends_with(".wasm") { "wasm" } else { "esModule" };
        format!(r#"(name = "{name}", {kind} = embed "{name}")"#)
    });
    Ok(modules.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worker_configuration_allows_the_shop_alone() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(root.path());
        let shop = Folder::at(workspace.out("shop"));
        let folder = shop.edge();
        fs::create_dir_all(shop.path().join("keys")).unwrap();
        fs::create_dir_all(&folder).unwrap();
        for role in shelfwise_storefront::ROLES {
            fs::write(shop.key(role).with_extension("pub"), format!("{role}-00\n")).unwrap();
        }
        for name in [MAIN, "worker.mjs", "edge_bg.wasm", "config.capnp"] {
            fs::write(folder.join(name), "").unwrap();
        }
        let shop = Shop {
            address: "http://127.0.0.1:8090",
            folder: &shop,
        };
        let text = configuration(&folder, &shop, SocketAddr::from(([127, 0, 0, 1], 8080))).unwrap();
        assert!(
            text.contains(r#"(name = "keys", text = "release-00 policy-00 facts-00 lead-00")"#),
            "{text}"
        );
        assert!(
            text.contains(r#"text = "http://127.0.0.1:8090/model/release""#),
            "{text}"
        );
        assert!(
            text.contains(r#"globalOutbound = "shop""#) && !text.contains("network"),
            "{text}"
        );
        assert!(
            text.contains(r#"modules = [(name = "shop.mjs", esModule = embed "shop.mjs")"#),
            "{text}"
        );
        assert!(
            text.contains(r#"(name = "edge_bg.wasm", wasm = embed "edge_bg.wasm")"#)
                && !text.contains("embed \"config")
        );
    }

    #[test]
    fn taken_port_is_replaced_by_the_next() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(free_port(port).unwrap() > port);
    }
}
