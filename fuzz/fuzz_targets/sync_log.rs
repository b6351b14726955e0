#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dataarts_security::fuzzing::sync_log(bytes));
