//! The committed files, built in: a browser has no folder to read them from. `build.rs` lists what the folders hold.
//!
//! A new file of cases begins as `[]` and is filled by `--write`; a new snapshot is written by `--write-snapshots`.

/// Snapshots that every engine must open, by name.
pub const GOOD: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/good.rs"));

/// Files of cases, by name.
pub const SUITES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/suites.rs"));

/// Returns the snapshot of that name.
#[must_use]
pub fn snapshot(name: &str) -> Option<&'static [u8]> {
    GOOD.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}
