//! The rules of Firehose for a delivery stream into S3: what `CreateDeliveryStream` refuses, checked without AWS.
//!
//! [`check`] takes the input of the call as JSON, in the spelling of the API. No emulator checks most of these rules. They
//! come from the model of the service, its documentation, and messages that were measured on AWS; where Firehose has a
//! message of its own, the finding quotes it. Nothing here knows how lakebed generates a stream, so that what it
//! generates is proven against these rules.

mod conversion;
mod destination;
mod dynamic_partitioning;
mod model;
mod place;
mod prefixes;
mod processing;
mod processor;
mod shape;
mod stream;
#[cfg(test)]
mod tests;

use crate::finding::Finding;
use place::Place;
use serde_json::Value;

/// Everything that is wrong with the input of `CreateDeliveryStream`; places are paths of members, such as
/// `ExtendedS3DestinationConfiguration.BufferingHints.SizeInMBs`.
///
/// Errors or a backup among the data are refused too: AWS takes them, and Athena would read them as rows. So are date
/// patterns that put objects into the folder of another time: the week year, weeks, minutes for months. Of destinations only
/// extended S3 is checked in full; of Redshift, its prefixes.
///
/// ```
/// use lakebed_schema::firehose_rules::check;
///
/// let input = serde_json::json!({
///     "DeliveryStreamName": "traffic",
///     "ExtendedS3DestinationConfiguration": {
///         "RoleARN": "arn:aws:iam::123456789012:role/firehose",
///         "BucketARN": "arn:aws:s3:::my-lake",
///         "Prefix": "data/dt=!{timestamp:yyyy-MM-dd}/",
///         "BufferingHints": {"SizeInMBs": 128, "IntervalInSeconds": 300},
///     },
/// });
/// let [finding] = check(&input).try_into().unwrap();
/// assert_eq!(finding.rule, "error-prefix-required");
/// assert_eq!(finding.place, "ExtendedS3DestinationConfiguration.ErrorOutputPrefix");
/// ```
pub fn check(input: &Value) -> Vec<Finding> {
    Rules::of(input).refused
}

/// What AWS takes, and what is nearly always a mistake, in the same input.
pub fn doubts(input: &Value) -> Vec<Finding> {
    Rules::of(input).doubtful
}

/// What was found.
#[derive(Debug, Default)]
struct Rules {
    refused: Vec<Finding>,
    doubtful: Vec<Finding>,
}

impl Rules {
    fn of(input: &Value) -> Self {
        let mut rules = Self::default();
        let input = Place::root(input);
        shape::check(&input, &model::INPUT, &mut rules);
        stream::check(&input, &mut rules);
        let destination = input.get("ExtendedS3DestinationConfiguration");
        if destination.exists() {
            destination::check(&destination, &mut rules);
            conversion::check(&destination, &mut rules);
            processing::check(&destination, &mut rules);
            dynamic_partitioning::check(&destination, &mut rules);
            prefixes::check(&destination, &mut rules);
        }
        rules
    }

    fn refuse(
        &mut self,
        rule: &'static str,
        place: &Place<'_>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.refused.push(Finding::new(rule, place.path.as_str(), problem, fix));
    }

    fn doubt(
        &mut self,
        rule: &'static str,
        place: &Place<'_>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.doubtful.push(Finding::new(rule, place.path.as_str(), problem, fix));
    }
}
