#![no_main]
#![doc = "Bytes as policies."]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rolewright_fuzz::policies(bytes));
