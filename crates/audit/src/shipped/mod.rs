//! What a shop ships of Shelfwise, found in its folder by content: names say nothing in a deployed shop.

mod inside;
mod part;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::imports::{self, Import};
use crate::syntax::Script;

pub use self::part::Part;
pub use self::uses::{Stranger, permitted, stale, strangers};

/// Files by their path in the folder, with `/` between names.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Which of the two modules it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModuleKind {
    /// The engine.
    Engine,
    /// What verifies signed releases.
    Releases,
}

/// A WebAssembly module of Shelfwise.
#[derive(Debug)]
pub struct ShippedModule {
    /// The file, or the script that has it inside as base64.
    pub path: String,
    /// Which it is.
    pub kind: ModuleKind,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Everything that it imports.
    pub imports: Vec<Import>,
}

/// A script of Shelfwise.
#[derive(Debug)]
pub struct ShippedScript {
    /// The file.
    pub path: String,
    /// Its length in bytes, without modules that it has inside.
    pub bytes: usize,
    /// What of Shelfwise is in it, as far as it can be told.
    pub parts: BTreeSet<Part>,
    /// What it uses.
    pub script: Script,
}

impl ShippedScript {
    /// Whether it is so long that it must hold code of the shop as well.
    pub fn is_mixed(&self) -> bool {
        self.bytes > self.parts.iter().map(|part| part.most_bytes()).sum::<usize>()
    }
}

/// What was found in a folder.
#[derive(Debug, Default)]
pub struct Shipped {
    /// Scripts of Shelfwise.
    pub scripts: Vec<ShippedScript>,
    /// Modules of Shelfwise.
    pub modules: Vec<ShippedModule>,
    /// Data-flow manifests, by path.
    pub manifests: Vec<(String, Value)>,
    /// Records of signed releases, by their name.
    pub releases: Vec<String>,
    /// Scripts that nothing in them makes Shelfwise's.
    pub other_scripts: usize,
    /// Scripts that could not be parsed, with the reason.
    pub unreadable: Vec<(String, String)>,
}

impl Shipped {
    /// Looks through a folder.
    pub fn find(files: &Files) -> Self {
        let mut shipped = Self::default();
        let mut scripts = Vec::new();
        for (path, bytes) in files {
            if is_script(path) {
                match parse(bytes) {
                    Ok(script) => scripts.push((path, bytes.len(), script)),
                    Err(why) => shipped.unreadable.push((path.clone(), why)),
                }
            } else if let Some(module) = module(path, bytes) {
                shipped.modules.push(module);
            } else if let Some(manifest) = manifest(bytes) {
                shipped.manifests.push((path.clone(), manifest));
            } else if path.rsplit('/').next() == Some(shelfwise_sync::layout::RECORD_PATH) {
                shipped.releases.push(path.clone());
            }
        }
        shipped.take(scripts);
        shipped
    }

    /// Whether anything of Shelfwise was found that runs.
    pub fn is_empty(&self) -> bool {
        self.scripts.is_empty() && self.modules.is_empty()
    }

    /// Keeps the scripts that are Shelfwise's, by their content or because one of those imports them.
    fn take(&mut self, scripts: Vec<(&String, usize, Script)>) {
        let mut parts: BTreeMap<&str, BTreeSet<Part>> = scripts
            .iter()
            .map(|(path, _, script)| (path.as_str(), Part::of(script)))
            .collect();
        // Chunks of chunks: until nothing changes.
        loop {
            let mut more = Vec::new();
            for (path, _, script) in &scripts {
                let own = parts.get(path.as_str()).cloned().unwrap_or_default();
                for import in &script.imports {
                    let target = inside::joined(path, import);
                    more.extend(
                        parts
                            .get_key_value(target.as_str())
                            .map(|(target, _)| (*target, own.clone())),
                    );
                }
            }
            let before: usize = parts.values().map(BTreeSet::len).sum();
            for (target, own) in more {
                let has_own = scripts
                    .iter()
                    .any(|(path, _, script)| path.as_str() == target && !Part::of(script).is_empty());
                if !has_own {
                    parts.entry(target).or_default().extend(own);
                }
            }
            if before == parts.values().map(BTreeSet::len).sum::<usize>() {
                break;
            }
        }
        let parts: BTreeMap<String, BTreeSet<Part>> =
            parts.into_iter().map(|(path, own)| (path.to_owned(), own)).collect();
        for (path, bytes, script) in scripts {
            let mut own = parts.get(path).cloned().unwrap_or_default();
            if own.is_empty() {
                self.other_scripts += 1;
                continue;
            }
            // Also where it stands in a chunk that scripts of Shelfwise import.
            own.extend(Some(Part::Vite).filter(|helper| helper.is_in(&script)));
            self.modules.extend(inside::modules(path, &script));
            self.scripts.push(ShippedScript {
                path: path.clone(),
                bytes: bytes.saturating_sub(inside::length(&script)),
                parts: own,
                script,
            });
        }
    }
}

fn is_script(path: &str) -> bool {
    [".js", ".mjs", ".cjs"].iter().any(|ending| path.ends_with(ending))
}

fn parse(bytes: &[u8]) -> Result<Script, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("it is no UTF-8: {error}"))?;
    Script::parse(text)
}

/// A module of Shelfwise, by the names of its exports.
fn module(path: &str, bytes: &[u8]) -> Option<ShippedModule> {
    let exports = imports::exports(bytes).ok()?;
    let has = |name: &str| exports.iter().any(|export| export == name);
    let kind = if has("engine_new") {
        ModuleKind::Engine
    } else if has("room") && has("take") && exports.len() <= 8 {
        ModuleKind::Releases
    } else {
        return None;
    };
    Some(ShippedModule {
        path: path.to_owned(),
        kind,
        bytes: bytes.to_vec(),
        imports: imports::imports(bytes).ok()?,
    })
}

fn manifest(bytes: &[u8]) -> Option<Value> {
    let value: Value = bytes.starts_with(b"{").then(|| serde_json::from_slice(bytes).ok())??;
    let is_ours = value.get("schema")?.as_str()?.starts_with("shelfwise-dataflow/");
    is_ours.then_some(value)
}

#[cfg(test)]
mod tests;
