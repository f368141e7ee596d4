//! Access of the npm package to anything outside its own memory: the folder `shell` has it, one file a kind of access, each
//! so short that it is read at once; `dataflow.json` names them.

use crate::code;
use crate::dataflow::ACCESS;

/// Sources of the package.
const SOURCES: &str = "crates/web/js/src/";
/// Files with access to the outside, below [`SOURCES`].
const SHELL: &str = "shell/";
/// The most lines of a file of the shell: a reviewer reads all of it.
const MAX_LINES: usize = 150;
/// Ways out that no source may take.
const NEVER: &[&str] = &[
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "WebTransport",
    "RTCPeerConnection",
    "sendBeacon",
    "importScripts",
    "SharedWorker",
    "serviceWorker",
    "BroadcastChannel",
    "indexedDB",
    "cookie",
    "cookieStore",
    "caches",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "eval(",
    "new Function",
];

/// Returns what is wrong, for sources as path and text: files of the shell that are too long or not declared, and access
/// in a source of which it is not declared.
pub fn findings<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let sources = files.filter_map(|(path, text)| Some((path.strip_prefix(SOURCES)?, text)));
    let findings = sources.flat_map(|(path, text)| {
        let mut found = access(path, text);
        if path.starts_with(SHELL) {
            found.extend(too_long(path, text));
            found.extend(undeclared(path));
        }
        found
    });
    findings.collect()
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > MAX_LINES).then(|| {
        format!("{SOURCES}{path}: {lines} lines, at most {MAX_LINES}: split it, or move what has no access out")
    })
}

fn undeclared(path: &str) -> Option<String> {
    let declared = ACCESS.iter().any(|access| access.covers(path));
    (!declared).then(|| {
        format!(
            "{SOURCES}{path}: no access is declared of it: add it to ACCESS in crates/audit/src/dataflow/declared.rs"
        )
    })
}

fn access(path: &str, text: &str) -> Vec<String> {
    let (own, others): (Vec<_>, Vec<_>) = ACCESS.iter().partition(|access| access.covers(path));
    let is_own = |word: &str| own.iter().any(|access| access.words.contains(&word));
    let mut words: Vec<_> = others.iter().flat_map(|access| access.words).copied().collect();
    words.sort_unstable();
    words.dedup();
    words.retain(|word| !is_own(word));
    let mut found = Vec::new();
    for (at, line) in code::lines(text).filter(|(_, line)| !is_own_import(line)) {
        let named = NEVER.iter().chain(&words).filter(|word| says(line, word));
        found.extend(named.map(|word| format!("{SOURCES}{path}:{at}: `{word}`: move it into {SOURCES}{SHELL}")));
    }
    found
}

/// Whether the line imports a source of our own, whose name may be that of an access.
fn is_own_import(line: &str) -> bool {
    line.starts_with("import ") && line.contains("from \".")
}

/// Whether the line says the word as a whole name. A property of another object is another name, but for `document.cookie`
/// and its like: those are refused wherever they stand.
fn says(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || "_$#".contains(c);
    let is_property = |before: &str| before.ends_with('.') && !before.ends_with("...") && !NEVER.contains(&word);
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let ends = !word.ends_with(is_name) || !after.starts_with(is_name);
        ends && !before.ends_with(is_name) && !is_property(before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let path = format!("{SOURCES}{path}");
        findings([(path.as_str(), text)].into_iter())
    }

    #[test]
    fn egress_outside_the_shell_is_found_with_its_line() {
        let found = found(
            "client.ts",
            "/** No fetch( here. */\n\nconst answer = await fetch(url);",
        );
        assert!(
            found.len() == 1 && found[0].starts_with("crates/web/js/src/client.ts:3:"),
            "{found:?}"
        );
    }

    #[test]
    fn a_global_outside_the_shell_is_found_and_a_property_of_that_name_is_not() {
        assert_eq!(found("client.ts", "const page = globalThis.document;").len(), 1);
        assert_eq!(found("client.ts", "const at = Date.now();").len(), 1);
        assert_eq!(
            found("client.ts", "const text = visit.document; redocument();"),
            [""; 0]
        );
    }

    #[test]
    fn each_file_of_the_shell_has_its_own_access_only() {
        assert_eq!(found("shell/network.ts", "await fetch(url);"), [""; 0]);
        assert_eq!(found("shell/network.ts", "sessionStorage.clear();").len(), 1);
        assert_eq!(found("shell/storage.ts", "sessionStorage.clear();"), [""; 0]);
        assert_eq!(found("shell/storage.ts", "await fetch(url);").len(), 1);
    }

    #[test]
    fn what_nobody_may_use_is_found_in_the_shell_too() {
        assert_eq!(found("shell/page.ts", "document.cookie").len(), 1);
        assert_eq!(found("shell/network.ts", "navigator.sendBeacon(url)").len(), 2);
    }

    #[test]
    fn a_file_of_the_shell_without_a_declaration_is_found() {
        assert_eq!(found("shell/socket.ts", "").len(), 1);
    }

    #[test]
    fn a_file_of_the_shell_beyond_one_sitting_is_found() {
        assert!(found("shell/page.ts", &"\n".repeat(150)).is_empty());
        assert_eq!(found("shell/page.ts", &"\n".repeat(151)).len(), 1);
    }
}
