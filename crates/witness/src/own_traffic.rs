//! The browser's own requests, told apart from those of pages.
//!
//! Flags and preferences switch most of it off; what is left is marked with its reason, and never dropped. Whatever is not
//! known here counts as the page's.

/// Purposes that Chromium states of its own requests, by the names in its `tools/traffic_annotation/summary/annotations.xml`,
/// with the reason for people.
const CHROMIUM: &[(&str, &str)] = &[
    ("network_time_component", "asks for the time"),
    ("gaia_auth_list_accounts", "asks for accounts of its maker"),
    ("update_client", "looks for updates of its components"),
    ("component_updater_utils", "looks for updates of its components"),
    ("extension_manifest_fetcher", "looks for updates of extensions"),
    ("extension_crx_fetcher", "loads updates of extensions"),
    ("safe_browsing_v4_update", "updates lists of dangerous sites"),
    ("safe_browsing_v5_update", "updates lists of dangerous sites"),
    ("safe_browsing_get_full_hash", "looks up a dangerous site"),
    ("optimization_guide_hints", "asks for hints about pages"),
    ("optimization_guide_model", "looks for models of its maker"),
    ("captive_portal_service", "tries whether there is a network"),
    ("gcm_checkin", "registers for messages of its maker"),
    ("gcm_registration", "registers for messages of its maker"),
    ("metrics_report_uma", "reports its own use"),
    ("chrome_variations_service", "asks for experiments of its maker"),
    (
        "domain_reliability_report_upload",
        "reports failures of its maker's sites",
    ),
    ("privacy_sandbox_attestations", "updates lists of its maker"),
    ("remote_suggestions_provider", "asks for articles to suggest"),
    ("ntp_background", "loads its own start page"),
    ("doh_probe", "tries an encrypted name server"),
];

/// The modulus of Chromium's hash of annotations.
const MODULUS: u64 = 138_003_713;

/// Hosts that Firefox asks for itself.
const FIREFOX: &[(&str, &str)] = &[
    ("services.mozilla.com", "updates settings, lists and add-ons"),
    ("settings.services.mozilla.com", "updates settings"),
    ("cdn.mozilla.net", "loads settings and lists"),
    ("detectportal.firefox.com", "tries whether there is a network"),
    ("mozilla.org", "looks for updates, and opens its own pages"),
    ("mozilla.net", "loads settings and lists"),
    ("mozgcp.net", "loads settings and lists"),
    ("mozaws.net", "reports its own use"),
    ("safebrowsing.googleapis.com", "updates lists of dangerous sites"),
];

/// Why a request is Chromium's own, by the purpose that it states.
pub fn of_chromium(annotation: u64) -> Option<&'static str> {
    let known = CHROMIUM.iter().find(|(name, _)| hash(name) == annotation);
    known.map(|(_, reason)| *reason)
}

/// Why a request is Firefox's own, by the host that it asks.
pub fn of_firefox(host: &str) -> Option<&'static str> {
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let known = FIREFOX
        .iter()
        .find(|(own, _)| host == *own || host.ends_with(&format!(".{own}")));
    known.map(|(_, reason)| *reason)
}

/// The number of an annotation in logs: `net/traffic_annotation/network_traffic_annotation.h`.
fn hash(name: &str) -> u64 {
    name.bytes()
        .fold(0, |hash, byte| (hash * 31 + u64::from(byte)) % MODULUS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_pages_are_not_the_browsers_own() {
        for page in [
            "blink_resource_loader",
            "navigation_url_loader",
            "websocket_stream",
            "favicon_loader",
        ] {
            assert_eq!(of_chromium(hash(page)), None, "{page}");
        }
        // As Chromium 156 wrote them.
        assert_eq!(
            (hash("blink_resource_loader"), hash("update_client")),
            (101_845_102, 54_845_618)
        );
        assert!(of_chromium(54_845_618).is_some());
    }

    #[test]
    fn hosts_are_compared_by_whole_names() {
        assert!(of_firefox("firefox.settings.services.mozilla.com:443").is_some());
        assert_eq!(of_firefox("notmozilla.org"), None);
        assert_eq!(of_firefox("mozilla.org.collector.example:80"), None);
    }
}
