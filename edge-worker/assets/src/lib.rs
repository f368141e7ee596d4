//! The files that browsers load from the edge, carried inside the worker.

use shelfwise_edge::Asset;

const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Returns the file of that name, if the worker was built with it.
#[must_use]
pub fn find(name: &str) -> Option<Asset> {
    ASSETS.iter().find(|asset| asset.name == name).copied()
}
