//! The scripts beside their declaration: what they touch of page and browser is declared, and what is declared is touched.

use super::declared::{READS, Read};
use crate::code;

/// Sources of the package.
const SOURCES: &str = "crates/web/js/src/";
/// APIs that read something of shopper, device or page and that are declared nowhere: none may be used.
const FOREIGN: &[&str] = &[
    "indexedDB",
    "document.cookie",
    "cookieStore",
    "document.referrer",
    "geolocation",
    "getBattery",
    "deviceMemory",
    "hardwareConcurrency",
    "connection.effectiveType",
    "languages",
    "getHighEntropyValues",
    "getTimezoneOffset",
    "resolvedOptions",
    "toDataURL",
    "AudioContext",
    "PerformanceObserver",
    "Math.random",
    "randomUUID",
    "getRandomValues",
];

/// What differs, as sentences, for sources as path and text.
pub fn findings<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let sources: Vec<_> = files
        .filter_map(|(path, text)| Some((path.strip_prefix(SOURCES)?, text)))
        .collect();
    if sources.is_empty() {
        return Vec::new();
    }
    let undeclared = sources.iter().flat_map(|(path, text)| in_source(path, text));
    let words = READS
        .iter()
        .flat_map(|read| read.words.iter().map(move |word| (read, word)));
    let idle = words.filter(|(_, word)| {
        !sources
            .iter()
            .any(|(_, text)| code::lines(text).any(|(_, line)| line.contains(**word)))
    });
    let idle = idle.map(|(read, word)| {
        format!(
            "no source says `{word}` any more: take it out of `{}` in dataflow",
            read.api
        )
    });
    undeclared.chain(idle).collect()
}

fn in_source(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in code::lines(text) {
        let foreign = FOREIGN.iter().filter(|word| line.contains(**word));
        found.extend(
            foreign.map(|word| format!("{SOURCES}{path}:{at}: `{word}` is declared nowhere, and should not be read")),
        );
        let words = READS
            .iter()
            .flat_map(|read| read.words)
            .filter(|word| reads_it(line, word));
        let strays = words.filter(|word| {
            !READS
                .iter()
                .any(|read| read.may_be_in(path) && read.words.contains(*word))
        });
        found.extend(strays.map(|word| {
            format!(
                "{SOURCES}{path}:{at}: `{word}` is declared for other sources: declare it, in crates/audit/src/dataflow"
            )
        }));
    }
    found
}

/// Whether the line says the word as a name of its own.
fn reads_it(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(is_name))
}

impl Read {
    fn may_be_in(&self, path: &str) -> bool {
        self.sources.iter().any(|source| path.starts_with(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let path = format!("{SOURCES}{path}");
        let all = findings([(path.as_str(), text)].into_iter());
        all.into_iter().filter(|finding| finding.starts_with(SOURCES)).collect()
    }

    #[test]
    fn what_no_source_may_read_is_found_with_its_line() {
        let found = found("client.ts", "const a = 1;\nconst who = navigator.deviceMemory;");
        assert!(
            found
                .iter()
                .any(|finding| finding.contains("client.ts:2: `deviceMemory`")),
            "{found:?}"
        );
    }

    #[test]
    fn a_declared_read_in_another_source_is_found() {
        assert_eq!(found("shell/storage.ts", "sessionStorage.getItem(NAME)"), [""; 0]);
        assert_eq!(found("client.ts", "sessionStorage.getItem(NAME)").len(), 1);
        assert_eq!(
            found(
                "client.ts",
                "/** Not of sessionStorage. */\nconst a = 1; // nor dataLayer"
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_declaration_that_nothing_uses_any_more_is_found() {
        let path = format!("{SOURCES}client.ts");
        let found = findings([(path.as_str(), "")].into_iter());
        assert!(
            found.iter().any(|finding| finding.contains("`globalPrivacyControl`")),
            "{found:?}"
        );
    }
}
