//! The stacks of CloudFormation and Terraform: real tools take them, and both say the same.

mod arguments;
mod deploy;
mod lint;
mod same;

use lakebed::artifacts::{Content, find};
use lakebed::{Table, Target};
use lakebed_tests::golden;
use serde_json::Value;

/// A table for a target, in both languages.
pub(crate) struct Case {
    /// Names of table and target.
    pub(crate) name: String,
    /// The table.
    pub(crate) table: Table,
    /// The template as JSON.
    pub(crate) template: Value,
    /// The same as YAML.
    pub(crate) yaml: String,
    /// The module of Terraform.
    pub(crate) module: Value,
}

/// Targets that differ in what a stack consists of.
fn targets() -> Vec<(&'static str, Target)> {
    let with = |change: &dyn Fn(&mut Target)| {
        let mut target = golden::target();
        change(&mut target);
        target
    };
    let mut targets = vec![("golden", golden::target())];
    targets.extend(golden::other_targets());
    targets.extend([
        // A Kinesis stream that exists, in another account's manner of naming: nothing of the target in the template.
        (
            "existing",
            with(&|target| {
                target.region = None;
                target.account = None;
                target.stream.role = None;
                target.stream.transform = None;
                target.stream.backup = false;
                target.stream.kinesis = Some("arn:aws:kinesis:eu-west-1:123456789012:stream/events".into());
                target.stream.kms_key = Some("arn:aws:kms:eu-west-1:123456789012:key/1".into());
                target.stack.alarm_topic = Some("arn:aws:sns:eu-west-1:123456789012:on-call".into());
            }),
        ),
        // jq computes partition keys of canonical records.
        ("query", with(&|target| target.stream.partition_keys = lakebed::target::PartitionKeys::Query)),
    ]);
    targets
}

fn made(artifact: &str, table: &Table, target: &Target) -> Result<Content, String> {
    let artifact = find(artifact).expect("an artifact");
    let rendered =
        artifact.render(&artifact.parts()[0], table, target).map_err(|findings| findings.to_string())?;
    Ok(rendered.expect("a stack").content)
}

/// Every table for every target, and what cannot be made, with why.
pub(crate) fn cases() -> (Vec<Case>, Vec<(String, String)>) {
    let (mut cases, mut refused) = (Vec::new(), Vec::new());
    for table in golden::tables() {
        for (kind, target) in targets() {
            let name = format!("{} {kind}", table.name);
            let template = made("cloudformation", &table, &target);
            let module = made("terraform", &table, &target);
            match (template, module) {
                (Ok(Content::Json(template)), Ok(Content::Json(module))) => cases.push(Case {
                    name,
                    table: table.clone(),
                    template: serde_json::from_str(&template.to_text()).expect("JSON"),
                    yaml: template.to_yaml(),
                    module: serde_json::from_str(&module.to_text()).expect("JSON"),
                }),
                (Err(template), Err(module)) => {
                    assert_eq!(template, module, "{name}");
                    refused.push((name, template));
                }
                _ => panic!("{name}: one of the two can be made"),
            }
        }
    }
    (cases, refused)
}

#[test]
fn a_stack_is_refused_only_for_what_no_stream_can_do() {
    let (cases, refused) = cases();
    let refused: Vec<_> = refused
        .iter()
        .map(|(name, why)| {
            let rules = why.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
            (name.as_str(), rules.map(|(rule, _)| rule).collect::<Vec<_>>())
        })
        .collect();
    // jq sees whole documents, not the records in them.
    assert_eq!(refused, [("traffic_snapshot json", vec!["jq-records", "jq-xml-json"])]);
    assert_eq!(cases.len(), 5 * golden::tables().len() - refused.len());
}
