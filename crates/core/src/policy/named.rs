//! Which rules name an item by its id: found by a hash, so that an item that no rule names costs one look-up.

use alloc::vec::Vec;

use super::{Action, Policy, Rule, Selector};

/// The ids that rules name, in a hash table with chains. 12 to 20 bytes an id, whose text stays in its rule.
#[derive(Debug, Default)]
pub struct NamedItems {
    /// By hash: 1 + the number of the last entry, or 0. A power of two of them, or none.
    heads: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    hash: u32,
    rule: u16,
    /// 1 + the number of the next entry of the chain, or 0.
    next: u32,
}

impl NamedItems {
    /// Enters every id that a rule names. O(bytes of the ids).
    pub fn new(policy: &Policy) -> Self {
        let ids = || {
            (0..)
                .zip(&policy.rules)
                .flat_map(|(number, rule)| ids_of(rule).map(move |id| (number, id)))
        };
        let mut named = Self::default();
        let count = ids().count();
        if count > 0 {
            named.heads.resize(count.next_power_of_two(), 0);
        }
        for (rule, id) in ids() {
            let hash = hash(id);
            named.entries.push(Entry { hash, rule, next: 0 });
            let last = named.entries.len() as u32;
            let place = hash as usize & (named.heads.len() - 1);
            if let (Some(head), Some(entry)) = (named.heads.get_mut(place), named.entries.last_mut()) {
                entry.next = core::mem::replace(head, last);
            }
        }
        named
    }

    /// Tells the rules that name an id, by their positions in the policy: each once, and some that name another id of
    /// the same hash.
    pub fn find(&self, id: &str, mut tell: impl FnMut(u16)) {
        if self.heads.is_empty() {
            return;
        }
        let hash = hash(id);
        let mut next = self
            .heads
            .get(hash as usize & (self.heads.len() - 1))
            .copied()
            .unwrap_or_default();
        while let Some(entry) = next.checked_sub(1).and_then(|at| self.entries.get(at as usize)) {
            if entry.hash == hash {
                tell(entry.rule);
            }
            next = entry.next;
        }
    }
}

/// Returns whether a rule names an id. O(log ids).
#[inline(never)]
pub fn names(rule: &Rule, id: &str) -> bool {
    let (own, listed) = named_by(rule);
    own == Some(id) || listed.binary_search_by(|listed| listed.as_str().cmp(id)).is_ok()
}

fn ids_of(rule: &Rule) -> impl Iterator<Item = &str> {
    let (own, listed) = named_by(rule);
    own.into_iter().chain(listed.iter().map(|id| &**id))
}

/// Returns the item that a rule is about, and those that it lists, in ascending order.
fn named_by(rule: &Rule) -> (Option<&str>, &[alloc::string::String]) {
    match &rule.action {
        Action::Hide { what, items } => {
            let own = match what {
                Selector::Item(id) => Some(&**id),
                Selector::Category(_) | Selector::Brand(_) => None,
            };
            (own, items.as_deref().unwrap_or_default())
        }
        Action::Direct(directive) => (None, directive.items.as_deref().unwrap_or_default()),
        Action::Exclude(_) | Action::Cap { .. } | Action::Pin { .. } => (None, &[]),
    }
}

/// Returns a hash of an id by its length, its first and its last eight bytes: a step each, however long the id is. Ids
/// that differ in between alone are told apart by their texts.
fn hash(id: &str) -> u32 {
    let bytes = id.as_bytes();
    let (first, last) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (0, bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))),
    };
    // The high bits of a product depend on all bits of the factor.
    let mix = |word: u64| word.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mix(mix(first).rotate_left(32) ^ last ^ bytes.len() as u64) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Condition;
    use alloc::string::String;

    #[test]
    fn named_items_are_found_with_their_rules() {
        let hide = |what, items: Option<&[&str]>| Rule {
            id: "rule".into(),
            placements: Vec::new(),
            condition: Condition::default(),
            action: Action::Hide {
                what,
                items: items.map(|items| items.iter().copied().map(String::from).collect()),
            },
        };
        let rules = Vec::from([
            hide(Selector::Item("jam".into()), None),
            hide(Selector::Brand("Alm".into()), Some(&["brie", "jam", "milk"])),
        ]);
        let policy = Policy {
            rules,
            ..Policy::default()
        };
        let named = NamedItems::new(&policy);
        let expected: [(&str, &[u16]); 4] = [("jam", &[1, 0]), ("milk", &[1]), ("tea", &[]), ("Alm", &[])];
        for (id, expected) in expected {
            let mut found = Vec::new();
            named.find(id, |rule| found.push(rule));
            assert_eq!(found, expected, "{id}");
            assert!(found.iter().all(|rule| names(&policy.rules[usize::from(*rule)], id)));
        }
        NamedItems::new(&Policy::default()).find("jam", |_| panic!("nobody names it"));
    }
}
