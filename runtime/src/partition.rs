//! Which partition a row belongs to: the path that its values make.

#[cfg(test)]
mod tests;

use crate::bounds::Bounds;
use crate::columns::{ColumnId, Columns};
use crate::fault::{Fault, FaultKind, Step, shorten};
use crate::plan::{Kind, Plan};
use lakebed_schema::civil::Civil;
use lakebed_schema::date_pattern::DatePattern;
use lakebed_schema::layout::{Granularity, Part};
use lakebed_schema::validate::is_partition_text;
use lakebed_schema::{PartitionBy, Table, TimeUnit};
use std::collections::HashMap;

/// How a table's partition paths are made.
#[derive(Debug, Default)]
pub(crate) struct PartitionPlan {
    segments: Vec<Segment>,
    /// When all segments come from one time: its column and the seconds within which the path stays the same.
    single_time: Option<(ColumnId, TimeScale, i64)>,
}

#[derive(Debug)]
struct Segment {
    column: String,
    source: Source,
    parts: Vec<Part>,
    null: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Arrival,
    Time(ColumnId, TimeScale),
    Int(ColumnId),
    Bool(ColumnId),
    Text(ColumnId),
}

/// How a stored integer becomes seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeScale {
    Days,
    PerSecond(i64),
}

impl TimeScale {
    fn seconds(self, value: i64) -> i64 {
        match self {
            Self::Days => value * 86_400,
            Self::PerSecond(units) => value.div_euclid(units),
        }
    }

    /// The values around one that have the same path, when paths change every `step` seconds.
    fn span(self, value: i64, step: i64) -> Span {
        let step = match self {
            Self::Days => 1,
            Self::PerSecond(units) => units.saturating_mul(step),
        };
        let start = value.div_euclid(step).saturating_mul(step);
        Span { start, end: start.saturating_add(step) }
    }

    /// A value in milliseconds, rounded so that a comparison with whole ones is exact: one that `first` lies after it
    /// lies after, one that `last` lies before it lies before. For a date, its first and its last.
    pub(crate) fn millis(self, value: i64) -> (i64, i64) {
        match self {
            Self::Days => (value * 86_400_000, value * 86_400_000 + 86_399_999),
            Self::PerSecond(units) => {
                let per_milli = (units / 1000).max(1);
                let floor = value.div_euclid(per_milli);
                (floor + i64::from(value.rem_euclid(per_milli) > 0), floor)
            }
        }
    }
}

impl PartitionPlan {
    pub(crate) fn new(table: &Table, plan: &Plan) -> Self {
        let mut segments = Vec::new();
        let mut finest = Granularity::Value;
        for partition in &table.partitions {
            finest = finest.max(partition.layout.granularity());
            for segment in &partition.layout.segments {
                segments.push(Segment {
                    column: segment.column.clone(),
                    source: source(&partition.by, table, plan),
                    parts: segment.parts.clone(),
                    null: partition.null.clone(),
                });
            }
        }
        let single_time = match segments.first().map(|segment| segment.source) {
            Some(Source::Time(id, scale)) => {
                let same = |s: &Segment| matches!(s.source, Source::Time(other, _) if other == id);
                let plain = |s: &Segment| !s.parts.contains(&Part::Value);
                segments.iter().all(|s| same(s) && plain(s)).then_some((id, scale, step(finest)))
            }
            _ => None,
        };
        Self { segments, single_time }
    }

    /// Columns whose times make the path, each once.
    pub(crate) fn times(&self) -> Vec<(ColumnId, TimeScale)> {
        let mut times = Vec::new();
        for segment in &self.segments {
            if let Source::Time(id, scale) = segment.source
                && !times.contains(&(id, scale))
            {
                times.push((id, scale));
            }
        }
        times
    }

    /// Columns whose text stands in the path.
    pub(crate) fn text_sources(&self) -> Vec<ColumnId> {
        let of_segment = |segment: &Segment| match segment.source {
            Source::Text(id) if segment.parts.contains(&Part::Value) => Some(id),
            Source::Arrival | Source::Time(..) | Source::Int(_) | Source::Bool(_) | Source::Text(_) => None,
        };
        self.segments.iter().filter_map(of_segment).collect()
    }
}

/// Seconds that share a path: a divisor of every partition of that granularity.
fn step(finest: Granularity) -> i64 {
    match finest {
        Granularity::Minute => 60,
        Granularity::Hour => 3600,
        Granularity::Value | Granularity::Year | Granularity::Month | Granularity::Day => 86_400,
    }
}

fn source(by: &PartitionBy, table: &Table, plan: &Plan) -> Source {
    let PartitionBy::Column(name) = by else {
        return Source::Arrival;
    };
    // Validation has refused sources that do not exist.
    let id = plan.member(table, name).unwrap_or_default();
    match plan.nodes.get(id).map(|node| &node.kind) {
        Some(Kind::Time { unit: TimeUnit::Millis, .. }) => Source::Time(id, TimeScale::PerSecond(1_000)),
        Some(Kind::Time { unit: TimeUnit::Micros, .. }) => Source::Time(id, TimeScale::PerSecond(1_000_000)),
        Some(Kind::Date(_)) => Source::Time(id, TimeScale::Days),
        Some(Kind::Int { .. }) => Source::Int(id),
        Some(Kind::Boolean) => Source::Bool(id),
        _ => Source::Text(id),
    }
}

/// Stored times that have one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: i64,
    /// One past the last.
    end: i64,
}

/// Tells the partition of each row, and numbers the paths in the order in which they come up.
#[derive(Debug, Default)]
pub(crate) struct Router {
    paths: Vec<String>,
    numbers: HashMap<String, u32>,
    scratch: String,
    /// For single-time layouts, paths that came last and the spans they hold for: those of late records alternate with
    /// those of others.
    last: [Option<(Span, u32)>; 4],
    /// Which of these is replaced next.
    turn: usize,
    /// Seconds since 1970 at which the input, or the record under way, arrived. A path that is remembered never
    /// depends on it.
    pub(crate) arrival: i64,
}

impl Router {
    /// A router for an input that arrived at that second since 1970.
    pub(crate) fn new(arrival: i64) -> Self {
        Self { arrival, ..Self::default() }
    }

    /// Path of a partition, such as `dt=2026-11-23/hour=00/`.
    pub(crate) fn path(&self, number: u32) -> &str {
        self.paths.get(number as usize).map_or("", String::as_str)
    }

    /// Forgets all paths, as when a batch was taken out.
    pub(crate) fn clear(&mut self) {
        self.paths.clear();
        self.numbers.clear();
        self.last = [None; 4];
    }

    /// The partition of the row in slot `row`, which is pushed but not committed.
    pub(crate) fn route(
        &mut self,
        plan: &PartitionPlan,
        bounds: &Bounds,
        columns: &Columns,
        row: usize,
    ) -> Step<u32> {
        if plan.segments.is_empty() && !self.paths.is_empty() {
            return Ok(0);
        }
        let mut span = None;
        if let Some((id, scale, step)) = plan.single_time
            && let Some(value) = columns.int(id, row).filter(|_| !columns.is_null(id, row))
        {
            let known = self.last.iter().flatten().find(|(span, _)| span.start <= value && value < span.end);
            if let Some((_, number)) = known {
                return Ok(*number);
            }
            span = Some(scale.span(value, step));
        }
        let mut path = std::mem::take(&mut self.scratch);
        path.clear();
        let result = plan
            .segments
            .iter()
            .try_for_each(|segment| segment.append(&mut path, self.arrival, columns, row));
        if let Err(fault) = result {
            self.scratch = path;
            return Err(fault);
        }
        let number = match self.numbers.get(path.as_str()) {
            Some(&number) => number,
            None => {
                if let Err(fault) = bounds.check_path(&path) {
                    self.scratch = path;
                    return Err(fault);
                }
                let number = u32::try_from(self.paths.len()).unwrap_or(u32::MAX);
                self.paths.push(path.clone());
                self.numbers.insert(path.clone(), number);
                number
            }
        };
        self.scratch = path;
        if let (Some(span), Some(slot)) = (span, self.last.get_mut(self.turn)) {
            *slot = Some((span, number));
            self.turn = (self.turn + 1) % self.last.len();
        }
        Ok(number)
    }
}

impl Segment {
    fn append(&self, path: &mut String, arrival: i64, columns: &Columns, row: usize) -> Step {
        path.push_str(&self.column);
        path.push('=');
        let start = path.len();
        let id = match self.source {
            Source::Arrival => None,
            Source::Time(id, _) | Source::Int(id) | Source::Bool(id) | Source::Text(id) => Some(id),
        };
        match (id.filter(|&id| columns.is_null(id, row)), &self.null) {
            (None, _) => self.append_value(path, arrival, columns, row),
            (Some(_), Some(null)) => path.push_str(null),
            (Some(id), None) => {
                return Err(
                    Fault::new(FaultKind::Partition, 0, "a value to partition by", "null").in_column(id)
                );
            }
        }
        let value = path.get(start..).unwrap_or_default();
        if !is_partition_text(value) {
            let expected = "partition text of 1 to 128 characters from A-Z a-z 0-9 . _ -";
            let fault =
                Fault::new(FaultKind::Partition, 0, expected, format!("{:?}", shorten(value.as_bytes())));
            return Err(match id {
                Some(id) => fault.in_column(id),
                None => fault,
            });
        }
        path.push('/');
        Ok(())
    }

    fn append_value(&self, path: &mut String, arrival: i64, columns: &Columns, row: usize) {
        for part in &self.parts {
            match part {
                Part::Literal(text) => path.push_str(text),
                Part::Date(pattern) => self.append_date(path, pattern, arrival, columns, row),
                Part::Value => match self.source {
                    Source::Arrival => {}
                    Source::Int(id) => path.push_str(&columns.int(id, row).unwrap_or_default().to_string()),
                    Source::Bool(id) => {
                        path.push_str(if columns.bool(id, row).unwrap_or_default() {
                            "true"
                        } else {
                            "false"
                        });
                    }
                    Source::Text(id) => {
                        path.push_str(&String::from_utf8_lossy(columns.text(id, row).unwrap_or_default()));
                    }
                    Source::Time(id, scale) => {
                        let civil =
                            Civil::from_seconds(scale.seconds(columns.int(id, row).unwrap_or_default()));
                        path.push_str(&format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day));
                    }
                },
            }
        }
    }

    fn append_date(
        &self,
        path: &mut String,
        pattern: &DatePattern,
        arrival: i64,
        columns: &Columns,
        row: usize,
    ) {
        let seconds = match self.source {
            Source::Time(id, scale) => scale.seconds(columns.int(id, row).unwrap_or_default()),
            Source::Arrival | Source::Int(_) | Source::Bool(_) | Source::Text(_) => arrival,
        };
        pattern.format(path, &Civil::from_seconds(seconds));
    }
}
