//! Evaluates reasons: whether an item really ranks lower without the event that is given as its reason.
//!
//! The check treats the engine as a black box: the visit is replayed without the event, and ranked again.

use serde::Serialize;
use shelfwise_core::{Engine, Policy, RankingRequest, Recommend, Session, Snapshot};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Progress;

use crate::evaluate::replay::replay;

/// Results over the reasons of recommended lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reasoned {
    /// Items shown.
    pub shown: usize,
    /// Items whose first reason is an event of the visit.
    pub with_event: usize,
    /// Items that rank lower, or are not in the list at all, without that event.
    pub lowered: usize,
}

/// Checks the first reason of every item of lists of length `at`, at most `most` lists.
pub fn reasoned<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    at: usize,
    most: usize,
    progress: &dyn Progress,
) -> Reasoned {
    let mut engine = Engine::new(snapshot, Policy::default());
    let mut found = Reasoned::default();
    let request = Recommend {
        limit: at,
        ..Recommend::default()
    };
    replay(log, Some(most), progress, |session, _, _| {
        let shown = order(&mut engine, session, &request);
        let ids: Vec<&str> = shown.iter().map(String::as_str).collect();
        let reasons = engine.reasons(session, RankingRequest::Recommend(&request), &ids);
        found.shown += shown.len();
        for (place, (id, reasons)) in shown.iter().zip(&reasons).enumerate() {
            let Some(evidence) = reasons.first().and_then(|reason| reason.evidence.as_deref()) else {
                continue;
            };
            found.with_event += 1;
            let after = order(&mut engine, &without(session, evidence), &request);
            let after = after.iter().position(|other| other == id);
            found.lowered += usize::from(after.is_none_or(|after| after > place));
        }
    });
    found
}

fn order<B: AsRef<[u8]>>(engine: &mut Engine<B>, session: &Session, request: &Recommend<'_>) -> Vec<String> {
    let slate = engine.recommend(session, request, &mut ());
    slate.items.into_iter().map(|item| item.item_id.into_owned()).collect()
}

fn without(session: &Session, item: &str) -> Session {
    let mut others = Session::new();
    for event in session.events().filter(|event| *event.item != *item) {
        // An event that one session accepted is accepted by another.
        let taken = others.apply(event.kind, &event.item, event.at_ms);
        debug_assert_eq!(taken, Ok(()));
    }
    others
}
