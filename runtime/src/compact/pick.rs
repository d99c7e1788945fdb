//! Which partitions are compacted, and which of their files.

use super::CompactOptions;
use super::report::CompactStatus;
use crate::error::Error;
use crate::journal::compaction::{Compaction, live_folder, live_generations};
use crate::journal::{RunKind, RunRecord};
use crate::place::Places;
use crate::store::{Meta, Store};
use lakebed_schema::Table;
use lakebed_schema::civil::Civil;
use lakebed_schema::layout::Granularity;
use std::collections::{BTreeMap, HashMap};

/// A partition and the files that its readers see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Path below the table's folder.
    pub(super) path: String,
    /// Folder below the lake that readers look into.
    pub(super) folder: String,
    pub(super) files: Vec<Meta>,
}

/// The partitions that the options mean, in the order of their paths.
pub(super) fn candidates(
    lake: &dyn Store,
    table: &Table,
    runs: &[RunRecord],
    options: &CompactOptions,
) -> Result<Vec<Candidate>, Error> {
    let root = format!("{}/", table.name);
    let mut paths: BTreeMap<String, Vec<Meta>> = BTreeMap::new();
    for meta in lake.list(&root).map_err(|e| e.read_output())? {
        let Some(name) = meta.key.strip_prefix(&root).filter(|name| !is_hidden(name)) else { continue };
        paths.entry(folder_of(name).to_owned()).or_default().push(meta);
    }
    for (partition, folder) in live_generations(runs, &table.name) {
        paths.insert(partition, files_in(lake, &folder)?);
    }
    let wanted = |path: &str| {
        options.partitions.is_empty() || options.partitions.iter().any(|pattern| matches(pattern, path))
    };
    let found = paths.into_iter().filter(|(path, _)| wanted(path)).map(|(path, mut files)| {
        files.retain(|file| file.bytes > 0);
        files.sort_by(|a, b| a.key.cmp(&b.key));
        Candidate { folder: live_folder(runs, &table.name, &path), path, files }
    });
    Ok(found.collect())
}

/// Files right in a folder that readers see.
pub(super) fn files_in(lake: &dyn Store, folder: &str) -> Result<Vec<Meta>, Error> {
    let mut files = lake.list(folder).map_err(|e| e.read_output())?;
    files.retain(|file| {
        file.key.strip_prefix(folder).is_some_and(|name| !name.contains('/') && !is_hidden(name))
    });
    Ok(files)
}

/// Whether readers of Hive tables pass a path over.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|name| name.starts_with(['.', '_']))
}

/// The folder of a file, with its slash.
fn folder_of(name: &str) -> &str {
    name.rfind('/').and_then(|at| name.get(..=at)).unwrap_or_default()
}

/// Whether a path, or the folders that it begins with, are those of a pattern with `*`.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut names = path.trim_end_matches('/').split('/');
    pattern.trim_matches('/').split('/').all(|part| names.next().is_some_and(|name| name_matches(part, name)))
}

fn name_matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == name };
    let Some(rest) = name.strip_prefix(head) else { return false };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.into_iter().any(|at| rest.get(at..).is_some_and(|rest| name_matches(tail, rest)))
}

/// All files of a partition that is closed.
///
/// # Errors
/// Why there are none.
pub(super) fn all(
    candidate: &Candidate,
    places: &Places,
    options: &CompactOptions,
) -> Result<Vec<Meta>, (CompactStatus, String)> {
    closed(candidate, places, options)?;
    Ok(candidate.files.clone())
}

/// Whether no records may come any more for a partition.
fn closed(
    candidate: &Candidate,
    places: &Places,
    options: &CompactOptions,
) -> Result<(), (CompactStatus, String)> {
    let begin = places.read(&candidate.path).map_err(|why| (CompactStatus::Refused, why))?;
    let end = match (begin, places.finest) {
        (Some(begin), Some((unit, _))) => end(begin, unit),
        // Without a time in its path a partition is closed when nothing has come for that long.
        (None, _) | (_, None) => candidate.files.iter().map(|file| file.modified).max().unwrap_or(0),
    };
    if end.saturating_add(options.older_than) > options.now {
        return Err((CompactStatus::NotClosed, "records may still come for it".to_owned()));
    }
    Ok(())
}

/// The files to merge.
///
/// # Errors
/// Why there are none.
pub(super) fn files(
    candidate: &Candidate,
    places: &Places,
    runs: &[RunRecord],
    options: &CompactOptions,
) -> Result<Vec<Meta>, (CompactStatus, String)> {
    closed(candidate, places, options)?;
    let nothing = |why: &str| Err((CompactStatus::NothingToDo, why.to_owned()));
    let all = || candidate.files.iter().cloned();
    let compactions = || runs.iter().filter(|run| run.kind == RunKind::Compact);
    let is_of = |run: &RunRecord, file: &Meta| run.outputs.contains(&file.key);
    if options.dedupe {
        let done = compactions().any(|run| {
            Compaction::of(run).is_some_and(|compaction| compaction.deduped)
                && candidate.files.iter().all(|file| is_of(run, file))
        });
        return match candidate.files.is_empty() || done {
            true => nothing("a compaction has left out its duplicates, and nothing came since"),
            false => Ok(as_stored(all().collect(), runs)),
        };
    }
    let small: Vec<Meta> =
        all().filter(|file| file.bytes < options.target_bytes / 4 * 3 || file.bytes == 0).collect();
    if small.len() < options.min_files {
        return nothing("it has too few small files");
    }
    if compactions().any(|run| small.iter().all(|file| is_of(run, file))) {
        return nothing("one compaction has written all of its small files");
    }
    if small.is_empty() { nothing("it has no small files") } else { Ok(small) }
}

/// Files in the order in which their rows were stored: by the time at which their run was committed, and files that no
/// run wrote by the time at which they were modified; of one time by their names.
fn as_stored(mut files: Vec<Meta>, runs: &[RunRecord]) -> Vec<Meta> {
    let mut ended: Vec<(i64, &RunRecord)> =
        runs.iter().filter(|run| run.is_committed()).filter_map(|run| Some((run.ended_ms?, run))).collect();
    ended.sort_by(|(a, one), (b, other)| (a, &one.run).cmp(&(b, &other.run)));
    let mut times: HashMap<&str, i64> = HashMap::new();
    for (ended, run) in ended {
        // Merged rows are as old as the newest of their files: others may have come before the compaction.
        let sources = Compaction::of(run).and_then(|compaction| {
            let known: Option<Vec<i64>> =
                compaction.sources.keys().map(|key| times.get(key.as_str()).copied()).collect();
            known?.into_iter().max()
        });
        let time = sources.unwrap_or(ended);
        run.outputs.iter().for_each(|output| _ = times.insert(output, time));
    }
    let time = |file: &Meta| {
        times.get(file.key.as_str()).copied().unwrap_or_else(|| file.modified.saturating_mul(1000))
    };
    files.sort_by(|a, b| (time(a), &a.key).cmp(&(time(b), &b.key)));
    files
}

/// The first second after a partition that begins at `begin`.
fn end(begin: i64, unit: Granularity) -> i64 {
    let civil = Civil::from_seconds(begin);
    match unit {
        Granularity::Minute => begin + 60,
        Granularity::Hour => begin + 3_600,
        Granularity::Day => begin + 86_400,
        Granularity::Month if civil.month == 12 => {
            Civil { year: civil.year + 1, month: 1, ..civil }.to_seconds()
        }
        Granularity::Month => Civil { month: civil.month + 1, ..civil }.to_seconds(),
        Granularity::Year | Granularity::Value => Civil { year: civil.year + 1, ..civil }.to_seconds(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::RunState;
    use crate::journal::compaction::SourceRecord;
    use crate::store::Version;

    #[test]
    fn patterns_mean_folders_and_all_below_them() {
        for (pattern, path, expected) in [
            ("dt=2026-11-23/hour=*", "dt=2026-11-23/hour=08/", true),
            ("dt=2026-11-2*", "dt=2026-11-23/hour=08/", true),
            ("dt=2026-11-23/", "dt=2026-11-23/hour=08/", true),
            ("dt=*-11-*/hour=*8", "dt=2026-11-23/hour=08/", true),
            ("*", "", true),
            ("dt=2026-11-23/hour=*", "dt=2026-11-24/hour=08/", false),
            ("dt=2026-11-23/hour=*/x", "dt=2026-11-23/hour=08/", false),
            ("dt=2026-11-2", "dt=2026-11-23/", false),
            ("dt=*é", "dt=ééé/", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_was_stored_later_comes_later() {
        let file = |key: &str, seconds| Meta {
            key: key.to_owned(),
            bytes: 1,
            modified: seconds,
            version: Version::default(),
        };
        let run = |name: &str, ended, outputs: &[&str]| RunRecord {
            run: name.to_owned(),
            state: RunState::Done,
            ended_ms: ended,
            outputs: outputs.iter().map(|&name| name.to_owned()).collect(),
            ..RunRecord::default()
        };
        let mut merged = run("m", Some(9_000), &["a"]);
        let sources = ["gone-1", "gone-2"].map(|name| (name.to_owned(), SourceRecord::default()));
        Compaction { sources: sources.into(), ..Compaction::default() }.write(&mut merged);
        let runs = [
            merged,
            run("old", None, &["f"]),
            run("late", Some(5_000), &["b", "c"]),
            run("early", Some(1_000), &["d", "gone-1"]),
            run("middle", Some(2_000), &["gone-2"]),
        ];
        // The times of files say nothing where a run wrote them.
        let files = ["a", "b", "c", "d"].map(|key| file(key, 77)).into_iter();
        let files = files.chain([file("e", 3), file("f", 4)]).collect();
        let order: Vec<String> = as_stored(files, &runs).into_iter().map(|file| file.key).collect();
        assert_eq!(order, ["d", "a", "e", "f", "b", "c"]);
    }

    #[test]
    fn partitions_end_where_the_next_begin() {
        let december = 1_796_083_200; // 2026-12-01
        assert_eq!(end(december, Granularity::Month), 1_798_761_600);
        assert_eq!(end(december, Granularity::Day), december + 86_400);
        assert_eq!(end(1_767_225_600, Granularity::Year), 1_798_761_600);
    }
}
