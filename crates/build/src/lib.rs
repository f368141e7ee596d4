//! From sources to modules: compiles a crate, writes its glue, takes out what nobody reads, optimizes it, and says what takes its
//! bytes. Installs the programs that this takes, each in the version that `wasm-pack.toml` names.
//!
//! `cargo xtask` is its command line.

pub mod config;
pub mod files;
pub mod functions;
pub mod integrity;
pub mod member;
pub mod npm;
pub mod optimize;
pub mod process;
pub mod programs;
pub mod slim;
pub mod toolchain;
pub mod wasm;
pub mod workspace;
