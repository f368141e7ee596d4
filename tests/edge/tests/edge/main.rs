//! The edge worker's components as built, over HTTP: routes, failures, privacy, signed releases, experiments, golden vectors, bounded load.

mod failure;
mod load;
mod privacy;
mod releases;
mod routes;
mod shop;
mod trials;
mod vectors;
