//! Who may ask the preview's server: the page that it served itself, on this machine.
//!
//! A page of the Internet can send requests to 127.0.0.1, and a name of its own can lead there (DNS rebinding). It knows
//! neither the token, nor can it send the right `Host` or `Origin`.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use axum::http::{HeaderMap, Method, header};

/// Bytes of the token: nobody guesses 128 bits.
const TOKEN_BYTES: usize = 16;

/// What requests must say.
#[derive(Clone, Debug)]
pub struct Guard {
    token: String,
    hosts: [String; 2],
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was sent to another name.
    Host,
    /// A page of another origin sent it.
    Origin,
    /// It does not know the token.
    Token,
}

impl Guard {
    /// Makes a token for a port.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn new(port: u16) -> Result<Self> {
        let mut random = [0; TOKEN_BYTES];
        getrandom::fill(&mut random).context("cannot read random bytes from the operating system")?;
        let mut token = String::with_capacity(2 * TOKEN_BYTES);
        for byte in random {
            // Writing to a string cannot fail.
            let _ = write!(token, "{byte:02x}");
        }
        let hosts = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{port}"));
        Ok(Self { token, hosts })
    }

    /// Returns the address of the page.
    pub fn address(&self) -> String {
        format!("http://{}/{}/", self.hosts[0], self.token)
    }

    /// Returns the path behind the token, without its slash.
    ///
    /// # Errors
    /// [`Refusal`] if the request is not of the page.
    pub fn admit<'p>(&self, method: &Method, path: &'p str, headers: &HeaderMap) -> Result<&'p str, Refusal> {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let is_own = |host: &str| self.hosts.iter().any(|own| own == host);
        if !text(header::HOST).is_some_and(is_own) {
            return Err(Refusal::Host);
        }
        let is_own_origin = |origin: &str| origin.strip_prefix("http://").is_some_and(is_own);
        // Browsers leave `Origin` out where a page reads, and send it where it writes.
        let origin = text(header::ORIGIN);
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        if !origin.map_or(is_read, is_own_origin) {
            return Err(Refusal::Origin);
        }
        let behind = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(self.token.as_str()));
        behind.and_then(|path| path.strip_prefix('/')).ok_or(Refusal::Token)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn admit(guard: &Guard, method: &Method, host: &str, origin: Option<&str>) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        let path = format!("/{}/state", guard.token);
        guard
            .admit(method, &path, &headers)
            .map(|path| assert_eq!(path, "state"))
    }

    #[test]
    fn request_of_the_page_itself_is_admitted() {
        let guard = Guard::new(8000).unwrap();
        assert_eq!(admit(&guard, &Method::GET, "127.0.0.1:8000", None), Ok(()));
        assert_eq!(
            admit(&guard, &Method::POST, "localhost:8000", Some("http://localhost:8000")),
            Ok(())
        );
    }

    #[test]
    fn name_that_leads_to_this_machine_is_refused() {
        let guard = Guard::new(8000).unwrap();
        for host in [
            "evil.example:8000",
            "127.0.0.1",
            "127.0.0.1:8001",
            "127.0.0.1:8000.evil.example",
            "",
        ] {
            assert_eq!(admit(&guard, &Method::GET, host, None), Err(Refusal::Host), "{host}");
        }
    }

    #[test]
    fn page_of_another_origin_is_refused() {
        let guard = Guard::new(8000).unwrap();
        for origin in [
            "https://evil.example",
            "null",
            "http://127.0.0.1:8001",
            "http://127.0.0.1:8000.evil.example",
        ] {
            for method in [Method::GET, Method::POST] {
                assert_eq!(
                    admit(&guard, &method, "127.0.0.1:8000", Some(origin)),
                    Err(Refusal::Origin),
                    "{origin}"
                );
            }
        }
        assert_eq!(
            admit(&guard, &Method::POST, "127.0.0.1:8000", None),
            Err(Refusal::Origin),
            "a form of an old browser"
        );
    }

    #[test]
    fn request_without_the_token_is_refused() {
        let guard = Guard::new(8000).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8000"));
        let longer = format!("/{}0/", guard.token);
        for path in ["/", "//state", "/0123/state", longer.as_str(), ""] {
            assert_eq!(guard.admit(&Method::GET, path, &headers), Err(Refusal::Token), "{path}");
        }
        assert_ne!(guard.token, Guard::new(8000).unwrap().token);
    }
}
