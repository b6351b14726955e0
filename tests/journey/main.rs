//! The lifecycle of a call against the simulator, over HTTP: retries, rate limit, limits, interceptors and errors.
//!
//! Client and simulator share one clock, which is advanced by waiting. Only what waits for the network takes real time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod bounds;
mod budget;
#[cfg(target_os = "linux")]
mod connect;
mod deadline;
mod dropping;
mod interceptor;
mod pacing;
mod retries;
mod shared_limits;
mod support;
mod time;
mod unpolled;
mod unsafe_methods;
