//! Synthetic records of a table: what its producers might send.
//!
//! A [`Sampler`] writes record number 0, 1, 2, … as JSON. Each follows from the table, the [`SampleOptions`] and its
//! number alone, so that the same call gives the same bytes on any machine and in any version that does not say
//! otherwise. Every record is one that the decoder accepts, unless broken ones are asked for. Values follow what the
//! [keywords](crate::keywords) of their columns say: bounds, steps, lengths, patterns, formats, examples.
//!
//! Records look like readings of a set of things: the table's key names them, and all of them report again and again
//! while time goes on. Where the key holds no time and nothing tells which record of a key is the latest, each record
//! is a thing of its own.

mod compile;
mod faults;
mod nested;
mod number;
mod pattern;
mod random;
mod scalar;
mod spelling;
#[cfg(test)]
mod tests;
mod texts;
mod value;

use crate::civil::{Civil, days_from_civil};
use crate::finding::{Finding, Findings};
use crate::table::Table;
use compile::{Compiler, Field};
use faults::Fault;
use random::Random;

/// What to make.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleOptions {
    /// How many records the window holds.
    pub rows: u64,
    /// Another number gives other records.
    pub seed: u64,
    /// Time of the first record, in seconds since 1970.
    pub from: i64,
    /// End of the window, in seconds since 1970; all records come before it.
    pub to: i64,
    /// How many things report again and again, each with a key of its own.
    pub keys: u64,
    /// Share of values that are absent where they may be, 0 to 1: half of them null, half of them left out.
    pub nulls: f64,
    /// Share of values that are a sentinel where the column has one, 0 to 1.
    pub sentinels: f64,
    /// Share of values at the ends of what their type holds, 0 to 1.
    pub edges: f64,
    /// Share of records that the decoder must refuse, 0 to 1.
    pub broken: f64,
    /// Write the same records as canonical JSON: what the lake keeps of them, numbers as numbers, words in their
    /// first spelling, times in ISO 8601 with `Z` (days as days, wall clocks without it), null for what means null.
    pub canonical: bool,
}

/// 2026-01-01T00:00:00Z.
const DEFAULT_FROM: i64 = days_from_civil(2026, 1, 1) * 86_400;

impl Default for SampleOptions {
    /// 100 records of 20 things on 2026-01-01, with a tenth of the values that may be absent, and a twentieth of the
    /// sentinels; nothing extreme, nothing broken.
    fn default() -> Self {
        Self {
            rows: 100,
            seed: 0,
            from: DEFAULT_FROM,
            to: DEFAULT_FROM + 86_400,
            keys: 20,
            nulls: 0.1,
            sentinels: 0.05,
            edges: 0.0,
            broken: 0.0,
            canonical: false,
        }
    }
}

/// Writes the records of one table.
#[derive(Debug)]
pub struct Sampler {
    fields: Vec<Field>,
    faults: Vec<Fault>,
    options: SampleOptions,
    /// Whether things report more than once.
    again: bool,
    notes: Vec<String>,
}

/// A record under way.
#[derive(Debug)]
struct Row<'a> {
    random: Random,
    options: &'a SampleOptions,
    /// Number of the thing that reports.
    thing: u64,
    /// When, in milliseconds since 1970.
    at: i64,
}

impl Sampler {
    /// Gets ready for a table, which must be valid.
    ///
    /// ```
    /// use lakebed_schema::sample::{SampleOptions, Sampler};
    /// use lakebed_schema::{Column, LogicalType, Table};
    ///
    /// let table = Table::new("traffic", vec![Column::new("car_speed", LogicalType::UInt8)]);
    /// let sampler = Sampler::new(&table, SampleOptions::default()).unwrap();
    /// let mut record = String::new();
    /// sampler.write(0, &mut record);
    /// assert_eq!(record, r#"{"car_speed":64}"#);
    /// ```
    ///
    /// # Errors
    /// Options that make no sense, and columns for which no value is known that the table would accept.
    pub fn new(table: &Table, options: SampleOptions) -> Result<Self, Findings> {
        let mut compiler = Compiler { findings: Findings(check(&options)), ..Compiler::default() };
        let fields = compiler.fields(table, &options);
        let again = compile::reports_again(table);
        let faults = faults::of(table);
        compiler.findings.or(|| Self { fields, faults, options, again, notes: compiler.notes })
    }

    /// What the samples do not do and their user might expect, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Appends the record of that number, without a newline. Numbers from [`rows`](SampleOptions::rows) on go on
    /// after the window.
    pub fn write(&self, number: u64, out: &mut String) {
        let mut row = Row {
            random: Random::new(self.options.seed, number),
            options: &self.options,
            thing: if self.again { number.checked_rem(self.options.keys).unwrap_or(0) } else { number },
            at: self.time(number),
        };
        let is_broken = row.random.happens(self.options.broken);
        let fault = if is_broken { row.random.choose(&self.faults).copied() } else { None };
        value::object(&self.fields, fault, 0, &mut row, out);
    }

    /// When the record of that number is made, in milliseconds since 1970: the things report together, at even
    /// distances, on the minute or second where there is that much room.
    fn time(&self, number: u64) -> i64 {
        let window = i128::from(self.options.to - self.options.from) * 1000;
        let together = if self.again { self.options.keys.max(1) } else { 1 };
        let rounds = i128::from(self.options.rows.div_ceil(together).max(1));
        let round = i128::from(number / together);
        let whole = match window / rounds {
            60_000.. => 60_000,
            1_000.. => 1_000,
            _ => 1,
        };
        let since = round * window / rounds / whole * whole;
        i64::try_from(i128::from(self.options.from) * 1000 + since).unwrap_or(i64::MAX)
    }
}

/// First and last second of the years 1 to 9999.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

fn check(options: &SampleOptions) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, value) in [("from", options.from), ("to", options.to)] {
        if !SECONDS.contains(&value) {
            let problem = format!("{value} seconds since 1970 lie outside the years 1 to 9999");
            findings.push(Finding::new("sample-window", place, problem, "give a time within them"));
        }
    }
    if options.to <= options.from {
        let shown = |seconds| {
            let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(seconds);
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
        };
        let problem =
            format!("the window ends at {}, before its start at {}", shown(options.to), shown(options.from));
        findings.push(Finding::new("sample-window", "to", problem, "give a time after the start"));
    }
    if options.keys == 0 {
        findings.push(Finding::new("sample-keys", "keys", "nothing reports", "give 1 or more"));
    }
    for (place, share) in [
        ("nulls", options.nulls),
        ("sentinels", options.sentinels),
        ("edges", options.edges),
        ("broken", options.broken),
    ] {
        if !(0.0..=1.0).contains(&share) {
            let problem = format!("{share} is no share");
            findings.push(Finding::new("sample-share", place, problem, "give a number from 0 to 1"));
        }
    }
    findings
}
