//! Makes the API reference of the npm package, `docs/api.md`, out of the comments in its TypeScript types.

mod declaration;
mod markdown;

/// Returns the page of these types. Errs with the line of what is not understood.
pub fn page(types: &str) -> Result<String, String> {
    declaration::parse(types).map(|all| markdown::render(&all))
}
