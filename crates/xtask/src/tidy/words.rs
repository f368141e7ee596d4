//! What must not stand in a text: work left undone, folders of one machine, registries.

use super::tree::Tree;

/// Marks of unfinished work, cut in two so that this file passes its own check.
const UNFINISHED: &[(&str, &str)] = &[
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X:"),
    ("to", "do!("),
    ("unimple", "mented!("),
    ("#[ign", "ore"),
];
/// First folders of absolute paths that only one machine has.
const MACHINE_FOLDERS: &[&str] = &["home", "root", "tmp", "work", "farm", "Users", "mnt"];

/// Words that say that something is not done.
pub fn unfinished(tree: &Tree) -> Vec<String> {
    findings(tree, |line| {
        let mark = UNFINISHED
            .iter()
            .map(|(a, b)| format!("{a}{b}"))
            .find(|mark| line.contains(mark))?;
        Some(format!("`{mark}`: finish it, or open an issue"))
    })
}

/// Absolute paths that exist on one machine only.
pub fn machine_paths(tree: &Tree) -> Vec<String> {
    findings(tree, |line| {
        let folder = MACHINE_FOLDERS.iter().find(|folder| names_folder(line, folder))?;
        Some(format!("a path under /{folder}: no other machine has it"))
    })
}

/// Lock files of npm carry hashes, not the registry that one machine happened to use.
pub fn registries(tree: &Tree) -> Vec<String> {
    let locks = tree.files().filter(|(path, _)| path.ends_with("package-lock.json"));
    let named = locks.filter(|(_, text)| text.contains("\"resolved\": \"http"));
    let mend = "names a registry: write it with `npm install --omit-lockfile-registry-resolved`";
    named.map(|(path, _)| format!("{path}: {mend}")).collect()
}

fn findings(tree: &Tree, wrong: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        for (at, line) in text.lines().enumerate() {
            found.extend(wrong(line).map(|what| format!("{path}:{}: {what}", at + 1)));
        }
    }
    found
}

/// Whether the line has `/folder/` where a path begins, not in the middle of a longer one.
fn names_folder(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    line.match_indices(&path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '}' | '*' | '~' | '>')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_work_is_found_with_its_line() {
        let mark = format!("// {}{} later", "TO", "DO");
        let found = unfinished(&Tree::of(&[("a.rs", &format!("fn a() {{}}\n{mark}"))]));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("a.rs:2: "), "{found:?}");
        assert!(unfinished(&Tree::of(&[("a.rs", "// Todos los productos.")])).is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        let bad = format!("open(\"/{}/me/shop\")", "home");
        assert_eq!(machine_paths(&Tree::of(&[("a.js", &bad)])).len(), 1);
        let good = "[shop](www/home/index.html) https://example.com/home/ ./tmp/ $dir/tmp/ ~/work/";
        assert!(machine_paths(&Tree::of(&[("a.md", good)])).is_empty());
    }

    #[test]
    fn a_lock_file_that_names_a_registry_is_found() {
        let bad = "\"resolved\": \"https://registry.example/a.tgz\"";
        assert_eq!(registries(&Tree::of(&[("tests/package-lock.json", bad)])).len(), 1);
        assert!(registries(&Tree::of(&[("tests/package-lock.json", "\"version\": \"1\"")])).is_empty());
    }
}
