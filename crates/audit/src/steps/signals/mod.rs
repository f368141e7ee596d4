//! `signals`: Global Privacy Control, Do Not Track and consent lower the mode, whenever they arrive.

mod cases;

use super::Effort;
use super::trials::{self, Judged};
use crate::lab::{Looked, PAGE, Page, Plan, Trial, Visit};
use crate::report::Step;

use self::cases::{Case, Moment, Said, cases};

const NAME: &str = "signals";
const CLAIM: &str =
    "Global Privacy Control, Do Not Track, consent and the shopper lower the mode, whenever they arrive.";

/// The plan: every case on one page, one after the other.
pub fn plan(effort: Effort) -> Plan {
    let acts = cases(effort).iter().flat_map(Case::acts).collect();
    Plan {
        name: NAME.to_owned(),
        pages: vec![Page::new(PAGE, acts)],
    }
}

/// Runs the step.
pub fn step(trials: &[Trial<Visit>], subject: &str, effort: Effort) -> Step {
    trials::step(NAME, CLAIM, subject, trials, |visit| judge(visit, effort))
}

fn judge(visit: &Visit, effort: Effort) -> Judged {
    let mut judged = Judged::default();
    let cases = cases(effort);
    let looks: Vec<Looked> = visit.of("look");
    judged.tried.push(format!(
        "{} orders of arrival of signals, consent and the shopper's own choice, {} of which must lower the mode",
        looks.len(),
        cases.iter().filter(|case| !case.expected().0).count()
    ));
    if looks.len() != cases.len() {
        judged.blind.push(format!(
            "{} of {} cases were carried out: {}",
            looks.len(),
            cases.len(),
            visit.thrown().join("; ")
        ));
        return judged;
    }
    for (case, look) in cases.iter().zip(&looks) {
        let (may, events) = case.expected();
        let kept: Vec<_> = look
            .dump
            .stored
            .iter()
            .map(|stored| format!("{}.{}", stored.place, stored.key))
            .collect();
        // Consent that is pending does not delete what an earlier page has kept: it is not touched at all.
        let may_stay = matches!(case.said, Said::Consent("pending", _)) && case.moment == Moment::BeforeLoad;
        let advice = "Signals are read before every event and every order, and what forbids the visit drops it.";
        if !may && (look.mode == "session" || look.events > 0) {
            let what = format!(
                "{}: the mode is {}, and {} events are held",
                case.words(),
                look.mode,
                look.events
            );
            judged.find("signals.ignored", what, advice);
        } else if !may && !kept.is_empty() && !may_stay {
            judged.find(
                "signals.kept",
                format!("{}: {} is kept", case.words(), kept.join(", ")),
                advice,
            );
        } else if may && (look.mode != "session" || look.events != events) {
            let what = format!(
                "{}: the mode is {} with {} events, expected session with {events}",
                case.words(),
                look.mode,
                look.events
            );
            judged.find(
                "signals.differs",
                what,
                "What is said now holds from now on: no more, and no less.",
            );
        }
    }
    judged
}

#[cfg(test)]
mod tests;
