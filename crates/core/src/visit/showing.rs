//! Showings: what the visit holds of an option of content that was shown, clicked or dismissed.
//!
//! They are events of the visit like others, by GA4's names: `view_promotion` and `select_promotion`, with the option's id for an
//! item's. So what is kept, exported and forgotten of them is what the events are.

use crate::visit::event::EventKind;
use crate::visit::session::Session;

/// After so long without a showing, one that was passed over counts half as much, in milliseconds.
const HALF_LIFE_MS: i64 = 10 * 60 * 1000;

/// The most halvings: an option that is passed over again and again keeps 1/64 of its weight.
const MAX_HALVINGS: u32 = 6;

/// The showings of one option in a visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Showings {
    /// How often it was shown.
    pub times: u16,
    /// How often since it was clicked last.
    passed: u32,
    /// When last, in milliseconds since 1970.
    last_ms: Option<i64>,
}

impl Showings {
    /// Returns how long ago it was shown last, in milliseconds; `None` for one that was not shown.
    pub fn age_ms(&self, now_ms: i64) -> Option<i64> {
        self.last_ms.map(|last| now_ms.saturating_sub(last))
    }

    /// Returns how often its weight is halved: once for each showing that was passed over, and once less for each ten minutes
    /// since.
    pub fn halvings(&self, now_ms: i64) -> u32 {
        let rested = self.age_ms(now_ms).unwrap_or_default().max(0) / HALF_LIFE_MS;
        let rested = u32::try_from(rested).unwrap_or(u32::MAX);
        self.passed.saturating_sub(rested).min(MAX_HALVINGS)
    }
}

impl Session {
    /// Returns the showings of an option; none once the visit is over.
    pub(crate) fn showings(&self, id: &str, now_ms: i64) -> Showings {
        let mut showings = Showings::default();
        if self.is_over(now_ms) {
            return showings;
        }
        for event in self.events().filter(|event| *event.item == *id) {
            match event.kind {
                EventKind::ViewPromotion => {
                    showings.times += 1;
                    showings.passed += 1;
                    showings.last_ms = Some(event.at_ms);
                }
                EventKind::SelectPromotion => showings.passed = 0,
                _ => {}
            }
        }
        showings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(events: &[(EventKind, i64)]) -> Session {
        let mut session = Session::new();
        for (kind, minute) in events {
            session.apply(*kind, "hero", minute * 60_000).unwrap();
        }
        session
    }

    #[test]
    fn showings_passed_over_halve_until_a_click_or_a_rest() {
        use EventKind::{SelectPromotion, ViewPromotion};
        let passed = visit(&[(ViewPromotion, 0), (ViewPromotion, 1)]).showings("hero", 60_000);
        assert_eq!((passed.times, passed.halvings(60_000)), (2, 2));
        assert_eq!(passed.halvings(12 * 60_000), 1);
        assert_eq!(passed.halvings(25 * 60_000), 0);
        let clicked = visit(&[(ViewPromotion, 0), (SelectPromotion, 1), (ViewPromotion, 2)]);
        assert_eq!(clicked.showings("hero", 120_000).halvings(120_000), 1);
        assert_eq!(clicked.showings("other", 120_000), Showings::default());
    }

    #[test]
    fn showings_of_a_visit_that_is_over_are_none() {
        let session = visit(&[(EventKind::ViewPromotion, 0)]);
        assert_eq!(session.showings("hero", 31 * 60_000), Showings::default());
    }
}
