//! `cargo run -p shelfwise-leaks -- DIR`: planted leaks in a package that is built already.

use std::path::Path;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let package = std::env::args().nth(1);
    let package = package.context("give the folder of the package: target/shelfwise/package/shelfwise")?;
    shelfwise_leaks::check(Path::new(&package))
}
