//! Positions that rules fill: two for one position, shares that need more than there are.

use alloc::vec::Vec;

use super::conditions::{Meant, directive, may_meet};
use super::{Finding, Placed, RuleError};
use crate::policy::{Action, Verb};

/// Positions that two rules fill; of two pins, `pins` tells.
pub fn taken(rules: &[Placed]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, placed) in rules.iter().enumerate() {
        for position in positions(placed) {
            let is_pin = |placed: &Placed| matches!(placed.rule.action, Action::Pin { .. });
            let mut others = rules.iter().take(at);
            let other = others.find(|other| {
                let both_pin = is_pin(placed) && is_pin(other);
                !both_pin && positions(other).contains(&position) && may_meet(placed, other)
            });
            if let Some(other) = other {
                let by = other.rule.id.clone();
                found.push(Finding::at(placed, RuleError::PositionTaken { position, by }));
            }
        }
    }
    found
}

fn positions(placed: &Placed) -> Vec<u16> {
    match &placed.rule.action {
        Action::Pin { position, .. } => Vec::from([*position]),
        Action::Direct(directive) => directive.positions.clone(),
        _ => Vec::new(),
    }
}

/// Shares that together need more of the first positions than there are.
pub fn shares(rules: &[Placed], meant: &Meant) -> Vec<Finding> {
    let shares: Vec<_> = rules
        .iter()
        .enumerate()
        .filter_map(|(number, placed)| {
            let share = directive(placed).filter(|rule| rule.verb == Verb::Share)?;
            Some((placed, share, meant.of(number)?))
        })
        .collect();
    let mut found = Vec::new();
    for (at, (placed, share, items)) in shares.iter().enumerate() {
        let beside = shares.iter().take(at).filter(|(other, by, others)| {
            let are_apart = !items.iter().zip(*others).any(|(one, other)| *one && *other);
            by.of_first <= share.of_first && may_meet(placed, other) && are_apart
        });
        let others: usize = beside.map(|(_, by, _)| usize::from(by.amount)).sum();
        let (needed, of_first) = (others + usize::from(share.amount), share.of_first);
        if needed > usize::from(of_first) && others > 0 {
            found.push(Finding::at(placed, RuleError::SharesTooLarge { needed, of_first }));
        }
    }
    found
}
