//! Any bytes as a policy, over an intact snapshot.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shelfwise_tests_fuzz::run("policy", bytes);
});
