//! The page's own facts, known without any shopper: what `contextual` mode may read.

use crate::visit::context_key::ContextKey;

/// What the page shows. Nothing of it identifies a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context<'a> {
    /// The item whose page this is; it counts as the most recent signal.
    pub item: Option<&'a str>,
    /// The category whose page this is, levels joined by ` > `; the back-off speaks from it first.
    pub category: Option<&'a str>,
    /// Time, device, language and country, as coarsely as cells have them; the back-off speaks from it.
    pub cell: ContextKey,
}
