//! The manifest of flows says what the code does.

use super::tree::Tree;
use crate::dataflow;
use crate::imports::ALLOWED;

/// The manifest is the one that the code makes, and the scripts read nothing that it does not declare.
pub fn manifest(tree: &Tree) -> Vec<String> {
    let mut found = dataflow::undeclared(tree.files());
    if let Some(allowed) = tree.text(ALLOWED) {
        found.extend(match dataflow::manifest(allowed) {
            Err(error) => Some(error.to_string()),
            Ok(made) if tree.text(dataflow::FILE) != Some(&made) => Some(format!(
                "{}: the code says something else: run `cargo xtask dataflow`, and read the difference",
                dataflow::FILE
            )),
            Ok(_) => None,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: &str = "__wbg_length: function(arg0) { return arg0.length; }\n  Reads how long a list is.\n";

    #[test]
    fn a_manifest_that_the_code_has_left_behind_is_found() {
        let made = dataflow::manifest(IMPORT).unwrap();
        let with = |manifest: &str| manifest_of(&[(ALLOWED, IMPORT), (dataflow::FILE, manifest)]);
        assert_eq!(with(&made), [""; 0]);
        for changed in [made.replace("events[].item_id", "events[].price"), String::new()] {
            let found = with(&changed);
            assert!(
                found.len() == 1 && found[0].contains("cargo xtask dataflow"),
                "{found:?}"
            );
        }
    }

    fn manifest_of(files: &[(&str, &str)]) -> Vec<String> {
        manifest(&Tree::of(files))
    }
}
