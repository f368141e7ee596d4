//! `cargo run -p shelfwise-leaks -- PACKAGE BUILT [NAME…]`: planted leaks in a package, and in what was built of patched sources; all of
//! them, or those of these names alone.

use std::path::Path;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let missing = "give the folders of the package and of what was built of patched sources, as `cargo xtask test --only leaks` does: \
                   target/shelfwise/package/shelfwise target/leaks";
    let (package, built) = words.next().zip(words.next()).context(missing)?;
    shelfwise_leaks::check(Path::new(&package), Path::new(&built), &words.collect::<Vec<_>>())
}
