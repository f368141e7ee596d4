//! What the model says of itself: floor, who was counted, the day until which the log goes.

use shelfwise_intake::log::Support;

use super::Counted;
use crate::model::date;
use crate::model::logs::DAY_MS;
use crate::report::{Finding, Step};

const CLAIM: &str =
    "The model says truly who was counted, by which floor, and until which day, and no time finer than a day.";

/// The least floor that keeps one person out.
const LEAST_FLOOR: u32 = 2;

pub fn step(counted: &Counted<'_>) -> Step {
    let subject = &counted.subject;
    let meta = subject.model.meta();
    let findings = [floor(meta.min_support), who(counted), day(counted)];
    let items = counted.subject.model.items();
    let tried = vec![
        format!("floor {} {}, {items} items", meta.min_support, subject.claimed_who()),
        "counts of visits and people are not in the file; factors of scoring are chosen on the newest visits, and are the same for \
         everybody: what one person changes of them is measured, not traced"
            .to_owned(),
    ];
    Step::tried("meta", CLAIM, tried, findings.into_iter().flatten().collect())
}

fn floor(floor: u32) -> Option<Finding> {
    (floor < LEAST_FLOOR).then(|| {
        let message = format!("the model's floor is {floor}: it publishes what single people did.");
        Finding::new(
            "model.no-floor",
            message,
            "Such a model is for comparison with the literature only. Train with --min-support 2 or more.",
        )
    })
}

fn who(counted: &Counted<'_>) -> Option<Finding> {
    let subject = &counted.subject;
    let (claimed, log) = (subject.claimed_who(), subject.who());
    if claimed == log {
        return None;
    }
    Some(match subject.log.support {
        Support::People => Finding::new(
            "model.sessions-as-people",
            "the model counted sessions, and the log has a person's key: one person with two visits is two supporters."
                .to_owned(),
            "Train with the person's key: --map person=COLUMN.",
        ),
        Support::Sessions => Finding::new(
            "model.other-log",
            "the model says that it counted people, and the log has no person's key.".to_owned(),
            "Give the log that the model was trained on, and name the person's key with --map person=COLUMN.",
        ),
    })
}

fn day(counted: &Counted<'_>) -> Option<Finding> {
    let (claimed, log) = (counted.subject.model.meta().trained_until_ms, counted.subject.log);
    let last = log
        .sessions
        .last()
        .filter(|_| log.is_dated())
        .map_or(0, |session| session.last_ms);
    if claimed.rem_euclid(DAY_MS) != 0 {
        let message = format!(
            "the model's time is {claimed} ms since 1970, which is no whole day: it can be the time of one visit."
        );
        return Some(Finding::new("model.exact-time", message, "Round it down to the day."));
    }
    (claimed != last.div_euclid(DAY_MS) * DAY_MS).then(|| {
        let message = format!(
            "the model's log ends on {}, and the log that was given on {}.",
            date(claimed),
            date(last)
        );
        let advice = "Give the log that the model was trained on, with the same --since, --until and --zone.";
        Finding::new("model.other-log", message, advice)
    })
}
