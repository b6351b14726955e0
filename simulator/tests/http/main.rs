//! The simulator over real HTTP.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a panic is how a test fails")]

mod authentication;
mod errors;
mod lifetime;
mod listing;
mod support;
