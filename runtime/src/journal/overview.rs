//! What a journal says, for people: nothing is locked or changed.

use super::lease::{self, LeaseRecord};
use super::parallel;
use super::record::{RunRecord, RunState, is_replaced};
use super::stored::threads;
use super::{folder, read_records};
use crate::error::Error;
use crate::store::{Store, StoreError};

/// The journal of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRuns {
    /// Table name.
    pub table: String,
    /// Its runs in every state, in the order of their names.
    pub runs: Vec<RunRecord>,
    /// Who writes it now, as far as that is known.
    pub writer: Option<LeaseRecord>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its outputs count.
    Committed,
    /// Another run has its inputs now; what is left of it goes with the next run.
    Replaced,
    /// It is being published.
    UnderWay,
    /// It ended before its commit; the next run removes what is there of it.
    CutShort,
}

/// What became of a file that a run has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there, with that many bytes.
    There(u64),
    /// Its rows were taken over by that run, and it is gone.
    TakenOver(String),
    /// It is not there, and no run says why.
    Missing,
}

/// Tables with a journal in the lake, sorted.
///
/// # Errors
/// A lake that cannot be read.
pub fn tables(lake: &dyn Store) -> Result<Vec<String>, Error> {
    let names = lake.names("_lakebed/").map_err(StoreError::input)?;
    Ok(names.iter().filter_map(|name| name.strip_suffix('/')).map(str::to_owned).collect())
}

/// The journal of a table; one without a journal has no runs.
///
/// # Errors
/// A lake that cannot be read, records that are none or of a later version.
pub fn table_runs(lake: &dyn Store, table: &str) -> Result<TableRuns, Error> {
    // The writer first: a run that ends in between then stands as committed, not as cut short.
    let writer = lease::holder(lake, &folder(table))?;
    Ok(TableRuns { table: table.to_owned(), runs: read_records(lake, table)?, writer })
}

impl TableRuns {
    /// How one of the runs stands.
    pub fn standing(&self, run: &RunRecord) -> Standing {
        match run.state {
            RunState::Committed | RunState::Done if is_replaced(&self.runs, &run.run) => Standing::Replaced,
            RunState::Committed | RunState::Done => Standing::Committed,
            RunState::Publishing if self.is_written_now(run) => Standing::UnderWay,
            RunState::Publishing | RunState::Aborted => Standing::CutShort,
        }
    }

    fn is_written_now(&self, run: &RunRecord) -> bool {
        self.writer.as_ref().is_some_and(|writer| writer.id == run.attempt)
    }

    /// What became of the outputs of one of the runs, in their order.
    ///
    /// # Errors
    /// A lake that cannot be read.
    pub fn fates(&self, lake: &dyn Store, run: &RunRecord) -> Result<Vec<Fate>, Error> {
        parallel::each(&run.outputs, threads(lake), |output| {
            if let Some(meta) = lake.head(output).map_err(StoreError::input)? {
                return Ok(Fate::There(meta.bytes));
            }
            let by = self.runs.iter().find(|other| other.is_committed() && other.removes.contains(output));
            Ok(by.map_or(Fate::Missing, |by| Fate::TakenOver(by.run.clone())))
        })
    }
}
