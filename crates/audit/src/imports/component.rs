//! What WebAssembly components ask of their host, function by function.

use anyhow::{Context as _, Result, bail};
use wit_component::DecodedWasm;

use super::AllowList;

/// Interfaces that no entry of a list may permit: files, sockets, terminals, and chance that others could foresee.
const FORBIDDEN: [&str; 6] = [
    "wasi:filesystem/",
    "wasi:sockets/",
    "wasi:cli/std",
    "wasi:cli/terminal",
    "wasi:random/insecure",
    "wasi:logging/",
];

/// Returns what differs between the imports of all components, as [`imports`] returns them, and the list.
pub fn findings(imports: &[String], list: &AllowList) -> Vec<String> {
    let mut findings = list.differences(imports);
    findings.extend(forbidden(imports));
    findings
}

fn forbidden(found: &[String]) -> Vec<String> {
    let bad = found
        .iter()
        .filter(|entry| FORBIDDEN.iter().any(|name| entry.contains(name)));
    bad.map(|entry| format!("forbidden, whatever the list says:\n{entry}"))
        .collect()
}

/// Returns one line for each imported interface: the component's name, the interface, its functions that are used.
pub fn imports(component: &str, bytes: &[u8]) -> Result<Vec<String>> {
    let decoded = wit_component::decode(bytes).context("this is not a component")?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_interface_is_found_although_listed() {
        let found = |import: &str| {
            let list = AllowList::parse("imports.allow", &format!("{import}\n  why\n")).unwrap();
            findings(&[import.to_owned()], &list)
        };
        for import in [
            "spin wasi:sockets/tcp@0.2.0: connect",
            "spin wasi:random/insecure-seed@0.3.0: get-insecure-seed",
        ] {
            let found = found(import);
            assert!(found.len() == 1 && found[0].contains("forbidden"), "{found:?}");
        }
        assert!(found("spin wasi:random/random@0.3.0: get-random-u64").is_empty());
    }

    #[test]
    fn bytes_that_are_no_component_are_refused() {
        assert!(imports("spin", &b"no component"[..]).is_err());
    }
}
