//! Draws and shares in whole numbers.

#[cfg(feature = "build")]
use alloc::vec::Vec;

/// How many draws there are: shares are whole numbers of this.
pub const DRAWS: u32 = 65_536;

/// Returns which of the shares, one behind the other, a draw falls into; `None` behind the last. O(shares).
///
/// ```
/// use shelfwise_core::allocation::arm_of;
///
/// let arms: Vec<_> = [0, 1, 2, 3].map(|draw| arm_of(draw, [1, 0, 2])).into();
/// assert_eq!(arms, [Some(0), Some(2), Some(2), None]);
/// ```
pub fn arm_of(draw: u32, shares: impl IntoIterator<Item = u32>) -> Option<usize> {
    let mut left = draw;
    for (arm, share) in shares.into_iter().enumerate() {
        if left < share {
            return Some(arm);
        }
        left -= share;
    }
    None
}

/// Returns FNV-1a of 32 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>).
#[must_use]
pub fn hash(bytes: impl IntoIterator<Item = u8>) -> u32 {
    bytes.into_iter().fold(0x811C_9DC5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Returns the draw of a block of time: everybody can compute it, and blocks side by side have nothing to do with each other.
///
/// The hash is mixed as [MurmurHash3](https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp) ends: FNV-1a alone
/// changes high bits too little for a last byte.
pub fn block_draw(experiment: &str, block: i64) -> u16 {
    let mut hash = hash(experiment.bytes().chain(block.to_le_bytes()));
    hash = (hash ^ hash >> 16).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ hash >> 13).wrapping_mul(0xC2B2_AE35);
    (hash ^ hash >> 16) as u16
}

/// Splits so many draws by weights: each share ends where the weights up to it say, rounded down.
#[cfg(feature = "build")]
#[must_use]
pub fn split(draws: u32, weights: &[u32]) -> Vec<u32> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let (mut sum, mut before) = (0, 0);
    let share = |weight: &u32| {
        sum += u64::from(*weight);
        let end = u64::from(draws) * sum / total.max(1);
        let share = end - before;
        before = end;
        share as u32
    };
    weights.iter().map(share).collect()
}
