#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| huaweicloud_core::fuzzing::error_body(bytes));
