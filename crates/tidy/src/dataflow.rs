//! The manifest of flows is the one that the code makes, its documents are those of the manifest, and scripts touch
//! nothing else.

use shelfwise_audit::imports::AllowList;
use shelfwise_audit::{dataflow, documents, shell};

use crate::tree::Tree;

/// The manifest is the one that the code makes, and the scripts read nothing that it does not declare.
pub fn manifest(tree: &Tree) -> Vec<String> {
    let mut found = dataflow::undeclared(tree.files());
    if let Some(allowed) = tree.text(dataflow::IMPORTS) {
        let made = AllowList::parse(dataflow::IMPORTS, allowed).and_then(|list| dataflow::manifest(&list));
        found.extend(match made {
            Err(error) => Some(error.to_string()),
            Ok(made) if tree.text(dataflow::FILE) != Some(&made) => Some(format!(
                "{}: the code makes another one: run `cargo xtask dataflow`, and read the difference",
                dataflow::FILE
            )),
            Ok(_) => None,
        });
    }
    found
}

/// The documents for a privacy team are those that the committed manifest makes.
pub fn made_documents(tree: &Tree) -> Vec<String> {
    let Some(manifest) = tree.text(dataflow::FILE) else {
        return Vec::new();
    };
    let parsed = serde_json::from_str(manifest).map_err(anyhow::Error::from);
    match parsed.and_then(|manifest| documents::documents(&manifest)) {
        Err(error) => vec![format!("{}: {error:#}", dataflow::FILE)],
        Ok(made) => {
            let path = |name| format!("{}/{name}", documents::FOLDER);
            let outdated = made
                .iter()
                .filter(|document| tree.text(&path(document.name)) != Some(&document.text));
            let advice = |document: &documents::Document| {
                let path = path(document.name);
                format!("{path}: the manifest makes another one: run `cargo xtask dataflow`")
            };
            outdated.map(advice).collect()
        }
    }
}

/// Only the shell has access to network, storage and other scripts.
pub fn shell(tree: &Tree) -> Vec<String> {
    shell::findings(tree.files())
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: &str = "__wbg_length: function(arg0) { return arg0.length; }\n  Reads how long a list is.\n";

    #[test]
    fn outdated_manifest_is_found() {
        let made = dataflow::manifest(&AllowList::parse(dataflow::IMPORTS, IMPORT).unwrap()).unwrap();
        let with = |committed: &str| manifest(&Tree::of(&[(dataflow::IMPORTS, IMPORT), (dataflow::FILE, committed)]));
        assert_eq!(with(&made), [""; 0]);
        for changed in [made.replace("events[].item_id", "events[].price"), String::new()] {
            let found = with(&changed);
            assert!(
                found.len() == 1 && found[0].contains("cargo xtask dataflow"),
                "{found:?}"
            );
        }
    }

    #[test]
    fn outdated_document_is_found() {
        let manifest = dataflow::manifest(&AllowList::parse(dataflow::IMPORTS, IMPORT).unwrap()).unwrap();
        let documents = documents::documents(&serde_json::from_str(&manifest).unwrap()).unwrap();
        let paths: Vec<_> = documents
            .iter()
            .map(|document| format!("docs/{}", document.name))
            .collect();
        let files = |changed: &'static str| -> Vec<String> {
            let texts = documents.iter().map(|document| match document.name {
                name if name == changed => "changed",
                _ => &document.text,
            });
            let files = paths.iter().map(String::as_str).zip(texts);
            let all: Vec<_> = files.chain([(dataflow::FILE, &*manifest)]).collect();
            made_documents(&Tree::of(&all))
        };
        assert_eq!(files(""), [""; 0]);
        for document in &documents {
            let found = files(document.name);
            assert!(found.len() == 1 && found[0].contains(document.name), "{found:?}");
        }
    }
}
