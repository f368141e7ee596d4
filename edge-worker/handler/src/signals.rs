//! Privacy signals of a request: `Sec-GPC` and `DNT`.

use http::HeaderMap;

/// Whether the shopper asks not to be profiled. Only `1` is a signal; everything else is none.
pub fn asks_for_privacy(headers: &HeaderMap) -> bool {
    let is_set = |name: &str| headers.get_all(name).iter().any(|value| value.as_bytes() == b"1");
    is_set("sec-gpc") || is_set("dnt")
}
