//! The script for a real account, as far as it can be tried without one: its plan, its refusal to begin, its pure parts.

use lakebed_tests::rig::{Rig, outcome};
use lakebed_tests::workspace::root;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::{Command, Output};

/// A script of `tests/verify-aws`, run by a Python that has no package of AWS, without credentials.
fn script(name: &str) -> Command {
    let rig = Rig::install(env!("CARGO_TARGET_TMPDIR")).expect("the rig");
    let mut command = rig.program("python");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command
        .arg("-B")
        .arg(root().join("tests/verify-aws").join(name))
        .current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs the script where every way out ends at a door that we watch, and checks that nobody knocked.
fn run_alone(arguments: &[&str]) -> Output {
    let door = TcpListener::bind("127.0.0.1:0").expect("a port");
    door.set_nonblocking(true).expect("a door that does not wait");
    let url = format!("http://{}", door.local_addr().expect("an address"));
    let mut command = script("verify_aws.py");
    for name in ["AWS_ENDPOINT_URL", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        command.env(name, &url);
    }
    let output = command.args(arguments).output().expect("Python runs");
    let knocked = door.accept().map(|(_, from)| from);
    assert_eq!(knocked.map_err(|error| error.kind()), Err(ErrorKind::WouldBlock), "{arguments:?}");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The plan names every file of cases with the number of its cases, what is made, and what it costs.
fn assert_plan(plan: &str) {
    let files = [
        "firehose/format-conversion-cases.ndjson",
        "prefixes/prefix-cases.ndjson",
        "prefixes/jq-queries.ndjson",
        "projection/cases.ndjson",
    ];
    for file in files {
        let cases =
            std::fs::read_to_string(root().join("tests/data").join(file)).expect(file).lines().count();
        let wanted = format!("{cases} of tests/data/{file}, ");
        assert!(plan.contains(&wanted), "`{wanted}` is not in\n{plan}");
    }
    for wanted in ["bucket lakebed-verify-", "delivery streams, at most 15 at a time", "Time: about "] {
        assert!(plan.contains(wanted), "`{wanted}` is not in\n{plan}");
    }
    assert!(plan.contains("list prices of us-east-1") && plan.contains("Prices change"), "{plan}");
    let total = plan.lines().find(|line| line.trim_start().starts_with("total, an estimate")).expect(plan);
    let usd: f64 = total.split_whitespace().last().and_then(|usd| usd.parse().ok()).expect(total);
    assert!((0.01..1.0).contains(&usd), "{total}");
}

#[test]
fn the_plan_needs_neither_account_nor_network() {
    let output = run_alone(&["--plan"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_plan(&text(&output.stdout));
}

#[test]
fn nothing_begins_without_the_word() {
    let output = run_alone(&[]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert_plan(&printed);
    assert!(printed.contains("Nothing was contacted or made."), "{printed}");
    // The rig has no boto3: with the word the script gets further, and says what it needs.
    let output = run_alone(&["--yes-spend-money", "--region", "eu-west-1"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("boto3") && said.contains("requirements.txt"), "{said}");
    // A prefix that is not of this script is refused before all else.
    let output = run_alone(&["--cleanup", "production"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("production: a prefix is lakebed-verify-"));
}

#[test]
fn the_pure_parts_hold() {
    outcome(&mut script("unit_checks.py")).unwrap_or_else(|said| panic!("{said}"));
}
