//! The journey of a call against the simulator, over HTTP: sent again, paced, bounded, seen and explained.
//!
//! Client and simulator go by one clock, which is turned by waiting. Only what waits for the network takes real time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod bounds;
mod budget;
#[cfg(target_os = "linux")]
mod connect;
mod dropping;
mod interceptor;
mod pacing;
mod retries;
mod support;
mod time;
