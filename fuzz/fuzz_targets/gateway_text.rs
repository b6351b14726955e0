#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| huaweicloud_core::fuzzing::gateway_text(bytes));
