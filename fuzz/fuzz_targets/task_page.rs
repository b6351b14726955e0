#![no_main]

#[path = "../doors/service.rs"]
mod doors;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| doors::task_page(bytes));
