//! What is audited: a folder, which the sink serves, or an origin, to which alone it passes requests on.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::http::{HeaderValue, Uri};
use shelfwise_serve::Options;

/// What the audited origin is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A folder, served as `shelfwise serve` does.
    Folder(PathBuf),
    /// A folder, with a Content-Security-Policy for every file but the worker's script.
    FolderWithPolicy(PathBuf, String),
    /// An origin such as `https://shop.example`: whatever else a page asks for is recorded and refused.
    Origin(String),
}

/// Host and port that requests may be passed on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `http://host` or `https://host`, with the port where it is not the scheme's own: as browsers write an origin.
    pub origin: String,
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether it speaks TLS, so that the sink sees a tunnel alone.
    pub is_tls: bool,
}

impl Subject {
    /// The origin of an address, to audit that origin.
    ///
    /// # Errors
    /// If it is no address that begins with `http://` or `https://`.
    pub fn origin_of(url: &str) -> Result<Self> {
        Target::of(url).map(|target| Self::Origin(target.origin))
    }

    /// What answers requests for the folder; for an origin nothing does.
    pub(super) fn router(&self) -> Result<Router> {
        let (folder, page_policy) = match self {
            Self::Folder(folder) => (folder, None),
            Self::FolderWithPolicy(folder, policy) => (folder, Some(HeaderValue::try_from(policy)?)),
            Self::Origin(_) => return Ok(Router::new()),
        };
        let options = Options {
            page_policy,
            ..Options::default()
        };
        shelfwise_serve::router(folder, options).with_context(|| format!("cannot serve {}", folder.display()))
    }
}

impl Target {
    /// Parses an address; path and query are not looked at.
    pub fn of(url: &str) -> Result<Self> {
        let uri: Uri = url.parse().with_context(|| format!("{url} is no address"))?;
        let is_tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => bail!("{url} is no address of a page: it begins with http:// or https://"),
        };
        let host = uri
            .host()
            .with_context(|| format!("{url} names no host"))?
            .to_ascii_lowercase();
        let own = if is_tls { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(own);
        let suffix = if port == own { String::new() } else { format!(":{port}") };
        let scheme = if is_tls { "https" } else { "http" };
        Ok(Self {
            origin: format!("{scheme}://{host}{suffix}"),
            host,
            port,
            is_tls,
        })
    }

    /// Whether a URL's host and port, or those of a tunnel, are the target's.
    pub fn is(&self, uri: &Uri) -> bool {
        let own = if self.is_tls { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(own);
        uri.host().is_some_and(|host| host.eq_ignore_ascii_case(&self.host)) && port == self.port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_is_written_as_browsers_do() {
        for (url, origin) in [
            ("https://Shop.example:443/a?b", "https://shop.example"),
            ("http://shop.example:8080/", "http://shop.example:8080"),
        ] {
            assert_eq!(Target::of(url).unwrap().origin, origin);
        }
        for url in ["shop.example", "ftp://shop.example", "https:///x", "dist"] {
            assert!(Target::of(url).is_err(), "{url}");
        }
    }

    #[test]
    fn tunnel_to_another_port_or_host_is_not_the_target() {
        let target = Target::of("https://shop.example/").unwrap();
        assert!(target.is(&"shop.example:443".parse().unwrap()));
        for other in ["shop.example:80", "evil.shop.example:443", "shop.example.evil:443"] {
            assert!(!target.is(&other.parse().unwrap()), "{other}");
        }
    }
}
