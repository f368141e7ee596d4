//! The data flow in lines, for comparison with the next audit.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::imports::stable_name;
use crate::report::Flow;
use crate::shipped::Shipped;

/// Lists of the manifest that are flows.
const LISTS: &[&str] = &[
    "egress",
    "storage",
    "reads",
    "state",
    "render_channels",
    "signals",
    "retention",
];

/// Returns uses of scripts, imports of modules, and what manifests declare, sorted.
pub fn flow(shipped: &Shipped) -> Flow {
    let mut lines = BTreeSet::new();
    for script in &shipped.scripts {
        let parts: Vec<_> = script.parts.iter().map(|part| part.name()).collect();
        let parts = parts.join("+");
        lines.extend(script.script.uses.keys().map(|what| format!("use by {parts}: {what}")));
    }
    for module in &shipped.modules {
        let imports = module.imports.iter().map(|import| stable_name(&import.name));
        lines.extend(imports.map(|name| format!("import: {name}")));
    }
    for (_, manifest) in &shipped.manifests {
        for list in LISTS {
            let rows = manifest.get(list).and_then(Value::as_array).into_iter().flatten();
            lines.extend(rows.map(|row| format!("declared {list}: {row}")));
        }
    }
    lines.into_iter().collect()
}
