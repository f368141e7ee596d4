//! What a shopper downloads of the package, against the budget.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use shelfwise_build::config::{Config, ModuleBudget, ModuleId};

use super::bundle::{MODULE, Outputs, RELEASE_MODULE, name_of};
use crate::size::{self, Row, Size};

/// Sources of the GA4 adapter.
const ADAPTER: &str = "src/auto";

/// Prints the sizes. Errs when one is past its budget.
pub fn check(dist: &Path, outputs: &Outputs, config: &Config) -> Result<()> {
    size::check(&rows(dist, outputs, config)?)
}

fn rows(dist: &Path, outputs: &Outputs, config: &Config) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (id, file) in [(ModuleId::Engine, MODULE), (ModuleId::Release, RELEASE_MODULE)] {
        let module = config.module(id)?;
        let files: Vec<_> = [file.to_owned()].into_iter().chain(module.scripts.clone()).collect();
        for name in &files {
            rows.push(Row::new(name, measure(dist, std::slice::from_ref(name))?, None));
        }
        rows.push(Row::new(
            format!("{file} with its scripts"),
            measure(dist, &files)?,
            Some(module.budget),
        ));
    }
    for name in ["auto.js", "shelf.js"] {
        let files = at_once(name, outputs);
        rows.push(Row::new(
            format!("{name}, {} files", files.len()),
            measure(dist, &files)?,
            None,
        ));
    }
    let auto = at_once("auto.js", outputs);
    let own: Vec<_> = auto.into_iter().filter(|name| is_adapter(name, outputs)).collect();
    let budget = ModuleBudget::Brotli(config.budget.auto_brotli);
    rows.push(Row::new("auto.js, its own part", measure(dist, &own)?, Some(budget)));
    Ok(rows)
}

/// The file and all that it loads at once, but the page's own script.
fn at_once(name: &str, outputs: &Outputs) -> Vec<String> {
    let mut open = vec![name.to_owned()];
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        let imports = outputs
            .get(&name)
            .map(|output| output.imports.as_slice())
            .unwrap_or_default();
        let statements = imports.iter().filter(|import| import.kind == "import-statement");
        let names = statements
            .map(|import| name_of(&import.path))
            .filter(|name| name != "index.js");
        if found.insert(name.clone()) {
            open.extend(names);
        }
    }
    found.into_iter().collect()
}

/// Whether the file holds something of the adapter; what does not is the shelf's, which `auto.js` shares.
fn is_adapter(name: &str, outputs: &Outputs) -> bool {
    outputs
        .get(name)
        .is_some_and(|output| output.inputs.keys().any(|input| input.starts_with(ADAPTER)))
}

fn measure(dist: &Path, names: &[String]) -> Result<Size> {
    let mut sum = Size::default();
    for name in names {
        let path = dist.join(name);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        sum = sum.plus(Size::of(&bytes)?);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> Outputs {
        let report = r#"{
            "auto.js": {"inputs": {"src/auto.ts": {}}, "imports": [
                {"path": "dist/a.js", "kind": "import-statement"}, {"path": "./index.js", "kind": "import-statement"},
                {"path": "dist/lint.js", "kind": "dynamic-import"}]},
            "a.js": {"inputs": {"src/auto/ga4.ts": {}}, "imports": [{"path": "dist/b.js", "kind": "import-statement"}]},
            "b.js": {"inputs": {"src/elements/list.ts": {}}, "imports": []}
        }"#;
        serde_json::from_str(report).unwrap()
    }

    #[test]
    fn size_counts_static_imports_and_no_dynamic_ones() {
        assert_eq!(at_once("auto.js", &outputs()), ["a.js", "auto.js", "b.js"]);
    }

    #[test]
    fn size_of_the_adapter_excludes_the_shelf() {
        assert!(is_adapter("a.js", &outputs()) && !is_adapter("b.js", &outputs()));
    }
}
