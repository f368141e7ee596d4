//! The allocation's section of the policy file.

use super::{Allocation, Arm, DRAWS, Experiment, Holdout, Layer, MAX_ARMS, MAX_EXPERIMENTS, MAX_LAYERS, Unit, tag};
use crate::wire::Reader;

impl Allocation {
    /// Reads the section to its end, whatever it says: for auditors. `None` for bytes that are none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let allocation = Self {
            holdout: reader.option(Reader::holdout)?,
            layers: reader.list(Reader::layer)?,
        };
        reader.0.is_empty().then_some(allocation)
    }

    /// Reads the section to its end; `None` for what no engine may obey.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let allocation = Self::read(bytes)?;
        let is_sound = allocation.layers.len() <= MAX_LAYERS
            && allocation.experiments().count() <= MAX_EXPERIMENTS
            && allocation.experiments().all(Experiment::is_sound)
            // Arms must not become an id, whoever built the policy.
            && allocation.states() <= tag::MAX_STATES;
        is_sound.then_some(allocation)
    }
}

impl Experiment {
    fn is_sound(&self) -> bool {
        let end = self
            .arms
            .iter()
            .try_fold(self.first, |sum, arm| sum.checked_add(arm.share));
        tag::is_id(&self.id)
            && (1..=MAX_ARMS).contains(&self.arms.len())
            && end.is_some_and(|end| end <= DRAWS)
            && self.block_ms >= 0
    }
}

impl Reader<'_> {
    fn draws(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn holdout(&mut self) -> Option<Holdout> {
        Some(Holdout {
            share: self.draws()?,
            until_ms: self.option(Self::signed)?,
        })
    }

    fn layer(&mut self) -> Option<Layer> {
        Some(Layer {
            key: self.short()?,
            unit: *Unit::ALL.get(usize::from(self.byte()?))?,
            experiments: self.list(Self::experiment)?,
        })
    }

    fn experiment(&mut self) -> Option<Experiment> {
        Some(Experiment {
            id: self.text()?,
            version: self.short()?,
            from_ms: self.option(Self::signed)?,
            until_ms: self.option(Self::signed)?,
            block_ms: self.signed()?,
            is_interleaved: self.flag()?,
            first: self.draws()?,
            arms: self.list(Self::arm)?,
        })
    }

    fn arm(&mut self) -> Option<Arm> {
        Some(Arm {
            name: self.text()?,
            share: self.draws()?,
            is_store_order: self.flag()?,
        })
    }
}
