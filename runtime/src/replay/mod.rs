//! Error objects converted again, after a fix: Firehose's of every kind, and our own rejects.
//!
//! An error object carries a record as it was. Each is decoded against today's table by the code that converts; what
//! fails again becomes a new reject with one attempt more. What was replayed is marked in the journal, never in the
//! object, so that a second replay of the same objects stores nothing. New rejects are objects of their own: who replays a
//! whole lake again replays them too.

mod feed;
mod frame;
mod object;
mod rules;

pub(crate) use feed::{ObjectDecoder, Seen};
pub(crate) use frame::first_line;
#[doc(hidden)]
pub use frame::{Found, next};
pub use object::{Destination, ErrorObject, ObjectKind, Ours};
pub use rules::BeforeLambda;
pub(crate) use rules::Rules;

use crate::convert::{ConvertOptions, Progress, run_with};
use crate::error::{Error, ErrorKind};
use crate::report::Report;
use crate::store::{Location, StoreError, Stores};
use lakebed_schema::Table;

/// What to replay, and how.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// Inputs, lake and rules of decoding, as for [`convert`](crate::convert()). An input is a file of error objects, a
    /// folder of them, or a lake, which means its own rejects of the table. `force` must be off.
    pub convert: ConvertOptions,
    /// Take error objects of other tables too.
    pub any_table: bool,
    /// What becomes of data that a Lambda function should have changed first.
    pub before_lambda: BeforeLambda,
    /// ARNs of functions that only make records canonical, as the generated one does: data from before them is decoded.
    pub normalisers: Vec<String>,
}

impl ReplayOptions {
    /// Options with the defaults: error objects of the table alone, nothing from before a Lambda function.
    pub fn new(convert: ConvertOptions) -> Self {
        Self { convert, any_table: false, before_lambda: BeforeLambda::Refuse, normalisers: Vec::new() }
    }
}

/// Converts the records in error objects into the lake.
///
/// `read` counts the records found in the objects, and each object that is broken itself. Records keep the time of
/// arrival that their object tells. An object that was replayed before, known by its place or by the hash of its stored
/// bytes, wherever they lie, is passed over.
///
/// ```
/// use lakebed::replay::{ReplayOptions, replay};
/// use lakebed::{ConvertOptions, NoProgress, Record, Table, convert};
///
/// #[derive(Record)]
/// #[lake(table = "reading")]
/// struct Narrow {
///     sensor: u8,
/// }
/// #[derive(Record)]
/// #[lake(table = "reading")]
/// struct Wide {
///     sensor: u32,
/// }
///
/// let folder = tempfile::tempdir()?;
/// let (events, lake) = (folder.path().join("events.json"), folder.path().join("lake"));
/// std::fs::write(&events, "{\"sensor\": 7}\n{\"sensor\": 700}\n")?;
/// let first = convert(&Table::try_from(Narrow::TABLE)?, &ConvertOptions::new([&events], &lake), &NoProgress)?;
/// assert_eq!((first.total.written, first.total.rejected), (1, 1));
///
/// let options = ReplayOptions::new(ConvertOptions::new([&lake], &lake));
/// let wide = Table::try_from(Wide::TABLE)?;
/// assert_eq!(replay(&wide, &options, &NoProgress)?.total.written, 1);
/// assert_eq!(replay(&wide, &options, &NoProgress)?.total.read, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of [`convert`](crate::convert()). An input that holds error objects of another table, or rejects of a run that
/// was replaced since, fails as a whole.
pub fn replay(table: &Table, options: &ReplayOptions, progress: &dyn Progress) -> Result<Report, Error> {
    if options.convert.force {
        let message =
            "error objects that were replayed are not replayed again: convert their input with --force";
        return Err(Error::new(ErrorKind::Usage, message));
    }
    let mut convert = options.convert.clone();
    convert.inputs = error_places(&convert.inputs, Some(&table.name), &convert.stores)?;
    let rules = Rules {
        table: table.name.clone(),
        any_table: options.any_table,
        before_lambda: options.before_lambda,
        normalisers: options.normalisers.clone(),
        ..Rules::default()
    };
    run_with(table, &convert, Some(rules), progress)
}

/// Where the error objects of places are: a lake means what is below its error folder. Folders of this machine that
/// hold nothing are left out.
pub(crate) fn error_places(
    places: &[Location],
    table: Option<&str>,
    stores: &Stores,
) -> Result<Vec<Location>, Error> {
    let mut found = Vec::new();
    for place in places {
        let is_file = place.as_path().is_some_and(|path| path.is_file());
        if is_file {
            found.push(place.clone());
            continue;
        }
        let store = stores.open(place).map_err(StoreError::input)?;
        let is_lake = ["_errors/", "_lakebed/"]
            .iter()
            .any(|folder| store.names("").is_ok_and(|names| names.iter().any(|name| name == folder)));
        let place = match (is_lake, table) {
            (true, Some(table)) => place.join(&format!("_errors/{table}/")),
            (true, None) => place.join("_errors/"),
            (false, _) => place.clone(),
        };
        let exists = place.as_path().is_none_or(std::path::Path::exists);
        let root = stores.open(&place).map_err(StoreError::input)?;
        let is_empty = || root.list("").map(|files| files.is_empty()).map_err(StoreError::input);
        // Of a lake without rejects, and of a folder that was emptied, there is nothing to do; a place that is not
        // there at all is a slip.
        if (is_lake || exists && place.as_path().is_some()) && is_empty()? {
            continue;
        }
        found.push(place);
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
