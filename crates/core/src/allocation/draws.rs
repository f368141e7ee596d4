//! The draws of a page, a visit and a device.

use alloc::vec::Vec;

use super::{Allocation, Unit, tag};

/// Random bytes that a host hands in at a time: two for each draw.
pub const ENTROPY_BYTES: usize = 16;

/// The most layers with an experiment: the holdout has the first two bytes.
pub const MAX_LAYERS: usize = ENTROPY_BYTES / 2 - 1;

/// One draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The key of its layer, or [`HOLDOUT_KEY`](tag::HOLDOUT_KEY).
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
        self.0.retain(|known| known.layer != draw.layer);
        self.0.push(draw);
    }

    /// Returns whether a draw is missing that [`complete`](Self::complete) would make.
    #[must_use]
    pub fn is_incomplete(&self, allocation: &Allocation, may_draw: impl Fn(Unit) -> bool) -> bool {
        wanted(allocation).any(|(_, layer, unit)| may_draw(unit) && self.get(layer).is_none())
    }

    /// Makes the draws that are missing, of units that may be drawn here. The bytes of those that are there are not used: a
    /// release with one more layer changes none of the others.
    pub fn complete(
        &mut self,
        allocation: &Allocation,
        may_draw: impl Fn(Unit) -> bool,
        entropy: &[u8; ENTROPY_BYTES],
    ) {
        let (values, _) = entropy.as_chunks::<2>();
        for (place, layer, unit) in wanted(allocation) {
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

/// Returns what is drawn, each with its place among the draws of a host's bytes: the holdout, then the layers.
fn wanted(allocation: &Allocation) -> impl Iterator<Item = (usize, u16, Unit)> {
    let holdout = allocation.holdout.map(|_| (0, tag::HOLDOUT_KEY, Unit::Page));
    let layers = (1..).zip(&allocation.layers);
    let drawn = layers.filter(|(_, layer)| layer.unit != Unit::Window);
    holdout
        .into_iter()
        .chain(drawn.map(|(place, layer)| (place, layer.key, layer.unit)))
}
