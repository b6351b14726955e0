//! The private door to the generated code. The lints of hand-written code are off behind it, and nowhere else.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    rust_2018_idioms,
    unreachable_pub,
    unused_imports
)]

include!(concat!(env!("OUT_DIR"), "/dataarts_security.rs"));

#[cfg(feature = "httpmock")]
pub mod mock {
    include!(concat!(env!("OUT_DIR"), "/dataarts_security_mock.rs"));
}
