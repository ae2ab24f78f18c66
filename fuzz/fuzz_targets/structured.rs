//! Texts made of pieces of YAML: the same checks, deeper in.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    kubevet_fuzz::check(kubevet_fuzz::soup(data).as_bytes());
});
