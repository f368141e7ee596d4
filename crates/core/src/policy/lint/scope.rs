//! Where rules hold: at all placements, or at some of them.

use crate::placement::Placement;
use crate::policy::Rule;

/// A placement, or all those that no rule names.
pub type Scope<'a> = Option<&'a str>;

/// Everywhere first, then each placement by itself.
pub fn scopes(placements: &[Placement]) -> impl Iterator<Item = Scope<'_>> {
    core::iter::once(None).chain(placements.iter().map(|placement| Some(placement.name.as_str())))
}

/// Returns whether the rule holds there.
pub fn holds(rule: &Rule, scope: Scope<'_>) -> bool {
    match scope {
        Some(placement) => rule.holds_at(placement),
        None => rule.placements.is_empty(),
    }
}

/// Returns whether there is a placement where both hold.
pub fn overlap(a: &Rule, b: &Rule) -> bool {
    a.placements.is_empty() || b.placements.is_empty() || a.placements.iter().any(|name| b.placements.contains(name))
}

/// Returns whether `wide` holds wherever `narrow` does.
pub fn covers(wide: &Rule, narrow: &Rule) -> bool {
    let names = |name| wide.placements.contains(name);
    wide.placements.is_empty() || (!narrow.placements.is_empty() && narrow.placements.iter().all(names))
}
