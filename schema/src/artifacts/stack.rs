//! Everything around a table that is made together, told once: the templates of CloudFormation and Terraform print it.

mod alarms;
mod bucket;
mod catalog;
pub(super) mod expression;
pub(super) mod model;
mod parameters;
mod role;
mod stream;

#[cfg(test)]
pub(in crate::artifacts) mod tests;

use self::alarms::Watched;
use self::expression::{ACCOUNT, PARTITION, REGION, arn, reference, sub};
use self::model::{Output, Resource, Stack};
use self::parameters::Asked;
use self::stream::Source;
use super::firehose;
use super::glue::GlueTable;
use super::iam;
use crate::finding::{Finding, Findings};
use crate::json::Json;
use crate::refs::Refs;
use crate::table::Table;
use crate::target::{PartitionKeys, Target};

/// The stack of a table.
///
/// # Errors
/// Every rule that the table and the target break, once.
pub(super) fn stack(table: &Table, target: &Target) -> Result<Stack, Findings> {
    let mut findings = Findings::default();
    let parts = findings.take(Parts::of(table, target));
    let stack = match parts {
        Some(parts) => findings.take(build(table, target, parts)),
        None => {
            // What can be looked at without them, so that one run tells all.
            let asked = Asked { projection_from: false, transform: asks_for_transform(table, target) };
            findings.take(parameters::parameters(table, target, asked));
            None
        }
    };
    // Generators that need the same setting all miss it.
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings.0 {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    match stack {
        Some(stack) if once.is_empty() => Ok(stack),
        _ => Err(Findings(once)),
    }
}

/// What other generators give, with references for what the stack makes.
struct Parts {
    /// `DatabaseInput`.
    database: Json,
    /// `TableInput` of the table.
    table: Json,
    /// `TableInput` of the records as they came.
    raw: Option<Json>,
    /// Input of `CreateDeliveryStream`.
    stream: Json,
    /// Statements of who may take on the stream's role.
    trust: Vec<Json>,
    /// Statements of what the stream's role may do.
    statements: Vec<Json>,
}

impl Parts {
    fn of(table: &Table, target: &Target) -> Result<Self, Findings> {
        let mut findings = Findings::default();
        let name = findings.take(target.database(table)).unwrap_or_default();
        let glue = findings.take(GlueTable::of(table, target));
        let raw = findings.take(GlueTable::raw(table, target)).flatten();
        let refs = refs(table, target);
        let stream = findings.take(firehose::delivery_stream(table, target, &refs));
        let statements = findings.take(iam::delivery_statements(table, target, &refs));
        let (Some(glue), Some(stream), Some(statements)) = (glue, stream, statements) else {
            return Err(findings);
        };
        findings.or(|| Self {
            database: Json::object([("Name", name.into())]),
            table: glue.to_json(),
            raw: raw.map(|raw| raw.to_json()),
            stream,
            trust: iam::trust_statements(&refs),
            statements,
        })
    }
}

/// What a stack refers to instead of names.
fn refs(table: &Table, target: &Target) -> Refs {
    Refs {
        bucket_arn: bucket::bucket_arn(),
        role_arn: arn(role::ROLE),
        database: reference(parameters::DATABASE),
        // Not a reference: what must wait for the table says so itself.
        table: table.name.as_str().into(),
        stream: reference(parameters::STREAM_NAME),
        region: reference(REGION),
        account: reference(ACCOUNT),
        partition: reference(PARTITION),
        kinesis_arn: Source::of(target).kinesis_arn(),
        transform_arn: asks_for_transform(table, target).then(|| reference(parameters::TRANSFORM)),
        log_group: reference(stream::LOG_GROUP),
        kms_key_arn: Some(reference(parameters::KMS_KEY)),
    }
}

/// Whether records go through a function: because the target says so, or because the table is wrong without.
fn asks_for_transform(table: &Table, target: &Target) -> bool {
    target.stream.transform.is_some()
        || target.stream.partition_keys == PartitionKeys::Lambda
        || needs_transform(table, target)
}

fn needs_transform(table: &Table, target: &Target) -> bool {
    target.converts(table) && !firehose::unequal_rules(table).is_empty()
}

fn build(table: &Table, target: &Target, parts: Parts) -> Result<Stack, Findings> {
    let mut findings = Findings::default();
    let bucket_name = findings.take(target.bucket());
    let rejects = findings.take(target.error_prefix(table));
    let from = target.projection.from.as_deref();
    let asked = Asked {
        projection_from: from.is_some_and(|from| {
            catalog::begins_on(&parts.table, from)
                || parts.raw.as_ref().is_some_and(|raw| catalog::begins_on(raw, from))
        }),
        transform: asks_for_transform(table, target),
    };
    let parameters = findings.take(parameters::parameters(table, target, asked));
    let (Some(bucket_name), Some(rejects), Some(parameters)) = (bucket_name, rejects, parameters) else {
        return Err(findings);
    };

    reaches_a_table(&parts, &bucket_name)?;
    let source = Source::of(target);
    let is_on = |member: &str| {
        let settings = parts.stream.get(stream::DESTINATION).and_then(|destination| destination.get(member));
        settings.is_some_and(|settings| settings.get("Enabled") != Some(&Json::Bool(false)))
    };
    let watched = Watched {
        source,
        converts: is_on("DataFormatConversionConfiguration"),
        transforms: asked.transform,
        partitions: is_on("DynamicPartitioningConfiguration"),
    };
    // The rule holds for every table of the lake: the bucket may be shared.
    let every_reject = rejects.strip_suffix(&format!("{}/", table.name)).unwrap_or(&rejects);

    let mut resources = bucket::bucket(every_reject);
    resources.push(catalog::database(parts.database));
    resources.push(catalog::table(catalog::TABLE, &parts.table, &bucket_name, from));
    if let Some(raw) = &parts.raw {
        resources.push(catalog::table(catalog::RAW_TABLE, raw, &bucket_name, from));
    }
    if source == Source::Own {
        resources.push(stream::kinesis());
    }
    resources.extend(stream::logs(target, &parts.stream));
    resources.extend(role::role(parts.trust, parts.statements));
    resources.push(stream::delivery(parts.stream, parts.raw.is_some()));
    resources.extend(alarms::alarms(watched));

    Ok(Stack {
        description: format!("Streaming table {}, made by lakebed.", table.name),
        parameters,
        conditions: parameters::conditions(),
        outputs: outputs(source, &resources, &rejects),
        resources,
        notes: notes(table, target),
    })
}

/// What the stream delivers must lie where a table of the stack reads.
fn reaches_a_table(parts: &Parts, bucket: &str) -> Result<(), Finding> {
    let destination = parts.stream.get(stream::DESTINATION);
    let prefix = destination.and_then(|destination| destination.get("Prefix")).and_then(Json::as_text);
    let goes_to = format!("s3://{bucket}/{}", prefix.unwrap_or_default());
    let location =
        |table: &Json| Some(table.get("StorageDescriptor")?.get("Location")?.as_text()?.to_owned());
    let locations: Vec<_> =
        [Some(&parts.table), parts.raw.as_ref()].into_iter().flatten().filter_map(location).collect();
    if locations.iter().any(|location| goes_to.starts_with(location)) {
        return Ok(());
    }
    Err(Finding::new(
        "stream-beside-tables",
        "stream.convert",
        format!("records go to `{goes_to}`, and the tables of the stack read {}", locations.join(" and ")),
        "set stream.convert = true, or make stream and tables without a stack",
    ))
}

fn outputs(source: Source, resources: &[Resource], rejects: &str) -> Vec<Output> {
    let output = |name, about, value| Output { name, about, value };
    let location = |id: &str| {
        let table = resources.iter().find(|resource| resource.id == id)?;
        table.properties.get("TableInput")?.get("StorageDescriptor")?.get("Location").cloned()
    };
    let rejects = sub(format!("s3://${{{}}}/{}", parameters::BUCKET, expression::literal(rejects)));
    let mut outputs = vec![
        output("BucketName", "Bucket of the lake.", reference(parameters::BUCKET)),
        output("DatabaseName", "Database of the table.", reference(parameters::DATABASE)),
        output("TableName", "Name of the table.", reference(catalog::TABLE)),
    ];
    let files =
        location(catalog::TABLE).map(|at| output("TableLocation", "Where the files of the table are.", at));
    outputs.extend(files);
    outputs.push(output("RejectsLocation", "Where rejected records are.", rejects));
    if let Some(at) = location(catalog::RAW_TABLE) {
        outputs.extend([
            output(
                "RawTableName",
                "Name of the table of records as they came.",
                reference(catalog::RAW_TABLE),
            ),
            output("RawTableLocation", "Where the records as they came are.", at),
        ]);
    }
    if let Some(kinesis) = source.kinesis_arn() {
        outputs.push(output("KinesisArn", "ARN of the Kinesis stream that producers write to.", kinesis));
    }
    outputs.extend([
        output("DeliveryStreamName", "Name of the delivery stream.", reference(stream::DELIVERY_STREAM)),
        output("DeliveryStreamArn", "ARN of the delivery stream.", arn(stream::DELIVERY_STREAM)),
        output("DeliveryRoleArn", "ARN of the role of the delivery stream.", arn(role::ROLE)),
        output("LogGroupName", "Log group of errors of delivery.", reference(stream::LOG_GROUP)),
    ]);
    outputs
}

fn notes(table: &Table, target: &Target) -> Vec<String> {
    let mut notes = vec![
        "Bucket and database are made once: give CreateBucket=false and CreateDatabase=false to the stacks of \
         further tables in them."
            .to_owned(),
        "Bucket, database, tables and a Kinesis stream stay when the stack is deleted. A new stack does not take them \
         over by itself: it fails because they exist, until they are imported into it."
            .to_owned(),
    ];
    if needs_transform(table, target) && target.stream.transform.is_none() {
        notes.push(
            "Firehose reads some fields otherwise than the table declares (lakebed explain shows which), so the stack \
             asks for the ARN of the function that makes records canonical, TransformArn."
                .to_owned(),
        );
    }
    if target.stack.kinesis {
        notes.push(
            "The stack makes the Kinesis stream: the stacks of further tables need another name, or stack.kinesis = false \
             and the ARN of this one."
                .to_owned(),
        );
    }
    // The stream's own are true of it here too.
    notes.extend(firehose::notes(table, target));
    notes
}
