//! Files of shares: those of the engine, which a release carries in its model.

pub use shelfwise_core::shares::{KeyShares, Shares, SharesError};

use crate::tag::fold;

/// Returns the version that the tags of an experiment carry while its arms are drawn by these shares: the declared one, folded
/// with the file. So each order says under which shares it came, whatever the clocks of shop and shopper say.
#[must_use]
pub fn version(declared: u16, shares: &Shares) -> u16 {
    declared ^ fold(&shares.write())
}
