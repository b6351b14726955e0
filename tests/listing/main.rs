//! The listing over HTTP: in order and exact, several pages at a time, stopped and resumed, and ended honestly.
//!
//! Against the simulator where it matters what the service says, and against a peer with a gate where it matters when.
//! Nothing waits for time to pass.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod blocking;
mod checkpoint;
mod churn;
mod flight;
mod honest;
mod ids;
mod limits;
mod offsets;
mod orders;
mod peer;
mod reading;
mod support;
mod told;
