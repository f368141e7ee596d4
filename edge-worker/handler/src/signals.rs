//! Privacy signals of a request: `Sec-GPC` ([Global Privacy Control](https://w3c.github.io/gpc/)) and `DNT`.

use http::HeaderMap;

/// Values that mean no signal: of browsers, of structured fields ([RFC 9651](https://www.rfc-editor.org/rfc/rfc9651)), of scripts.
const NO_SIGNAL: [&str; 8] = ["", "0", "?0", "false", "null", "undefined", "unset", "unspecified"];

/// Returns whether the shopper asks not to be profiled.
///
/// The headers have one value, `1`. Servers and proxies on the way join repeated headers to a list, and write `true` or
/// `?1`; every value that does not mean *no signal* counts as one, so that no mistake on the way costs a shopper's privacy.
pub fn requests_privacy(headers: &HeaderMap) -> bool {
    let values = ["sec-gpc", "dnt"].into_iter().flat_map(|name| headers.get_all(name));
    let mut entries = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    entries.any(is_signal)
}

fn is_signal(entry: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(entry) else { return true };
    let value = text.split(';').next().unwrap_or_default();
    let value = value.trim_matches(|byte: char| byte.is_ascii_whitespace() || byte == '"');
    !NO_SIGNAL.iter().any(|none| value.eq_ignore_ascii_case(none))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asks(name: &'static str, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        requests_privacy(&headers)
    }

    #[test]
    fn signal_is_seen_however_intermediaries_write_it() {
        for value in [
            "1", "1, 1", "1,1", "0, 1", "true", "\"1\"", "?1", "1;q=1", "01", "yes", " 1 ", "\u{e9}",
        ] {
            assert!(asks("sec-gpc", value) && asks("dnt", value), "{value}");
        }
    }

    #[test]
    fn signals_absent_headers_are_none() {
        assert!(!requests_privacy(&HeaderMap::new()));
        for value in ["", "0", "?0", "false", "null", "undefined", "0, 0", "0;q=1"] {
            assert!(!asks("sec-gpc", value) && !asks("dnt", value), "{value}");
        }
    }

    #[test]
    fn signal_in_a_repeated_header_is_seen() {
        let mut headers = HeaderMap::new();
        headers.append("dnt", HeaderValue::from_static("0"));
        headers.append("dnt", HeaderValue::from_static("1"));
        assert!(requests_privacy(&headers));
    }
}
