//! Serves a folder on 127.0.0.1, as a shop's own server would: right types, a strict policy, nothing cached while one
//! tries things.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// How many ports after the wanted one are tried: enough for a handful of other servers.
const PORTS_TRIED: u16 = 20;

/// What every page of the shop may do: its own scripts, styles, pictures and requests, and the engine in its worker.
/// No text becomes script, no form goes anywhere, no frame holds it.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; worker-src 'self'; require-trusted-types-for 'script'; \
    trusted-types shelfwise; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The script that the engine runs in, and what it may do: compile, and nothing else.
const WORKER: &str = "/shelfwise/dist/worker.js";
const WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'";

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
    let page = ServeDir::new(folder).not_found_service(ServeFile::new(folder.join("404.html")));
    let pages = Router::new().fallback_service(page).layer(policy(PAGE_POLICY));
    let worker = ServeFile::new(folder.join(WORKER.trim_start_matches('/')));
    let workers = Router::new().route_service(WORKER, worker).layer(policy(WORKER_POLICY));
    pages
        .merge(workers)
        .layer(header(header::CACHE_CONTROL, "no-cache"))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
}

fn policy(text: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    header(header::CONTENT_SECURITY_POLICY, text)
}

fn header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
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
        let page = get(&address, "/");
        assert!(
            page.contains("<p>shop") && page.contains("trusted-types shelfwise;"),
            "{page}"
        );
        assert!(get(&address, "/gone").starts_with("HTTP/1.1 404"));
        assert!(get(&address, "/../Cargo.toml").starts_with("HTTP/1.1 4"));
    }

    #[test]
    fn the_worker_has_a_policy_of_its_own_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("shelfwise/dist")).unwrap();
        std::fs::write(folder.path().join("shelfwise/dist/worker.js"), "0").unwrap();
        let site = Site::near(folder.path(), 18_280).unwrap();
        let address = site.address().unwrap();
        std::thread::spawn(|| site.serve());
        let worker = get(&address, WORKER);
        let policies = worker.matches("content-security-policy").count();
        assert!(
            policies == 1 && worker.contains(WORKER_POLICY) && worker.contains("javascript"),
            "{worker}"
        );
    }

    #[test]
    fn an_address_that_the_shop_does_not_have_gets_a_page_that_says_so() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("404.html"), "<p>empty shelf").unwrap();
        let site = Site::near(folder.path(), 18_380).unwrap();
        let address = site.address().unwrap();
        std::thread::spawn(|| site.serve());
        let page = get(&address, "/gone");
        assert!(
            page.starts_with("HTTP/1.1 404") && page.contains("<p>empty shelf"),
            "{page}"
        );
    }

    #[test]
    fn a_taken_port_makes_way_for_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let first = Site::near(folder.path(), 18_180).unwrap();
        let second = Site::near(folder.path(), 18_180).unwrap();
        assert_ne!(first.address().unwrap(), second.address().unwrap());
    }
}
