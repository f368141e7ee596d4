//! Shares that were learned take the place of declared ones.

use super::{Allocation, DRAWS, Experiment, tag};
use crate::shares::Shares;

impl Allocation {
    /// Draws arms by learned shares, of files as `shelfwise experiment learn` writes them: those of the experiment that has the
    /// slot as its id and the options as its arms. Other files change nothing: who writes the policy says what may be drawn.
    ///
    /// Orders under learned shares carry another version of the experiment, the declared one folded with the file, so that they are
    /// never added to orders under other shares.
    pub fn learn<'f>(&mut self, files: impl Iterator<Item = &'f [u8]>) {
        for file in files {
            let Ok(shares) = Shares::read(file) else { continue };
            let experiments = self.layers.iter_mut().flat_map(|layer| &mut layer.experiments);
            for experiment in experiments.filter(|experiment| experiment.id == shares.slot) {
                if experiment.draw_by(&shares).is_some() {
                    experiment.version ^= tag::fold(file);
                }
            }
        }
    }
}

impl Experiment {
    /// Takes the shares for everybody; `None` if they are not those of its arms.
    fn draw_by(&mut self, shares: &Shares) -> Option<()> {
        let of_everybody = shares.of_key("")?;
        if self.block_ms > 0 || self.is_interleaved || shares.options.len() != self.arms.len() {
            return None;
        }
        let mut learned = self.arms.clone();
        for arm in &mut learned {
            let place = shares.options.iter().position(|option| *option == arm.name)?;
            arm.share = *of_everybody.get(place)?;
        }
        // As declared shares are: each arm ends where the shares up to it say, rounded down.
        let draws: u64 = self.arms.iter().map(|arm| u64::from(arm.share)).sum();
        let (mut sum, mut before) = (0, 0);
        for arm in &mut learned {
            sum += u64::from(arm.share);
            let end = draws * sum / u64::from(DRAWS);
            arm.share = (end - before) as u32;
            before = end;
        }
        self.arms = learned;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::super::{Arm, Layer, Unit};
    use super::*;
    use crate::shares::KeyShares;

    fn allocation() -> Allocation {
        let arm = |name: &str| Arm {
            name: name.into(),
            share: 16_384,
            is_store_order: false,
        };
        let experiment = Experiment {
            id: "hero".into(),
            version: 7,
            from_ms: None,
            until_ms: None,
            block_ms: 0,
            is_interleaved: false,
            first: 0,
            arms: vec![arm("warm"), arm("plain")],
        };
        Allocation {
            holdout: None,
            layers: vec![Layer {
                key: 1,
                unit: Unit::Visit,
                experiments: vec![experiment],
            }],
        }
    }

    fn file(slot: &str, options: [&str; 2]) -> Vec<u8> {
        let own = KeyShares {
            key: String::new(),
            shares: vec![1_311, 64_225],
        };
        Shares {
            slot: slot.into(),
            options: options.map(String::from).into(),
            keys: vec![own],
        }
        .write()
    }

    #[test]
    fn learned_shares_split_the_draws_of_the_experiment_and_are_another_version() {
        let mut allocation = allocation();
        let file = file("hero", ["plain", "warm"]);
        allocation.learn([&*file].into_iter());
        let own = allocation.experiments().next().unwrap();
        let shares: Vec<u32> = own.arms.iter().map(|arm| arm.share).collect();
        assert_eq!(shares, [32_112, 656], "half of the layer's draws, as before");
        assert_eq!(own.version, 7 ^ tag::fold(&file));
    }

    #[test]
    fn shares_of_something_else_change_nothing() {
        let declared = allocation();
        for file in [
            file("header", ["plain", "warm"]),
            file("hero", ["plain", "cold"]),
            file("hero", ["plain", "plain"]),
            vec![9, 9],
        ] {
            let mut allocation = declared.clone();
            allocation.learn([&*file].into_iter());
            assert_eq!(allocation, declared);
        }
    }
}
