//! Static file server for browsers: MIME types, the worker's own Content-Security-Policy, hashes as ETags, brotli and
//! zstd, range requests.
//!
//! For an origin behind a shop's front server, and for local tests. It serves plain HTTP/1.1, caches files in memory
//! (see [`MAX_CACHE_BYTES`]) and has no timeout for slow clients: put a server that is made for the Internet in front of it.
#![forbid(unsafe_code)]

mod answer;
mod cache;
mod encoding;
mod names;
mod paths;
mod site;

pub use cache::{MAX_CACHE_BYTES, MAX_FILE_BYTES};
pub use names::WORKER_POLICY;
pub use site::{GRACE, Options, Origins, Site, router, stopped};
