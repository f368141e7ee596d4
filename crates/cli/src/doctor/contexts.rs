//! What context gains: measured by training's own code, for the doctor's report.

use anyhow::Result;
use shelfwise_doctor::contexts::Contexts;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::{Amount, Progress};
use shelfwise_train::tune::context_selection::measure as measure_selection;

use crate::bars::Bars;
use crate::print_line;
use crate::table::{count, percent, text_table};

/// Measures what context gains; `None` if the log is too small, or knows nothing of its visits.
pub fn measure(log: &Log, bars: &Bars) -> Result<Option<Contexts>> {
    bars.start("measuring context", Amount::Unknown);
    let selection = measure_selection(log)?;
    bars.finish();
    Ok(selection.as_ref().map(Contexts::of))
}

/// Prints what context gains.
pub fn print(contexts: &Contexts) {
    let at = contexts.at;
    let (without, with) = (format!("HR@{at} same for all"), format!("HR@{at} in context"));
    let mut rows = text_table(&["first product of a visit, context", "visits", &without, &with, ""]);
    for gain in contexts.facts.iter().chain(&contexts.keys) {
        let (without, with) = (percent(gain.hit_rate_without), percent(gain.hit_rate_with));
        rows.add_row([&gain.name, &count(gain.visits), &without, &with, gain.words()]);
    }
    print_line!("\n{rows}\n{}", contexts.conclusion());
}
