//! The fault table: everything that networks, gateways and the service do to a call, and what becomes of it.
//! `docs/faults.md` is this table for readers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod answers;
mod certificates;
mod connections;
mod document;
mod listing;
mod memory;
mod peer;
mod peer_rows;
mod simulator_rows;
mod stray_answer;
mod support;
mod table;
mod tls;
mod whole_bodies;

/// Counts what is allocated, for the tests of memory.
#[global_allocator]
static HEAP: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
