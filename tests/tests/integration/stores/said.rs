//! What the command line says when S3 cannot be asked or refuses, as committed texts to be read by eye.

use super::{KEY, SECRET, TOKEN};
use lakebed::Record as _;
use lakebed_schema::Table;
use lakebed_tests::cases::sensor_reading::SensorReading;
use lakebed_tests::command::{become_the_command, process};
use lakebed_tests::scripted::{Asked, Reply, Scripted};
use lakebed_tests::{committed, workspace};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&[], || {});
}

/// Texts of a build without the SDK of AWS, whose own chain says other things.
const WITHOUT_SDK: [&str; 2] = ["credentials-missing.txt", "profile-not-read.txt"];

/// A folder with a contract and an input, and what was said, by the name of its file.
struct World {
    folder: tempfile::TempDir,
    texts: BTreeMap<String, String>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let table = Table::try_from(SensorReading::TABLE).expect("a table");
        fs::write(folder.path().join("table.json"), table.to_contract()).expect("a file");
        fs::write(folder.path().join("in.json"), "{}\n").expect("a file");
        Self { folder, texts: BTreeMap::new() }
    }

    /// Runs `convert` with these variables of AWS and no others, and notes what it says; it has to fail.
    fn note(&mut self, file: &str, variables: &[(&str, &str)], from: &str, to: &str) {
        let args = ["convert", from, "--to", to, "--contract", "table.json"];
        let paths: Vec<&Path> = args.iter().map(Path::new).collect();
        let mut command = process(&[], "stores::said::as_the_command", &paths);
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("AWS_") {
                command.env_remove(variable);
            }
        }
        let usual = [
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "2"),
            ("NO_PROXY", "127.0.0.1"),
        ];
        command.envs(usual).envs(variables.iter().copied()).current_dir(self.folder.path());
        let output = command.output().expect("a process");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        for secret in [KEY, SECRET, TOKEN] {
            assert!(!err.contains(secret), "a secret was told: {err}");
        }
        let mut err = anstream::adapter::strip_str(&err).to_string();
        if let Some((_, url)) = variables.iter().find(|(name, _)| *name == "AWS_ENDPOINT_URL") {
            err = err.replace(url, "http://127.0.0.1:PORT");
        }
        // A run is named after its inputs, whose folder is another one each time.
        if let Some((before, rest)) = err.clone().split_once("/intents/") {
            let run = rest.split('.').next().unwrap_or_default();
            assert!(before.contains("_lakebed"), "{err}");
            err = err.replace(run, "RUN");
        }
        assert_eq!(output.status.code(), Some(2), "{file}: {err}");
        let text = format!("$ lakebed {}\n\n{err}", args.join(" "));
        assert!(self.texts.insert(format!("{file}.txt"), text).is_none(), "{file} twice");
    }

    /// The same with credentials, against a server that answers so.
    fn fails(
        &mut self,
        file: &str,
        (from, to): (&str, &str),
        play: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) {
        let server = Scripted::start(play);
        let url = server.url();
        self.note(file, &[&usual()[..], &[("AWS_ENDPOINT_URL", &url)]].concat(), from, to);
    }
}

fn usual() -> [(&'static str, &'static str); 4] {
    [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
    ]
}

/// An error as S3 words it, with a number that S3 gives to each request. HEAD has no body.
fn error(status: u16, code: &str, message: &str) -> Reply {
    error_with(status, code, message, vec![])
}

fn error_with(status: u16, code: &str, message: &str, headers: Vec<(&'static str, String)>) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <AWSAccessKeyId>{KEY}</AWSAccessKeyId><StringToSign>{SECRET}</StringToSign>\
         <RequestId>4442587FB7D0A2F9</RequestId></Error>"
    );
    Reply::Answer(status, headers, body.into_bytes())
}

const IN: (&str, &str) = ("s3://my-bucket/raw/", "lake");
const OBJECT: (&str, &str) = ("s3://my-bucket/raw/events.json", "lake");
const OUT: (&str, &str) = ("in.json", "s3://my-lake/prod");

const DENIED: &str = "User: arn:aws:iam::123456789012:user/etl is not authorized to perform this action";

#[test]
fn what_is_said_is_as_it_was_reviewed() {
    let mut world = World::new();
    let without_sdk = |world: &mut World| {
        let region = ("AWS_REGION", "eu-west-1");
        world.note("credentials-missing", &[region], IN.0, IN.1);
        world.note("profile-not-read", &[region, ("AWS_PROFILE", "work")], IN.0, IN.1);
    };
    let others: &[&str] = if cfg!(feature = "aws") {
        &WITHOUT_SDK
    } else {
        without_sdk(&mut world);
        &[]
    };
    world.note("keys-half", &[("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", KEY)], IN.0, IN.1);
    world.note("region-missing", usual().get(1..).expect("more"), IN.0, IN.1);
    let nowhere = [&usual()[..], &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]].concat();
    world.note("endpoint-unreachable", &nowhere, IN.0, IN.1);

    world.fails("denied-list", IN, |_| error(403, "AccessDenied", DENIED));
    world.fails("denied-head", OBJECT, |_| error(403, "AccessDenied", DENIED));
    world.fails("token-expired", IN, |_| error(400, "ExpiredToken", "The provided token has expired."));
    world.fails("key-unknown", IN, |_| {
        error(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
    });
    world.fails("signature-wrong", OBJECT, |_| {
        error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
    });
    let elsewhere = |headers| {
        let message =
            "The bucket you are attempting to access must be addressed using the specified endpoint.";
        error_with(301, "PermanentRedirect", message, headers)
    };
    world.fails("region-wrong", OBJECT, move |_| {
        elsewhere(vec![("x-amz-bucket-region", "eu-central-1".to_owned())])
    });
    world.fails("region-wrong-and-not-told", IN, move |_| elsewhere(vec![]));
    world.fails("bucket-missing", OBJECT, |_| {
        error(404, "NoSuchBucket", "The specified bucket does not exist")
    });
    world.fails("object-missing", OBJECT, |asked| {
        let body = "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>";
        if asked.target.contains("list-type") {
            Reply::Answer(200, vec![], body.as_bytes().to_vec())
        } else {
            error(404, "NoSuchKey", "The specified key does not exist.")
        }
    });
    world.fails("busy", IN, |_| error(503, "SlowDown", "Please reduce your request rate."));
    world.fails("broken", IN, |_| Reply::Cut(200, vec![], vec![b'x'; 100], 10));
    world.fails("lake-denied", OUT, |asked| {
        if asked.method == "PUT" {
            error(403, "AccessDenied", DENIED)
        } else if asked.target.contains("list-type") {
            Reply::Answer(200, vec![], b"<ListBucketResult></ListBucketResult>".to_vec())
        } else {
            error(404, "NoSuchKey", "The specified key does not exist.")
        }
    });
    world.fails("lake-bucket-missing", OUT, |_| {
        error(404, "NoSuchBucket", "The specified bucket does not exist")
    });
    let folder = workspace::root().join("tests/tests/integration/stores/said");
    committed::assert_folder(&folder, others, &world.texts);
}
