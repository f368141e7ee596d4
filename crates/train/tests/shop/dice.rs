//! Deterministic pseudo-random numbers.

/// Returns a function that draws a number below its argument: a
/// [linear congruential generator](https://en.wikipedia.org/wiki/Linear_congruential_generator) with Knuth's constants.
pub fn dice(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |end| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    }
}
