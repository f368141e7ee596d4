//! Serves a folder on 127.0.0.1, as a shop's own server would: right types, nothing cached while one tries things.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// How many ports after the wanted one are tried: enough for a handful of other servers.
const PORTS_TRIED: u16 = 20;

/// A folder with the port that it will be served on.
#[derive(Debug)]
pub struct Site {
    folder: PathBuf,
    listener: TcpListener,
}

impl Site {
    /// Takes the wanted port, or the next free one.
    pub fn near(folder: &Path, port: u16) -> Result<Self> {
        let mut ports = port..=port.saturating_add(PORTS_TRIED);
        let listener = ports.find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
        let listener = listener.with_context(|| format!("no free port from {port} to {}", port + PORTS_TRIED))?;
        Ok(Self {
            folder: folder.to_owned(),
            listener,
        })
    }

    /// Where a browser finds it.
    pub fn address(&self) -> Result<String> {
        Ok(format!("http://{}", self.listener.local_addr()?))
    }

    /// Serves until the process ends.
    pub fn serve(self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            self.listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            axum::serve(listener, router(&self.folder))
                .await
                .context("the server stopped")
        })
    }
}

fn router(folder: &Path) -> Router {
    let fresh = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new().fallback_service(ServeDir::new(folder)).layer(fresh)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    fn get(address: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_module_is_served_with_the_type_that_browsers_compile_from() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.wasm"), "x").unwrap();
        std::fs::write(folder.path().join("index.html"), "<p>shop").unwrap();
        let site = Site::near(folder.path(), 18_080).unwrap();
        let address = site.address().unwrap();
        std::thread::spawn(|| site.serve());
        let module = get(&address, "/a.wasm");
        assert!(
            module.contains("content-type: application/wasm") && module.contains("cache-control: no-cache"),
            "{module}"
        );
        assert!(get(&address, "/").contains("<p>shop"));
        assert!(get(&address, "/gone").starts_with("HTTP/1.1 404"));
        assert!(get(&address, "/../Cargo.toml").starts_with("HTTP/1.1 4"));
    }

    #[test]
    fn a_taken_port_makes_way_for_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let first = Site::near(folder.path(), 18_180).unwrap();
        let second = Site::near(folder.path(), 18_180).unwrap();
        assert_ne!(first.address().unwrap(), second.address().unwrap());
    }
}
