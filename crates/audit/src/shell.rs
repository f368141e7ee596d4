//! Access of the npm package to anything outside its own memory: one source has it, short enough to be read at once.

use crate::code;

/// Sources of the package.
const SOURCES: &str = "crates/web/js/src/";
/// The one file that loads, starts workers and stores.
const SHELL: &str = "crates/web/js/src/shell.ts";
/// Asks for an address without a network, to be refused: the worker's proof of its own wall.
const PROBE: &str = "crates/web/js/src/probe.ts";
/// The most lines of the shell: a reviewer reads all of it.
const MOST_LINES: usize = 300;
/// What reaches outside: network, storage, other scripts.
const ACCESS: &[&str] = &[
    "fetch(",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "WebTransport",
    "RTCPeerConnection",
    "sendBeacon",
    "importScripts",
    "new Worker",
    "SharedWorker",
    "serviceWorker",
    "BroadcastChannel",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "document.cookie",
    "cookieStore",
    "caches.",
    "navigator.",
    "globalPrivacyControl",
    "doNotTrack",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
];

/// Returns what is wrong, for sources as path and text: a shell that is too long, and access outside of it.
pub fn findings<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let sources = files.filter(|(path, _)| path.starts_with(SOURCES));
    let findings = sources.flat_map(|(path, text)| match path {
        SHELL => too_long(text).into_iter().collect(),
        _ => access(path, text),
    });
    findings.collect()
}

fn too_long(text: &str) -> Option<String> {
    let length = text.lines().count();
    (length > MOST_LINES)
        .then(|| format!("{SHELL}: {length} lines, at most {MOST_LINES}: split it, or move what has no access out"))
}

fn access(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in code::lines(text) {
        let named = ACCESS.iter().filter(|access| line.contains(*access));
        let named = named.filter(|access| path != PROBE || **access != "fetch(");
        found.extend(named.map(|access| format!("{path}:{at}: `{access}`: move it into {SHELL}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        findings(files.iter().copied())
    }

    #[test]
    fn access_outside_the_shell_is_found_with_its_line() {
        let text = "/** No fetch( here. */\n\nconst answer = await fetch(url);";
        let found = found(&[("crates/web/js/src/client.ts", text)]);
        assert!(
            found.len() == 1 && found[0].starts_with("crates/web/js/src/client.ts:3:"),
            "{found:?}"
        );
    }

    #[test]
    fn shell_access_and_the_probes_fetch_pass() {
        let text = "await fetch(url); sessionStorage.clear();";
        assert!(found(&[(SHELL, text)]).is_empty());
        assert_eq!(found(&[(PROBE, text)]).len(), 1);
    }

    #[test]
    fn a_shell_of_more_than_three_hundred_lines_is_found() {
        assert!(found(&[(SHELL, &"\n".repeat(300))]).is_empty());
        assert_eq!(found(&[(SHELL, &"\n".repeat(301))]).len(), 1);
    }
}
