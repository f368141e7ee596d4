//! The draws of a page, a visit and a device.

use alloc::vec::Vec;

use super::{Allocation, Experiment, Unit, tag};

/// Random bytes that a host hands in at a time: two for each draw.
pub const ENTROPY_BYTES: usize = 16;

/// The most layers with an experiment: the holdout has the first two bytes.
pub const MAX_LAYERS: usize = ENTROPY_BYTES / 2 - 1;

/// The most draws that hold at a time: of the layers, the holdout and the report.
pub const MAX_DRAWS: usize = MAX_LAYERS + 2;

/// One draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The key of its layer, [`HOLDOUT_KEY`](tag::HOLDOUT_KEY) or [`REPORT_KEY`](tag::REPORT_KEY).
    pub layer: u16,
    /// How long it holds; the holdout's is kept wherever something is.
    pub unit: Unit,
    /// The draw.
    pub value: u16,
}

/// The draws that hold now: at most one a layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draws(pub Vec<Draw>);

impl Draws {
    /// Returns the draw of a layer.
    #[must_use]
    pub fn get(&self, layer: u16) -> Option<u16> {
        let draw = self.0.iter().find(|draw| draw.layer == layer)?;
        Some(draw.value)
    }

    /// Sets a draw: what was drawn before for that layer gives way.
    pub fn set(&mut self, draw: Draw) {
        self.retain(&|known| known.layer != draw.layer);
        self.0.push(draw);
    }

    /// Returns what is kept with a visit or a device: the draws of that unit, and the holdout's, which holds as long as anything
    /// does.
    pub(crate) fn kept_with(&self, unit: Unit) -> impl Iterator<Item = Draw> {
        let draws = self.0.iter().copied();
        draws
            .filter(move |draw| draw.unit == unit || draw.layer == tag::HOLDOUT_KEY)
            .map(move |draw| Draw { unit, ..draw })
    }

    /// Drops the draws of layers that there are no more.
    pub(crate) fn prune(&mut self, allocation: &Allocation) {
        let is_known = |layer| layer >= tag::HOLDOUT_KEY || allocation.layers.iter().any(|known| known.key == layer);
        self.retain(&|draw| is_known(draw.layer));
    }

    /// Keeps these alone. Not generic: one copy of the code for all that asks.
    #[inline(never)]
    pub(crate) fn retain(&mut self, keeps: &dyn Fn(&Draw) -> bool) {
        self.0.retain(keeps);
    }

    /// Returns whether a draw is missing that [`complete`](Self::complete) would make.
    #[must_use]
    pub fn is_incomplete(&self, allocation: &Allocation, now_ms: i64, may_draw: impl Fn(Unit) -> bool) -> bool {
        wanted(allocation, now_ms).any(|(_, layer, unit)| may_draw(unit) && self.get(layer).is_none())
    }

    /// Makes the draws that are missing at a time, of units that may be drawn here. The bytes of those that are there are not used: a
    /// release with one more layer changes none of the others.
    pub fn complete(
        &mut self,
        allocation: &Allocation,
        now_ms: i64,
        may_draw: impl Fn(Unit) -> bool,
        entropy: &[u8; ENTROPY_BYTES],
    ) {
        let (values, _) = entropy.as_chunks::<2>();
        for (place, layer, unit) in wanted(allocation, now_ms) {
            if let Some(value) = values.get(place)
                && may_draw(unit)
                && self.get(layer).is_none()
            {
                let value = u16::from_le_bytes(*value);
                self.0.push(Draw { layer, unit, value });
            }
        }
    }
}

/// Returns what is drawn, each with its place among the draws of a host's bytes: the holdout, then the layers, unless they are
/// over.
fn wanted(allocation: &Allocation, now_ms: i64) -> impl Iterator<Item = (usize, u16, Unit)> {
    let holdout = allocation.holdout_at(now_ms).map(|_| (0, tag::HOLDOUT_KEY, Unit::Page));
    let layers = (1..).zip(&allocation.layers);
    let drawn = layers.filter(move |(_, layer)| {
        let is_over = |experiment: &Experiment| experiment.until_ms.is_some_and(|until| until <= now_ms);
        layer.unit != Unit::Window && !layer.experiments.iter().all(is_over)
    });
    holdout
        .into_iter()
        .chain(drawn.map(|(place, layer)| (place, layer.key, layer.unit)))
}
