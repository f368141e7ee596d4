//! The edge worker's components as built, over HTTP: routes, failures, privacy, golden vectors, bounded load.

mod failure;
mod load;
mod privacy;
mod routes;
mod shop;
mod vectors;
