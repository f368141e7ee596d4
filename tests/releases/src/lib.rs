//! Good and bad releases: what a hostile or careless origin can serve, and the outcome required of every client.
//!
//! [`table`] makes the cases, [`write()`] writes them as folders with a `cases.json`, and every client runs the same
//! ones: natively in `tests/table.rs`, the command line, the edge, the browser. The same time gives the same bytes.

mod attacks;
mod bad;
mod case;
mod draft;
mod folder;
mod roots;

pub use attacks::{ATTACKS, Attack};
pub use bad::approvals::unapproved;
pub use bad::hostile;
pub use case::{Case, Expected, File, Table, Trusts, table};
pub use draft::{Approval, Approver, DAY_MS, Draft, HOUR_MS, Shop, next_facts};
pub use folder::write;
pub use roots::{Roots, With, listed, signed_by};

/// The time of the committed table: 2026-01-01, in milliseconds since 1970.
pub const NOW_MS: u64 = 1_767_225_600_000;
