//! What must not stand in a text: work left undone, folders of one machine, registries.

use crate::tree::Tree;

/// Marks of unfinished work, cut in two so that this file passes its own check.
const UNFINISHED: &[(&str, &str)] = &[
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X:"),
    ("to", "do!("),
    ("unimple", "mented!("),
    ("#[ign", "ore"),
];
/// Promises that nobody can keep, cut in two like the others. What may be said is the claim in docs/consent.md: the
/// server of a shop sees requests for pages and pictures anyway, and memory of a device is read with or without cookies.
const PROMISES: &[(&str, &str)] = &[
    ("never leaves", " your device"),
    ("never leaves", " the device"),
    ("stays on", " your device"),
    ("stays on", " the shopper's device"),
    ("anonym", "ous"),
    ("anonym", "ized"),
    ("consent", "-free"),
    ("no consent", " needed"),
    ("gdpr", " compliant"),
    ("gdpr", "-compliant"),
];
/// Endings of texts that people outside read.
const PUBLISHED: &[&str] = &["md", "html", "json"];
/// Names that were replaced, with the term of the field in their place; only those that are no word of plain English.
/// Cut in two like the others.
const RETIRED: &[(&str, &str, &str)] = &[
    ("Recal", "led", "HistoryEntry"),
    ("Rul", "ing", "PolicyContext"),
    ("Describ", "er", "FeatureExtractor"),
    ("Sight", "ing", "Cooccurrence"),
    ("LivesToo", "Long", "ValidityTooLong"),
    ("--worse", "-because", "--allow-regression"),
    ("--labels-of", "-the-model", "--trust-model-labels"),
    ("pick", ".ts", "validate.ts"),
    ("supply", ".ts", "loader.ts"),
    ("nowasm", ".ts", "noop.ts"),
    ("look", ".rs", "update_check.rs"),
    ("given", ".rs", "arguments.rs"),
    ("meeting", ".rs", "id_overlap.rs"),
    ("hear", "Layer", "listenToLayer"),
    ("into_", "plain", "into_value"),
    ("Goods", "Arguments", "CatalogArguments"),
    ("Held", "File", "CachedFile"),
    ("MOST_", "HELD", "MAX_CACHE_BYTES"),
    ("set_", "volume", "set_session_weight"),
    ("times_", "tell_apart", "times_are_distinct"),
    ("asks_for", "_privacy", "requests_privacy"),
];
/// Endings of sources and documents.
const WRITTEN: &[&str] = &["rs", "ts", "mjs", "js", "md"];
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

/// Promises about privacy that go beyond the claim.
pub fn promises(tree: &Tree) -> Vec<String> {
    let files = tree.ending(PUBLISHED);
    findings_in(files, |line| {
        // An attribute of HTML's, which promises nothing.
        let line = line.to_lowercase().replace("crossorigin=\"anonymous\"", "");
        let promise = PROMISES
            .iter()
            .map(|(a, b)| format!("{a}{b}"))
            .find(|words| line.contains(words))?;
        Some(format!(
            "`{promise}` promises what nobody can keep: see docs/consent.md for the claim"
        ))
    })
}

/// Names that the code does not have any more.
pub fn retired(tree: &Tree) -> Vec<String> {
    findings_in(tree.ending(WRITTEN), |line| {
        let names = RETIRED.iter().map(|(a, b, today)| (format!("{a}{b}"), today));
        let (name, today) = names.into_iter().find(|(name, _)| has_name(line, name))?;
        Some(format!("`{name}` is the old name of `{today}`"))
    })
}

/// Whether the name stands in the line, and not inside of a longer one.
fn has_name(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
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
    findings_in(tree.files(), wrong)
}

fn findings_in<'a>(
    files: impl Iterator<Item = (&'a str, &'a str)>,
    wrong: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
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
    fn promises_are_found_in_what_people_read() {
        let bad = format!("Your data Never Leaves{}.", " Your Device");
        assert_eq!(promises(&Tree::of(&[("docs/a.md", &bad)])).len(), 1);
        assert!(promises(&Tree::of(&[("src/a.rs", &bad)])).is_empty());
        let attribute = format!("<script crossorigin=\"{}{}\">", "anonym", "ous");
        assert!(promises(&Tree::of(&[("a.html", &attribute)])).is_empty());
    }

    #[test]
    fn retired_name_is_found_and_longer_names_are_not() {
        let old = format!("let rule = {}{}::new();", "Rul", "ing");
        let found = retired(&Tree::of(&[("src/a.rs", &old)]));
        assert!(found.len() == 1 && found[0].contains("PolicyContext"), "{found:?}");
        let other = format!("{}{}s of a court", "Rul", "ing");
        assert!(retired(&Tree::of(&[("docs/a.md", &other)])).is_empty());
    }

    #[test]
    fn lock_file_with_a_registry_is_found() {
        let bad = "\"resolved\": \"https://registry.example/a.tgz\"";
        assert_eq!(registries(&Tree::of(&[("tests/package-lock.json", bad)])).len(), 1);
        assert!(registries(&Tree::of(&[("tests/package-lock.json", "\"version\": \"1\"")])).is_empty());
    }
}
