//! The inputs of a run, and what to do with each.

use super::content;
use super::identity;
use super::input::Input;
use super::known::{Known, known_as};
use crate::error::{Error, ErrorKind};
use crate::journal::compaction::compacted;
use crate::journal::{InputRecord, RunKind, RunRecord, parallel};
use crate::replay::Seen;
use crate::report::{InputReport, InputStatus};
use lakebed_schema::Table;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The inputs of a run, and what to do with each.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) todo: Vec<Input>,
    /// Place among all inputs of those to do, and the reports of the others.
    places: Vec<usize>,
    pub(super) others: BTreeMap<usize, InputReport>,
    pub(super) replaces: Vec<String>,
    /// Places of the inputs to do of which those runs hold records.
    pub(super) stored: BTreeSet<usize>,
}

impl Work {
    /// Leaves out what is in the lake already; with `force` finds the runs that are replaced.
    pub(super) fn sort_out(
        table: &Table,
        inputs: Vec<Input>,
        earlier: &[RunRecord],
        force: bool,
    ) -> Result<Self, Error> {
        let mut work = Self::default();
        let known = Known::of(earlier.iter().filter(|run| run.kind != RunKind::Replay));
        let mut inputs = inputs;
        if known.0.keys().any(|key| key.strip_prefix("stdin:").is_some_and(content::is_blake3)) {
            for input in inputs.iter_mut().filter(|input| input.is_stream) {
                input.blake3 = Some(input.hash_with_blake3()?);
            }
        }
        let keys: HashSet<String> = inputs.iter().flat_map(Input::keys).collect();
        let mut replaced: HashSet<&str> = HashSet::new();
        for (place, mut input) in inputs.into_iter().enumerate() {
            let stored = known.get(&input);
            if force {
                for &(run, _) in &stored {
                    if run.kind == RunKind::Compact {
                        let message = format!(
                            "--force cannot replace {}: compaction {} has put its rows in the place of the file, and \
                             readers were switched to them",
                            input.location, run.run
                        );
                        return Err(Error::new(ErrorKind::Usage, message));
                    }
                    // What holds for one input of a run holds for all of them.
                    if !replaced.insert(&run.run) {
                        continue;
                    }
                    let is_missing = |key: &&String| !keys.contains(*key) && !keys.contains(&known_as(key));
                    if let Some(missing) = run.inputs.keys().find(is_missing) {
                        let message = format!(
                            "--force cannot replace {} alone: run {} stored it together with {missing}; name that \
                             input too, since both are in the same files",
                            input.name(),
                            run.run
                        );
                        return Err(Error::new(ErrorKind::Usage, message));
                    }
                    can_be_removed(earlier, run, &input.name())?;
                    work.replaces.push(run.run.clone());
                }
                if !stored.is_empty() {
                    work.stored.insert(place);
                }
                work.todo.push(input);
                work.places.push(place);
                continue;
            }
            let mut same = None;
            for (run, record) in &stored {
                if same.is_none() && input.is_known_as(&record.hash)? {
                    same = Some(run);
                }
            }
            match (same, stored.first()) {
                (Some(run), _) => {
                    let message = format!("stored by run {}; --force converts it again", run.run);
                    work.others.insert(place, left_out(&input, InputStatus::AlreadyInLake, message));
                    continue;
                }
                (None, Some((run, _))) => {
                    let message = format!(
                        "{} has changed since run {} stored it in table `{}`; converting it now would store its \
                         records twice",
                        input.name(),
                        run.run,
                        table.name
                    );
                    return Err(Error::new(ErrorKind::Changed, message));
                }
                (None, None) => {}
            }
            work.todo.push(input);
            work.places.push(place);
        }
        work.replaces_more(earlier)?;
        Ok(work)
    }

    /// Replaces the replays of what the replaced runs have refused too: the records come again now. What those runs
    /// had replaced themselves stays remembered as such.
    fn replaces_more(&mut self, earlier: &[RunRecord]) -> Result<(), Error> {
        let by_name: HashMap<&str, &RunRecord> = earlier.iter().map(|run| (run.run.as_str(), run)).collect();
        let replays = || earlier.iter().filter(|run| run.kind == RunKind::Replay);
        let mut replays_of: HashMap<&str, Vec<&RunRecord>> = HashMap::new();
        for run in replays() {
            let of: BTreeSet<&String> = run.inputs.values().flat_map(|input| &input.rejects_of).collect();
            of.into_iter().for_each(|name| replays_of.entry(name).or_default().push(run));
        }
        let mut replaced: HashSet<String> = self.replaces.iter().cloned().collect();
        let mut at = 0;
        while let Some(name) = self.replaces.get(at).cloned() {
            at += 1;
            let before = by_name.get(name.as_str()).into_iter().flat_map(|run| &run.replaces);
            let replays = replays_of.get(name.as_str()).into_iter().flatten().map(|run| &run.run);
            for run in before.chain(replays) {
                if replaced.insert(run.clone()) {
                    self.replaces.push(run.clone());
                }
            }
        }
        for run in replays().filter(|run| replaced.contains(&run.run)) {
            let stays = |of: &[String]| of.is_empty() || of.iter().any(|name| !replaced.contains(name));
            if let Some((input, _)) = run.inputs.iter().find(|(_, input)| stays(&input.rejects_of)) {
                let message = format!(
                    "--force cannot replace run {} here: its rejects were replayed by run {} together with {input}, \
                     which this run does not convert again, and all of them are in the same files; name the inputs of \
                     those rejects too",
                    self.replaces.first().map_or("", String::as_str),
                    run.run
                );
                return Err(Error::new(ErrorKind::Usage, message));
            }
            can_be_removed(earlier, run, &format!("what run {} stored of the rejects", run.run))?;
        }
        Ok(())
    }

    /// Leaves out error objects that were replayed before, at this place or any other: the content tells, which holds
    /// times and numbers that do not come twice.
    pub(super) fn sort_out_objects(
        table: &Table,
        inputs: Vec<Input>,
        earlier: &[RunRecord],
    ) -> Result<Self, Error> {
        let mut work = Self::default();
        let replays = || earlier.iter().filter(|run| run.kind == RunKind::Replay);
        let by_key = Known::of(replays());
        let mut by_hash: HashMap<&str, (&RunRecord, &str)> = HashMap::new();
        for run in replays() {
            for (key, record) in &run.inputs {
                by_hash.entry(&record.hash).or_insert((run, key));
                by_hash.entry(record.content()).or_insert((run, key));
            }
        }
        let of_earlier_versions = by_hash.keys().any(|hash| content::is_blake3(hash));
        // An ETag says nothing of the same object elsewhere. Error objects are small: they are read once more.
        let contents = parallel::each(&inputs, parallel::AT_ONCE, |input| {
            let is_needed = input.location.as_path().is_none() && by_key.get(input).is_empty();
            Ok(if is_needed { input.hash_content().map(Some) } else { Ok(None) })
        })?;
        let mut names: HashMap<String, String> = HashMap::new();
        for (place, (mut input, content)) in inputs.into_iter().zip(contents).enumerate() {
            let here = by_key.get(&input);
            let mut same = None;
            for (run, record) in &here {
                if same.is_none() && input.is_known_as(&record.hash)? {
                    same = Some(run);
                }
            }
            if let (None, Some((run, _))) = (same, here.first()) {
                let message = format!(
                    "{} has changed since run {} replayed it into table `{}`; replaying it now would store its \
                     records twice",
                    input.name(),
                    run.run,
                    table.name
                );
                return Err(Error::new(ErrorKind::Changed, message));
            }
            match content {
                Ok(content) => input.content = content,
                Err(error) => {
                    work.others.insert(place, left_out(&input, InputStatus::Failed, with_cause(&error)));
                    continue;
                }
            }
            let mut elsewhere = by_hash.get(input.hash.as_str()).or_else(|| by_hash.get(input.content()));
            if same.is_none() && elsewhere.is_none() && of_earlier_versions {
                match input.hash_with_blake3() {
                    Ok(blake3) => elsewhere = by_hash.get(blake3.as_str()),
                    Err(error) => {
                        let message = with_cause(&error);
                        work.others.insert(place, left_out(&input, InputStatus::Failed, message));
                        continue;
                    }
                }
            }
            let message = match (same, elsewhere) {
                (Some(run), _) => Some(format!("replayed by run {}", run.run)),
                (None, Some((run, other))) => Some(format!("replayed by run {} as {other}", run.run)),
                (None, None) => names.get(input.content()).map(|other| format!("the same as {other}")),
            };
            if let Some(message) = message {
                work.others.insert(place, left_out(&input, InputStatus::AlreadyInLake, message));
                continue;
            }
            names.insert(input.content().to_owned(), input.name());
            work.todo.push(input);
            work.places.push(place);
        }
        Ok(work)
    }

    /// Takes an input that cannot be read out of the run.
    ///
    /// # Errors
    /// When what an earlier run stored of it would be removed with nothing in its place.
    pub(super) fn fail(&mut self, index: usize, error: Error) -> Result<(), Error> {
        let input = self.todo.remove(index);
        let place = self.places.remove(index);
        if self.stored.contains(&place) {
            let message = format!(
                "{} cannot be converted again, so --force replaces nothing: what an earlier run stored of it stays",
                input.name()
            );
            return Err(Error::new(ErrorKind::Input, message).with_source(error));
        }
        self.others.insert(place, left_out(&input, InputStatus::Failed, with_cause(&error)));
        Ok(())
    }

    pub(super) fn run_name(&self, table: &Table, manner: &str) -> String {
        // Partitions, the window of event time and the rejects depend on the arrival.
        let content = |input: &Input| format!("{} {:?}", input.hash, input.arrival());
        let inputs: Vec<(String, String)> =
            self.todo.iter().map(|input| (input.key(), content(input))).collect();
        let inputs = inputs.iter().map(|(path, content)| (path.as_str(), content.as_str()));
        identity::run_name(&table.to_contract(), manner, inputs, &self.replaces)
    }

    pub(super) fn records(&self, reports: &[InputReport], seen: &[Seen]) -> BTreeMap<String, InputRecord> {
        let none = BTreeSet::new();
        let runs = seen.iter().map(|seen| &seen.runs).chain(std::iter::repeat(&none));
        let record = |((input, report), runs): ((&Input, &InputReport), &BTreeSet<String>)| {
            let counts = report.counts;
            let record = InputRecord {
                hash: input.hash.clone(),
                content: input.content.clone(),
                read: counts.read,
                written: counts.written,
                rejected: counts.rejected,
                late: counts.late,
                early: counts.early,
                skipped: counts.skipped,
                bytes: Some(report.bytes),
                decoded_bytes: Some(report.decoded_bytes),
                format: Some(report.format.clone()),
                rejects_of: runs.iter().cloned().collect(),
            };
            (input.key(), record)
        };
        let all = self.todo.iter().zip(reports).zip(runs);
        all.filter(|((_, report), _)| report.counts.read > 0).map(record).collect()
    }

    /// Reports of all inputs in the order in which they were given.
    pub(super) fn reports(mut self, done: Vec<InputReport>) -> Vec<InputReport> {
        self.others.extend(self.places.into_iter().zip(done).map(|(place, mut report)| {
            if report.counts.read == 0 && report.message.is_none() {
                report.message = Some("holds no records".into());
            }
            (place, report)
        }));
        self.others.into_values().collect()
    }
}

/// Refuses to replace a run whose rows stand in files of another one: they would be stored twice.
fn can_be_removed(earlier: &[RunRecord], run: &RunRecord, what: &str) -> Result<(), Error> {
    let Some((file, by)) = compacted(earlier, run) else { return Ok(()) };
    let message = format!(
        "--force cannot replace {what}: compaction {by} has put the rows of {file} into files with other rows, and \
         they cannot be told apart any more. To store it again, put all files of the partitions it is in out of the \
         table first"
    );
    Err(Error::new(ErrorKind::Usage, message))
}

fn with_cause(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

fn left_out(input: &Input, status: InputStatus, message: String) -> InputReport {
    InputReport {
        path: input.name(),
        status,
        format: input.describe(),
        bytes: input.bytes,
        message: Some(message),
        arrival: Some(input.arrival()),
        ..InputReport::default()
    }
}
