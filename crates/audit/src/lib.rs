//! Checks what Shelfwise can reach, from the files as they are shipped.
//!
//! * [`imports`]: what a WebAssembly module or component can ask of its host, against a reviewed list.
//! * [`dataflow`]: the manifest of every flow, key and lifetime, and scripts that read what it does not declare.
//! * `documents`, with the feature of that name: pages for a privacy team, made from the manifest.
//! * [`shell`]: scripts outside the shell that reach network, storage or other scripts.
//!
//! With the feature `model`: how many people stand behind everything that a snapshot publishes.
//!
//! With the feature `shipped`, for `shelfwise-leaks`: static steps and reports on the files that a shop ships, the data types
//! of what a browser was observed to do, and the laboratory in which it does it.
//!
//! Every check takes bytes or text and returns findings as sentences with file and line; reading files and printing is
//! the caller's part.

mod code;
pub mod dataflow;
#[cfg(feature = "documents")]
pub mod documents;
pub mod imports;
#[cfg(feature = "shipped")]
pub mod lab;
#[cfg(feature = "model")]
pub mod model;
#[cfg(feature = "shipped")]
pub mod observed;
#[cfg(feature = "shipped")]
pub mod report;
pub mod shell;
#[cfg(feature = "shipped")]
pub mod shipped;
#[cfg(feature = "shipped")]
pub mod steps;
#[cfg(feature = "shipped")]
pub mod syntax;
