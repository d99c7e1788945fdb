//! cfn-lint has nothing to say about our templates, and says something about broken ones; what it misses, our own rules
//! for delivery streams find.

use super::{Case, cases};
use lakebed::firehose_rules;
use lakebed::hive_type::HiveType;
use lakebed_tests::rig::{Rig, outcome};
use lakebed_tests::template::{Answers, cloudformation};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Regions whose rules are checked: those of the examples, and one of each other partition of AWS.
const REGIONS: [&str; 4] = ["eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1"];

/// Runs cfn-lint over files, and gives what it says about each of them.
fn lint(rig: &Rig, files: &[std::path::PathBuf]) -> Value {
    let mut command = rig.program("cfn-lint");
    command.args(["--format", "json", "--regions"]).args(REGIONS).arg("--template").args(files);
    // Findings are its exit code; the report is on standard output in any case.
    let said = outcome(&mut command).unwrap_or_else(|said| said);
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("cfn-lint: {error}\n{said}"))
}

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let file = folder.join(name);
    fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    file
}

#[test]
fn cfn_lint_finds_nothing_but_planted_faults() {
    let rig = Rig::install_aws(env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|problem| panic!("{problem}"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (cases, _) = cases();
    let mut files = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        files.push(write(folder.path(), &format!("{i}.json"), &case.template.to_string()));
        // All say the same in YAML: one of each target is enough to know that it is read as it is meant.
        if i < 5 {
            files.push(write(folder.path(), &format!("{i}.yaml"), &case.yaml));
        }
    }
    assert_eq!(
        lint(&rig, &files),
        json!([]),
        "{:?}",
        cases.iter().map(|case| &case.name).collect::<Vec<_>>()
    );

    let stream = "/Resources/DeliveryStream/Properties";
    let faults = [
        (format!("{stream}/DeliveryStreamTyp"), json!("DirectPut"), "E3002"),
        (
            format!("{stream}/ExtendedS3DestinationConfiguration/BufferingHints/SizeInMBs"),
            json!(1_000),
            "E3034",
        ),
        (format!("{stream}/ExtendedS3DestinationConfiguration/RoleARN"), json!({"Ref": "Nobody"}), "E1020"),
        ("/Resources/FreshnessAlarm/Properties/ComparisonOperator".to_owned(), json!("MoreThan"), "E3030"),
        (
            "/Resources/DeliveryPolicy/Properties/PolicyDocument/Statement/0/Action".to_owned(),
            json!(["s3:Put"]),
            "W3037",
        ),
    ];
    let files: Vec<_> = faults
        .iter()
        .enumerate()
        .map(|(i, (at, value, _))| {
            let mut template = cases[0].template.clone();
            set(&mut template, at, value.clone());
            write(folder.path(), &format!("fault-{i}.json"), &template.to_string())
        })
        .collect();
    let said = lint(&rig, &files);
    for ((at, _, rule), file) in faults.iter().zip(&files) {
        let name = file.to_str().expect("a name");
        let mut rules = said.as_array().into_iter().flatten().filter(|found| found["Filename"] == name);
        assert!(rules.any(|found| found["Rule"]["Id"] == *rule), "{at}: {said:#}");
    }
}

/// Sets a member, also one that was not there.
fn set(json: &mut Value, at: &str, value: Value) {
    let (parent, name) = at.rsplit_once('/').expect("a path");
    let parent = json.pointer_mut(parent).and_then(Value::as_object_mut).unwrap_or_else(|| panic!("{at}"));
    parent.insert(name.to_owned(), value);
}

/// The delivery stream of a template as CloudFormation would ask for it.
fn stream(case: &Case) -> Value {
    let answers =
        Answers::from([("TransformArn", "arn:aws:lambda:eu-west-1:123456789012:function:transform:1")]);
    let made = cloudformation(&case.template, &answers);
    let stream = made["delivery_stream"][0].1.to_string();
    // ARNs that only the service knows, of the shape that it gives them.
    let arns = [
        ("<arn delivery_role>", "arn:aws:iam::123456789012:role/delivery"),
        ("<arn lake_bucket>", "arn:aws:s3:::my-lake"),
        ("<arn kinesis_stream>", "arn:aws:kinesis:eu-west-1:123456789012:stream/traffic"),
    ];
    let stream = arns.iter().fold(stream, |stream, (made_up, arn)| stream.replace(made_up, arn));
    assert!(!stream.contains("<arn"), "{stream}");
    serde_json::from_str(&stream).expect("JSON")
}

#[test]
fn the_rules_of_firehose_hold_for_every_stack() {
    let (cases, _) = cases();
    for case in &cases {
        let findings = firehose_rules::check(&stream(case));
        assert!(findings.is_empty(), "{}: {findings:?}", case.name);
    }
    // Faults that cfn-lint does not see.
    let whole = stream(&cases[0]);
    for (member, value) in [("/BufferingHints/SizeInMBs", json!(1)), ("/CompressionFormat", json!("GZIP"))] {
        let mut stream = whole.clone();
        set(&mut stream, &format!("/ExtendedS3DestinationConfiguration{member}"), value);
        let found = firehose_rules::check(&stream);
        assert!(found.iter().any(|finding| finding.place.ends_with(&member.replace('/', "."))), "{found:?}");
    }
}

/// The third: a type that Glue takes and no engine reads.
#[test]
fn types_of_columns_are_types_of_hive() {
    for case in cases().0 {
        for table in ["Table", "RawTable"] {
            let input = &case.template["Resources"][table]["Properties"]["TableInput"];
            for column in input["StorageDescriptor"]["Columns"].as_array().into_iter().flatten() {
                let ty = column["Type"].as_str().expect("a type");
                assert!(ty.parse::<HiveType>().is_ok(), "{}: {ty}", case.name);
            }
        }
    }
    assert!("strng".parse::<HiveType>().is_err());
}
