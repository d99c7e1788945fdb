//! Partitions whose files hold JSON, as Firehose writes it without conversion: their records become a Parquet file in
//! a generation folder, to which readers are switched.
//!
//! Records are decoded as by [`convert`](crate::convert()), and what is refused goes to the error folder. A record that
//! belongs to another partition than the folder it is in is refused too, and `replay` stores it where it belongs; by
//! arrival that cannot be, since the folder says when it arrived. The JSON files are originals: they stay unless
//! their removal is asked for.

use super::generation::Steps;
use super::pick::Candidate;
use super::report::{CompactReport, CompactStatus, PartitionCompaction};
use crate::convert::{Decoded, Decoding, Input, MaxRejects, Undecoded, decode, run_name, tell_files};
use crate::error::{Error, ErrorKind};
use crate::journal::compaction::{Compaction, SourceRecord, Switch, SwitchState, generations};
use crate::journal::{FileRecord, RunKind, RunRecord};
use crate::place::Places;
use crate::semantics::Semantics;
use crate::store::{Meta, Store};
use lakebed_schema::PartitionBy;
use std::path::PathBuf;
use std::sync::Arc;

/// How partitions of JSON are decoded.
#[derive(Clone, Copy, Debug)]
pub struct FromJson {
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Leave a partition as it is when more of its records than this are refused.
    pub max_rejects: Option<MaxRejects>,
    /// By which rules values are read.
    pub semantics: Semantics,
    /// Remove the JSON files of partitions whose readers were switched, after the time of grace.
    pub remove_sources: bool,
}

impl Default for FromJson {
    /// One thread, any number of rejects, nothing removed.
    fn default() -> Self {
        Self { threads: 1, max_rejects: None, semantics: Semantics::Schema, remove_sources: false }
    }
}

/// Where the rows of JSON files go.
pub(super) enum Into<'a> {
    /// To a generation of their own, to which readers of this folder will be switched.
    Generation { from: &'a str },
    /// To a generation that is there.
    Folder(&'a str),
}

/// What became of JSON files: published, and read by whoever looks into the folder.
pub(super) struct Stored {
    pub(super) record: RunRecord,
    pub(super) compaction: Compaction,
    pub(super) folder: String,
    pub(super) decoded: Decoded,
    pub(super) files: Vec<String>,
}

/// Files of a candidate that hold JSON, or why there are none.
pub(super) fn files(
    lake: &Arc<dyn Store>,
    candidate: &Candidate,
    files: &[Meta],
) -> Result<Result<Vec<Input>, (CompactStatus, String)>, Error> {
    let told = tell_files(lake, files)?;
    Ok(match (told.list.first(), told.passed_over.table_files) {
        (None, 0) => Err((CompactStatus::NothingToDo, "it has no files".to_owned())),
        (None, _) => Err((CompactStatus::NothingToDo, "its files are Parquet or ORC".to_owned())),
        (Some(_), 0) => Ok(told.list),
        (Some(first), others) => Err((
            CompactStatus::Refused,
            format!(
                "{} holds JSON such as {} and {others} files of Parquet or ORC, and its readers understand one \
                     of the two: move the others away",
                candidate.folder,
                first.location.file_name()
            ),
        )),
    })
}

impl Steps<'_> {
    /// Puts a generation in the place of a partition's JSON files.
    pub(super) fn replace_json(
        &self,
        candidate: &Candidate,
        inputs: &[Input],
    ) -> Result<PartitionCompaction, Error> {
        let path = &candidate.path;
        let stays = |reason: String| Ok(PartitionCompaction::of(path, CompactStatus::Refused, reason));
        let stored = match self.store_json(path, inputs, &Into::Generation { from: &candidate.folder }) {
            Ok(stored) => stored,
            Err(Undecoded::Refused(reason)) => return stays(reason),
            Err(Undecoded::Failed(error)) => return Err(error),
        };
        let Stored { record, compaction, folder, decoded, files } = stored;
        let mut done = PartitionCompaction {
            path: path.clone(),
            status: CompactStatus::Switched,
            run: Some(record.run.clone()),
            files_in: inputs.len() as u64,
            rows_in: decoded.total.read,
            bytes_in: inputs.iter().map(|input| input.bytes).sum(),
            rows_out: decoded.total.written,
            rejected: decoded.total.rejected,
            bytes_out: decoded.file.as_ref().map_or(0, |file| file.bytes),
            files,
            rejects: decoded.reasons,
            reject_files: decoded.rejects.into_iter().map(|(_, to)| to).collect(),
            live_folder: Some(folder),
            ..PartitionCompaction::default()
        };
        if let Err(reason) = self.finish(record, compaction)? {
            done.status = CompactStatus::Refused;
            done.reason = Some(reason);
            done.live_folder = None;
        }
        Ok(done)
    }

    /// Decodes files of a partition and publishes what they became, as a run of its own.
    pub(super) fn store_json(
        &self,
        partition: &str,
        inputs: &[Input],
        into: &Into<'_>,
    ) -> Result<Stored, Undecoded> {
        let table = self.table;
        let how = self.options.from_json.unwrap_or_default();
        let inputs = self.as_arrived(partition, inputs);
        let run = {
            let folder = match into {
                Into::Generation { .. } => "generation",
                Into::Folder(folder) => folder,
            };
            let memory = self.options.memory_bytes;
            let manner = format!("compact-json:{partition} {:?} {memory} {folder}", how.semantics);
            let files = inputs.iter().map(|input| (input.meta.key.as_str(), input.hash.as_str()));
            run_name(&table.to_contract(), &manner, files, &[])
        };
        let folder = match into {
            Into::Generation { .. } => format!("{}{run}/{partition}", generations(&table.name)),
            Into::Folder(folder) => (*folder).to_owned(),
        };
        let decoded = decode(
            &Decoding {
                table,
                partition,
                run: &run,
                folder: self.journal.scratch(),
                threads: how.threads,
                memory_bytes: self.options.memory_bytes,
                semantics: how.semantics,
                max_rejects: how.max_rejects,
            },
            &inputs,
        )?;
        if decoded.file.is_none() && matches!(into, Into::Generation { .. }) {
            for (path, _) in &decoded.rejects {
                let _ = std::fs::remove_file(path);
            }
            return Err(Undecoded::Refused(nothing_left(&decoded)));
        }
        let mut moves: Vec<(PathBuf, String)> = Vec::new();
        if let Some(file) = &decoded.file {
            moves.push((file.path.clone(), format!("{folder}{run}-0.parquet")));
        }
        let files: Vec<String> = moves.iter().map(|(_, to)| to.clone()).collect();
        moves.extend(decoded.rejects.iter().cloned());
        let source = |(input, record): (&Input, &crate::journal::InputRecord)| {
            let source = SourceRecord { hash: input.hash.clone(), rows: record.written, bytes: input.bytes };
            (input.meta.key.clone(), source)
        };
        let switch = |from: &str| Switch {
            from: from.to_owned(),
            to: folder.clone(),
            state: SwitchState::Prepared,
            ..Switch::default()
        };
        let compaction = Compaction {
            partition: partition.to_owned(),
            sources: inputs.iter().zip(&decoded.inputs).map(source).collect(),
            rows_in: decoded.total.written,
            rows_out: decoded.total.written,
            from_json: true,
            switch: match into {
                Into::Generation { from } => Some(switch(from)),
                Into::Folder(_) => None,
            },
            ..Compaction::default()
        };
        let read = inputs.iter().zip(&decoded.inputs).filter(|(_, record)| record.read > 0);
        let mut record = RunRecord {
            kind: RunKind::Compact,
            run,
            table: table.name.clone(),
            inputs: read.map(|(input, record)| (input.key(), record.clone())).collect(),
            outputs: moves.iter().map(|(_, to)| to.clone()).collect(),
            ..RunRecord::default()
        };
        if let Some((file, to)) = decoded.file.as_ref().zip(files.first()) {
            record.files.insert(to.clone(), FileRecord { bytes: file.bytes, rows: Some(file.rows) });
        }
        compaction.write(&mut record);
        self.journal.publish(&record, &moves)?;
        Ok(Stored { record, compaction, folder, decoded, files })
    }

    /// In a table that is partitioned by arrival the folder says when its files arrived.
    fn as_arrived(&self, partition: &str, inputs: &[Input]) -> Vec<Input> {
        let mut inputs = inputs.to_vec();
        let by_arrival = self.table.partitions.iter().any(|by| by.by == PartitionBy::Arrival);
        if by_arrival && let Ok(Some(begin)) = Places::new(self.table).read(partition) {
            inputs.iter_mut().for_each(|input| input.arrival = begin);
        }
        inputs
    }

    /// Removes JSON files whose rows stand in Parquet, once their time of grace is over and on request.
    pub(super) fn remove_json(&self, report: &mut CompactReport) -> Result<(), Error> {
        for run in self.journal.runs()? {
            let Some(compaction) = Compaction::of(&run).filter(|c| c.from_json && c.counts()) else {
                continue;
            };
            let mut there = Vec::new();
            for (key, source) in &compaction.sources {
                if let Some(meta) = self.lake.head(key).map_err(|e| e.read_output())? {
                    there.push((key, source, meta));
                }
            }
            let switched = compaction.switch.as_ref().and_then(|switch| switch.switched_ms);
            let since = switched.or(run.ended_ms).unwrap_or(0);
            let asked = self.options.from_json.is_some_and(|how| how.remove_sources);
            if there.is_empty() {
                continue;
            }
            if !asked {
                report.kept_files += there.len() as u64;
                continue;
            }
            if since.saturating_add(self.grace_ms) > self.now_ms {
                report.waiting_files += there.len() as u64;
                continue;
            }
            self.old().check_whole(&run, &compaction)?;
            for (key, source, meta) in &there {
                if meta.bytes != source.bytes {
                    let message = format!(
                        "{} has {} bytes and had {} when run {} decoded it: it has changed since, and is not removed",
                        self.lake.location(key),
                        meta.bytes,
                        source.bytes,
                        run.run
                    );
                    return Err(Error::new(ErrorKind::Changed, message));
                }
            }
            for (key, ..) in &there {
                self.lake.delete(key).map_err(|e| e.output())?;
                report.removed_files += 1;
            }
            let old: Vec<String> = compaction.sources.keys().cloned().collect();
            // Durable before the record says so, as for other old files.
            self.lake.settle_removals(&old).map_err(|e| e.output())?;
            self.old().end_switch(&run.run, &old)?;
        }
        Ok(())
    }
}

/// Why nothing is put in the place of files.
fn nothing_left(decoded: &Decoded) -> String {
    let Some(first) = decoded.reasons.first() else {
        return "its files hold no records".to_owned();
    };
    format!(
        "none of its {} records is one of the table: {} × {}: {} (first at {})",
        decoded.total.read, first.count, first.code, first.example, first.at
    )
}
