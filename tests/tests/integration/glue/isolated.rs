//! A process of its own for each test, with credentials that are none.
//!
//! The SDK takes credentials from its environment alone. Whoever runs the tests may have an account: none of it may be
//! seen by a test, and a test must not change the environment of those that run beside it.

use std::process::{Command, Stdio};

/// Set in the process that runs the test.
const MARK: &str = "LAKEBED_TESTS_ISOLATED";
/// The access key that requests are signed with.
pub(super) const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "not-a-secret";

/// Runs `body` in a process of its own: the test binary once more, with nothing but this test. `module` is
/// `module_path!()`, and `test` the name of the function.
pub(crate) fn isolated(module: &str, test: &str, body: impl FnOnce()) {
    if std::env::var_os(MARK).is_some_and(|mark| mark == test) {
        return body();
    }
    let name = module.split_once("::").map_or_else(|| test.to_owned(), |(_, path)| format!("{path}::{test}"));
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args([name.as_str(), "--exact", "--nocapture", "--test-threads=1"]).stdin(Stdio::null());
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("AWS_") {
            command.env_remove(variable);
        }
    }
    let settings = [
        (MARK, test),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    let output = command.envs(settings).output().expect("this program, once more");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}:\n{said}{errors}");
    assert!(said.contains("1 passed"), "{name} is no test:\n{said}{errors}");
}
