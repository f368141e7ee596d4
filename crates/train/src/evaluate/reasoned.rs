//! Evaluation of reasons: whether an item really stands lower without the event that is said to be its reason.
//!
//! The check is made from outside: a visit without the event is replayed and the engine asked again.

use serde::Serialize;
use shelfwise_core::{Engine, Policy, RankingRequest, Recommend, Session, Snapshot};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Progress;

use crate::evaluate::replay::replay;

/// What was found of the reasons in recommended lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reasoned {
    /// Items shown.
    pub shown: usize,
    /// Those with an event of the visit as their first reason.
    pub with_event: usize,
    /// Those that stand lower, or not in the list at all, once that event is left out.
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
        // What one session took another takes.
        let taken = others.apply(event.kind, &event.item, event.at_ms);
        debug_assert_eq!(taken, Ok(()));
    }
    others
}
