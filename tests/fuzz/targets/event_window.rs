#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| lakebed_fuzz::checks::event_window::check(data));
