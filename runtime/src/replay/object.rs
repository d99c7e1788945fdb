//! One error object: a line that Firehose or lakebed wrote of a record that could not be stored.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// What an error object says. Members that a writer leaves out are empty.
///
/// All spellings are read: `errorCode` and `lastErrorCode`, `lambdaArn` and `lambdaARN`, any case of any name, any
/// order, times as numbers and as text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorObject<'a> {
    /// The record in base64; nothing when there is no such member.
    pub raw: Option<Cow<'a, str>>,
    /// Why it was refused, such as `DataFormatConversion.MalformedData`.
    pub code: Option<String>,
    /// The same as a sentence.
    pub message: Option<String>,
    /// Attempts that were made.
    pub attempts: Option<u64>,
    /// Milliseconds since 1970 at which the record arrived; within the years 1970 to 9999.
    pub arrival_ms: Option<i64>,
    /// Its number in the Kinesis stream, as it is written.
    pub sequence: Value,
    /// Its number in a record of several, as it is written.
    pub sub_sequence: Value,
    /// The Lambda function that failed: the data is what it was given.
    pub lambda: Option<String>,
    /// Table that the record was meant for.
    pub table: Option<String>,
    /// Database of that table.
    pub database: Option<String>,
    /// Kind of destination, as far as its own members tell.
    pub destination: Destination,
    /// What lakebed adds.
    pub ours: Option<Ours>,
}

/// Where Firehose could not deliver to, as the members of an error object tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Destination {
    /// S3, or not told.
    #[default]
    S3,
    /// An HTTP endpoint (`dataId`).
    Http,
    /// Splunk (`EventId`).
    Splunk,
    /// OpenSearch (`esIndexName` and the like).
    OpenSearch,
}

/// Members that only lakebed writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ours {
    /// Run that refused the record; not in files of the first versions.
    pub run: Option<String>,
    /// Input that the record came from.
    pub source: Option<String>,
    /// First byte of the record there, as it is written.
    pub offset: Value,
    /// Bytes of the record, as it is written.
    pub length: Value,
    /// Line of the fault, as it is written.
    pub line: Value,
    /// Column of the fault in bytes, as it is written.
    pub column: Value,
    /// Byte of the fault in the record; not in files of the first versions.
    pub fault: Option<u64>,
    /// Column of the table.
    pub field: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// What was found.
    pub found: Option<String>,
}

/// What wrote an error object, and at which stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A reject of lakebed.
    Lakebed,
    /// Firehose's record format conversion.
    FormatConversion,
    /// Firehose's call of a Lambda function.
    Processing,
    /// Firehose's dynamic partitioning: too many partitions, or no partition key.
    Partitioning,
    /// Delivery to an HTTP endpoint.
    Http,
    /// Delivery to Splunk.
    Splunk,
    /// Delivery to OpenSearch.
    OpenSearch,
    /// Any other.
    Other,
}

impl ObjectKind {
    /// The word for it, Firehose's own where it has one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lakebed => "lakebed",
            Self::FormatConversion => "format-conversion-failed",
            Self::Processing => "processing-failed",
            Self::Partitioning => "dynamic-partitioning",
            Self::Http => "http-endpoint-failed",
            Self::Splunk => "splunk-failed",
            Self::OpenSearch => "AmazonOpenSearchService-failed",
            Self::Other => "other",
        }
    }
}

/// Base64 with or without its padding.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Last millisecond of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;

impl<'a> ErrorObject<'a> {
    /// Reads one JSON object. Nothing is asked of its members: see [`ErrorObject::is_one`].
    ///
    /// ```
    /// use lakebed::replay::{ErrorObject, ObjectKind};
    ///
    /// let line = br#"{"rawData":"e30=","errorCode":"Lambda.FunctionError","lambdaARN":"arn:x","arrivalTimestamp":7}"#;
    /// let object = ErrorObject::parse(line).unwrap();
    /// assert_eq!(object.data().unwrap().unwrap(), b"{}");
    /// assert_eq!((object.kind(), object.arrival_ms), (ObjectKind::Processing, Some(7)));
    /// ```
    ///
    /// # Errors
    /// Broken JSON, anything but an object, and `rawData` that is no text.
    pub fn parse(json: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// Whether it is an error object at all: it carries a record, or says why there is an error.
    pub fn is_one(&self) -> bool {
        self.raw.is_some() || self.code.is_some()
    }

    /// The record as it was, which may be compressed or hold several; nothing without the member `rawData`.
    ///
    /// # Errors
    /// Text that is no base64.
    pub fn data(&self) -> Result<Option<Vec<u8>>, base64::DecodeError> {
        self.raw.as_ref().map(|raw| TOLERANT.decode(raw.as_bytes())).transpose()
    }

    /// What wrote it.
    pub fn kind(&self) -> ObjectKind {
        let code = self.code.as_deref().unwrap_or_default();
        match self.destination {
            _ if self.ours.is_some() || code.starts_with("Lakebed.") => ObjectKind::Lakebed,
            _ if self.is_before_lambda() => ObjectKind::Processing,
            Destination::Http => ObjectKind::Http,
            Destination::Splunk => ObjectKind::Splunk,
            Destination::OpenSearch => ObjectKind::OpenSearch,
            Destination::S3 if code.starts_with("DataFormatConversion.") => ObjectKind::FormatConversion,
            Destination::S3
                if code.starts_with("DynamicPartitioning.") || code == "activePartitionExceeded" =>
            {
                ObjectKind::Partitioning
            }
            Destination::S3 if code.starts_with("HttpEndpoint.") => ObjectKind::Http,
            Destination::S3 if code.starts_with("Splunk.") => ObjectKind::Splunk,
            Destination::S3 => ObjectKind::Other,
        }
    }

    /// Whether the data is from before a Lambda function, which has not changed it yet.
    pub fn is_before_lambda(&self) -> bool {
        self.lambda.is_some() || self.code.as_deref().is_some_and(|code| code.starts_with("Lambda."))
    }
}

impl<'de> Deserialize<'de> for ErrorObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = ErrorObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an error object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut object = ErrorObject::default();
                while let Some(key) = map.next_key::<String>()? {
                    take(&mut object, &key, &mut map)?;
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Takes one member; of several with one name the first that is not null counts.
fn take<'de, A: MapAccess<'de>>(
    object: &mut ErrorObject<'de>,
    key: &str,
    map: &mut A,
) -> Result<(), A::Error> {
    let name = key.to_ascii_lowercase();
    if name == "rawdata" {
        let raw = map.next_value::<Option<Text<'de>>>()?;
        object.raw = object.raw.take().or(raw.map(|text| text.0));
        return Ok(());
    }
    let known = [
        "lasterrorcode",
        "errorcode",
        "lasterrormessage",
        "errormessage",
        "attemptsmade",
        "arrivaltimestamp",
        "sequencenumber",
        "subsequencenumber",
        "lambdaarn",
        "datacatalogtable",
        "dataid",
        "eventid",
        "esindexname",
        "esdocumentid",
        "estypename",
        "run",
        "source",
        "offset",
        "length",
        "line",
        "column",
        "fault",
        "field",
        "expected",
        "found",
    ];
    if !known.contains(&name.as_str()) {
        map.next_value::<IgnoredAny>()?;
        return Ok(());
    }
    let value = map.next_value::<Value>()?;
    if value.is_null() {
        return Ok(());
    }
    let put = |slot: &mut Option<String>| {
        if slot.is_none() {
            *slot = text(&value);
        }
    };
    let keep = |slot: &mut Value| {
        if slot.is_null() {
            *slot = value.clone();
        }
    };
    match name.as_str() {
        // The last code of several attempts says more than the first.
        "lasterrorcode" => object.code = text(&value).or(object.code.take()),
        "errorcode" => put(&mut object.code),
        "lasterrormessage" => object.message = text(&value).or(object.message.take()),
        "errormessage" => put(&mut object.message),
        "attemptsmade" => object.attempts = whole(&value).and_then(|number| u64::try_from(number).ok()),
        "arrivaltimestamp" => object.arrival_ms = whole(&value).filter(|ms| (0..=LAST_MS).contains(ms)),
        "sequencenumber" => keep(&mut object.sequence),
        "subsequencenumber" => keep(&mut object.sub_sequence),
        "lambdaarn" => put(&mut object.lambda),
        "datacatalogtable" => {
            let member = |name: &str| {
                let members = value.as_object()?.iter();
                text(members.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1)
            };
            object.table = object.table.take().or_else(|| member("tableName"));
            object.database = object.database.take().or_else(|| member("databaseName"));
        }
        "dataid" => object.destination = Destination::Http,
        "eventid" => object.destination = Destination::Splunk,
        "esindexname" | "esdocumentid" | "estypename" => object.destination = Destination::OpenSearch,
        ours => {
            let object = object.ours.get_or_insert_default();
            match ours {
                "run" => put(&mut object.run),
                "source" => put(&mut object.source),
                "offset" => keep(&mut object.offset),
                "length" => keep(&mut object.length),
                "line" => keep(&mut object.line),
                "column" => keep(&mut object.column),
                "fault" => object.fault = value.as_u64(),
                "field" => put(&mut object.field),
                "expected" => put(&mut object.expected),
                _ => put(&mut object.found),
            }
        }
    }
    Ok(())
}

/// A text, or what else stands there, as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    }
}

/// A whole number, as number or as text.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "a cast that saturates; milliseconds are whole"
            )]
            number.as_f64().map(|number| number as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text, borrowed where it has no escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowed;
        impl<'de> Visitor<'de> for Borrowed {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rawData as a text in base64")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> ErrorObject<'_> {
        ErrorObject::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn both_spellings_of_everything() {
        let new = object(
            r#"{"rawData":"eyJhIjoxfQ==","errorCode":"Lambda.InvokeAccessDenied","errorMessage":"m","attemptsMade":4,
            "arrivalTimestamp":1622242573374,"attemptEndingTimestamp":1622242649990,"lambdaARN":"arn:f"}"#,
        );
        let old = object(
            r#"{"lambdaArn":"arn:f","attemptEndingTimestamp":"1622242649990","arrivalTimestamp":"1622242573374",
            "attemptsMade":"4","lastErrorMessage":"m","lastErrorCode":"Lambda.InvokeAccessDenied","rawData":"eyJhIjoxfQ"}"#,
        );
        for object in [&new, &old] {
            assert_eq!(object.data().unwrap().unwrap(), br#"{"a":1}"#);
            assert_eq!((object.kind(), object.attempts), (ObjectKind::Processing, Some(4)));
            assert_eq!(object.arrival_ms, Some(1_622_242_573_374));
            assert_eq!(object.lambda.as_deref(), Some("arn:f"));
            assert!(object.is_before_lambda() && object.ours.is_none());
        }
    }

    #[test]
    fn kinds() {
        let kind = |json: &str| object(json).kind().word();
        assert_eq!(
            kind(r#"{"lastErrorCode":"DataFormatConversion.ParseError"}"#),
            "format-conversion-failed"
        );
        assert_eq!(
            kind(r#"{"errorCode":"DynamicPartitioning.MetadataExtractionFailed"}"#),
            "dynamic-partitioning"
        );
        assert_eq!(kind(r#"{"errorCode":"x","subsequenceNumber":1,"dataId":"d"}"#), "http-endpoint-failed");
        assert_eq!(kind(r#"{"errorCode":"x","EventId":"d"}"#), "splunk-failed");
        assert_eq!(kind(r#"{"errorCode":"400","esIndexName":"i"}"#), "AmazonOpenSearchService-failed");
        assert_eq!(kind(r#"{"errorCode":"S3.AccessDenied"}"#), "other");
        assert_eq!(
            kind(r#"{"lastErrorCode":"DataFormatConversion.ParseError","source":"a.json"}"#),
            "lakebed"
        );
    }

    #[test]
    fn what_is_no_error_object() {
        for wrong in ["", "[]", "1", "{", r#"{"rawData":1}"#, r#"{"rawData":"e30="} x"#] {
            assert!(ErrorObject::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(!object(r#"{"id":1,"arrivalTimestamp":5}"#).is_one());
        assert!(!object(r#"{"rawData":null}"#).is_one());
        assert!(object(r#"{"rawData":"%"}"#).data().is_err());
        let far = object(r#"{"arrivalTimestamp":1e30,"attemptsMade":-1,"rawData":""}"#);
        assert_eq!((far.arrival_ms, far.attempts), (None, None));
        assert_eq!(far.data().unwrap().unwrap(), b"");
    }
}
