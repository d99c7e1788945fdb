//! The rules of delivery streams, on streams that others have published.

use lakebed::firehose_rules::{check, doubts};
use lakebed_tests::workspace;
use serde_json::Value;

/// A published stream with what its template leaves open filled in.
fn stream(file: &str) -> Value {
    let path = workspace::root().join("tests/data/firehose").join(file);
    let mut text = std::fs::read_to_string(path).expect(file);
    for (open, filled) in [
        ("${DeliveryBucket.Arn}", "arn:aws:s3:::my-lake"),
        ("${Bucket.Arn}", "arn:aws:s3:::my-lake"),
        ("${DeliveryStreamRole.Arn}", "arn:aws:iam::123456789012:role/firehose"),
        ("${Role.Arn}", "arn:aws:iam::123456789012:role/firehose"),
        ("${self:custom.firehoseCompressionFormat}", "GZIP"),
        ("${AWS::AccountId}", "123456789012"),
        ("${AWS::Region}", "eu-west-1"),
        ("${Database}", "traffic"),
        ("${InlineSchemaTable}", "traffic"),
    ] {
        text = text.replace(open, filled);
    }
    assert!(!text.contains("${"), "{text}");
    let mut stream: Value = serde_json::from_str(&text).expect("JSON");
    stream["DeliveryStreamName"] = "traffic".into();
    stream
}

#[test]
fn published_streams_pass() {
    for file in ["cfn-delivery-stream-becloudway.json", "cfn-delivery-stream-openx-parquet.json"] {
        let stream = stream(file);
        assert_eq!((check(&stream), doubts(&stream)), (Vec::new(), Vec::new()), "{file}");
    }
}

#[test]
fn published_streams_with_a_fault_do_not() {
    let mut stream = stream("cfn-delivery-stream-openx-parquet.json");
    let destination = &mut stream["ExtendedS3DestinationConfiguration"];
    destination["BufferingHints"]["SizeInMBs"] = 5.into();
    destination["CompressionFormat"] = "GZIP".into();
    destination["ErrorOutputPrefix"] = "success/InlineSchema/errors/".into();
    let rules: Vec<&str> = check(&stream).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["conversion-compression", "conversion-buffer", "error-prefix-inside-table"]);
}
