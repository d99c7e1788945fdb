//! The model of `CreateDeliveryStream`, as far as streams into S3 go: members, lengths, ranges and words of the API of
//! 2015-08-04.

use super::shape::{Member, Shape, Text};

const fn required(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, required: true, shape }
}

const fn optional(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, required: false, shape }
}

const fn at_least(rule: &'static str, min: i64) -> Shape {
    Shape::Int { rule, min, max: i64::MAX }
}

static ANY: Shape = Shape::Any;
static BOOL: Shape = Shape::Bool;
static SHARE: Shape = Shape::Share { rule: "firehose-share" };

fn is_anything(_: &str) -> bool {
    true
}

fn is_without_space(text: &str) -> bool {
    !text.contains(char::is_whitespace)
}

fn is_not_blank(text: &str) -> bool {
    !text.trim().is_empty()
}

fn is_stream_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// Whether a text is `arn:ANY:SERVICE:REGION:ACCOUNT:RESOURCE`; gives the resource when the region and account are as
/// wanted.
fn resource<'a>(text: &'a str, service: &str, has_region: bool, has_account: bool) -> Option<&'a str> {
    let mut parts = text.splitn(6, ':');
    let ("arn", _, found) = (parts.next()?, parts.next()?, parts.next()?) else { return None };
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let region_ok = if has_region {
        !region.is_empty() && region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    } else {
        region.is_empty()
    };
    let account_ok = if has_account {
        account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())
    } else {
        account.is_empty()
    };
    (found == service && region_ok && account_ok).then_some(resource)
}

fn is_named(rest: Option<&str>, start: &str, more: &str) -> bool {
    let name = rest.and_then(|rest| rest.strip_prefix(start)).unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
}

fn is_role(text: &str) -> bool {
    is_named(resource(text, "iam", false, true), "role/", "_+=,.@-/")
}

fn is_bucket(text: &str) -> bool {
    is_named(resource(text, "s3", false, false), "", "_.-")
        && text.len() - text.rfind(':').unwrap_or(0) <= 256
}

fn is_stream(text: &str) -> bool {
    is_named(resource(text, "kinesis", true, true), "stream/", "_.-")
}

fn is_kms_key(text: &str) -> bool {
    let rest = resource(text, "kms", true, true);
    is_named(rest, "key/", "_+=,.@-/") || is_named(rest, "alias/", "_+=,.@-/")
}

/// `arn:…:lambda:REGION:ACCOUNT:function:NAME`, with a version or alias or without.
pub(super) fn is_function(text: &str) -> bool {
    is_named(resource(text, "lambda", true, true), "function:", "_-:$")
}

fn is_log_group(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_/#".contains(c))
}

fn is_log_stream(text: &str) -> bool {
    !text.contains([':', '*'])
}

static ROLE: Shape = Shape::Text(Text {
    rule: "firehose-role-arn",
    min: 1,
    max: 512,
    is: is_role,
    like: "an ARN like arn:aws:iam::123456789012:role/firehose",
});
static BUCKET: Shape = Shape::Text(Text {
    rule: "firehose-bucket-arn",
    min: 1,
    max: 2048,
    is: is_bucket,
    like: "an ARN like arn:aws:s3:::my-lake",
});
static KMS_KEY: Shape = Shape::Text(Text {
    rule: "firehose-kms-key-arn",
    min: 1,
    max: 512,
    is: is_kms_key,
    like: "an ARN like arn:aws:kms:eu-west-1:123456789012:key/…",
});
static STREAM: Shape = Shape::Text(Text {
    rule: "firehose-kinesis-arn",
    min: 1,
    max: 512,
    is: is_stream,
    like: "an ARN like arn:aws:kinesis:eu-west-1:123456789012:stream/traffic",
});
static NAME: Shape = Shape::Text(Text {
    rule: "firehose-stream-name",
    min: 1,
    max: 64,
    is: is_stream_name,
    like: "1 to 64 of the characters a-z A-Z 0-9 . _ -",
});
static WORD: Shape = Shape::Text(Text {
    rule: "firehose-schema-value",
    min: 1,
    max: 1024,
    is: is_without_space,
    like: "1 to 1024 characters without spaces",
});
static PHRASE: Shape = Shape::Text(Text {
    rule: "firehose-phrase",
    min: 1,
    max: 1024,
    is: is_not_blank,
    like: "1 to 1024 characters, not blank",
});
static COLUMN: Text = Text {
    rule: "openx-mapping-column",
    min: 1,
    max: 1024,
    is: is_without_space,
    like: "the name of a column, without spaces",
};
static JSON_KEY: Text = Text {
    rule: "openx-mapping-key",
    min: 1,
    max: 1024,
    is: is_without_space,
    like: "a JSON key of 1 to 1024 characters without spaces",
};

static BUFFERING: Shape = Shape::Object(&[
    optional("SizeInMBs", &Shape::Int { rule: "buffer-size", min: 1, max: 128 }),
    optional("IntervalInSeconds", &Shape::Int { rule: "buffer-interval", min: 0, max: 900 }),
]);

static ENCRYPTION: Shape = Shape::Object(&[
    optional("NoEncryptionConfig", &Shape::Word { rule: "encryption-word", words: &["NoEncryption"] }),
    optional("KMSEncryptionConfig", &Shape::Object(&[required("AWSKMSKeyARN", &KMS_KEY)])),
]);

static LOGGING: Shape = Shape::Object(&[
    optional("Enabled", &BOOL),
    optional(
        "LogGroupName",
        &Shape::Text(Text {
            rule: "log-group-name",
            min: 0,
            max: 512,
            is: is_log_group,
            like: "up to 512 of the characters a-z A-Z 0-9 . - _ / #",
        }),
    ),
    optional(
        "LogStreamName",
        &Shape::Text(Text {
            rule: "log-stream-name",
            min: 0,
            max: 512,
            is: is_log_stream,
            like: "up to 512 characters without : and *",
        }),
    ),
]);

static COMPRESSION: Shape = Shape::Word {
    rule: "compression-format",
    words: &["UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"],
};

/// Prefixes have rules of their own; here they are texts.
static PREFIX: Shape =
    Shape::Text(Text { rule: "prefix-length", min: 0, max: usize::MAX, is: is_anything, like: "a text" });

/// Values of parameters are checked with the processor that they belong to.
static PROCESSING: Shape = Shape::Object(&[
    optional("Enabled", &BOOL),
    optional(
        "Processors",
        &Shape::List(&Shape::Object(&[
            required("Type", &Shape::Word { rule: "processor-type", words: &super::processor::TYPES }),
            optional(
                "Parameters",
                &Shape::List(&Shape::Object(&[
                    required(
                        "ParameterName",
                        &Shape::Word {
                            rule: "processor-parameter-name",
                            words: &[
                                "LambdaArn",
                                "NumberOfRetries",
                                "MetadataExtractionQuery",
                                "JsonParsingEngine",
                                "RoleArn",
                                "BufferSizeInMBs",
                                "BufferIntervalInSeconds",
                                "SubRecordType",
                                "Delimiter",
                                "CompressionFormat",
                                "DataMessageExtraction",
                            ],
                        },
                    ),
                    required(
                        "ParameterValue",
                        &Shape::Text(Text {
                            rule: "processor-parameter-value",
                            min: 1,
                            max: 5120,
                            is: is_not_blank,
                            like: "1 to 5120 characters, not blank",
                        }),
                    ),
                ])),
            ),
        ])),
    ),
]);

static BACKUP: Shape = Shape::Object(&[
    required("RoleARN", &ROLE),
    required("BucketARN", &BUCKET),
    optional("Prefix", &PREFIX),
    optional("ErrorOutputPrefix", &PREFIX),
    optional("BufferingHints", &BUFFERING),
    optional("CompressionFormat", &COMPRESSION),
    optional("EncryptionConfiguration", &ENCRYPTION),
    optional("CloudWatchLoggingOptions", &LOGGING),
]);

static DESERIALIZER: Shape = Shape::Object(&[
    optional(
        "OpenXJsonSerDe",
        &Shape::Object(&[
            optional("ConvertDotsInJsonKeysToUnderscores", &BOOL),
            optional("CaseInsensitive", &BOOL),
            optional("ColumnToJsonKeyMappings", &Shape::Map { names: &COLUMN, values: &JSON_KEY }),
        ]),
    ),
    optional("HiveJsonSerDe", &Shape::Object(&[optional("TimestampFormats", &Shape::List(&PHRASE))])),
]);

static SERIALIZER: Shape = Shape::Object(&[
    optional(
        "ParquetSerDe",
        &Shape::Object(&[
            optional("BlockSizeBytes", &at_least("parquet-block-size", 67_108_864)),
            optional("PageSizeBytes", &at_least("parquet-page-size", 65_536)),
            optional(
                "Compression",
                &Shape::Word { rule: "parquet-compression", words: &["UNCOMPRESSED", "GZIP", "SNAPPY"] },
            ),
            optional("EnableDictionaryCompression", &BOOL),
            optional("MaxPaddingBytes", &at_least("parquet-padding", 0)),
            optional("WriterVersion", &Shape::Word { rule: "parquet-writer-version", words: &["V1", "V2"] }),
        ]),
    ),
    optional(
        "OrcSerDe",
        &Shape::Object(&[
            optional("StripeSizeBytes", &at_least("orc-stripe-size", 8_388_608)),
            optional("BlockSizeBytes", &at_least("orc-block-size", 67_108_864)),
            optional("RowIndexStride", &at_least("orc-row-index-stride", 1000)),
            optional("EnablePadding", &BOOL),
            optional("PaddingTolerance", &SHARE),
            optional(
                "Compression",
                &Shape::Word { rule: "orc-compression", words: &["NONE", "ZLIB", "SNAPPY"] },
            ),
            optional("BloomFilterColumns", &Shape::List(&WORD)),
            optional("BloomFilterFalsePositiveProbability", &SHARE),
            optional("DictionaryKeyThreshold", &SHARE),
            optional(
                "FormatVersion",
                &Shape::Word { rule: "orc-format-version", words: &["V0_11", "V0_12"] },
            ),
        ]),
    ),
]);

static CONVERSION: Shape = Shape::Object(&[
    optional("Enabled", &BOOL),
    optional("InputFormatConfiguration", &Shape::Object(&[optional("Deserializer", &DESERIALIZER)])),
    optional("OutputFormatConfiguration", &Shape::Object(&[optional("Serializer", &SERIALIZER)])),
    optional(
        "SchemaConfiguration",
        &Shape::Object(&[
            optional("RoleARN", &WORD),
            optional("CatalogId", &WORD),
            optional("DatabaseName", &WORD),
            optional("TableName", &WORD),
            optional("Region", &WORD),
            optional("VersionId", &WORD),
        ]),
    ),
]);

static DESTINATION: Shape = Shape::Object(&[
    required("RoleARN", &ROLE),
    required("BucketARN", &BUCKET),
    optional("Prefix", &PREFIX),
    optional("ErrorOutputPrefix", &PREFIX),
    optional("BufferingHints", &BUFFERING),
    optional("CompressionFormat", &COMPRESSION),
    optional("EncryptionConfiguration", &ENCRYPTION),
    optional("CloudWatchLoggingOptions", &LOGGING),
    optional("ProcessingConfiguration", &PROCESSING),
    optional("S3BackupMode", &Shape::Word { rule: "backup-mode", words: &["Disabled", "Enabled"] }),
    optional("S3BackupConfiguration", &BACKUP),
    optional("DataFormatConversionConfiguration", &CONVERSION),
    optional(
        "DynamicPartitioningConfiguration",
        &Shape::Object(&[
            optional("Enabled", &BOOL),
            optional(
                "RetryOptions",
                &Shape::Object(&[optional(
                    "DurationInSeconds",
                    &Shape::Int { rule: "dynamic-partitioning-retry", min: 0, max: 7200 },
                )]),
            ),
        ]),
    ),
    optional("FileExtension", &PREFIX),
    optional("CustomTimeZone", &PREFIX),
]);

/// The whole input.
pub(super) static INPUT: Shape = Shape::Object(&[
    required("DeliveryStreamName", &NAME),
    optional(
        "DeliveryStreamType",
        &Shape::Word {
            rule: "firehose-stream-type",
            words: &["DirectPut", "KinesisStreamAsSource", "MSKAsSource", "DatabaseAsSource"],
        },
    ),
    optional(
        "KinesisStreamSourceConfiguration",
        &Shape::Object(&[required("KinesisStreamARN", &STREAM), required("RoleARN", &ROLE)]),
    ),
    optional(
        "DeliveryStreamEncryptionConfigurationInput",
        &Shape::Object(&[
            optional("KeyARN", &KMS_KEY),
            required(
                "KeyType",
                &Shape::Word { rule: "stream-key-type", words: &["AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK"] },
            ),
        ]),
    ),
    optional("ExtendedS3DestinationConfiguration", &DESTINATION),
    optional("DirectPutSourceConfiguration", &ANY),
    optional("MSKSourceConfiguration", &ANY),
    optional("DatabaseSourceConfiguration", &ANY),
    optional("Tags", &ANY),
    optional("S3DestinationConfiguration", &ANY),
    optional("RedshiftDestinationConfiguration", &ANY),
    optional("ElasticsearchDestinationConfiguration", &ANY),
    optional("AmazonopensearchserviceDestinationConfiguration", &ANY),
    optional("AmazonOpenSearchServerlessDestinationConfiguration", &ANY),
    optional("SplunkDestinationConfiguration", &ANY),
    optional("HttpEndpointDestinationConfiguration", &ANY),
    optional("SnowflakeDestinationConfiguration", &ANY),
    optional("IcebergDestinationConfiguration", &ANY),
]);
