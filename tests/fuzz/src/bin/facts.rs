//! Fuzzes a facts file from any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_fuzz::run("facts", bytes);
});
