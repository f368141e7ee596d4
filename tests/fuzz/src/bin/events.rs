//! Fuzzes a visit from any bytes, over an intact snapshot.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_fuzz::run("events", bytes);
});
