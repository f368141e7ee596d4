//! What Chromium is told at its start.

use std::net::SocketAddr;
use std::path::Path;

use super::NET_LOG;
use crate::browser::Options;
use crate::certificate::OwnCertificate;

/// Without a window, without what a first run brings, and with as little traffic of its own as can be switched off.
const QUIET: &[&str] = &[
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,DialMediaRouteProvider,Translate,\
     AutofillServerCommunication,CertificateTransparencyComponentUpdater,InterestFeedContentSuggestions,LensOverlay,\
     PrivacySandboxSettings4,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
];

/// All arguments but the page.
pub fn flags(folder: &Path, sink: SocketAddr, options: &Options) -> Vec<String> {
    let mut flags: Vec<_> = QUIET.iter().map(|&flag| flag.to_owned()).collect();
    let (width, height) = options.window;
    flags.extend([
        "--remote-debugging-port=0".to_owned(),
        format!("--user-data-dir={}", folder.display()),
        format!("--proxy-server={sink}"),
        // Addresses of this machine go through the proxy too.
        "--proxy-bypass-list=<-loopback>".to_owned(),
        format!("--log-net-log={}", folder.join(NET_LOG).display()),
        "--net-log-capture-mode=Everything".to_owned(),
        format!("--window-size={width},{height}"),
    ]);
    if is_root(folder) {
        // Its sandbox refuses to run as root: in containers, where nothing else runs.
        flags.push("--no-sandbox".to_owned());
    }
    flags.extend(options.certificate.iter().map(OwnCertificate::chromium_flag));
    flags.extend(options.arguments.iter().cloned());
    flags
}

/// Whoever made the folder is who starts the browser.
#[cfg(unix)]
fn is_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(folder).is_ok_and(|folder| folder.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_goes_through_the_proxy_too() {
        let flags = flags(
            Path::new("profile"),
            SocketAddr::from(([127, 0, 0, 1], 9)),
            &Options::default(),
        );
        assert!(flags.contains(&"--proxy-server=127.0.0.1:9".to_owned()));
        assert!(flags.contains(&"--proxy-bypass-list=<-loopback>".to_owned()));
    }
}
