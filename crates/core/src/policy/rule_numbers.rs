//! The rules that moved an item: few for most items, which then need no memory of their own.

use alloc::vec::Vec;
use core::ops::Deref;

/// How many numbers fit without memory of their own: in the room that a list takes anyway.
const FEW: usize = 7;

/// Positions of rules in the policy, in the order in which they acted.
#[derive(Clone, Debug)]
pub enum RuleNumbers {
    /// So many of these.
    Few(u8, [u16; FEW]),
    /// More.
    Many(Vec<u16>),
}

impl Default for RuleNumbers {
    fn default() -> Self {
        Self::Few(0, [0; FEW])
    }
}

impl RuleNumbers {
    /// Appends a rule.
    pub fn push(&mut self, rule: u16) {
        match self {
            Self::Many(many) => many.push(rule),
            Self::Few(count, few) => match few.get_mut(usize::from(*count)) {
                Some(place) => {
                    *place = rule;
                    *count += 1;
                }
                None => *self = Self::Many(few.iter().copied().chain([rule]).collect()),
            },
        }
    }
}

impl Deref for RuleNumbers {
    type Target = [u16];

    fn deref(&self) -> &[u16] {
        match self {
            Self::Few(count, few) => few.get(..usize::from(*count)).unwrap_or_default(),
            Self::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_numbers_keep_their_order() {
        let mut numbers = RuleNumbers::default();
        let mut expected = Vec::new();
        for rule in 0..20 {
            assert_eq!(*numbers, *expected);
            numbers.push(rule);
            expected.push(rule);
        }
        assert_eq!(*numbers.clone(), *expected);
    }
}
