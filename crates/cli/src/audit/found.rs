//! What of Shelfwise was found, for people, and the hashes of its files.

use std::collections::BTreeMap;

use shelfwise_audit::shipped::{Files, ModuleKind, Shipped};
use shelfwise_sync::sha256;

/// What of Shelfwise is in the folder, for people.
pub fn found(shipped: &Shipped) -> Vec<String> {
    let scripts = shipped.scripts.iter().map(|script| {
        let parts: Vec<_> = script.parts.iter().map(|part| part.title()).collect();
        format!("{}: {}", script.path, parts.join(" and "))
    });
    let modules = shipped.modules.iter().map(|module| match module.kind {
        ModuleKind::Engine => format!("{}: the engine", module.path),
        ModuleKind::Releases => format!("{}: the module for signed releases", module.path),
    });
    let manifests = shipped
        .manifests
        .iter()
        .map(|(path, _)| format!("{path}: a data-flow manifest"));
    let releases = shipped.releases.iter().map(|path| format!("{path}: a signed release"));
    let others = (shipped.other_scripts > 0)
        .then(|| format!("{} other scripts, which are not looked at", shipped.other_scripts));
    scripts
        .chain(modules)
        .chain(manifests)
        .chain(releases)
        .chain(others)
        .collect()
}

/// SHA-256 of what was looked at.
pub fn hashes(shipped: &Shipped, all: &Files) -> BTreeMap<String, String> {
    let scripts = shipped.scripts.iter().map(|script| &script.path);
    let modules = shipped.modules.iter().map(|module| &module.path);
    let manifests = shipped.manifests.iter().map(|(path, _)| path);
    let paths = scripts.chain(modules).chain(manifests).chain(&shipped.releases);
    let hash = |path: &String| all.get(path).map(|bytes| (path.clone(), hex(&sha256(bytes))));
    paths.filter_map(hash).collect()
}

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
