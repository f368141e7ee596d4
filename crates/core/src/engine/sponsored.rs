//! Sponsored slots: items that are chosen by the page alone.

use alloc::vec::Vec;

use crate::policy::{Action, Candidate, PolicyContext, Pool, Verb};
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
    let Some(deepest) = slots.iter().map(|slot| usize::from(slot.directive.amount)).max() else {
        return Vec::new();
    };
    let is_pinned = |item: &Candidate<'_>| {
        let mut others = rules.rules();
        others.any(|(_, rule)| matches!(&rule.action, Action::Pin { item: pinned, .. } if *pinned == item.id))
    };
    let mut pool = Pool::new(rules);
    let order = pool.read(&mut of_page(deepest).into_iter(), deepest);
    let mut placed: Vec<(usize, Candidate<'a>)> = Vec::new();
    for slot in slots {
        let mut fitting = order.clone().take(slot.directive.amount.into());
        for position in &slot.directive.positions {
            let free = |row: usize| {
                let item = pool.item(row).filter(|_| pool.means(slot.place, row))?;
                let is_new = placed.iter().all(|(_, other)| other.id != item.id);
                (is_new && !is_pinned(item) && pool.verdict(row).is_none()).then(|| item.clone())
            };
            let Some(mut item) = fitting.find_map(free) else { break };
            item.rules.push(slot.number);
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
