#![no_main]
#![doc = "Bytes as expressions."]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rolewright_fuzz::expressions(bytes));
