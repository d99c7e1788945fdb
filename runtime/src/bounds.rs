//! Bounds of time that records must keep: the accepted window of event time, and what queries look at.

use crate::columns::{ColumnId, Columns};
use crate::error::{Error, ErrorKind};
use crate::fault::{Fault, FaultKind, Step};
use crate::partition::TimeScale;
use crate::plan::{Kind, Plan};
use crate::window::{EventWindow, Side, Utc};
use lakebed_schema::hive_path;
use lakebed_schema::projection::{Miss, Projection, properties};
use lakebed_schema::{PartitionBy, Table, Target, TimeUnit};
use std::sync::Arc;

/// Partitions by time that queries look at, as the table's projection says.
///
/// Only columns made of times count: a value of another column that is not projected yet can be added to the target
/// later.
#[derive(Clone, Debug)]
pub struct Projected {
    projection: Arc<Projection>,
    columns: Arc<[String]>,
    now: i64,
}

/// Where the projection of a check stands; no query ever sees it.
const PLACE: &str = "table/";

impl Projected {
    /// What queries look at with that target, at `now` (seconds since 1970) and a day on. None when the target does
    /// not say: without projection, or without its first day.
    pub fn new(table: &Table, target: &Target, now: i64) -> Option<Self> {
        let mut dated = table.clone();
        dated.partitions.retain(|partition| {
            let time = match &partition.by {
                PartitionBy::Arrival => true,
                PartitionBy::Column(_) => {
                    partition.layout.date_patterns().next().is_some() && !partition.layout.has_value()
                }
            };
            time && partition.null.is_none()
        });
        let names = dated.partitions.iter().flat_map(|partition| &partition.layout.segments);
        let columns: Vec<String> = names.map(|segment| segment.column.clone()).collect();
        if columns.is_empty() || !target.projection.enabled || target.projection.from.is_none() {
            return None;
        }
        let keys: Vec<(String, String)> =
            columns.iter().map(|column| (column.clone(), "string".to_owned())).collect();
        let properties = properties(&dated, target).ok()?.into_iter().collect();
        let projection = Projection::from_properties(&keys, PLACE, &properties).ok()??;
        Some(Self { projection: Arc::new(projection), columns: columns.into(), now })
    }

    /// What is projected, in words: the same as long as the same partitions are.
    pub(crate) fn describe(&self) -> String {
        format!("{:?} {}", self.columns, self.projection.describe(self.now))
    }

    fn check(&self, path: &str) -> Result<(), Miss> {
        let mut place = PLACE.to_owned();
        for folder in path.split_inclusive('/') {
            let column = folder.split_once('=').map(|(column, _)| column);
            if self.columns.iter().any(|own| Some(own.as_str()) == column) {
                place.push_str(folder);
            }
        }
        self.projection.matches(&place, self.now).map(drop)
    }
}

/// The bounds of a run; by default there are none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    window: Option<(ColumnId, TimeScale, EventWindow)>,
    projected: Option<Projected>,
    /// The one partition that records may belong to.
    only: Option<Arc<str>>,
}

impl Bounds {
    /// Bounds that accept the records of one partition, by its path below the table's folder.
    pub(crate) fn of_partition(path: &str) -> Self {
        Self { only: Some(path.into()), ..Self::default() }
    }

    /// The bounds of a run over a table.
    ///
    /// # Errors
    /// A window for a table that does not say which of its columns is the time of the event.
    pub(crate) fn new(
        table: &Table,
        plan: &Plan,
        window: Option<EventWindow>,
        projected: Option<Projected>,
    ) -> Result<Self, Error> {
        let window = match window {
            Some(window) => {
                let (column, scale) = event_time(table, plan)?;
                Some((column, scale, window))
            }
            None => None,
        };
        Ok(Self { window, projected, only: None })
    }

    /// The same without a window of event time.
    #[cfg(feature = "service")]
    pub(crate) fn without_window(&self) -> Self {
        Self { window: None, ..self.clone() }
    }

    /// Whether queries look at a partition.
    pub(crate) fn check_path(&self, path: &str) -> Step {
        let names = |path: &str| path.split('/').map(hive_path::unescape).collect::<Vec<_>>();
        if let Some(only) = self.only.as_deref().filter(|only| names(only) != names(path)) {
            let expected = format!("a record of the partition whose folder it is in, {only}");
            return Err(Fault::new(FaultKind::OtherPartition, 0, expected, path.to_owned()));
        }
        let Some(projected) = &self.projected else { return Ok(()) };
        projected.check(path).map_err(|miss| {
            let (expected, found) = match miss {
                Miss::Value { column, found, expected } => (
                    format!("a partition that the table projects, `{column}` of {expected}"),
                    format!("{column}={found}"),
                ),
                Miss::Elsewhere { found, .. } => ("a partition that the table projects".to_owned(), found),
                Miss::TooManyWays => ("a partition that the table projects".to_owned(), path.to_owned()),
            };
            Fault::new(FaultKind::Unprojected, 0, expected, found)
        })
    }

    /// Whether the event of the row in slot `row` happened within the accepted window. A null is no time; whether it
    /// is accepted was decided before.
    pub(crate) fn check_event_time(&self, arrival: i64, columns: &Columns, row: usize) -> Step {
        let Some((id, scale, window)) = self.window else { return Ok(()) };
        let Some(value) = columns.int(id, row).filter(|_| !columns.is_null(id, row)) else {
            return Ok(());
        };
        let (first, last) = scale.millis(value);
        let arrival = arrival.saturating_mul(1000);
        let kind = match window.side(arrival, first, last) {
            Side::Within => return Ok(()),
            Side::Before => FaultKind::Late,
            Side::After => FaultKind::Early,
        };
        let expected = format!("an event time within {window} of its arrival");
        let found =
            format!("{} that arrived at {}", Utc { millis: first.min(last) }, Utc { millis: arrival });
        Err(Fault::new(kind, 0, expected, found).in_column(id))
    }
}

/// The column that says when an event happened: the time that the table is partitioned by, else the one required time
/// that it has.
fn event_time(table: &Table, plan: &Plan) -> Result<(ColumnId, TimeScale), Error> {
    let name = |id: ColumnId| plan.nodes.get(id).map_or("", |node| node.path.as_str()).to_owned();
    let (choice, which) = match plan.partitions.times() {
        times if times.is_empty() => {
            let required = plan.root().members.iter().filter_map(|&id| {
                let node = plan.nodes.get(id).filter(|node| !node.nullable)?;
                let Kind::Time { unit, .. } = &node.kind else { return None };
                Some((id, per_second(*unit)))
            });
            (required.collect::<Vec<_>>(), "required times")
        }
        times => (times, "times in its partitions"),
    };
    if let [one] = choice.as_slice() {
        return Ok(*one);
    }
    let names: Vec<String> = choice.iter().map(|(id, _)| format!("`{}`", name(*id))).collect();
    let has = match names.as_slice() {
        [] => "it has no required time".to_owned(),
        names => format!("it has {} {which}: {}", names.len(), names.join(", ")),
    };
    let message = format!(
        "--accept-event-time needs to know when an event of table `{}` happened, and {has}; partition the table by the \
         column that says it (`partition(by = COLUMN, …)`)",
        table.name
    );
    Err(Error::new(ErrorKind::Usage, message))
}

fn per_second(unit: TimeUnit) -> TimeScale {
    TimeScale::PerSecond(match unit {
        TimeUnit::Millis => 1_000,
        TimeUnit::Micros => 1_000_000,
    })
}
