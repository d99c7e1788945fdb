//! Alarms on what loses or delays records.

use super::expression::{after_slash, only_if, reference, sub};
use super::model::Resource;
use super::parameters::{ALARM_TOPIC, FRESHNESS, HAS_ALARM_TOPIC, KINESIS_ARN, STREAM_NAME};
use super::stream::{DELIVERY_STREAM, KINESIS_STREAM, Source};
use crate::json::Json;

/// Where a number comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// The delivery stream.
    Delivery,
    /// The Kinesis stream.
    Kinesis,
}

/// How many values in one period become one.
#[derive(Clone, Copy)]
enum Statistic {
    Average,
    Maximum,
    Sum,
}

/// An alarm: goes off when the metric stands above the threshold, or below it.
struct Alarm {
    id: &'static str,
    name: &'static str,
    about: &'static str,
    of: Of,
    metric: &'static str,
    statistic: Statistic,
    below: bool,
    threshold: Json,
}

/// What the stream does, as far as alarms care.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched {
    /// Where it takes records from.
    pub(super) source: Source,
    /// Whether it converts records.
    pub(super) converts: bool,
    /// Whether a function changes records.
    pub(super) transforms: bool,
    /// Whether keys from records make the path.
    pub(super) partitions: bool,
}

/// Seconds in a period.
const PERIOD: i64 = 300;
/// Milliseconds by which the reader of a Kinesis stream may be behind: an hour, far from any retention.
const BEHIND: i64 = 3_600_000;

/// The alarms of a stream. A time without values is quiet: a stream without records has none.
pub(super) fn alarms(watched: Watched) -> Vec<Resource> {
    let mut alarms = delivery(watched);
    if watched.source != Source::Direct {
        alarms.extend(kinesis());
    }
    alarms.into_iter().map(|alarm| resource(alarm, watched.source)).collect()
}

fn delivery(watched: Watched) -> Vec<Alarm> {
    let alarm = |id, name, about, metric| Alarm {
        id,
        name,
        about,
        of: Of::Delivery,
        metric,
        statistic: Statistic::Sum,
        below: false,
        threshold: Json::Int(0),
    };
    let mut alarms = vec![
        Alarm {
            statistic: Statistic::Maximum,
            threshold: reference(FRESHNESS),
            ..alarm(
                "FreshnessAlarm",
                "freshness",
                "Records reach the lake late: see the log of the stream for errors of delivery.",
                "DeliveryToS3.DataFreshness",
            )
        },
        Alarm {
            statistic: Statistic::Average,
            below: true,
            threshold: Json::Int(1),
            ..alarm(
                "DeliveryAlarm",
                "delivery",
                "Objects could not be written to the bucket: see the log of the stream; often a right of the role or \
                 of the key is missing.",
                "DeliveryToS3.Success",
            )
        },
    ];
    if watched.converts {
        alarms.push(alarm(
            "ConversionAlarm",
            "conversion",
            "Records could not be converted: they are whole under _errors, in format-conversion-failed.",
            "FailedConversion.Records",
        ));
    }
    if watched.transforms {
        alarms.push(Alarm {
            statistic: Statistic::Average,
            below: true,
            threshold: Json::Int(1),
            ..alarm(
                "TransformAlarm",
                "transform",
                "The function failed: after the retries its records are under _errors, in processing-failed.",
                "ExecuteProcessing.Success",
            )
        });
    }
    if watched.partitions {
        alarms.push(Alarm {
            statistic: Statistic::Maximum,
            ..alarm(
                "PartitionsAlarm",
                "partitions",
                "More partitions at a time than the quota of the stream: the overflow is under _errors.",
                "PartitionCountExceeded",
            )
        });
    }
    alarms.push(match watched.source {
        Source::Direct => alarm(
            "ThrottledAlarm",
            "throttled",
            "Producers send more than the quota of the stream: records are refused and must be sent again.",
            "ThrottledRecords",
        ),
        Source::Own | Source::Existing => alarm(
            "ThrottledAlarm",
            "throttled",
            "The delivery stream is throttled when it reads the Kinesis stream: too many readers.",
            "ThrottledGetRecords",
        ),
    });
    alarms
}

fn kinesis() -> [Alarm; 2] {
    let alarm = |id, name, about, metric, statistic, threshold| Alarm {
        id,
        name,
        about,
        of: Of::Kinesis,
        metric,
        statistic,
        below: false,
        threshold: Json::Int(threshold),
    };
    [
        alarm(
            "IteratorAgeAlarm",
            "iterator-age",
            "A reader of the Kinesis stream is an hour behind: past the retention records are lost.",
            "GetRecords.IteratorAgeMilliseconds",
            Statistic::Maximum,
            BEHIND,
        ),
        alarm(
            "WriteThrottledAlarm",
            "write-throttled",
            "Producers send more than the Kinesis stream takes: records are refused and must be sent again.",
            "WriteProvisionedThroughputExceeded",
            Statistic::Sum,
            0,
        ),
    ]
}

fn resource(alarm: Alarm, source: Source) -> Resource {
    let topic = || only_if(HAS_ALARM_TOPIC, Json::List(vec![reference(ALARM_TOPIC)]));
    let (namespace, dimension, stream) = match (alarm.of, source) {
        (Of::Delivery, _) => ("AWS/Firehose", "DeliveryStreamName", reference(DELIVERY_STREAM)),
        (Of::Kinesis, Source::Existing) => ("AWS/Kinesis", "StreamName", after_slash(reference(KINESIS_ARN))),
        (Of::Kinesis, Source::Own | Source::Direct) => {
            ("AWS/Kinesis", "StreamName", reference(KINESIS_STREAM))
        }
    };
    let statistic = match alarm.statistic {
        Statistic::Average => "Average",
        Statistic::Maximum => "Maximum",
        Statistic::Sum => "Sum",
    };
    let comparison = if alarm.below { "LessThanThreshold" } else { "GreaterThanThreshold" };
    let properties = Json::object([
        ("AlarmName", sub(format!("${{{STREAM_NAME}}}-{}", alarm.name))),
        ("AlarmDescription", alarm.about.into()),
        ("Namespace", namespace.into()),
        ("MetricName", alarm.metric.into()),
        ("Dimensions", Json::list([Json::object([("Name", dimension.into()), ("Value", stream)])])),
        ("Statistic", statistic.into()),
        ("Period", Json::Int(PERIOD)),
        ("EvaluationPeriods", Json::Int(1)),
        ("Threshold", alarm.threshold),
        ("ComparisonOperator", comparison.into()),
        ("TreatMissingData", "notBreaching".into()),
        ("AlarmActions", topic()),
        ("OKActions", topic()),
    ]);
    Resource::new(alarm.id, "AWS::CloudWatch::Alarm", properties)
}
