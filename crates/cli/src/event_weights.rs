//! `--event-weight add_to_cart=2`: the weight of each kind of event.

use anyhow::{Context, Result, bail};
use shelfwise_core::EventKind;
use shelfwise_train::event_weights::{EventWeights, MAX, UNIT};

/// Returns the default event_weights, changed by `NAME=VALUE` pairs.
pub fn parse(pairs: &[String]) -> Result<EventWeights> {
    let mut event_weights = EventWeights::default();
    for pair in pairs {
        let (name, value) = pair
            .split_once('=')
            .with_context(|| format!("--event-weight {pair}: write NAME=VALUE, for instance add_to_cart=2"))?;
        let Some(kind) = EventKind::from_name(name) else {
            let known = EventKind::ALL.map(EventKind::name).join(", ");
            bail!("--event-weight {pair}: there is no event `{name}`; there are {known}");
        };
        let views: f64 = value
            .parse()
            .with_context(|| format!("--event-weight {pair}: `{value}` is not a number"))?;
        let units = (views * f64::from(UNIT)).round();
        if !(0.0..=f64::from(MAX)).contains(&units) {
            bail!(
                "--event-weight {pair}: a weight is a number from 0 (the event is left out) to {} (1 is a view)",
                MAX / UNIT
            );
        }
        event_weights.set(kind, units as u32);
    }
    Ok(event_weights)
}
