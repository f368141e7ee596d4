//! The map names files that are there: a move without its documents is found.

use std::path::Path;

use crate::tree::Tree;

/// Documents that lead newcomers to files.
const MAPS: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];
/// A path from the root begins with one of these.
const FOLDERS: [&str; 6] = ["crates/", "docs/", "edge-worker/", "scripts/", "tests/", "www/"];
/// Endings of file names; other words with a dot are names of other things.
const ENDINGS: [&str; 9] = [".rs", ".ts", ".mjs", ".md", ".toml", ".json", ".svg", ".sh", ".allow"];

/// Paths between backticks that lead nowhere. A name without its folder has to be somewhere.
pub fn named(tree: &Tree, root: &Path) -> Vec<String> {
    let pages = MAPS.iter().filter_map(|page| Some((*page, tree.text(page)?)));
    let lines = pages.flat_map(|(page, text)| text.lines().enumerate().map(move |(at, line)| (page, at + 1, line)));
    let named = lines.flat_map(|(page, at, line)| line.split('`').skip(1).step_by(2).map(move |path| (page, at, path)));
    let gone = named.filter(|(.., path)| is_path(path) && !root.join(path).exists() && !is_somewhere(tree, path));
    gone.map(|(page, at, path)| format!("{page}:{at}: there is no `{path}`: name the file's new place"))
        .collect()
}

fn is_path(words: &str) -> bool {
    let is_plain = words.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let is_file = ENDINGS
        .iter()
        .any(|ending| words.strip_suffix(ending).is_some_and(|name| !name.is_empty()));
    is_plain && (is_file || words.ends_with('/') || FOLDERS.iter().any(|folder| words.starts_with(folder)))
}

fn is_somewhere(tree: &Tree, path: &str) -> bool {
    let (file, folder) = (format!("/{path}"), format!("/{}/", path.trim_end_matches('/')));
    let mut known = tree.files().map(|(known, _)| format!("/{known}"));
    known.any(|known| known.ends_with(&file) || known.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_that_leads_nowhere_is_found_with_its_line() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("tests/snapshots")).unwrap();
        let text =
            "`crates/a/src/b.rs` `b.rs` `rank/` `tests/snapshots`\n`c.rs`, `crates/x`, `cargo xtask`, `status.error`";
        let files = [
            ("ARCHITECTURE.md", text),
            ("crates/a/src/b.rs", ""),
            ("crates/a/src/rank/d.rs", ""),
        ];
        let found = named(&Tree::of(&files), root.path());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains(":2: there is no `c.rs`") && found[1].contains("`crates/x`"));
    }
}
