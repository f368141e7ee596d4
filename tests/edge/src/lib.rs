//! A small host that runs the edge components as built: wasi:http 0.2 and 0.3, a key-value store and variables in
//! memory, a fresh instance for every request, on 127.0.0.1.

pub mod client;
mod keys;
pub mod large;
pub mod measure;
pub mod origin;
pub mod platform;
pub mod server;
