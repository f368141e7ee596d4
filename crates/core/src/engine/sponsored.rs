//! Sponsored slots: items that are chosen by the page alone.

use alloc::vec::Vec;

use crate::policy::{Action, Candidate, PolicyContext, Verb};
use crate::snapshot::Snapshot;
use crate::visit::context::Context;
use crate::visit::session::Session;
use crate::visit::signal::{Signal, signals};

/// Returns the items of sponsored slots, with their positions from 1: of each rule the best that it means, by the page
/// alone and no further back than its floor. `of_page` gives so many candidates in that order.
pub fn sponsored<'a>(
    rules: &PolicyContext<'_, '_>,
    of_page: &mut dyn FnMut(usize) -> Vec<Candidate<'a>>,
) -> Vec<(usize, Candidate<'a>)> {
    let slots = rules.directives(Verb::Sponsored);
    let Some(deepest) = slots.iter().map(|(_, slot)| usize::from(slot.amount)).max() else {
        return Vec::new();
    };
    let is_pinned = |item: &Candidate<'_>| {
        let mut others = rules.rules();
        others.any(|(_, rule)| matches!(&rule.action, Action::Pin { item: pinned, .. } if *pinned == item.id))
    };
    let order = of_page(deepest);
    let mut placed: Vec<(usize, Candidate<'a>)> = Vec::new();
    for (rule, slot) in slots {
        let mut fitting = order.iter().take(slot.amount.into());
        for position in &slot.positions {
            let is_free = |item: &&Candidate<'a>| {
                let is_new = placed.iter().all(|(_, other)| other.id != item.id);
                is_new && rules.means(slot, item) && !is_pinned(item) && rules.verdict(item).is_none()
            };
            let Some(item) = fitting.find(is_free) else { break };
            let mut item = item.clone();
            item.rules.push(rule);
            placed.push((usize::from(*position), item));
        }
    }
    placed
}

/// Returns the signals of the page alone.
pub fn of_page<'a, B: AsRef<[u8]>>(snapshot: &Snapshot<B>, context: &Context<'a>, now_ms: i64) -> Vec<Signal<'a>> {
    let nobody = Session::new();
    let signals = signals(snapshot, &nobody, context, now_ms, None);
    // Without events only the page's item speaks, whose id is the context's own.
    let of_page = signals.into_iter().filter_map(|signal| {
        Some(Signal {
            id: context.item?,
            ..signal
        })
    });
    of_page.collect()
}
