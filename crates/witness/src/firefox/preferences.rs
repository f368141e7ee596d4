//! Preferences of Firefox's profile.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::browser::Options;

/// What Firefox asks for itself, switched off as far as it can be.
const QUIET: &[(&str, &str)] = &[
    ("app.normandy.enabled", "false"),
    ("app.update.enabled", "false"),
    ("app.update.disabledForTesting", "true"),
    ("browser.newtabpage.enabled", "false"),
    ("browser.region.network.url", "\"\""),
    ("browser.safebrowsing.downloads.remote.enabled", "false"),
    ("browser.safebrowsing.malware.enabled", "false"),
    ("browser.safebrowsing.phishing.enabled", "false"),
    ("browser.search.update", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("browser.startup.homepage", "\"about:blank\""),
    ("browser.startup.page", "0"),
    ("browser.topsites.contile.enabled", "false"),
    ("datareporting.healthreport.uploadEnabled", "false"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("dom.push.connection.enabled", "false"),
    ("extensions.getAddons.cache.enabled", "false"),
    ("extensions.systemAddon.update.enabled", "false"),
    ("extensions.update.enabled", "false"),
    ("media.gmp-manager.updateEnabled", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    ("network.http.http3.enable", "false"),
    ("network.trr.mode", "5"),
    ("services.settings.server", "\"data:,#remote-settings-dummy/v1\""),
    ("toolkit.telemetry.enabled", "false"),
    ("toolkit.telemetry.server", "\"\""),
    ("toolkit.telemetry.unified", "false"),
    ("trailhead.firstrun.branches", "\"nofirstrun-empty\""),
];

/// The file `user.js`: the sink as proxy for everything, loopback too.
pub fn text(sink: SocketAddr, options: &Options) -> String {
    let mut text = String::new();
    for (name, value) in QUIET {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "user_pref(\"{name}\", {value});");
    }
    let host = sink.ip().to_string();
    let proxy = [
        ("network.proxy.type", json!(1)),
        ("network.proxy.http", json!(host)),
        ("network.proxy.http_port", json!(sink.port())),
        ("network.proxy.ssl", json!(host)),
        ("network.proxy.ssl_port", json!(sink.port())),
        ("network.proxy.no_proxies_on", json!("")),
        ("network.proxy.allow_hijacking_localhost", json!(true)),
        ("network.proxy.failover_direct", json!(false)),
    ];
    let own = options
        .preferences
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()));
    for (name, value) in proxy.into_iter().chain(own) {
        let _ = writeln!(text, "user_pref({}, {value});", Value::from(name));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_goes_through_the_proxy_and_own_preferences_come_last() {
        let options = Options {
            preferences: vec![("a.b".to_owned(), json!(true))],
            ..Options::default()
        };
        let text = text(SocketAddr::from(([127, 0, 0, 1], 9)), &options);
        assert!(
            text.contains("user_pref(\"network.proxy.allow_hijacking_localhost\", true);"),
            "{text}"
        );
        assert!(
            text.contains("user_pref(\"network.proxy.ssl_port\", 9);") && text.ends_with("user_pref(\"a.b\", true);\n")
        );
    }
}
