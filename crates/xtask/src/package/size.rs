//! What a shopper downloads of the package, against the budget.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::bundle::{MODULE, Outputs, RELEASE_MODULE, name_of};
use crate::config::Budget;
use crate::size::Size;

/// What a default page downloads before its first ranking.
const PAGE: &[&str] = &[MODULE, "worker.js", "index.js"];
/// What a page with signed releases downloads besides.
const RELEASE: &[&str] = &[RELEASE_MODULE, "release.js"];
/// Sources of the GA4 adapter.
const ADAPTER: &str = "src/auto";

/// One row of the table: what it is, its bytes, and the most of them after brotli.
struct Row {
    name: String,
    size: Size,
    most: Option<u64>,
}

/// Prints the sizes. Errs when one is past its budget.
pub fn check(dist: &Path, outputs: &Outputs, budget: &Budget) -> Result<()> {
    let rows = rows(dist, outputs, budget)?;
    println!("{:<28}{:>10}{:>10}{:>10}", "bytes", "raw", "brotli", "budget");
    for Row { name, size, most } in &rows {
        let most = most.map(|most| most.to_string()).unwrap_or_default();
        println!("{name:<28}{:>10}{:>10}{most:>10}", size.raw, size.brotli);
    }
    let over: Vec<_> = rows.iter().filter_map(excess).collect();
    if !over.is_empty() {
        bail!("past the budget in wasm-pack.toml: {}", over.join("; "));
    }
    Ok(())
}

fn rows(dist: &Path, outputs: &Outputs, budget: &Budget) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let sums = [
        (PAGE, "engine and shell", budget.package_brotli),
        (RELEASE, "signed releases", budget.release_brotli),
    ];
    for (files, together, most) in sums {
        let files: Vec<_> = files.iter().map(|name| (*name).to_owned()).collect();
        for name in &files {
            rows.push(row(name.clone(), measure(dist, std::slice::from_ref(name))?, None));
        }
        rows.push(row(together.to_owned(), measure(dist, &files)?, Some(most)));
    }
    for name in ["auto.js", "shelf.js"] {
        let files = at_once(name, outputs);
        rows.push(row(
            format!("{name}, {} files", files.len()),
            measure(dist, &files)?,
            None,
        ));
    }
    let own: Vec<_> = at_once("auto.js", outputs)
        .into_iter()
        .filter(|name| is_adapter(name, outputs))
        .collect();
    rows.push(row(
        "auto.js, its own part".into(),
        measure(dist, &own)?,
        Some(budget.auto_brotli),
    ));
    Ok(rows)
}

fn row(name: String, size: Size, most: Option<u64>) -> Row {
    Row { name, size, most }
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
        let bytes = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        sum = sum.plus(Size::of(&bytes)?);
    }
    Ok(sum)
}

fn excess(row: &Row) -> Option<String> {
    let most = row.most.filter(|most| row.size.brotli > *most)?;
    Some(format!(
        "{}: {} bytes, {} too many",
        row.name,
        row.size.brotli,
        row.size.brotli - most
    ))
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
    fn what_is_loaded_at_once_counts_and_what_comes_later_does_not() {
        assert_eq!(at_once("auto.js", &outputs()), ["a.js", "auto.js", "b.js"]);
    }

    #[test]
    fn the_shelfs_files_are_no_part_of_the_adapter() {
        assert!(is_adapter("a.js", &outputs()) && !is_adapter("b.js", &outputs()));
    }

    #[test]
    fn one_byte_too_many_is_named() {
        let size = Size {
            raw: 9,
            gzip: 9,
            brotli: 5,
        };
        assert!(excess(&row("auto.js".into(), size, Some(5))).is_none());
        assert_eq!(
            excess(&row("auto.js".into(), size, Some(4))).unwrap(),
            "auto.js: 5 bytes, 1 too many"
        );
    }
}
