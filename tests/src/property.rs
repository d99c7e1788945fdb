//! Settings of property tests.

use proptest::test_runner::Config;

/// That many cases, or as many as the variable `PROPTEST_CASES` says; failures are not written beside the tests.
pub fn cases(cases: u32) -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { config } else { Config { cases, ..config } }
}
