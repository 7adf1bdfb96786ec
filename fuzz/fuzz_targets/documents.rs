#![no_main]
#![doc = "Bytes as documents."]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rolewright_fuzz::documents(bytes));
