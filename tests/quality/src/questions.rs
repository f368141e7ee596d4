//! A test log with the item numbers of the log that a peer was trained on.

use rustc_hash::FxHashMap;
use shelfwise_intake::log::Log;

/// Test sessions with the training log's item numbers; unknown items have numbers beyond them.
#[derive(Clone, Debug)]
pub struct Questions {
    /// The sessions, oldest event first.
    pub sessions: Vec<Vec<u32>>,
}

impl Questions {
    /// Numbers the items of `test` as `train` does.
    #[must_use]
    pub fn new(train: &Log, test: &Log) -> Self {
        let known: FxHashMap<&str, u32> = (0..).zip(&train.items).map(|(n, id)| (id.as_str(), n)).collect();
        let beyond = train.items.len() as u32;
        let number: Vec<u32> = (beyond..)
            .zip(&test.items)
            .map(|(own, id)| known.get(id.as_str()).copied().unwrap_or(own))
            .collect();
        let items = |session: &shelfwise_intake::log::SessionSpan| {
            let clicks = &test.clicks[session.start as usize..session.end as usize];
            clicks.iter().map(|click| number[click.item as usize]).collect()
        };
        Self {
            sessions: test.sessions.iter().map(items).collect(),
        }
    }
}
