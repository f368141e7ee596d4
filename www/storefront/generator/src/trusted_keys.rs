//! What the shop's pages believe: the keys that sign releases, and the hash of the engine.

use std::fs;

use anyhow::{Context as _, Result};

use crate::folder::Folder;

/// The module that says it, in the folder that is served.
const MODULE: &str = "pins.js";
/// The engine's own module, in the same folder.
const ENGINE: &str = "shelfwise/dist/shelfwise_bg.wasm";

/// Writes the module into the folder that is served. `hash` is that of Subresource Integrity.
pub fn write(folder: &Folder, hash: fn(&[u8]) -> String) -> Result<()> {
    let site = folder.site();
    let path = site.join(ENGINE);
    let engine = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
    let keys = folder.public_keys()?.join("\", \"");
    let module = format!(
        "/** Where the signed release is, the keys that are believed, and the engine's hash. Written when the shop was built. */\n\
         export const release = \"{}\";\n\
         export const keys = [\"{keys}\"];\n\
         export const engine = {{ url: \"/{ENGINE}\", integrity: \"{}\" }};\n",
        Folder::RELEASE,
        hash(&engine)
    );
    let path = site.join(MODULE);
    fs::write(&path, module).with_context(|| format!("could not write {}", path.display()))
}
