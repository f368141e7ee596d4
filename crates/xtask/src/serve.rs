//! Serves the demo shop on this machine, as a shop's own server would: right types, and a strict policy on its pages.

use std::path::Path;

use anyhow::{Context as _, Result};
use axum::http::HeaderValue;
use shelfwise_serve::Options;

/// What every page of the shop may do: its own scripts, styles, pictures and requests, and the engine in its worker.
/// No text becomes script, no form goes anywhere, no frame holds it.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; worker-src 'self'; require-trusted-types-for 'script'; \
    trusted-types shelfwise; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A shop with the port that it will be served on.
#[derive(Debug)]
pub struct Site(shelfwise_serve::Site);

impl Site {
    /// Takes the wanted port, or the next free one.
    pub fn near(folder: &Path, port: u16) -> Result<Self> {
        let options = Options {
            page_policy: Some(HeaderValue::from_static(PAGE_POLICY)),
            ..Options::default()
        };
        let site = shelfwise_serve::Site::near(folder, port, options);
        Ok(Self(site.with_context(|| {
            format!("cannot serve {} on port {port} or the next ones", folder.display())
        })?))
    }

    /// Where a browser finds it.
    pub fn address(&self) -> Result<String> {
        Ok(self.0.address()?)
    }

    /// Serves until the process is told to stop.
    pub fn serve(self) -> Result<()> {
        self.0.serve(shelfwise_serve::stopped()).context("the server stopped")
    }
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
    fn pages_are_served_under_the_strict_policy() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.html"), "<p>shop").unwrap();
        std::fs::write(folder.path().join("404.html"), "<p>empty shelf").unwrap();
        let site = Site::near(folder.path(), 18_080).unwrap();
        let address = site.address().unwrap();
        std::thread::spawn(|| site.serve());
        let page = get(&address, "/");
        assert!(
            page.contains("<p>shop") && page.contains("trusted-types shelfwise;"),
            "{page}"
        );
        let gone = get(&address, "/gone");
        assert!(
            gone.starts_with("HTTP/1.1 404") && gone.contains("<p>empty shelf"),
            "{gone}"
        );
    }
}
