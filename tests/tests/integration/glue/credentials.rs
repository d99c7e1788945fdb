//! What is said when the settings of AWS are missing or refused, as they come from the environment.

use lakebed_cli::catalog::{Catalog as _, CatalogError, GlueCatalog, GlueOptions, TableName};
use lakebed_tests::fake_glue::{FakeGlue, Fault, When};
use std::error::Error as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Set in the process that is the caller.
const MARK: &str = "LAKEBED_TESTS_CALLER";
const KEY: &str = "AKIDNOBODYMAYSEETHIS";
const SECRET: &str = "SecretThatNobodyMaySee";
const TOKEN: &str = "TokenThatNobodyMaySee";

/// Not a test by itself: other tests start this binary again with this test alone.
#[test]
fn as_a_caller() {
    if std::env::var_os(MARK).is_none() {
        return;
    }
    let text = match GlueCatalog::open(GlueOptions { attempts: Some(1), ..GlueOptions::default() }) {
        Ok(catalog) => match catalog.table(&TableName::new("roads", "traffic")) {
            Ok(found) => format!("{} has it: {}\n", catalog.shown(), found.is_some()),
            Err(error) => everything(&error),
        },
        Err(error) => everything(&error),
    };
    std::io::stdout().write_all(text.as_bytes()).expect("somebody listens");
}

/// Everything that can be printed of an error.
fn everything(error: &CatalogError) -> String {
    let mut text = format!(
        "kind {:?}\nmessage {error}\npermission {:?}\nhint {:?}\ndebug {error:?}\n",
        error.kind(),
        error.permission(),
        error.hint()
    );
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(&format!("because {error} {error:?}\n"));
        next = error.source();
    }
    text
}

/// What a caller prints who has these variables and no others of AWS. Nothing of it may tell a secret.
fn said(settings: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["glue::credentials::as_a_caller", "--exact", "--nocapture", "--test-threads=1"]);
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("AWS_") {
            command.env_remove(variable);
        }
    }
    let usual = [
        (MARK, "1"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    command.envs(usual).envs(settings.iter().copied()).stdin(Stdio::null());
    let output = command.output().expect("this program, once more");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    for secret in [SECRET, TOKEN] {
        assert!(!text.contains(secret), "a secret was told: {text}");
    }
    text
}

fn expect(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "expected `{part}` in:\n{said}");
    }
}

fn start() -> FakeGlue {
    FakeGlue::start().unwrap_or_else(|error| panic!("{error}"))
}

/// A caller with credentials, and a fake that he reaches.
fn with(url: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL_GLUE", url),
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
    ]
}

#[test]
fn without_a_region_both_places_for_it_are_named() {
    let said = said(&[("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)]);
    expect(&said, &["kind Invalid", "no AWS region is set", "AWS_REGION", "`region` in lakebed.toml"]);
}

#[test]
fn without_credentials_the_ways_to_get_some_are_named() {
    let fake = start();
    let url = fake.url();
    let said = said(&[("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", &url)]);
    expect(&said, &["kind Credentials", "no AWS credentials could be had", "aws sso login", "AWS_PROFILE"]);
    assert!(fake.journal().is_empty(), "nothing is sent without credentials");
}

#[test]
fn with_credentials_the_catalog_answers() {
    let fake = start();
    let said = said(&with(&fake.url()));
    expect(&said, &["Glue in eu-west-1 has it: false"]);
    assert_eq!(fake.journal().len(), 1, "the address of the variable was asked");
}

#[test]
fn refused_calls_tell_what_is_needed_and_no_secret() {
    let arns = [
        "glue:GetTable on ",
        "arn:aws:glue:eu-west-1:ACCOUNT:catalog",
        "arn:aws:glue:eu-west-1:ACCOUNT:database/roads",
        "arn:aws:glue:eu-west-1:ACCOUNT:table/roads/traffic",
    ];
    let cases: [(Fault, &[&str]); 8] = [
        (Fault::AccessDenied, &["kind Denied", arns[0], arns[1], arns[2], arns[3], "lakebed generate iam"]),
        (Fault::ExpiredToken, &["kind Credentials", "have expired", "aws sso login"]),
        (Fault::UnrecognizedClient, &["kind Credentials", "aws sts get-caller-identity"]),
        (Fault::Throttle, &["kind Throttled", "wait a minute"]),
        (Fault::Internal, &["kind Unavailable", "run it again"]),
        (Fault::Unavailable, &["kind Unavailable", "run it again"]),
        (Fault::ResetBefore, &["kind Network", "no connection to 127.0.0.1:"]),
        (Fault::Malformed, &["kind Network", "gave no answer of Glue"]),
    ];
    for (fault, parts) in cases {
        let fake = start();
        fake.plan(When::any(fault).always());
        expect(&said(&with(&fake.url())), parts);
        assert_eq!(fake.journal().len(), 1);
    }
}

/// Who mistypes his credentials file has his keys in it.
#[test]
fn a_file_that_cannot_be_read_is_not_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials");
    let fake = start();
    let url = fake.url();
    let texts = [
        format!("[default]\naws_access_key_id = {KEY}\naws_secret_access_key {SECRET}\n"),
        format!("[default\naws_secret_access_key = {SECRET}\n"),
        format!("aws_secret_access_key = {SECRET}\n"),
        format!("[default]\naws_secret_access_key = {SECRET}\n"),
        format!("[default]\n = {SECRET}\n"),
        format!("[default]\ncredential_process = echo '{SECRET}' && exit 1\n"),
        format!("[default]\ncredential_process = echo '{SECRET}' >&2 && exit 1\n"),
        format!("[other]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"),
    ];
    for text in texts {
        std::fs::write(&file, &text).expect("a file");
        let path = Path::to_str(&file).expect("a path in UTF-8");
        let said = said(&[
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", &url),
            ("AWS_SHARED_CREDENTIALS_FILE", path),
        ]);
        expect(&said, &["kind Credentials", "aws sso login"]);
    }
    assert!(fake.journal().is_empty());
}
