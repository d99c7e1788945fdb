//! Objects into the lake as they arrive.

mod event;
#[cfg(test)]
mod tests;

use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::error::{Error, ErrorKind};
use crate::report::{InputStatus, Report};
use crate::store::Location;
use event::{Message, messages};
use lakebed_schema::Table;
use serde::Serialize;
use serde_json::Value;

/// Converts the objects that events are about.
///
/// An event is a notification of S3 about objects that were created, itself or in the envelope of SQS, SNS or
/// EventBridge; what else it tells is passed over, and so are objects of the lake that this writes itself, and empty ones that stand for folders. Each object
/// is read, decoded and stored by [`convert`](crate::convert()): an event that comes twice finds its objects in the
/// journal and changes nothing. An object is stored as it is when its event is handled: where a key is written twice, what
/// stood there before may never be seen, so give each object a key of its own, as Firehose does. Records that the table refuses go to the lake's reject files, and fail no event.
///
/// Two calls at once take turns, as any two writers of a table do: give [`Access::wait`](crate::Access::wait) less than
/// the function's timeout, and the queue the rest.
///
/// ```
/// use lakebed::lambda::ObjectConverter;
/// use lakebed::{Column, ConvertOptions, Location, LogicalType, Table};
///
/// let table = Table::new("traffic", vec![Column::new("lane", LogicalType::String)]);
/// let lake = Location::from_s3_uri("s3://my-lake/lake").unwrap();
/// let converter = ObjectConverter::new(table, ConvertOptions::new([""; 0].map(std::path::PathBuf::from), lake));
/// // What S3 sends when notifications are set up names no object.
/// let made = converter.handle(&serde_json::json!({ "Event": "s3:TestEvent" })).unwrap();
/// assert!(made.reports.is_empty() && made.response.batch_item_failures.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct ObjectConverter {
    table: Table,
    options: ConvertOptions,
}

/// What became of an event.
#[derive(Clone, Debug, Default)]
pub struct ObjectsConverted {
    /// The answer for Lambda.
    pub response: ObjectsResponse,
    /// The runs.
    pub reports: Vec<Report>,
    /// Why messages of a queue failed, with their ids.
    pub failures: Vec<(String, String)>,
    /// Objects that lie in the lake's own folders, and those that stand for a folder.
    pub passed_over: Vec<Location>,
}

/// The answer of a function that a queue calls: which messages are to be delivered again. The event source mapping must
/// say `ReportBatchItemFailures`; other callers ignore the answer.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectsResponse {
    /// Messages that failed.
    pub batch_item_failures: Vec<ItemFailure>,
}

/// One message that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFailure {
    /// Its id.
    pub item_identifier: String,
}

impl ObjectConverter {
    /// For a table; the inputs among the options are not used.
    pub fn new(table: Table, options: ConvertOptions) -> Self {
        Self { table, options }
    }

    /// Converts the objects of an event.
    ///
    /// All objects of an event go into one run. Where that fails, each message of a queue gets a run of its own, so that
    /// only those whose objects are at fault come again.
    ///
    /// # Errors
    /// An event that cannot be read or whose objects cannot be stored, where no queue delivered it: then the call as a
    /// whole fails, and Lambda tries it again.
    pub fn handle(&self, event: &Value) -> Result<ObjectsConverted, Error> {
        let mut made = ObjectsConverted::default();
        let mut messages = messages(event);
        for message in &mut messages {
            if let Ok(objects) = &mut message.objects {
                objects.retain(|object| {
                    let is_passed_over = self.is_own(object) || is_folder(object);
                    made.passed_over.extend(is_passed_over.then(|| object.clone()));
                    !is_passed_over
                });
            }
        }
        let readable = messages.iter().filter_map(|message| message.objects.as_ref().ok());
        let all = self.run(readable.flatten());
        match (all, messages.as_slice()) {
            (Ok(report), _) => {
                made.reports.extend(report);
                for message in messages {
                    made.settle(message.id, message.objects.map(drop))?;
                }
            }
            (Err(error), [Message { id: None, .. }]) => return Err(error),
            // A lake that is held or cannot be written is so for all of them.
            (Err(error), _)
                if !matches!(
                    error.kind(),
                    ErrorKind::Input | ErrorKind::Changed | ErrorKind::TooManyRejects
                ) =>
            {
                for message in messages {
                    made.settle(message.id, Err(error.to_string()))?;
                }
            }
            (Err(_), _) => {
                for message in messages {
                    let done = message
                        .objects
                        .and_then(|objects| self.run(objects.iter()).map_err(|error| error.to_string()));
                    let done = done.map(|report| made.reports.extend(report));
                    made.settle(message.id, done)?;
                }
            }
        }
        Ok(made)
    }

    /// Whether an object lies where the lake's own files do: those that this writes make events too.
    fn is_own(&self, object: &Location) -> bool {
        let below = |folder: &str| {
            let folder = self.options.lake.join(folder);
            match (object, &folder) {
                (Location::S3 { bucket, key }, Location::S3 { bucket: own, key: prefix }) => {
                    bucket == own && key.starts_with(&format!("{prefix}/"))
                }
                (Location::Local(_), _) | (_, Location::Local(_)) => false,
            }
        };
        [self.table.name.as_str(), "_lakebed", "_errors"].into_iter().any(below)
    }

    /// Converts objects; nothing for none. An object that cannot be read to its end fails all.
    fn run<'a>(&self, objects: impl Iterator<Item = &'a Location>) -> Result<Option<Report>, Error> {
        let inputs: Vec<Location> = objects.cloned().collect();
        if inputs.is_empty() {
            return Ok(None);
        }
        let report = convert(&self.table, &ConvertOptions { inputs, ..self.options.clone() }, &NoProgress)?;
        let failed = report.inputs.iter().find(|input| input.status == InputStatus::Failed);
        match failed {
            Some(input) => {
                let why = input.message.as_deref().unwrap_or("it could not be read");
                Err(Error::new(ErrorKind::Input, format!("{}: {why}", input.path)))
            }
            None => Ok(Some(report)),
        }
    }
}

/// Whether an object stands for a folder, as consoles make them: as an input, such a key means everything below it.
fn is_folder(object: &Location) -> bool {
    matches!(object, Location::S3 { key, .. } if key.is_empty() || key.ends_with('/'))
}

impl ObjectsConverted {
    fn settle(&mut self, id: Option<String>, done: Result<(), String>) -> Result<(), Error> {
        match (id, done) {
            (_, Ok(())) => Ok(()),
            (Some(id), Err(reason)) => {
                self.response.batch_item_failures.push(ItemFailure { item_identifier: id.clone() });
                self.failures.push((id, reason));
                Ok(())
            }
            (None, Err(reason)) => Err(Error::new(ErrorKind::Input, reason)),
        }
    }
}
