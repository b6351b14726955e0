//! Every source of credentials against the simulator, over HTTP, with the clock turned.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod chain;
mod files;
mod identity_provider;
mod matrix;
mod metadata;
mod password;
mod project;
mod provider;
mod support;
mod token_file;
