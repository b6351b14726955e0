//! The simulator over real HTTP.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a panic is how a test fails")]

mod authentication;
mod broken_connections;
mod churn;
mod directory;
mod errors;
mod faults;
mod iam;
mod lifetime;
mod listing;
mod metadata;
mod robustness;
mod support;
mod throttle;
