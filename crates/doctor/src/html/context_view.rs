//! What context gains, as the page shows it.

use serde::Serialize;
use shelfwise_page::words::{percent, thousands};
use shelfwise_train::tune::context_gains::Verdict;

use crate::contexts::{Contexts, Gain};

/// The section about context.
#[derive(Serialize)]
pub struct ContextsView {
    at: usize,
    conclusion: String,
    lists: Vec<GainList>,
}

#[derive(Serialize)]
struct GainList {
    title: &'static str,
    gains: Vec<GainView>,
}

#[derive(Serialize)]
struct GainView {
    name: String,
    class: &'static str,
    word: &'static str,
    share: String,
    visits: String,
    /// Length of the bar, of 100.
    length: f64,
    without: String,
    with: String,
}

impl ContextsView {
    pub fn of(contexts: &Contexts) -> Self {
        let list = |title, gains: &[Gain]| GainList {
            title,
            gains: gains.iter().map(|gain| view(gain, contexts.visits)).collect(),
        };
        let mut lists = vec![
            list("By what is known", &contexts.facts),
            list("By context, the most frequent first", &contexts.keys),
        ];
        lists.retain(|list| !list.gains.is_empty());
        Self {
            at: contexts.at,
            conclusion: contexts.conclusion(),
            lists,
        }
    }
}

fn view(gain: &Gain, visits: u64) -> GainView {
    let share = gain.visits as f64 / visits.max(1) as f64;
    GainView {
        name: gain.name.clone(),
        class: match gain.verdict {
            Verdict::Gains => "good",
            Verdict::Unclear => "",
            Verdict::Loses => "bad",
        },
        word: gain.words(),
        share: percent(share),
        visits: thousands(gain.visits),
        length: 100.0 * share,
        without: percent(gain.hit_rate_without),
        with: percent(gain.hit_rate_with),
    }
}
