//! Fuzzes a release from any bytes: as the file, as its payload with a valid signature, as a memory, and as an origin's
//! responses.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_fuzz::run("release", bytes);
});
