//! Makes the API reference of the npm package, `docs/api.md`, out of the comments in its TypeScript types.

mod declaration;
mod markdown;

/// The types that a storefront sees, from the repository's root.
pub const TYPES: &str = "crates/web/js/src/types.ts";
/// The page that is made of them.
pub const PAGE: &str = "docs/api.md";

/// Returns the page of these types: those of the handle, and those of the contract. Errs with the line of what is not
/// understood.
pub fn page(handle: &str, contract: &str) -> Result<String, String> {
    let mut all = declaration::parse(&without_imports(handle))?;
    all.extend(declaration::parse(contract).map_err(|error| format!("contract: {error}"))?);
    Ok(markdown::render(&all))
}

/// Imports, and types that are handed on, are empty lines: the others keep their numbers.
fn without_imports(source: &str) -> String {
    let (mut out, mut inside) = (String::new(), false);
    for line in source.lines() {
        inside = inside || line.starts_with("import type {") || line.starts_with("export type {");
        out += if inside { "" } else { line };
        out.push('\n');
        inside = inside && !line.contains(" from ");
    }
    out
}
