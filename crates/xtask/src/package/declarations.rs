//! Checks the package's types, and writes the declarations that shops see: those of the entries, and what they name.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use shelfwise_build::process;
use shelfwise_build::workspace::Workspace;

use super::SOURCES;

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
    for (module, text) in reached(all, ENTRIES)? {
        put(dist, &format!("{module}.d.ts"), &text)?;
    }
    write_common(all, dist)
}

/// The compiler takes `.d.cts` for what `require` gives, and what that names has to be `.d.cts` too.
fn write_common(all: &Path, dist: &Path) -> Result<()> {
    for (module, text) in reached(all, &[COMMON])? {
        put(dist, &format!("{module}.d.cts"), &text.replace(".js\"", ".cjs\""))?;
    }
    Ok(())
}

/// The declarations of the entries and of every module that they name, by module.
fn reached(all: &Path, entries: &[&str]) -> Result<BTreeMap<String, String>> {
    let mut open: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
    let mut reached = BTreeMap::new();
    while let Some(module) = open.pop() {
        if let Entry::Vacant(new) = reached.entry(module) {
            let text = read(all, new.key())?;
            open.extend(named(&text, new.key()));
            new.insert(text);
        }
    }
    Ok(reached)
}

fn read(all: &Path, module: &str) -> Result<String> {
    let path = all.join(format!("{module}.d.ts"));
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

fn put(dist: &Path, name: &str, text: &str) -> Result<()> {
    let path = dist.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
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
    fn import_of_a_declaration_is_resolved_from_its_folder() {
        let text = "/** One \" > \" more. */\nimport { a } from \"./list.js\";\nexport type * from \"../types.js\";";
        assert_eq!(named(text, "elements/place"), ["elements/list", "types"]);
        assert_eq!(named(text, "index"), ["list", "types"]);
    }

    #[test]
    fn common_declarations_name_common_declarations_that_exist() {
        let (all, dist) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let text = |next: &str| format!("export type * from \"./{next}.js\";");
        put(all.path(), "node.d.ts", &text("types")).unwrap();
        put(all.path(), "types.d.ts", &text("contract")).unwrap();
        put(all.path(), "contract.d.ts", &text("types")).unwrap();
        write_common(all.path(), dist.path()).unwrap();
        for (module, next) in [("node", "types"), ("types", "contract"), ("contract", "types")] {
            let written = fs::read_to_string(dist.path().join(format!("{module}.d.cts"))).unwrap();
            assert_eq!(written, format!("export type * from \"./{next}.cjs\";"));
        }
    }
}
