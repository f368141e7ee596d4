//! The context key of a request: from its URL, else coarsely from headers and the shop's clock. Nothing finer is read, and
//! what the model does not distinguish is dropped at once.

use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use shelfwise_core::ContextKey;

use crate::config::Config;

/// Headers in which platforms and servers in front of the worker put the two-letter country code.
const COUNTRY: [&str; 2] = ["shelfwise-country", "cf-ipcountry"];

/// The client hint for mobile devices (<https://wicg.github.io/ua-client-hints/#sec-ch-ua-mobile>).
const MOBILE: &str = "sec-ch-ua-mobile";

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Returns the context key of a request that does not name one.
pub fn of(headers: &HeaderMap, config: &Config, now_ms: i64) -> ContextKey {
    let local_ms = now_ms.saturating_add(i64::from(config.utc_offset_minutes) * MINUTE_MS);
    let hour = local_ms.rem_euclid(DAY_MS) / HOUR_MS;
    // 1970-01-01 was a Thursday; days count from Sunday.
    let day = (local_ms.div_euclid(DAY_MS) + 4).rem_euclid(7);
    let language = text(headers, ACCEPT_LANGUAGE.as_str());
    let language = language.split([',', ';']).next().unwrap_or_default().trim();
    let country = COUNTRY
        .into_iter()
        .map(|name| text(headers, name))
        .find(|country| !country.is_empty());
    let (device, country) = (device(headers), country.unwrap_or_default());
    let time = [hour, day].map(|number| number.to_string());
    ContextKey::of([&time[0], &time[1], device, language, country].map(str::as_bytes))
}

/// Returns the device class, by headers that nearly every browser sends.
fn device(headers: &HeaderMap) -> &'static str {
    let agent = text(headers, USER_AGENT.as_str());
    let has = |word: &str| agent.contains(word);
    if has("iPad") || has("Tablet") {
        "tablet"
    } else if text(headers, MOBILE) == "?1" || has("Mobi") {
        "phone"
    } else if agent.is_empty() {
        ""
    } else {
        "desktop"
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday, 2026-01-01, 00:00:01 in London.
    const NOW_MS: i64 = 1_767_225_601_000;

    fn cell(headers: &[(&'static str, &'static str)], utc_offset_minutes: i16) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let config = Config {
            utc_offset_minutes,
            ..Config::default()
        };
        of(&map, &config, NOW_MS).to_string()
    }

    #[test]
    fn context_key_follows_the_shops_clock() {
        assert_eq!(cell(&[], 0), "night,workday,,,");
        assert_eq!(cell(&[], -60), "evening,workday,,,");
        assert_eq!(cell(&[], 330), "night,workday,,,");
        assert_eq!(cell(&[], 13 * 60), "afternoon,workday,,,");
        assert_eq!(
            of(&HeaderMap::new(), &Config::default(), NOW_MS + 2 * DAY_MS).to_string(),
            "night,weekend,,,"
        );
    }

    #[test]
    fn headers_say_device_language_and_country() {
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
        let headers = [
            ("user-agent", phone),
            ("accept-language", "en-GB,en;q=0.9,de;q=0.5"),
            ("cf-ipcountry", "GB"),
        ];
        assert_eq!(cell(&headers, 0), "night,workday,phone,en,GB");
        assert_eq!(
            cell(&[("user-agent", "Mozilla/5.0 (iPad; CPU OS 18_0) Mobile/15E148")], 0),
            "night,workday,tablet,,"
        );
        assert_eq!(
            cell(&[("user-agent", "Mozilla/5.0 (X11; Linux x86_64)")], 0),
            "night,workday,desktop,,"
        );
        let hinted = [
            ("user-agent", "Mozilla/5.0 (Linux; Android 10; K)"),
            ("sec-ch-ua-mobile", "?1"),
        ];
        assert_eq!(cell(&hinted, 0), "night,workday,phone,,");
    }

    #[test]
    fn context_key_invalid_language_or_country_is_absent() {
        for (language, country) in [("*", "XX1"), ("", "T1"), (";q=1", ""), ("12", "g")] {
            let headers = [("accept-language", language), ("cf-ipcountry", country)];
            assert_eq!(cell(&headers, 0), "night,workday,,,", "{language} {country}");
        }
    }
}
