#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| huaweicloud_core::fuzzing::koocli_file(bytes));
