//! Event weights by kind: one configuration, shared by counting and serving.

use shelfwise_core::EventKind;

/// Weight of one view, in the integer units of event weights.
pub const UNIT: u32 = 16;

/// Maximum weight of an event: 16 views.
pub const MAX: u32 = 16 * UNIT;

/// Weight of every kind of event in 1/16 of a view: an event of weight 0 is ignored, 16 equals a view, 32 counts twice
/// as much. A pair of events has their mean weight; a signal its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventWeights([u32; EventKind::ALL.len()]);

impl Default for EventWeights {
    /// Returns the default weights: 1 for a view and a click in a list, 1.5 for a wish, 2 for a cart, 3 for a purchase;
    /// 0 for lists and pages without an item.
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
    /// Returns the weight of a kind, in 1/16 of a view.
    #[must_use]
    pub const fn of(&self, kind: EventKind) -> u32 {
        self.0[kind as usize]
    }

    /// Sets the weight of a kind, at most [`MAX`].
    pub fn set(&mut self, kind: EventKind, event_weight: u32) {
        self.0[kind as usize] = event_weight.min(MAX);
    }

    /// Returns the weights as the engine reads them: 1.0 is a view.
    #[must_use]
    pub fn for_scoring(&self) -> [f32; EventKind::ALL.len()] {
        self.0.map(|event_weight| event_weight as f32 / UNIT as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purchase_weighs_three_times_a_view() {
        let event_weights = EventWeights::default();
        assert_eq!(event_weights.of(EventKind::ViewItem), UNIT);
        assert_eq!(event_weights.of(EventKind::Purchase), 3 * UNIT);
        assert!((event_weights.for_scoring()[EventKind::Purchase as usize] - 3.0).abs() < f32::EPSILON);
    }

    #[test]
    fn event_weight_is_capped_at_the_maximum() {
        let mut event_weights = EventWeights::default();
        event_weights.set(EventKind::ViewItem, u32::MAX);
        assert_eq!(event_weights.of(EventKind::ViewItem), MAX);
    }
}
