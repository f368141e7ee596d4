//! What an event of each kind says: the one configuration that counting and serving share.

use shelfwise_core::EventKind;

/// One view, in the integer units of event_weights.
pub const UNIT: u32 = 16;

/// The strongest event: 16 views.
pub const MAX: u32 = 16 * UNIT;

/// Strength of every kind of event in 1/16 of a view: at 0 the event is not looked at, at 16 it says as much as
/// a view, at 32 twice as much. A pair of events weighs the mean of the two; a signal weighs its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventWeights([u32; EventKind::ALL.len()]);

impl Default for EventWeights {
    /// A view and a click in a list say 1, a wish 1.5, a cart 2, a purchase 3; lists and pages without an item nothing.
    fn default() -> Self {
        let mut event_weights = Self([0; EventKind::ALL.len()]);
        let known = [
            (EventKind::ViewItem, 16),
            (EventKind::SelectItem, 16),
            (EventKind::AddToWishlist, 24),
            (EventKind::AddToCart, 32),
            (EventKind::Purchase, 48),
        ];
        for (kind, event_weight) in known {
            event_weights.set(kind, event_weight);
        }
        event_weights
    }
}

impl EventWeights {
    /// The event_weight of a kind, in 1/16 of a view.
    #[must_use]
    pub const fn of(&self, kind: EventKind) -> u32 {
        self.0[kind as usize]
    }

    /// Sets the event_weight of a kind, at most [`MAX`].
    pub fn set(&mut self, kind: EventKind, event_weight: u32) {
        self.0[kind as usize] = event_weight.min(MAX);
    }

    /// The event_weights as the engine reads them: 1.0 is a view.
    #[must_use]
    pub fn for_scoring(&self) -> [f32; EventKind::ALL.len()] {
        self.0.map(|event_weight| event_weight as f32 / UNIT as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purchase_says_three_times_what_a_view_says() {
        let event_weights = EventWeights::default();
        assert_eq!(event_weights.of(EventKind::ViewItem), UNIT);
        assert_eq!(event_weights.of(EventKind::Purchase), 3 * UNIT);
        assert!((event_weights.for_scoring()[EventKind::Purchase as usize] - 3.0).abs() < f32::EPSILON);
    }

    #[test]
    fn no_event_says_more_than_the_strongest_may() {
        let mut event_weights = EventWeights::default();
        event_weights.set(EventKind::ViewItem, u32::MAX);
        assert_eq!(event_weights.of(EventKind::ViewItem), MAX);
    }
}
