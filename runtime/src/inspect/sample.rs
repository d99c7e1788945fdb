//! A few files of a table, whose footers stand for the others.

use super::Generations;
use super::footer::{Footer, read_all};
use super::hive;
use super::report::BrokenFile;
use super::walk::{self, Found};
use crate::error::Error;
use crate::journal::read_journal;
use crate::store::Store;
use std::collections::BTreeSet;

/// A few files of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Files that the table has.
    pub files: u64,
    /// The footers that were read, in the order of the paths: the oldest first where folders tell a time.
    pub read: Vec<SampledFile>,
    /// Files that are no Parquet, or damaged.
    pub broken: Vec<BrokenFile>,
}

/// A file whose footer was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampledFile {
    /// Path below the table's folder.
    pub path: String,
    /// Its partition, `dt=2026-11-23/hour=00/`; empty outside of one.
    pub folder: String,
    /// Columns by name, each with its type in the catalog's words, `bigint`; Arrow's word where the catalog has none.
    pub columns: Vec<(String, String)>,
}

/// Reads the footers of at most `count` files below `folder`. Which ones depends on their paths alone: the
/// first and the last partition are among them, and the others are spread evenly over those in between; where
/// partitions are fewer, they give more than one.
///
/// # Errors
/// A folder that cannot be read. What is wrong with single files is in the sample.
pub fn sample(folder: &dyn Store, count: usize) -> Result<Sample, Error> {
    let (files, _) = walk::walk(folder, "")?;
    Ok(sample_of(folder, &files, count))
}

/// [`sample`] of the files that readers of a table in a lake see: where a compaction has switched readers of a
/// partition, those that they were switched to.
///
/// # Errors
/// A folder that cannot be read.
pub fn sample_table(lake: &dyn Store, table: &str, count: usize) -> Result<Sample, Error> {
    let (mut files, _) = walk::walk(lake, &format!("{table}/"))?;
    let (runs, _) = read_journal(lake, table).unwrap_or_default();
    Generations { table, runs: &runs }.apply(lake, &mut files)?;
    files.sort_by(|a, b| (&a.folder, &a.name).cmp(&(&b.folder, &b.name)));
    Ok(sample_of(lake, &files, count))
}

fn sample_of(folder: &dyn Store, files: &[Found], count: usize) -> Sample {
    let mut sample = Sample { files: files.len() as u64, ..Sample::default() };
    let chosen: Vec<&Found> = choice(files, count).into_iter().filter_map(|at| files.get(at)).collect();
    for (file, footer) in chosen.iter().zip(read_all(folder, &chosen)) {
        match footer {
            Ok(footer) => sample.read.push(sampled(file, &footer)),
            Err(problem) => {
                sample.broken.push(BrokenFile { path: file.name.clone(), bytes: file.bytes, problem });
            }
        }
    }
    sample
}

fn sampled(file: &Found, footer: &Footer) -> SampledFile {
    let column = |field: &arrow_schema::Field| {
        let ty = field.data_type();
        (field.name().clone(), hive::hive(ty).map_or_else(|| ty.to_string(), |hive| hive.to_string()))
    };
    SampledFile {
        path: file.name.clone(),
        folder: file.folder.clone(),
        columns: footer.schema.fields().iter().map(|field| column(field)).collect(),
    }
}

/// Indexes of the files to read, ascending.
fn choice(files: &[Found], count: usize) -> BTreeSet<usize> {
    let mut starts: Vec<usize> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        if starts.last().and_then(|last| files.get(*last)).is_none_or(|last| last.folder != file.folder) {
            starts.push(at);
        }
    }
    let mut chosen: BTreeSet<usize> =
        spread(starts.len(), count).into_iter().filter_map(|at| starts.get(at).copied()).collect();
    // The rest of what may be read, spread over the files that are left.
    let left: Vec<usize> = (0..files.len()).filter(|at| !chosen.contains(at)).collect();
    let more = count.saturating_sub(chosen.len());
    chosen.extend(spread(left.len(), more).into_iter().filter_map(|at| left.get(at)));
    chosen
}

/// At most `count` of the numbers below `of`, evenly, the first and the last among them; of one, the last.
fn spread(of: usize, count: usize) -> Vec<usize> {
    match (of, count) {
        (0, _) | (_, 0) => Vec::new(),
        (_, 1) => vec![of - 1],
        _ if count >= of => (0..of).collect(),
        _ => (0..count).map(|at| at * (of - 1) / (count - 1)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folders: &[(&str, usize)]) -> Vec<Found> {
        let file = |(folder, count): &(&str, usize)| {
            let (folder, count) = ((*folder).to_owned(), *count);
            (0..count).map(move |at| Found {
                meta: crate::store::Meta {
                    key: String::new(),
                    bytes: 0,
                    modified: 0,
                    version: Default::default(),
                },
                name: format!("{folder}{at}"),
                folder: folder.clone(),
                bytes: 0,
            })
        };
        folders.iter().flat_map(file).collect()
    }

    fn chosen(folders: &[(&str, usize)], count: usize) -> Vec<String> {
        let files = files(folders);
        choice(&files, count).into_iter().map(|at| files[at].name.clone()).collect()
    }

    #[test]
    fn the_ends_and_what_lies_between() {
        let folders = [("a/", 3), ("b/", 1), ("c/", 1), ("d/", 1), ("e/", 2)];
        assert_eq!(chosen(&folders, 1), ["e/0"]);
        assert_eq!(chosen(&folders, 2), ["a/0", "e/0"]);
        assert_eq!(chosen(&folders, 3), ["a/0", "c/0", "e/0"]);
        assert_eq!(chosen(&folders, 6), ["a/0", "b/0", "c/0", "d/0", "e/0", "e/1"]);
        assert_eq!(chosen(&folders, 100).len(), 8);
        assert_eq!(chosen(&folders, 0), [""; 0]);
        assert_eq!(chosen(&[], 5), [""; 0]);
    }

    #[test]
    fn never_more_than_asked_for() {
        for of in 0..40 {
            for count in 0..45 {
                let numbers: BTreeSet<usize> = spread(of, count).into_iter().collect();
                assert_eq!(numbers.len(), count.min(of), "{count} of {of}");
                assert!(numbers.iter().all(|number| *number < of));
            }
        }
    }
}
