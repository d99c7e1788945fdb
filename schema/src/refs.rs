//! What a stream and its role refer to, as plain text or as the references of a template language.

use crate::finding::Findings;
use crate::json::Json;
use crate::table::Table;
use crate::target::Target;

/// Joins texts and references: a text where all are, else the `Fn::Sub` of a template.
///
/// ```
/// use lakebed_schema::json::Json;
/// use lakebed_schema::refs::join;
///
/// let name = Json::object([("Ref", Json::from("Lake"))]);
/// assert_eq!(join([&"a".into(), &"/b".into()]), Json::from("a/b"));
/// assert_eq!(join([&"s3://".into(), &name, &"/${dt}".into()]).get("Fn::Sub"), Some(&Json::from("s3://${Lake}/${!dt}")));
/// ```
pub fn join<'a>(parts: impl IntoIterator<Item = &'a Json>) -> Json {
    let parts: Vec<&Json> = parts.into_iter().collect();
    if let Some(texts) = parts.iter().map(|part| part.as_text()).collect::<Option<Vec<_>>>() {
        return Json::Text(texts.concat());
    }
    let inside = |part: &Json| match part.as_text() {
        Some(text) => text.replace("${", "${!"),
        None => reference_inside(part).unwrap_or_default(),
    };
    Json::object([("Fn::Sub", Json::Text(parts.into_iter().map(inside).collect()))])
}

/// A reference as it stands inside the text of `Fn::Sub`.
fn reference_inside(reference: &Json) -> Option<String> {
    if let Some(text) = reference.get("Fn::Sub") {
        return text.as_text().map(str::to_owned);
    }
    if let Some(name) = reference.get("Ref") {
        return name.as_text().map(|name| format!("${{{name}}}"));
    }
    let Json::List(path) = reference.get("Fn::GetAtt")? else { return None };
    let path: Option<Vec<_>> = path.iter().map(Json::as_text).collect();
    path.map(|path| format!("${{{}}}", path.join(".")))
}

/// Names and ARNs of things that stand beside the table. The same generator writes a configuration for the AWS API,
/// where each is text, and a template, where each is a reference such as `{"Fn::GetAtt": ["Lake", "Arn"]}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Refs {
    /// ARN of the bucket.
    pub bucket_arn: Json,
    /// ARN of the role that the delivery stream takes on.
    pub role_arn: Json,
    /// Name of the database.
    pub database: Json,
    /// Name of the table.
    pub table: Json,
    /// Name of the delivery stream.
    pub stream: Json,
    /// Region.
    pub region: Json,
    /// Account.
    pub account: Json,
    /// Start of ARNs: `aws`.
    pub partition: Json,
    /// ARN of the Kinesis stream, when the delivery stream reads one.
    pub kinesis_arn: Option<Json>,
    /// ARN of the transforming function, when there is one.
    pub transform_arn: Option<Json>,
    /// Name of the log group for delivery errors.
    pub log_group: Json,
    /// ARN of the KMS key, when the stream names one.
    pub kms_key_arn: Option<Json>,
}

impl Refs {
    /// Plain text, from the target.
    ///
    /// # Errors
    /// Every setting that is missing: lake, role, database, region, account.
    pub fn plain(table: &Table, target: &Target) -> Result<Self, Findings> {
        let mut findings = Findings::default();
        let bucket = findings.take(target.bucket());
        let role = findings.take(target.role());
        let database = findings.take(target.database(table));
        let region = findings.take(target.region());
        let account = findings.take(target.account());
        let partition = target.aws_partition().unwrap_or("aws");
        findings.or(|| Self {
            bucket_arn: format!("arn:{partition}:s3:::{}", bucket.unwrap_or_default()).into(),
            role_arn: role.unwrap_or_default().into(),
            database: database.unwrap_or_default().into(),
            table: table.name.as_str().into(),
            stream: target.stream_name(table).into(),
            region: region.unwrap_or_default().into(),
            account: account.unwrap_or_default().into(),
            partition: partition.into(),
            kinesis_arn: target.stream.kinesis.as_ref().map(Json::from),
            transform_arn: target.stream.transform.as_ref().map(Json::from),
            log_group: target.log_group(table).into(),
            kms_key_arn: target.stream.kms_key.as_ref().map(Json::from),
        })
    }

    /// References to nothing in particular, for looking at everything else when some are missing.
    pub(crate) fn placeholders(target: &Target) -> Self {
        let text = || Json::from("?");
        Self {
            bucket_arn: text(),
            role_arn: text(),
            database: text(),
            table: text(),
            stream: text(),
            region: text(),
            account: text(),
            partition: text(),
            kinesis_arn: target.stream.kinesis.as_ref().map(Json::from),
            transform_arn: target.stream.transform.as_ref().map(Json::from),
            log_group: text(),
            kms_key_arn: target.stream.kms_key.as_ref().map(Json::from),
        }
    }
}
