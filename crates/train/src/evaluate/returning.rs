//! Returning visits: what the memory of earlier visits is worth for the first list that a visit sees.

use std::collections::HashMap;

use serde::Serialize;
use shelfwise_core::{Day, Engine, EventKind, Grant, MemoryChange, Mode, Recommend, Session, Snapshot, Visit};
use shelfwise_intake::log::{Log, Order, SessionSpan, Support};
use shelfwise_intake::progress::{Amount, Progress};

use super::{PLACEMENT, Places, policy};
use shelfwise_core::CurrentItem;

/// How well the first item of returning visits was predicted, before the visit had any event.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Returning {
    /// Lifetime of a memory in days.
    pub days: u8,
    /// Share of the visits of which anything was remembered.
    pub remembered: f64,
    /// Without memory: by what is popular.
    pub without: Places,
    /// With what was remembered at the beginning of the visit.
    pub with: Places,
}

/// Replays the whole log with the engine's own memory, and ranks the first item of every visit of a known person that began
/// after the model's last day and was not the person's first one.
///
/// Every person grants the memory with the first visit, and again with the first one after it ended, which therefore has
/// none: lifetimes count from the grant. Visits without a person are passed over.
pub fn returning<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    at: usize,
    days: u8,
    progress: &dyn Progress,
) -> Returning {
    let trained_until = Day::of(snapshot.meta().trained_until_ms);
    let mut engine = Engine::new(snapshot, policy(log.order, CurrentItem::Show));
    let mut stored: HashMap<u32, Vec<u8>> = HashMap::new();
    let (mut without, mut with, mut remembered) = (Places::at(at), Places::at(at), 0_usize);
    progress.start("replaying returning visits", Amount::Steps(log.sessions.len() as u64));
    for span in log.sessions.iter().filter(|span| is_of_a_person(log, span)) {
        progress.advance(1);
        let known = stored.get(&span.person);
        let mut visit = Visit::new(Mode::Remembered);
        let kept = known.map(|bytes| visit.remember(&engine, Some(bytes), &MemoryChange::Keep, days, span.last_ms));
        let target = log
            .clicks
            .get(span.start as usize)
            .map(|click| &*log.items[click.item as usize]);
        if let Some(target) = target.filter(|_| known.is_some() && Day::of(span.last_ms) > trained_until) {
            remembered += usize::from(
                visit
                    .session()
                    .memory()
                    .is_some_and(|memory| memory.items().count() > 0),
            );
            without.count(place_of(&mut engine, &Session::new(), span, at, target));
            with.count(place_of(&mut engine, visit.session(), span, at, target));
        }
        let change = if matches!(kept, Some(Ok(_))) {
            MemoryChange::Keep
        } else {
            grant(span.last_ms, days)
        };
        do_all(&mut visit, log, span);
        let known = known.filter(|_| change == MemoryChange::Keep).cloned();
        if let Ok(bytes) = visit.remember(&engine, known.as_deref(), &change, days, span.last_ms) {
            stored.insert(span.person, bytes);
        }
    }
    progress.finish();
    Returning {
        days,
        remembered: remembered as f64 / without.predictions.max(1) as f64,
        without: without.finish(),
        with: with.finish(),
    }
}

fn is_of_a_person(log: &Log, span: &SessionSpan) -> bool {
    log.support == Support::People && log.nobody != Some(span.person)
}

fn grant(at_ms: i64, days: u8) -> MemoryChange {
    let day = Day::of(at_ms);
    MemoryChange::Grant(Grant {
        receipt: day.0.to_string(),
        day,
        days,
    })
}

/// Applies all events of the visit at its end: a log has one time a session.
fn do_all(visit: &mut Visit, log: &Log, span: &SessionSpan) {
    for click in &log.clicks[span.start as usize..span.end as usize] {
        let kind = if log.order == Order::Basket {
            EventKind::AddToCart
        } else {
            click.kind
        };
        // Ids of a log were validated by the intake: they are never empty or too long.
        let taken = visit.track(kind, &[&*log.items[click.item as usize]], span.last_ms);
        debug_assert_eq!(taken, Ok(()));
    }
}

fn place_of<B: AsRef<[u8]>>(
    engine: &mut Engine<B>,
    session: &Session,
    span: &SessionSpan,
    at: usize,
    target: &str,
) -> Option<usize> {
    let request = Recommend {
        placement: PLACEMENT,
        limit: at,
        now_ms: span.last_ms,
        ..Recommend::default()
    };
    let slate = engine.recommend(session, &request, &mut ());
    slate.items.iter().position(|item| item.item_id == target)
}

#[cfg(test)]
mod tests {
    use shelfwise_intake::catalog::Catalog;
    use shelfwise_intake::progress::Silent;

    use super::*;
    use crate::shop::log;
    use crate::train::{Choice, TrainOptions, train};

    /// A day in 2011: what lies near 1970 is no date of a log.
    const SPRING: u32 = 15_100;

    /// Two people who come every day for the same things, and one who comes once.
    fn regulars() -> Log {
        let visits: Vec<&[&str]> = [["milk", "oats"], ["tent", "peg"]]
            .iter()
            .map(|pair| &pair[..])
            .collect();
        let visits: Vec<&[&str]> = visits.iter().copied().cycle().take(12).collect();
        let mut log = log(&visits);
        log.support = Support::People;
        for (at, span) in (0..).zip(&mut log.sessions) {
            span.person = at % 2;
            span.last_ms = Day(SPRING + at / 2).as_ms();
        }
        log
    }

    fn measured(days: u8) -> Returning {
        let mut past = regulars();
        past.sessions.truncate(4);
        let previous = None::<&Snapshot<Vec<u8>>>;
        // Each thing has one person who comes for it.
        let options = TrainOptions {
            min_support: Choice::Fixed(1),
            ..TrainOptions::default()
        };
        let trained = train(&past, &Catalog::default(), previous, &options, &Silent).unwrap();
        returning(Snapshot::open(trained.snapshot).unwrap(), &regulars(), 1, days, &Silent)
    }

    #[test]
    fn memory_finds_what_people_come_back_for() {
        let returning = measured(30);
        assert_eq!((returning.with.predictions, returning.without.predictions), (8, 8));
        assert!(
            returning.remembered > 0.99 && returning.with.hr > returning.without.hr,
            "{returning:?}"
        );
    }

    #[test]
    fn memory_of_a_day_is_over_at_the_next_visit() {
        let returning = measured(1);
        assert!(returning.remembered < 0.01, "{returning:?}");
        assert_eq!(returning.with, returning.without);
    }

    #[test]
    fn log_without_people_has_no_returning_visits() {
        let mut nobody = regulars();
        nobody.support = Support::Sessions;
        let past = regulars();
        let previous = None::<&Snapshot<Vec<u8>>>;
        let trained = train(&past, &Catalog::default(), previous, &TrainOptions::default(), &Silent).unwrap();
        let returning = returning(Snapshot::open(trained.snapshot).unwrap(), &nobody, 1, 30, &Silent);
        assert_eq!(returning.with.predictions, 0);
    }
}
