//! What the shop's pages are told of model, rules and engine: where they are, and which bytes they have.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::integrity;

/// The module that says it, in the folder that is served.
const MODULE: &str = "model/artefacts.js";
/// Its exports, each with the file that it names.
const NAMED: [(&str, &str); 3] = [
    ("snapshot", "model/model.swm"),
    ("policy", "model/policy.swp"),
    ("engine", "shelfwise/dist/shelfwise_bg.wasm"),
];

/// Writes the module into the folder that is served.
pub fn write(site: &Path) -> Result<()> {
    let mut module = String::from("/** Files with the hashes of their bytes. Written when the shop was built. */\n");
    for (name, file) in NAMED {
        let path = site.join(file);
        let bytes = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        let integrity = integrity::of(&bytes);
        module += &format!("export const {name} = {{ url: \"/{file}\", integrity: \"{integrity}\" }};\n");
    }
    let path = site.join(MODULE);
    fs::write(&path, module).with_context(|| format!("could not write {}", path.display()))
}
