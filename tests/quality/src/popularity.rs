//! Popularity baseline: recommends the items of the most sessions to everybody.

use shelfwise_intake::log::Log;
use shelfwise_train::aggregates::items::count_items;
use shelfwise_train::tables::popularity::{supporters, top};

use crate::peer::Peer;

/// The most popular items, best first.
#[derive(Clone, Debug)]
pub struct Popularity {
    top: Vec<u32>,
}

impl Popularity {
    /// Counts the supporters of every item and keeps the `most` popular.
    #[must_use]
    pub fn train(log: &Log, most: usize) -> Self {
        let top = top(0..log.items.len() as u32, &supporters(&count_items(log, None), 1), most);
        Self { top }
    }
}

impl Peer for Popularity {
    fn name(&self) -> &'static str {
        "popularity"
    }

    fn parameters(&self) -> String {
        "distinct supporters of an item; equals by id".into()
    }

    fn recommend(&mut self, _session: &[u32], at: usize) -> Vec<u32> {
        self.top.iter().take(at).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{log, recommended};

    #[test]
    fn popularity_recommends_items_of_the_most_sessions() {
        let log = log(&[&["milk", "bread"], &["milk"], &["bread", "milk"], &["salt"]]);
        let mut peer = Popularity::train(&log, 2);
        assert_eq!(recommended(&mut peer, &log, &["salt"]), ["milk", "bread"]);
    }
}
