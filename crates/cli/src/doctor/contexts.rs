//! What context gains: measured by training's own code, for the doctor's report.

use anyhow::Result;
use shelfwise_doctor::contexts::{Contexts, Gain, MOST_KEYS, Verdict};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::{Amount, Progress};
use shelfwise_train::tune::context_gains::{self, ContextGain};
use shelfwise_train::tune::context_selection::{ContextCandidate, ContextSelection, measure as measure_selection};

use crate::bars::Bars;
use crate::print_line;
use crate::table::{count, percent, text_table};

/// Measures what context gains; `None` if the log is too small, or knows nothing of its visits.
pub fn measure(log: &Log, bars: &Bars) -> Result<Option<Contexts>> {
    bars.start("measuring context", Amount::Unknown);
    let selection = measure_selection(log)?;
    bars.finish();
    Ok(selection.map(|selection| contexts(&selection)))
}

fn contexts(selection: &ContextSelection) -> Contexts {
    let all_as_one = selection.tried.iter().find(|tried| is_of_none(tried));
    Contexts {
        at: selection.without.at,
        visits: all_as_one.map_or(0, |tried| tried.gain.visits),
        taken: selection
            .taken
            .map(|taken| in_words(selection.tried[taken].facts).to_owned()),
        facts: selection
            .best_by_facts()
            .filter(|tried| !is_of_none(tried))
            .map(by_facts)
            .collect(),
        keys: selection.keys.iter().take(MOST_KEYS).map(gain).collect(),
    }
}

fn by_facts(tried: &ContextCandidate) -> Gain {
    Gain {
        name: in_words(tried.facts).to_owned(),
        ..gain(&tried.gain)
    }
}

/// Returns facts as somebody who runs a shop would say them.
fn in_words(facts: &'static str) -> &'static str {
    match facts {
        "time" => "part of the day and weekday",
        "all" => "all of these",
        other => other,
    }
}

fn is_of_none(tried: &ContextCandidate) -> bool {
    tried.facts == "none"
}

fn gain(gain: &ContextGain) -> Gain {
    Gain {
        name: gain.words(),
        visits: gain.visits,
        hit_rate_without: gain.hr_without,
        hit_rate_with: gain.hr_with,
        verdict: match gain.verdict {
            context_gains::Verdict::Gains => Verdict::Gains,
            context_gains::Verdict::Unclear => Verdict::Unclear,
            context_gains::Verdict::Loses => Verdict::Loses,
        },
    }
}

/// Prints what context gains.
pub fn print(contexts: &Contexts) {
    let at = contexts.at;
    let (without, with) = (format!("HR@{at} same for all"), format!("HR@{at} in context"));
    let mut rows = text_table(&["first product of a visit, context", "visits", &without, &with, ""]);
    for gain in contexts.facts.iter().chain(&contexts.keys) {
        let (without, with) = (percent(gain.hit_rate_without), percent(gain.hit_rate_with));
        rows.add_row([&gain.name, &count(gain.visits), &without, &with, gain.verdict.words()]);
    }
    print_line!("\n{rows}\n{}", contexts.conclusion());
}
