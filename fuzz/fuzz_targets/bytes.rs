//! Arbitrary bytes: no panic, and spans, parents and findings that fit the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    kubevet_fuzz::check(data);
});
