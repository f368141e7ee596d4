//! Any bytes as a release, as its payload under a true signature, as a memory, and as an origin's answers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_fuzz::run("release", bytes);
});
