//! Makes the API reference of the npm package, `docs/api.md`, out of the comments in its TypeScript types.

mod declaration;
mod markdown;

/// The types that a storefront sees, from the repository's root.
pub const TYPES: &str = "crates/web/js/src/types.ts";
/// The page that is made of them.
pub const PAGE: &str = "docs/api.md";

/// Returns the page of these types. Errs with the line of what is not understood.
pub fn page(types: &str) -> Result<String, String> {
    declaration::parse(types).map(|all| markdown::render(&all))
}
