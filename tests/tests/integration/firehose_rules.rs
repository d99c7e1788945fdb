//! The rules of delivery streams, on streams that others have published.

use lakebed::artifacts::find;
use lakebed::firehose_rules::{check, doubts};
use lakebed::target::PartitionKeys;
use lakebed_tests::{golden, workspace};
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

/// The generator knows nothing of the rules, and the rules nothing of the generator.
#[test]
fn what_is_generated_passes_or_is_not_made() {
    let (mut made, mut not_made) = (0, 0);
    let arn = |service: &str, name: &str| format!("arn:aws:{service}:eu-west-1:123456789012:{name}");
    for table in golden::tables() {
        for bits in 0..1 << 7_u32 {
            let is = |bit: u32| bits & (1 << bit) != 0;
            for (mib, seconds) in [(1, 0), (64, 60), (128, 900), (129, 901)] {
                for keys in [PartitionKeys::Auto, PartitionKeys::Query, PartitionKeys::Lambda] {
                    let mut target = golden::target();
                    let stream = &mut target.stream;
                    stream.convert = is(0);
                    stream.backup = is(1);
                    stream.deaggregate = is(2);
                    stream.decompress = is(3);
                    stream.transform = is(4).then(|| arn("lambda", "function:normalise:1"));
                    stream.kinesis = is(5).then(|| arn("kinesis", "stream/traffic"));
                    stream.kms_key = is(6).then(|| arn("kms", "key/2b9c6d1e"));
                    stream.time_zone = is(6).then(|| "Europe/Brussels".to_owned());
                    (stream.buffer_mib, stream.buffer_seconds, stream.partition_keys) = (mib, seconds, keys);
                    let artifact = find("firehose").expect("the artifact");
                    let Ok(Some(rendered)) = artifact.render(&artifact.parts()[0], &table, &target) else {
                        not_made += 1;
                        continue;
                    };
                    let stream: Value = serde_json::from_str(&rendered.content.to_text()).expect("JSON");
                    assert_eq!((check(&stream), doubts(&stream)), (Vec::new(), Vec::new()), "{stream:#}");
                    made += 1;
                }
            }
        }
    }
    assert!(made > 300 && not_made > 300, "{made} made, {not_made} not");
}
