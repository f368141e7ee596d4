//! Generates the API reference of the npm package, `docs/api.md`, from the comments in its TypeScript types.

mod declaration;
mod markdown;

/// Path of the public types, relative to the repository's root.
pub const TYPES: &str = "crates/web/js/src/types.ts";
/// Path of the generated page, relative to the repository's root.
pub const PAGE: &str = "docs/api.md";

/// Renders the page from the sources of the handle's and the contract's types. Errs with the line of the first declaration
/// that cannot be parsed.
pub fn page(handle: &str, contract: &str) -> Result<String, String> {
    let mut all = declaration::parse(&without_imports(handle))?;
    all.extend(declaration::parse(contract).map_err(|error| format!("contract: {error}"))?);
    Ok(markdown::render(&all))
}

/// Blanks the lines of imports and re-exports, so that the other lines keep their numbers.
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
