//! Sources: short files, documented crates, dependencies with a purpose, a core without the standard library.

use crate::tree::Tree;

/// A file this long holds more than one noun.
const MOST_LINES: usize = 500;
/// Endings of what counts as source here.
const SOURCES: &[&str] = &["rs", "js", "mjs", "ts", "css", "html", "py", "sh", "toml"];

/// Says in the head of a file that a command writes it: nobody reads that one from top to bottom.
const MADE: &str = "Made by `cargo xtask ";

/// Files that should be two.
pub fn lengths(tree: &Tree) -> Vec<String> {
    let written = tree
        .ending(SOURCES)
        .filter(|(_, text)| !text.lines().take(5).any(|line| line.contains(MADE)));
    let long = written.map(|(path, text)| (path, text.lines().count()));
    let long = long.filter(|(_, lines)| *lines > MOST_LINES);
    long.map(|(path, lines)| format!("{path}: {lines} lines, at most {MOST_LINES}: split it by nouns"))
        .collect()
}

/// Each crate says in its first line what it is.
pub fn crate_docs(tree: &Tree) -> Vec<String> {
    let roots = tree
        .ending(&["rs"])
        .filter(|(path, _)| path.ends_with("src/lib.rs") || path.ends_with("src/main.rs"));
    let silent = roots.filter(|(_, text)| !text.starts_with("//!"));
    silent
        .map(|(path, _)| format!("{path}: the crate does not say what it is: begin with a `//!` line"))
        .collect()
}

/// Each dependency of the workspace says at the end of its line what it is for.
pub fn dependencies(tree: &Tree) -> Vec<String> {
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    let lines = manifest
        .lines()
        .enumerate()
        .skip_while(|(_, line)| *line != "[workspace.dependencies]")
        .skip(1);
    let lines = lines.take_while(|(_, line)| !line.starts_with('['));
    let named = lines.filter(|(_, line)| line.contains('=') && !line.starts_with('#') && !line.contains("path ="));
    let silent = named.filter(|(_, line)| !line.contains(" # "));
    silent
        .map(|(at, _)| format!("Cargo.toml:{}: say in a comment at the end what this is for", at + 1))
        .collect()
}

/// `core` names nothing of the standard library outside its tests.
pub fn core_without_std(tree: &Tree) -> Vec<String> {
    let files = tree
        .ending(&["rs"])
        .filter(|(path, _)| path.starts_with("crates/core/src/") && !path.ends_with("tests.rs"));
    files
        .flat_map(|(path, text)| std_lines(text).map(move |at| format!("{path}:{at}: core has no `std`")))
        .collect()
}

/// Lines before the tests that are code and name `std`.
fn std_lines(text: &str) -> impl Iterator<Item = usize> {
    let code = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    let code = code.filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.filter(|(_, line)| line.contains("std::") || line.contains("extern crate std"))
        .map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_above_500_lines_is_found() {
        assert!(lengths(&Tree::of(&[("a.rs", &"//\n".repeat(500))])).is_empty());
        let made = format!("/**\n * Made by `cargo xtask contract`.\n{}", "//\n".repeat(500));
        assert!(lengths(&Tree::of(&[("a.ts", &made)])).is_empty());
        let found = lengths(&Tree::of(&[
            ("a.rs", &"//\n".repeat(501)),
            ("a.md", &"a\n".repeat(900)),
        ]));
        assert!(found.len() == 1 && found[0].contains("501"), "{found:?}");
    }

    #[test]
    fn crate_without_documentation_is_found() {
        let tree = Tree::of(&[
            ("a/src/lib.rs", "mod b;"),
            ("b/src/lib.rs", "//! B."),
            ("a/src/b.rs", ""),
        ]);
        assert_eq!(crate_docs(&tree).len(), 1);
    }

    #[test]
    fn dependency_without_a_purpose_is_found_with_its_line() {
        let manifest =
            "[workspace.dependencies]\nown = { path = \"x\" }\na = \"1\" # reads\nb = \"2\"\n\n[profile.dev]\nc = 1";
        let found = dependencies(&Tree::of(&[("Cargo.toml", manifest)]));
        assert!(found.len() == 1 && found[0].starts_with("Cargo.toml:4:"), "{found:?}");
    }

    #[test]
    fn std_in_core_is_found_and_in_its_tests_allowed() {
        let text = "// std::fs would be wrong\nuse std::fs;\n#[cfg(test)]\nmod tests { use std::vec; }";
        let tree = Tree::of(&[
            ("crates/core/src/a.rs", text),
            ("crates/train/src/a.rs", "use std::fs;"),
        ]);
        assert_eq!(core_without_std(&tree), ["crates/core/src/a.rs:2: core has no `std`"]);
    }
}
