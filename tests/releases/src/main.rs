//! Writes the table: `shelfwise-releases FOLDER [NOW_MS]`. The committed one is `tests/releases/cases`.

use std::path::Path;
use std::{env, io};

use shelfwise_releases::{NOW_MS, table, write};

fn main() -> io::Result<()> {
    let usage = || io::Error::other("usage: shelfwise-releases FOLDER [NOW_MS]");
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or_else(usage)?;
    let now_ms = match arguments.next() {
        None => NOW_MS,
        Some(text) => text.parse().map_err(|_| usage())?,
    };
    let table = table(now_ms).map_err(io::Error::other)?;
    write(&table, Path::new(&folder))
}
