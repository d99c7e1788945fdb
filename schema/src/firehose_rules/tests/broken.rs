//! Inputs that break a rule each, with the findings that they give.

use super::*;

/// Each rule broken once.
pub(super) fn inputs() -> Vec<(Value, Vec<&'static str>)> {
    let p = |n: usize| format!("{P}/{n}");
    let full = |changes: &[(&str, Value)]| with(full(), changes);
    let small = |changes: &[(&str, Value)]| with(small(), changes);
    let lambda = |parameters: &[(&str, &str)]| {
        full(&[(&p(1), processor("Lambda", &[&[FUNCTION], parameters].concat()))])
    };
    let serializer = |kind: &str, options: Value| full(&[(SERIALIZER, json!({kind: options}))]);
    let parquet = |options: Value| serializer("ParquetSerDe", options);
    let orc = |options: Value| serializer("OrcSerDe", options);
    let only = |processors: Value| {
        small(&[("D/ProcessingConfiguration", json!({"Enabled": true, "Processors": processors}))])
    };
    let query = |text: &str| {
        full(&[(
            &p(2),
            processor(
                "MetadataExtraction",
                &[("MetadataExtractionQuery", text), ("JsonParsingEngine", "JQ-1.6")],
            ),
        )])
    };
    let long = format!("{{\"dt\": \"{}\"}}", "x".repeat(5120));
    vec![
        // The stream.
        (json!([]), vec!["firehose-type ", "one-destination D"]),
        (small(&[("/DeliveryStreamName", Value::Null)]), vec!["firehose-required DeliveryStreamName"]),
        (small(&[("/DeliveryStreamName", json!("a b"))]), vec!["firehose-stream-name DeliveryStreamName"]),
        (
            small(&[("/DeliveryStreamName", json!("a".repeat(65)))]),
            vec!["firehose-stream-name DeliveryStreamName"],
        ),
        (
            small(&[("/DeliveryStreamType", json!("directput"))]),
            vec!["firehose-stream-type DeliveryStreamType"],
        ),
        (
            full(&[("/KinesisStreamSourceConfiguration", Value::Null)]),
            vec!["kinesis-source-required KinesisStreamSourceConfiguration"],
        ),
        (
            full(&[(
                "/KinesisStreamSourceConfiguration/KinesisStreamARN",
                json!("arn:aws:kinesis:eu-west-1:1:stream/t"),
            )]),
            vec!["firehose-kinesis-arn KinesisStreamSourceConfiguration.KinesisStreamARN"],
        ),
        (small(&[("/HttpEndpointDestinationConfiguration", json!({}))]), vec!["one-destination D"]),
        (
            full(&[("/DeliveryStreamEncryptionConfigurationInput", json!({"KeyType": "AWS_OWNED_CMK"}))]),
            vec!["stream-encryption-source DeliveryStreamEncryptionConfigurationInput"],
        ),
        (
            small(&[(
                "/DeliveryStreamEncryptionConfigurationInput",
                json!({"KeyType": "CUSTOMER_MANAGED_CMK"}),
            )]),
            vec!["stream-key-required DeliveryStreamEncryptionConfigurationInput.KeyARN"],
        ),
        (
            small(&[(
                "/DeliveryStreamEncryptionConfigurationInput",
                json!({
                    "KeyType": "AWS_OWNED_CMK", "KeyARN": "arn:aws:kms:eu-west-1:123456789012:key/k",
                }),
            )]),
            vec!["stream-key-not-needed DeliveryStreamEncryptionConfigurationInput.KeyARN"],
        ),
        (
            small(&[("/DeliveryStreamEncryptionConfigurationInput", json!({"KeyType": "OWN"}))]),
            vec!["stream-key-type DeliveryStreamEncryptionConfigurationInput.KeyType"],
        ),
        (
            small(&[
                ("/ExtendedS3DestinationConfiguration", Value::Null),
                (
                    "/RedshiftDestinationConfiguration",
                    json!({"S3Configuration": {
                        "Prefix": "a/!{timestamp:yyyy}/", "ErrorOutputPrefix": "e/",
                    }}),
                ),
            ]),
            vec![
                "redshift-prefix-expression RedshiftDestinationConfiguration.S3Configuration.Prefix",
                "redshift-error-prefix RedshiftDestinationConfiguration.S3Configuration.ErrorOutputPrefix",
            ],
        ),
        // The destination.
        (small(&[("D/Prefx", json!("data/"))]), vec!["firehose-member D.Prefx"]),
        (small(&[("D/RoleARN", json!("arn:aws:iam::1234:role/f"))]), vec!["firehose-role-arn D.RoleARN"]),
        (
            small(&[("D/BucketARN", json!("arn:aws:s3:us-east-1:123456789012:b"))]),
            vec!["firehose-bucket-arn D.BucketARN"],
        ),
        (small(&[("D/BucketARN", json!("my-lake"))]), vec!["firehose-bucket-arn D.BucketARN"]),
        (small(&[("D/Prefix", json!(7))]), vec!["firehose-type D.Prefix"]),
        (
            small(&[("D/BufferingHints", json!({"SizeInMBs": 129, "IntervalInSeconds": 901}))]),
            vec![
                "buffer-size D.BufferingHints.SizeInMBs",
                "buffer-interval D.BufferingHints.IntervalInSeconds",
            ],
        ),
        (
            small(&[("D/BufferingHints", json!({"SizeInMBs": 0, "IntervalInSeconds": -1}))]),
            vec![
                "buffer-size D.BufferingHints.SizeInMBs",
                "buffer-interval D.BufferingHints.IntervalInSeconds",
            ],
        ),
        (
            small(&[("D/BufferingHints", json!({"SizeInMBs": "64", "IntervalInSeconds": 60}))]),
            vec!["firehose-type D.BufferingHints.SizeInMBs"],
        ),
        (
            small(&[("D/BufferingHints", json!({"SizeInMBs": 64}))]),
            vec!["buffer-both D.BufferingHints.IntervalInSeconds"],
        ),
        (
            small(&[("D/BufferingHints", json!({"IntervalInSeconds": 60}))]),
            vec!["buffer-both D.BufferingHints.SizeInMBs"],
        ),
        (small(&[("D/CompressionFormat", json!("SNAPPY"))]), vec!["compression-format D.CompressionFormat"]),
        (
            small(&[("D/EncryptionConfiguration", json!({}))]),
            vec!["encryption-one D.EncryptionConfiguration"],
        ),
        (
            small(&[("D/EncryptionConfiguration", json!({"NoEncryptionConfig": "None"}))]),
            vec!["encryption-word D.EncryptionConfiguration.NoEncryptionConfig"],
        ),
        (
            full(&[("D/EncryptionConfiguration/KMSEncryptionConfig/AWSKMSKeyARN", json!("alias/k"))]),
            vec!["firehose-kms-key-arn D.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN"],
        ),
        (
            full(&[("D/EncryptionConfiguration/NoEncryptionConfig", json!("NoEncryption"))]),
            vec!["encryption-one D.EncryptionConfiguration"],
        ),
        (
            small(&[("D/CloudWatchLoggingOptions", json!({"Enabled": true, "LogStreamName": "s"}))]),
            vec!["log-group-required D.CloudWatchLoggingOptions.LogGroupName"],
        ),
        (
            small(&[("D/CloudWatchLoggingOptions", json!({"LogGroupName": "a b", "LogStreamName": "a:b"}))]),
            vec![
                "log-group-name D.CloudWatchLoggingOptions.LogGroupName",
                "log-stream-name D.CloudWatchLoggingOptions.LogStreamName",
            ],
        ),
        // Backup.
        (small(&[("D/S3BackupMode", json!("Enabled"))]), vec!["backup-required D.S3BackupConfiguration"]),
        (small(&[("D/S3BackupMode", json!("On"))]), vec!["backup-mode D.S3BackupMode"]),
        (
            full(&[("D/S3BackupConfiguration/ErrorOutputPrefix", Value::Null)]),
            vec!["error-prefix-required D.S3BackupConfiguration.ErrorOutputPrefix"],
        ),
        (
            full(&[("D/S3BackupConfiguration/Prefix", json!("raw/!{partitionKeyFromQuery:dt}/"))]),
            vec!["partition-key-without-dynamic-partitioning D.S3BackupConfiguration.Prefix"],
        ),
        (
            full(&[("D/S3BackupConfiguration/BufferingHints/SizeInMBs", json!(129))]),
            vec!["buffer-size D.S3BackupConfiguration.BufferingHints.SizeInMBs"],
        ),
        (
            full(&[("D/S3BackupConfiguration/Prefix", json!("lake/traffic/raw/"))]),
            vec!["backup-inside-table D.S3BackupConfiguration.Prefix"],
        ),
        (
            full(&[("D/S3BackupConfiguration/Prefix", json!("lake/"))]),
            vec!["backup-inside-table D.S3BackupConfiguration.Prefix"],
        ),
        (
            full(&[("D/S3BackupConfiguration/Prefix", Value::Null)]),
            vec!["backup-inside-table D.S3BackupConfiguration.Prefix"],
        ),
        (
            full(&[(
                "D/S3BackupConfiguration/ErrorOutputPrefix",
                json!("lake/traffic/!{firehose:error-output-type}/"),
            )]),
            vec!["backup-errors-inside-table D.S3BackupConfiguration.ErrorOutputPrefix"],
        ),
        // Errors beside the data.
        (
            full(&[("D/ErrorOutputPrefix", json!("lake/traffic/_errors/!{firehose:error-output-type}/"))]),
            vec!["error-prefix-inside-table D.ErrorOutputPrefix"],
        ),
        (
            full(&[("D/ErrorOutputPrefix", json!("lake/!{firehose:error-output-type}/"))]),
            vec!["error-prefix-inside-table D.ErrorOutputPrefix"],
        ),
        (
            small(&[("D/Prefix", Value::Null), ("D/ErrorOutputPrefix", json!("errors/"))]),
            vec!["error-prefix-inside-table D.ErrorOutputPrefix"],
        ),
        // Prefixes, zone and extension: all their rules have tests of their own.
        (
            small(&[("D/Prefix", json!("data/!{timestamp:yyyy}/"))]),
            vec!["error-prefix-required D.ErrorOutputPrefix"],
        ),
        (small(&[("D/CustomTimeZone", json!("EST"))]), vec!["time-zone-three-letters D.CustomTimeZone"]),
        (small(&[("D/FileExtension", json!("json"))]), vec!["file-extension-dot D.FileExtension"]),
        // Conversion.
        (
            full(&[("D/DataFormatConversionConfiguration", json!({}))]),
            vec![
                "conversion-input D.DataFormatConversionConfiguration.InputFormatConfiguration",
                "conversion-output D.DataFormatConversionConfiguration.OutputFormatConfiguration",
                "conversion-schema D.DataFormatConversionConfiguration.SchemaConfiguration",
            ],
        ),
        (
            full(&[(DESERIALIZER, json!({"OpenXJsonSerDe": {}, "HiveJsonSerDe": {}}))]),
            vec![
                "conversion-deserializer D.DataFormatConversionConfiguration.InputFormatConfiguration.Deserializer",
            ],
        ),
        (
            full(&[(DESERIALIZER, json!({}))]),
            vec![
                "conversion-deserializer D.DataFormatConversionConfiguration.InputFormatConfiguration.Deserializer",
            ],
        ),
        (
            full(&[(SERIALIZER, json!({"ParquetSerDe": {}, "OrcSerDe": {}}))]),
            vec![
                "conversion-serializer D.DataFormatConversionConfiguration.OutputFormatConfiguration.Serializer",
            ],
        ),
        (
            full(&[(SERIALIZER, json!({}))]),
            vec![
                "conversion-serializer D.DataFormatConversionConfiguration.OutputFormatConfiguration.Serializer",
            ],
        ),
        (
            full(&[(
                "D/DataFormatConversionConfiguration/SchemaConfiguration",
                json!({"DatabaseName": "a b"}),
            )]),
            vec![
                "firehose-schema-value D.DataFormatConversionConfiguration.SchemaConfiguration.DatabaseName",
                "conversion-schema-member D.DataFormatConversionConfiguration.SchemaConfiguration.RoleARN",
                "conversion-schema-member D.DataFormatConversionConfiguration.SchemaConfiguration.TableName",
            ],
        ),
        (full(&[("D/CompressionFormat", json!("GZIP"))]), vec!["conversion-compression D.CompressionFormat"]),
        (
            full(&[("D/BufferingHints", json!({"SizeInMBs": 63, "IntervalInSeconds": 59}))]),
            vec![
                "conversion-buffer D.BufferingHints.SizeInMBs",
                "dynamic-partitioning-buffer D.BufferingHints.SizeInMBs",
                "dynamic-partitioning-interval D.BufferingHints.IntervalInSeconds",
            ],
        ),
        (
            full(&[(
                &format!("{DESERIALIZER}/OpenXJsonSerDe/ColumnToJsonKeyMappings"),
                json!({"a": "b c", "d e": "f"}),
            )]),
            vec![
                "openx-mapping-key D.DataFormatConversionConfiguration.InputFormatConfiguration.Deserializer.OpenXJsonSerDe.\
                 ColumnToJsonKeyMappings.a",
                "openx-mapping-column D.DataFormatConversionConfiguration.InputFormatConfiguration.Deserializer.\
                 OpenXJsonSerDe.ColumnToJsonKeyMappings.d e",
            ],
        ),
        (
            full(&[(DESERIALIZER, json!({"HiveJsonSerDe": {"TimestampFormats": ["bbbb", " "]}}))]),
            vec![
                "firehose-phrase D.DataFormatConversionConfiguration.InputFormatConfiguration.Deserializer.HiveJsonSerDe.\
                 TimestampFormats[1]",
                "hive-timestamp-format D.DataFormatConversionConfiguration.InputFormatConfiguration.Deserializer.\
                 HiveJsonSerDe.TimestampFormats[0]",
            ],
        ),
        (parquet(json!({"Compression": "ZSTD"})), vec!["parquet-compression ParquetSerDe.Compression"]),
        (
            parquet(json!({"BlockSizeBytes": 67_108_863})),
            vec!["parquet-block-size ParquetSerDe.BlockSizeBytes"],
        ),
        (parquet(json!({"PageSizeBytes": 65_535})), vec!["parquet-page-size ParquetSerDe.PageSizeBytes"]),
        (parquet(json!({"MaxPaddingBytes": -1})), vec!["parquet-padding ParquetSerDe.MaxPaddingBytes"]),
        (parquet(json!({"WriterVersion": "V3"})), vec!["parquet-writer-version ParquetSerDe.WriterVersion"]),
        (
            parquet(json!({"EnableDictionaryCompression": "true"})),
            vec!["firehose-type ParquetSerDe.EnableDictionaryCompression"],
        ),
        (orc(json!({"Compression": "ZSTD"})), vec!["orc-compression OrcSerDe.Compression"]),
        (orc(json!({"StripeSizeBytes": 8_388_607})), vec!["orc-stripe-size OrcSerDe.StripeSizeBytes"]),
        (orc(json!({"BlockSizeBytes": 67_108_863})), vec!["orc-block-size OrcSerDe.BlockSizeBytes"]),
        (orc(json!({"RowIndexStride": 999})), vec!["orc-row-index-stride OrcSerDe.RowIndexStride"]),
        (orc(json!({"FormatVersion": "V0_13"})), vec!["orc-format-version OrcSerDe.FormatVersion"]),
        (orc(json!({"PaddingTolerance": 1.5})), vec!["firehose-share OrcSerDe.PaddingTolerance"]),
        // Processors.
        (only(json!([])), vec!["processor-count D.ProcessingConfiguration.Processors"]),
        (
            full(&[
                (&p(4), processor("Decompression", &[])),
                (&p(5), processor("CloudWatchLogProcessing", &[("DataMessageExtraction", "True")])),
            ]),
            vec![
                "processor-count D.ProcessingConfiguration.Processors",
                "processor-order D.ProcessingConfiguration.Processors[4].Type",
                "processor-order D.ProcessingConfiguration.Processors[5].Type",
            ],
        ),
        (
            only(json!([processor("Compression", &[])])),
            vec!["processor-type D.ProcessingConfiguration.Processors[0].Type"],
        ),
        (
            only(json!([processor("AppendDelimiterToRecord", &[("Newline", "x")])])),
            vec![
                "processor-parameter-name D.ProcessingConfiguration.Processors[0].Parameters[0].ParameterName",
                "processor-parameter D.ProcessingConfiguration.Processors[0].Parameters[0].ParameterName",
            ],
        ),
        (
            only(json!([processor("AppendDelimiterToRecord", &[FUNCTION])])),
            vec!["processor-parameter D.ProcessingConfiguration.Processors[0].Parameters[0].ParameterName"],
        ),
        (
            only(json!([processor("AppendDelimiterToRecord", &[("Delimiter", "\n")])])),
            vec![
                "processor-parameter-value D.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue",
            ],
        ),
        (
            only(json!([processor("AppendDelimiterToRecord", &[("Delimiter", "a"), ("Delimiter", "b")])])),
            vec![
                "processor-parameter-twice D.ProcessingConfiguration.Processors[0].Parameters[1].ParameterName",
            ],
        ),
        (
            query(&long),
            vec![
                "processor-parameter-value D.ProcessingConfiguration.Processors[2].Parameters[0].ParameterValue",
            ],
        ),
        (
            only(json!([processor("Lambda", &[FUNCTION]), processor("Lambda", &[FUNCTION])])),
            vec!["processor-twice D.ProcessingConfiguration.Processors[1].Type"],
        ),
        (
            only(json!([processor("AppendDelimiterToRecord", &[]), processor("Lambda", &[FUNCTION])])),
            vec!["processor-order D.ProcessingConfiguration.Processors[1].Type"],
        ),
        (
            only(json!([processor("RecordDeAggregation", &[("SubRecordType", "JSON")])])),
            vec!["processor-needs-dynamic-partitioning D.ProcessingConfiguration.Processors[0].Type"],
        ),
        (
            only(json!([processor("CloudWatchLogProcessing", &[("DataMessageExtraction", "yes")])])),
            vec![
                "log-processing-value D.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue",
                "processor-needs-decompression D.ProcessingConfiguration.Processors",
            ],
        ),
        (
            only(json!([processor("Lambda", &[("NumberOfRetries", "1")])])),
            vec!["lambda-arn-required D.ProcessingConfiguration.Processors[0].Parameters"],
        ),
        (
            only(json!([processor("Lambda", &[("LambdaArn", "normalise")])])),
            vec!["lambda-arn D.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue"],
        ),
        (
            lambda(&[("NumberOfRetries", "301")]),
            vec!["lambda-retries D.ProcessingConfiguration.Processors[1].Parameters[1].ParameterValue"],
        ),
        (
            lambda(&[("BufferSizeInMBs", "3.01"), ("BufferIntervalInSeconds", "901")]),
            vec![
                "lambda-buffer-size D.ProcessingConfiguration.Processors[1].Parameters[1].ParameterValue",
                "lambda-buffer-interval D.ProcessingConfiguration.Processors[1].Parameters[2].ParameterValue",
            ],
        ),
        (
            lambda(&[("BufferSizeInMBs", "3")]),
            vec!["lambda-buffer-both D.ProcessingConfiguration.Processors[1].Parameters"],
        ),
        (
            full(&[(&p(0), processor("RecordDeAggregation", &[("SubRecordType", "CSV")]))]),
            vec!["deaggregation-type D.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue"],
        ),
        (
            full(&[(&p(0), processor("RecordDeAggregation", &[("SubRecordType", "DELIMITED")]))]),
            vec!["deaggregation-delimiter D.ProcessingConfiguration.Processors[0].Parameters"],
        ),
        (
            full(&[(
                &p(0),
                processor("RecordDeAggregation", &[("SubRecordType", "DELIMITED"), ("Delimiter", "####")]),
            )]),
            vec![
                "deaggregation-delimiter-base64 D.ProcessingConfiguration.Processors[0].Parameters[1].ParameterValue",
            ],
        ),
        (
            full(&[(&p(2), processor("MetadataExtraction", &[("JsonParsingEngine", "JQ-1.7")]))]),
            vec![
                "query-required D.ProcessingConfiguration.Processors[2].Parameters",
                "query-engine D.ProcessingConfiguration.Processors[2].Parameters[0].ParameterValue",
            ],
        ),
        // Dynamic partitioning.
        (
            full(&[("D/DynamicPartitioningConfiguration/RetryOptions/DurationInSeconds", json!(7201))]),
            vec![
                "dynamic-partitioning-retry D.DynamicPartitioningConfiguration.RetryOptions.DurationInSeconds",
            ],
        ),
        (
            full(&[(P, json!([processor("AppendDelimiterToRecord", &[])]))]),
            vec!["dynamic-partitioning-processor D.ProcessingConfiguration.Processors"],
        ),
        (
            full(&[(P, json!([processor("Lambda", &[FUNCTION])]))]),
            vec!["query-key-processor D.ProcessingConfiguration.Processors"],
        ),
        (
            full(&[
                ("D/Prefix", json!("lake/traffic/!{partitionKeyFromLambda:x}/!{partitionKeyFromQuery:dt}/")),
                (&p(1), processor("AppendDelimiterToRecord", &[])),
                (&p(3), Value::Null),
            ]),
            vec![
                "firehose-type D.ProcessingConfiguration.Processors[3]",
                "processor-order D.ProcessingConfiguration.Processors[2].Type",
                "lambda-key-processor D.ProcessingConfiguration.Processors",
            ],
        ),
        (
            query("{dt: .t, b: .b}"),
            vec!["query-key-unused D.ProcessingConfiguration.Processors[2].Parameters[0].ParameterValue"],
        ),
        (
            query("{b: .b}"),
            vec![
                "query-key-unused D.ProcessingConfiguration.Processors[2].Parameters[0].ParameterValue",
                "prefix-key-without-query D.Prefix",
            ],
        ),
    ]
}
