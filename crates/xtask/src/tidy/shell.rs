//! What the npm package does outside of its own memory stands in one file that a person reads in one sitting.

use super::tree::Tree;

/// Sources of the package.
const SOURCES: &str = "crates/web/js/src/";
/// The one file that loads, starts workers and stores.
const SHELL: &str = "crates/web/js/src/shell.ts";
/// Asks for an address without a network, to be refused: the worker's proof of its own wall.
const PROBE: &str = "crates/web/js/src/probe.ts";
/// Longer than this is no more read in one sitting.
const MOST_LINES: usize = 300;
/// What reaches outside: network, storage, other scripts.
const ROADS: &[&str] = &[
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

/// The shell is short, and no other source of the package has a road out.
pub fn is_alone(tree: &Tree) -> Vec<String> {
    let length = tree.text(SHELL).map_or(0, |text| text.lines().count());
    let long =
        (length > MOST_LINES).then(|| format!("{SHELL}: {length} lines, at most {MOST_LINES}: a person reads it"));
    let sources = tree
        .files()
        .filter(|(path, _)| path.starts_with(SOURCES) && *path != SHELL);
    long.into_iter()
        .chain(sources.flat_map(|(path, text)| egress(path, text)))
        .collect()
}

fn egress(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in code(text) {
        let named = ROADS.iter().filter(|egress| line.contains(*egress));
        let named = named.filter(|egress| path != PROBE || **egress != "fetch(");
        found.extend(named.map(|egress| format!("{path}:{at}: `{egress}` belongs into {SHELL}, or nowhere")));
    }
    found
}

/// Lines that are no comment.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(|(_, line)| !["//", "/*", "*"].iter().any(|mark| line.trim_start().starts_with(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_out_beside_the_shell_is_found_with_its_line() {
        let text = "/** No fetch( here. */\n\nconst answer = await fetch(url);";
        let found = is_alone(&Tree::of(&[("crates/web/js/src/client.ts", text)]));
        assert!(
            found.len() == 1 && found[0].starts_with("crates/web/js/src/client.ts:3:"),
            "{found:?}"
        );
    }

    #[test]
    fn the_shell_may_load_and_the_probe_may_ask() {
        let text = "await fetch(url); sessionStorage.clear();";
        assert!(is_alone(&Tree::of(&[(SHELL, text)])).is_empty());
        assert_eq!(is_alone(&Tree::of(&[(PROBE, text)])).len(), 1);
    }

    #[test]
    fn a_shell_beyond_one_sitting_is_found() {
        assert!(is_alone(&Tree::of(&[(SHELL, &"\n".repeat(300))])).is_empty());
        assert_eq!(is_alone(&Tree::of(&[(SHELL, &"\n".repeat(301))])).len(), 1);
    }
}
