//! What a platform lends: a store of bytes, the origin's files, settings, the time.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::asset::Asset;

/// The platform did not give what it was asked for, or it gave something else; the text is for the operator and holds
/// nothing of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the origin had under an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// A file.
    File(Vec<u8>),
    /// Nothing.
    Missing,
    /// More than was asked for.
    TooLong,
}

/// A platform. Its futures run on one thread: a worker is one.
#[expect(
    async_fn_in_trait,
    reason = "a worker has one thread, and nothing asks its futures to be Send"
)]
pub trait Host {
    /// The bytes under a key of the store, if there are any.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable>;

    /// The same as the store itself has it now, for a host that keeps copies nearer by.
    async fn get_latest(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.get(key).await
    }

    /// Puts bytes under a key, at most 1 MiB of them.
    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable>;

    /// A file of the configured origin. It is not read much further than `at_most` bytes, after any decompression, and
    /// redirects are not followed.
    async fn fetch(&self, url: &str, at_most: usize) -> Result<Fetched, Unavailable>;

    /// Now, in milliseconds since 1970.
    fn now_ms(&self) -> i64;

    /// A file that the worker carries: engine, worker script.
    fn asset(&self, name: &str) -> Option<Asset>;
}
