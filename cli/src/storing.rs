//! How records get into a table of a lake: shared by `convert` and `replay`.

use crate::access::AccessArgs;
use crate::commands::Context;
use crate::error::CliError;
use crate::location::{self, Place};
use crate::s3::S3Args;
use crate::semantics::Semantics;
use crate::surroundings::Surroundings;
use crate::tables::Registry;
use crate::target::{Resolved, Settings, TargetArgs};
use crate::work::{LimitArgs, WorkArgs};
use lakebed::{ConvertOptions, EventWindow, Location, MaxRejects, Projected};
use lakebed_schema::Table;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// The table, its lake, and how records become its rows.
#[derive(Debug, clap::Args)]
pub(crate) struct StoringArgs {
    /// Folder of the lake; rows go to LAKE/TABLE/, rejects to LAKE/_errors/TABLE/
    #[arg(long, value_name = "LAKE")]
    to: OsString,

    /// Table the records belong to; may be left out when there is only one
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    #[command(flatten)]
    work: WorkArgs,

    /// Write nothing when more records than this are refused: a number, or a share such as 0.5%
    ///
    /// The run stops as soon as it is certain; a share is certain at the end only.
    #[arg(long, value_name = "N|P%", value_parser = parse_max_rejects)]
    max_rejects: Option<MaxRejects>,

    /// Keep apart events from outside of this window around their arrival, such as -7d..+1h
    ///
    /// A window has an earliest time, a latest, or both, with a unit of s, m, h, d or w. What lies outside is counted
    /// as late or early, not as rejected, and kept whole in LAKE/_errors/TABLE/event-time/. The time of an event is
    /// the one that the table is partitioned by, else its only required time. An input arrives when Firehose wrote its
    /// name (STREAM-1-2026-11-23-08-15-30-UUID), else when it was written last; standard input arrives now; a
    /// record of an error object when that says.
    ///
    /// Events in partitions that queries do not look at are always refused: before `projection.from` of the target, or
    /// after tomorrow. Without that setting there is no such check.
    #[arg(long, value_name = "WINDOW", allow_hyphen_values = true)]
    accept_event_time: Option<EventWindow>,

    /// Rules by which values are read
    #[arg(long, value_name = "RULES", default_value = "schema")]
    semantics: Semantics,

    #[command(flatten)]
    limits: LimitArgs,

    /// Read and count, write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    access: AccessArgs,

    #[command(flatten)]
    s3: S3Args,

    #[command(flatten)]
    target: TargetArgs,

    /// Print the report as one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// What the arguments mean, as far as it is known before inputs are.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) table: Table,
    pub(crate) target: Resolved,
    pub(crate) lake: Location,
}

impl StoringArgs {
    pub(crate) fn prepare(&self, context: &Context<'_, '_>) -> Result<Prepared, CliError> {
        let table = Registry::new(context.defs, &self.contract)?.choose(self.table.as_deref())?;
        let target = Settings::load(&self.target, &context.around)?.resolve(Some(&table.name))?;
        let lake = location::location(&self.to, Place::Lake)?;
        Ok(Prepared { table, target, lake })
    }

    pub(crate) fn apply(
        &self,
        options: &mut ConvertOptions,
        table: &Table,
        target: &Resolved,
        around: &Surroundings,
    ) {
        options.stores = self.s3.stores(around);
        options.access = self.access.access(around);
        self.work.apply(options);
        self.limits.apply(options);
        options.dry_run = self.dry_run;
        options.max_rejects = self.max_rejects;
        options.accept_event_time = self.accept_event_time;
        options.projected = Projected::new(table, &target.target, now());
        options.semantics = self.semantics.into();
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn parse_max_rejects(text: &str) -> Result<MaxRejects, String> {
    let wrong = || "write a number of records, such as 100, or a share of them, such as 0.5%".to_owned();
    match text.strip_suffix('%') {
        None => text.parse().map(MaxRejects::Count).map_err(|_| wrong()),
        Some(share) => match share.trim_end().parse::<f64>() {
            Ok(share) if (0.0..=100.0).contains(&share) => Ok(MaxRejects::Percent(share)),
            Ok(_) => Err("a share lies between 0% and 100%".to_owned()),
            Err(_) => Err(wrong()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn max_rejects_is_a_number_or_a_share() {
        assert_eq!(parse_max_rejects("0"), Ok(MaxRejects::Count(0)));
        assert_eq!(parse_max_rejects("0.5%"), Ok(MaxRejects::Percent(0.5)));
        assert_eq!(parse_max_rejects("100 %"), Ok(MaxRejects::Percent(100.0)));
        for wrong in ["", "%", "-1", "1.5", "101%", "-1%", "NaN%", "inf%", "many"] {
            assert!(parse_max_rejects(wrong).is_err(), "{wrong}");
        }
    }
}
