//! Signals: the items of the visit and of the page, most recent first, as the scorer needs them.

use alloc::vec::Vec;

use crate::item::ItemIndex;
use crate::snapshot::{SIGNALS, Snapshot};
use crate::visit::context::Context;
use crate::visit::event::EventKind;
use crate::visit::session::Session;

/// What an item of an earlier visit weighs, of the weight that it would have at its place in this one. Such items stand
/// behind those of the visit, so that decay makes them weak already wherever the shopper has done something.
const EARLIER: f32 = 0.5;

/// An item that other items are recommended by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal<'a> {
    /// The item, by the store's id.
    pub id: &'a str,
    /// Its index, if the snapshot knows it.
    pub index: Option<ItemIndex>,
    /// Kind of the event; `None` for the page's item without an event.
    pub kind: Option<EventKind>,
    /// Strength of the event.
    pub event_weight: f32,
    /// Strength times the decay of the rank.
    pub weight: f32,
    /// Events of this visit that were about the item; 0 for a page's item with which nothing was done yet.
    pub count: u16,
    /// Whether the item is known from an earlier visit alone.
    pub is_earlier: bool,
}

impl Signal<'_> {
    /// The item comes again, from earlier in the visit: the strongest event counts.
    fn repeat(&mut self, kind: Option<EventKind>, event_weight: f32) {
        if event_weight > self.event_weight || self.kind.is_none() {
            (self.kind, self.event_weight) = (kind, event_weight.max(self.event_weight));
        }
        self.count = self.count.saturating_add(1);
    }
}

/// A signal that is left out, as if its item had no event.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut<'s> {
    /// The store's id of its item.
    pub id: &'s str,
    /// All signals of the same request, whose items need not be looked up again.
    pub known: &'s [Signal<'s>],
}

/// Returns the signals of a request: at most [`SIGNALS`], one for each item, most recent first, but for the one left out.
///
/// An item that comes again counts once, at its most recent place, with the strongest of its events. An item that
/// the shopper hid or muted is no signal, not even on its own page. Items of earlier visits come last, where there is room.
pub fn signals<'a, B: AsRef<[u8]>>(
    snapshot: &Snapshot<B>,
    session: &'a Session,
    context: &Context<'a>,
    now_ms: i64,
    without: Option<LeftOut<'_>>,
) -> Vec<Signal<'a>> {
    let scoring = &snapshot.meta().scoring;
    let mut found: Vec<Signal<'a>> = Vec::with_capacity(SIGNALS);
    let weight = |kind| scoring.event_weight_of(kind);
    let page = context.item.map(|id| (id, None, weight(EventKind::ViewItem), false));
    let own = session
        .recent(now_ms)
        .map(|event| (&*event.item, Some(event.kind), weight(event.kind), false));
    let earlier = session
        .earlier()
        .map(|(kind, fact)| (&*fact.name, Some(kind), EARLIER * weight(kind), true));
    let mut all = page.into_iter().chain(own).chain(earlier);
    let all: &mut dyn Iterator<Item = (&'a str, Option<EventKind>, f32, bool)> = &mut all;
    for (id, kind, event_weight, is_earlier) in all {
        if id.is_empty() || event_weight <= 0.0 || without.is_some_and(|left_out| left_out.id == id) {
            continue;
        }
        let full = found.len() == SIGNALS;
        match found.iter_mut().find(|signal| signal.id == id) {
            Some(_) if is_earlier => {}
            Some(signal) => signal.repeat(kind, event_weight),
            // Items beyond the limit are skipped, but one that is among the signals may still come again.
            None if full || session.is_hidden(id, now_ms) || session.is_muted(id, None, None) => {}
            None => found.push(Signal {
                id,
                index: None,
                kind,
                event_weight,
                weight: 0.0,
                count: u16::from(kind.is_some() && !is_earlier),
                is_earlier,
            }),
        }
    }
    resolve(snapshot, &mut found, without.map_or(&[], |left_out| left_out.known));
    found
}

fn resolve<B: AsRef<[u8]>>(snapshot: &Snapshot<B>, signals: &mut [Signal<'_>], known: &[Signal<'_>]) {
    let ids = snapshot.ids();
    for (signal, decay) in signals.iter_mut().zip(&snapshot.meta().scoring.decay) {
        let known = known.iter().find(|known| known.id == signal.id);
        signal.index = known.map_or_else(|| ids.index_of(signal.id), |known| known.index);
        signal.weight = signal.event_weight * decay;
    }
}
