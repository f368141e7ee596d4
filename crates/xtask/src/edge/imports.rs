//! `edge-worker/imports.allow`: what the components may ask of their host, function by function, and why.

use std::fs;

use anyhow::{Context as _, Result, bail};
use wit_component::DecodedWasm;

use super::OUT;
use super::component::Component;
use crate::imports::AllowList;
use crate::workspace::Workspace;

/// The list, from the repository's root.
const FILE: &str = "edge-worker/imports.allow";
/// What no entry of the list may permit: roads to files, sockets, terminals and chance.
const FORBIDDEN: [&str; 6] = [
    "wasi:filesystem/",
    "wasi:sockets/",
    "wasi:cli/std",
    "wasi:cli/terminal",
    "wasi:random/",
    "wasi:logging/",
];

/// Compares the built components with the committed list.
pub fn audit(workspace: &Workspace) -> Result<()> {
    let list = fs::read_to_string(workspace.path(FILE)).with_context(|| format!("could not read {FILE}"))?;
    let list = AllowList::parse_file(FILE, &list)?;
    let mut found = Vec::new();
    for component in Component::ALL {
        let file = workspace.out(OUT).join(component.file());
        let bytes = fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
        found.extend(imports(component.name(), &bytes)?);
    }
    let mut findings = list.differences(&found);
    findings.extend(forbidden(&found));
    if !findings.is_empty() {
        bail!(
            "the components' imports are not as {FILE} has them\n\n{}",
            findings.join("\n\n")
        );
    }
    println!("components: {} interfaces imported, all on the list", found.len());
    Ok(())
}

fn forbidden(found: &[String]) -> Vec<String> {
    let bad = found
        .iter()
        .filter(|entry| FORBIDDEN.iter().any(|name| entry.contains(name)));
    bad.map(|entry| format!("forbidden, whatever the list says:\n{entry}"))
        .collect()
}

/// One line for each interface: which component, which interface, which of its functions.
fn imports(component: &str, bytes: &[u8]) -> Result<Vec<String>> {
    let decoded = wit_component::decode(bytes).context("this is no component")?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        bail!("{component} is a package of interfaces, not a component");
    };
    let world = resolve.worlds.get(world).context("the component has no world")?;
    let functions = |name: &str| {
        let mut interfaces = resolve.interfaces.iter();
        let (_, interface) = interfaces.find(|(id, _)| resolve.id_of(*id).as_deref() == Some(name))?;
        Some(interface.functions.keys().cloned().collect::<Vec<_>>().join(", "))
    };
    let names = world.imports.keys().map(|key| resolve.name_world_key(key));
    let lines = names.map(|name| format!("{component} {name}: {}", functions(&name).unwrap_or_default()));
    Ok(lines.collect())
}
