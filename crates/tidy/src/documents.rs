//! Documents: the format's page belongs to its code, links lead somewhere, the change log has an entry.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::tree::Tree;

/// The document of the snapshot's format.
const FORMAT: &str = "docs/snapshot-format.md";
/// The code that it describes.
const LAYOUT: &str = "crates/core/src/snapshot/layout.rs";
/// Digits of the hash that the document carries: enough against accidents, which is all it is for.
const HASH_DIGITS: usize = 16;

/// Document and layout change together: the document carries the layout's hash.
pub fn format_hash(tree: &Tree) -> Vec<String> {
    let finding = match (tree.text(FORMAT), tree.text(LAYOUT)) {
        (None, None) => None,
        (Some(_), None) => Some(format!("{FORMAT} describes {LAYOUT}, which is not there")),
        (None, Some(_)) => Some(format!("{LAYOUT} has no document: write {FORMAT}")),
        (Some(document), Some(layout)) => hash_finding(document, &hash(layout)),
    };
    finding.into_iter().collect()
}

fn hash_finding(document: &str, hash: &str) -> Option<String> {
    let mend = format!(
        "{FORMAT}: {LAYOUT} changed. Read both, make the document true again, raise the version if old \
         readers would misread new files, and write `{hash}` where the document has the layout's hash"
    );
    (!document.contains(hash)).then_some(mend)
}

fn hash(layout: &str) -> String {
    let digest = Sha256::digest(layout.as_bytes());
    let mut hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.truncate(HASH_DIGITS);
    hex
}

/// The API's reference says what the types say.
pub fn reference(tree: &Tree) -> Vec<String> {
    let (page, types) = (shelfwise_web_reference::PAGE, shelfwise_web_reference::TYPES);
    let Some(source) = tree.text(types) else {
        return vec![format!("{page} is made of {types}, which is not there")];
    };
    let contract = tree.text(shelfwise_contract::FILE).unwrap_or_default();
    let finding = match shelfwise_web_reference::page(source, shelfwise_contract::public(contract)) {
        Err(error) => Some(format!(
            "{types}: {error}: write it as the others are, or teach `crates/web/reference` to read it"
        )),
        Ok(made) if tree.text(page) != Some(&made) => Some(format!(
            "{page}: {types} says something else: run `cargo xtask reference`"
        )),
        Ok(_) => None,
    };
    finding.into_iter().collect()
}

/// The contract between engine and page is the one that the Rust types make.
pub fn contract(tree: &Tree) -> Vec<String> {
    let file = shelfwise_contract::FILE;
    let Some(committed) = tree.text(file) else {
        return vec![format!("{file} is missing: run `cargo xtask contract`")];
    };
    let finding = match shelfwise_contract::typescript() {
        Err(error) => Some(format!("{file}: {error}")),
        Ok(made) if made != committed => Some(format!(
            "{file}: the Rust types make another one: run `cargo xtask contract`, and read the difference"
        )),
        Ok(_) => None,
    };
    finding.into_iter().collect()
}

/// Users read what changed: the log's newest section has at least one entry.
pub fn changelog(tree: &Tree) -> Vec<String> {
    let Some(text) = tree.text("CHANGELOG.md") else {
        return vec!["CHANGELOG.md is missing".into()];
    };
    let newest = text.lines().skip_while(|line| !line.starts_with("## ")).skip(1);
    let mut newest = newest.take_while(|line| !line.starts_with("## "));
    let has_entry = newest.any(|line| line.starts_with("* ") || line.starts_with("- "));
    let finding = (!has_entry).then(|| "CHANGELOG.md: its first section has no entry (`* …` under `## …`)".into());
    finding.into_iter().collect()
}

/// Relative links of Markdown files that lead nowhere under `root`.
pub fn links(tree: &Tree, root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.ending(&["md"]) {
        let folder = root.join(path);
        let folder = folder.parent().unwrap_or(root);
        for (at, target) in relative_links(text) {
            let target = target.split('#').next().unwrap_or(target);
            if !folder.join(target).exists() {
                found.push(format!("{path}:{at}: the link to {target} leads nowhere"));
            }
        }
    }
    found
}

/// Line and target of every link to a file or a section; code blocks hold examples, not links.
pub fn relative_links(text: &str) -> Vec<(usize, &str)> {
    let mut links = Vec::new();
    let mut code = false;
    for (at, line) in text.lines().enumerate() {
        code ^= line.trim_start().starts_with("```");
        if !code {
            links.extend(targets(line).map(|target| (at + 1, target)));
        }
    }
    links
}

fn targets(line: &str) -> impl Iterator<Item = &str> {
    let ends = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next());
    ends.filter(|target| !target.is_empty() && !target.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outdated_reference_is_found() {
        let types = "/** F. */\nexport type A = number;\n";
        let made = shelfwise_web_reference::page(types, "").unwrap();
        let with = |page: &str| {
            reference(&Tree::of(&[
                (shelfwise_web_reference::TYPES, types),
                (shelfwise_web_reference::PAGE, page),
            ]))
        };
        assert!(with(&made).is_empty());
        let found = with(&made.replace("number", "string"));
        assert!(
            found.len() == 1 && found[0].contains("cargo xtask reference"),
            "{found:?}"
        );
    }

    #[test]
    fn changed_layout_requires_its_document() {
        let document = format!("layout: `{}`", hash("const A: u32 = 1;"));
        assert!(format_hash(&Tree::of(&[(FORMAT, &document), (LAYOUT, "const A: u32 = 1;")])).is_empty());
        let found = format_hash(&Tree::of(&[(FORMAT, &document), (LAYOUT, "const A: u32 = 2;")]));
        assert!(found[0].contains(&hash("const A: u32 = 2;")), "{found:?}");
    }

    #[test]
    fn neither_goes_without_the_other() {
        assert_eq!(format_hash(&Tree::of(&[(LAYOUT, "")])).len(), 1);
        assert_eq!(format_hash(&Tree::of(&[(FORMAT, "")])).len(), 1);
    }

    #[test]
    fn changelog_without_an_entry_is_found() {
        assert_eq!(changelog(&Tree::of(&[])).len(), 1);
        assert_eq!(
            changelog(&Tree::of(&[(
                "CHANGELOG.md",
                "# Changes\n## Unreleased\n\n## 0.1.0\n* All."
            )]))
            .len(),
            1
        );
        assert!(changelog(&Tree::of(&[("CHANGELOG.md", "# Changes\n## 0.1.0\n* All.")])).is_empty());
    }

    #[test]
    fn link_to_a_missing_file_is_found_with_its_line() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("here.md"), "").unwrap();
        let text = "[a](here.md#part) [w](https://example.com) [s](#part)\n[b](gone.md)\n```\n[c](example.md)\n```";
        let found = links(&Tree::of(&[("README.md", text)]), root.path());
        assert_eq!(found, ["README.md:2: the link to gone.md leads nowhere"]);
    }
}
