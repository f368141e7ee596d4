//! The manifest of flows is the one that the code makes, and scripts touch nothing else.

use shelfwise_audit::imports::AllowList;
use shelfwise_audit::{dataflow, shell};

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

/// Only the shell has access to network, storage and other scripts.
pub fn shell(tree: &Tree) -> Vec<String> {
    shell::findings(tree.files())
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: &str = "__wbg_length: function(arg0) { return arg0.length; }\n  Reads how long a list is.\n";

    #[test]
    fn an_outdated_manifest_is_found() {
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
}
