//! Privacy: what may be known of a shopper in which mode, and the one table of what is stored or exported of them.
//!
//! Nothing else in this crate has a serialized form of behaviour. A visit that is kept from page to page is written
//! and read here, and so is what a shopper is shown of it.

mod kept;
mod mode;
mod profile;
mod table;

pub use kept::{KeptError, MAX_KEPT_BYTES};
pub use mode::{Mode, ModeError};
pub use table::{Lifetime, Place, Row, TABLE};

pub(crate) use kept::{decode, encode};
pub(crate) use profile::profile;
