//! Addresses for which something leaves the browser.

/// Schemes of requests to somebody else. What a page has inside (`data:`, `blob:`) and the browser's own pages (`chrome:`,
/// `resource:`) are answered by the browser.
const LEAVING: &[&str] = &["http:", "https:", "ws:", "wss:", "ftp:"];

/// Whether something leaves for an address.
pub fn leaves(url: &str) -> bool {
    LEAVING.iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_browser_itself_do_not_leave() {
        for inside in [
            "data:,x",
            "blob:http://s/1",
            "about:blank",
            "chrome://resources/js/cr.js",
            "resource://gre/x",
        ] {
            assert!(!leaves(inside), "{inside}");
        }
        assert!(leaves("http://s/") && leaves("wss://s/"));
    }
}
