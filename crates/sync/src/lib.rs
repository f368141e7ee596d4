//! Signed releases: the transfer of a model from the origin to browsers and edge workers.
//!
//! A release is one small signed record that names every artefact by hash and length. This crate requests what to
//! fetch, verifies what was fetched, and ends with a new release, the current one, the last good one, or none. It does
//! no I/O, stores nothing and has no clock: the host passes bytes, time and the memory of the last update.
//!
//! ```text
//! host: memory, time -> Update -> "this path, at most so many bytes"
//!                         ^              |
//!                         '--- bytes ----'  ... -> New | Unchanged | Kept(reason) | StoreOrder(reason)
//! ```
//!
//! The format is public: `docs/release-format.md`.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::indexing_slicing)]

extern crate alloc;

pub mod approval;
mod artefact;
mod frame;
mod key;
pub mod layout;
mod memory;
mod reason;
mod record;
mod request;
mod root;
mod statement;
mod trusted_keys;
mod update;
mod validity;
mod version;
mod wire;

pub use artefact::{Artefact, Blob, Delta, Hash, Kind, Need, sha256};
#[cfg(feature = "build")]
pub use frame::{UnsignedFrame, cosign, seal, unverified_signers};
#[cfg(feature = "build")]
pub use key::SecretKey;
pub use key::{KeyError, KeyId, PublicKey, Role};
pub use memory::Memory;
pub use reason::{Defect, Feature, Part, Reason};
pub use record::{Enclosed, Record, Release};
pub use request::{FetchError, FileRequest};
pub use root::{RoleKeys, Root, RootStatement};
pub use statement::{FileStatement, Statement};
pub use trusted_keys::{TrustError, TrustedKeys};
pub use update::{Client, HiddenList, Installed, Loaded, Outcome, Update, UpdateResult};
pub use validity::Validity;
pub use version::EngineVersion;
