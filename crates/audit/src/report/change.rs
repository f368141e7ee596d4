//! What changed in the data flow from one audit to the next.

use std::collections::BTreeSet;

use super::Report;

/// Returns lines that came and went, with `+` and `-` in front.
pub fn changes(last: &Report, now: &Report) -> Vec<String> {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (last.flow.iter().collect(), now.flow.iter().collect());
    let came = after.difference(&before).map(|line| format!("+ {line}"));
    let went = before.difference(&after).map(|line| format!("- {line}"));
    came.chain(went).collect()
}
