//! What a platform provides: a key-value store, the origin's files, the time.

use std::fmt;

use serde::{Deserialize, Serialize};

use shelfwise_core::allocation::ENTROPY_BYTES;

use crate::asset::Asset;

/// The platform failed to provide something, or provided something else. The text is for the operator and holds nothing
/// of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The origin's answer for a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// A file.
    File(Vec<u8>),
    /// There is no such file.
    Missing,
    /// More bytes than requested.
    TooLong,
}

/// A platform. Its futures run on one thread: a worker is one.
#[expect(
    async_fn_in_trait,
    reason = "a worker has one thread, and nothing asks its futures to be Send"
)]
pub trait Host {
    /// Returns the bytes under a key of the store, if there are any.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable>;

    /// Returns the same from the store itself, for a host that keeps copies.
    async fn get_latest(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.get(key).await
    }

    /// Stores bytes under a key, at most 1 MiB of them.
    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable>;

    /// Fetches a file of the configured origin. It is not read much further than `at_most` bytes, after any decompression, and
    /// redirects are not followed.
    async fn fetch(&self, url: &str, at_most: usize) -> Result<Fetched, Unavailable>;

    /// Returns the time now, in milliseconds since 1970.
    fn now_ms(&self) -> i64;

    /// Returns random bytes, the same ones as often as one request asks; `None` where the platform has none to give.
    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]>;

    /// Returns a file that is embedded in the worker: engine, worker script.
    fn asset(&self, name: &str) -> Option<Asset>;
}
