#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| lakebed_fuzz::checks::scan_general::check(data));
