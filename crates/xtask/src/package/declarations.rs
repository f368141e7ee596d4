//! Checks the package's types, and writes the declarations that shops see: those of the entries, and what they name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::SOURCES;
use crate::process;
use crate::workspace::Workspace;

/// What shops import.
const ENTRIES: &[&str] = &["index", "node", "workerd", "base64", "noop", "auto", "shelf"];
/// The entry that `require` reaches too: its declarations exist in CommonJS's form as well.
const COMMON: &str = "node";

/// Runs the compiler into a folder of its own, and copies into `dist` what the entries reach.
pub fn write(workspace: &Workspace, tools: &Path, all: &Path, dist: &Path) -> Result<()> {
    let mut tsc = Command::new(tools.join("tsc"));
    tsc.args([
        "--project",
        ".",
        "--noEmit",
        "false",
        "--declaration",
        "--emitDeclarationOnly",
        "--stripInternal",
    ]);
    tsc.args(["--rootDir", "src", "--outDir"]).arg(all);
    process::run(tsc.current_dir(workspace.path(SOURCES)))?;
    let mut open: Vec<String> = ENTRIES.iter().map(|entry| (*entry).to_owned()).collect();
    let mut reached = BTreeSet::new();
    while let Some(module) = open.pop() {
        let text = read(all, &module)?;
        if reached.insert(module.clone()) {
            open.extend(named(&text, &module));
            put(dist, &format!("{module}.d.ts"), &text)?;
        }
    }
    write_common(all, dist)
}

/// The compiler takes `.d.cts` for what `require` gives.
fn write_common(all: &Path, dist: &Path) -> Result<()> {
    let text = read(all, COMMON)?;
    for module in named(&text, COMMON) {
        put(dist, &format!("{module}.d.cts"), &read(all, &module)?)?;
    }
    put(dist, &format!("{COMMON}.d.cts"), &text.replace(".js\"", ".cjs\""))
}

fn read(all: &Path, module: &str) -> Result<String> {
    let path = all.join(format!("{module}.d.ts"));
    fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))
}

fn put(dist: &Path, name: &str, text: &str) -> Result<()> {
    let path = dist.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))
}

/// Modules of our own that a declaration names, from the package's root.
fn named(text: &str, from: &str) -> Vec<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let after = |word: &'static str| text.split(word).skip(1).filter_map(|rest| rest.split('"').next());
    let quoted = ["from \"", "import(\"", "import \""].into_iter().flat_map(after);
    let own = quoted.filter(|path| path.starts_with('.') && path.ends_with(".js"));
    own.map(|path| joined(folder, path.trim_end_matches(".js"))).collect()
}

fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_declaration_names_is_found_from_its_own_folder() {
        let text = "/** One \" > \" more. */\nimport { a } from \"./list.js\";\nexport type * from \"../types.js\";";
        assert_eq!(named(text, "elements/place"), ["elements/list", "types"]);
        assert_eq!(named(text, "index"), ["list", "types"]);
    }
}
