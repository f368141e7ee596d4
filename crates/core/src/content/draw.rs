//! Draws: which option a number of 16 bits means. The host gives one number a visit, and everything else follows from it.

/// Returns another draw that belongs to a name, as evenly spread as the first: a one-to-one map of the 65,536 numbers, another one
/// for each name.
///
/// ```
/// use shelfwise_core::content::derived;
///
/// let mut all: Vec<u16> = (0..=u16::MAX).map(|draw| derived(draw, "hero")).collect();
/// all.sort_unstable();
/// assert!(all.into_iter().eq(0..=u16::MAX));
/// ```
#[must_use]
pub fn derived(draw: u16, name: &str) -> u16 {
    // FNV-1a of the name; each step below can be undone, so that no two draws become one.
    let seed = name.bytes().fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let mut mixed = draw ^ seed as u16;
    for factor in [0x2C9B_u16, 0x6A4D, 0xB8F5] {
        mixed ^= mixed >> 7;
        mixed = mixed.wrapping_mul(factor).wrapping_add((seed >> 16) as u16);
    }
    mixed ^ (mixed >> 9)
}

/// Returns which of the weights a draw means: each with its part of all, to within 1 in 65,536. `None` where no weight is above 0.
///
/// ```
/// use shelfwise_core::content::pick;
///
/// assert_eq!([0, 16_383, 16_384, u16::MAX].map(|draw| pick(draw, &[1, 3]).unwrap()), [0, 0, 1, 1]);
/// assert_eq!(pick(0, &[0, 0]), None);
/// ```
#[must_use]
pub fn pick(draw: u16, weights: &[u32]) -> Option<usize> {
    let total: u64 = weights.iter().copied().map(u64::from).sum();
    let point = (u64::from(draw) * total) >> 16;
    let mut end = 0;
    weights.iter().position(|weight| {
        end += u64::from(*weight);
        point < end
    })
}
