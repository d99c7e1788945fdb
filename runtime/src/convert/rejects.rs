//! The reject files of a run, by reason and day, and the rejects grouped for the report.

use super::collect::place_text;
use super::input::Input;
use crate::error::{Error, ErrorKind};
use crate::fault::FaultKind;
use crate::reject::{Head, Reject, base64};
use crate::report::RejectGroup;
use lakebed_schema::Table;
use lakebed_schema::civil::Civil;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Reject files that are open at a time; the others are opened again when their next reject comes.
const OPEN: usize = 16;

/// Writes rejects as NDJSON, a file for each reason and day of arrival, and counts them by reason.
#[derive(Debug)]
pub(crate) struct RejectWriter<'a> {
    table: &'a Table,
    run: &'a str,
    /// Where the files are written; nothing is written without it.
    folder: Option<&'a Path>,
    files: BTreeMap<(&'static str, String), RejectFile>,
    /// Turns so far, to know which file was used last.
    turn: u64,
    groups: BTreeMap<(FaultKind, Option<String>, String), RejectGroup>,
}

#[derive(Debug)]
struct RejectFile {
    path: PathBuf,
    open: Option<BufWriter<File>>,
    used: u64,
}

/// A reject file, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FinishedRejects {
    /// Path below the error folder of the table, such as `malformed-data/dt=2026-11-23/`.
    pub(crate) folder: String,
    pub(crate) path: PathBuf,
}

impl<'a> RejectWriter<'a> {
    pub(crate) fn new(table: &'a Table, run: &'a str, folder: Option<&'a Path>) -> Self {
        Self { table, run, folder, files: BTreeMap::new(), turn: 0, groups: BTreeMap::new() }
    }

    /// Takes one reject whose line is that of the whole input.
    pub(crate) fn add(&mut self, input: &Input, reject: &Reject) -> Result<(), Error> {
        let key = (reject.kind, reject.column.clone(), reject.expected.clone());
        let group = self.groups.entry(key).or_insert_with(|| RejectGroup {
            code: reject.code().to_owned(),
            column: reject.column.clone(),
            expected: reject.expected.clone(),
            count: 0,
            example: reject.message(),
            at: place_text(input, reject),
        });
        group.count += 1;
        self.write(input, reject).map_err(cannot_write)
    }

    /// Rejects so far by reason, most frequent first.
    pub(crate) fn groups(&self) -> Vec<RejectGroup> {
        let mut groups: Vec<RejectGroup> = self.groups.values().cloned().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        groups
    }

    fn write(&mut self, input: &Input, reject: &Reject) -> io::Result<()> {
        let Some(folder) = self.folder else {
            return Ok(());
        };
        let source = input.name();
        let head = Head {
            table: &self.table.name,
            database: self.table.database.as_deref(),
            run: self.run,
            input: &source,
            arrival_ms: input.arrival.saturating_mul(1000),
        };
        let line = reject.line_head(&head);
        let day = day(reject.arrival_ms(head.arrival_ms));
        let file = self.file(folder, reject.kind.folder(), day)?;
        file.write_all(line.as_bytes())?;
        match &reject.raw {
            Some(raw) => file.write_all(base64(raw).as_bytes())?,
            None => copy_base64(input, reject.offset, reject.len, file)?,
        }
        file.write_all(b"\"}\n")
    }

    /// The file of a reason and a day, open. When too many are, the one that waited longest is closed first.
    fn file(&mut self, folder: &Path, reason: &'static str, day: String) -> io::Result<&mut BufWriter<File>> {
        self.turn += 1;
        let key = (reason, day);
        let is_open = |file: &RejectFile| file.open.is_some();
        if !self.files.get(&key).is_some_and(is_open)
            && self.files.values().filter(|file| is_open(file)).count() >= OPEN
            && let Some(oldest) =
                self.files.values_mut().filter(|file| is_open(file)).min_by_key(|file| file.used)
            && let Some(open) = oldest.open.take()
        {
            open.into_inner().map_err(io::IntoInnerError::into_error)?;
        }
        let number = self.files.len();
        let file = self.files.entry(key).or_insert_with(|| RejectFile {
            path: folder.join(format!("rejects-{number}.ndjson.tmp")),
            open: None,
            used: 0,
        });
        file.used = self.turn;
        match &mut file.open {
            Some(open) => Ok(open),
            closed @ None => {
                let opened = OpenOptions::new().create(true).append(true).open(&file.path)?;
                Ok(closed.insert(BufWriter::new(opened)))
            }
        }
    }

    /// Makes the files durable; gives them in the order of their folders, and the groups, most frequent first.
    pub(crate) fn finish(self) -> Result<(Vec<FinishedRejects>, Vec<RejectGroup>), Error> {
        let groups = self.groups();
        let mut finished = Vec::new();
        for ((reason, day), file) in self.files {
            let whole = match file.open {
                Some(open) => open.into_inner().map_err(io::IntoInnerError::into_error),
                None => OpenOptions::new().append(true).open(&file.path),
            };
            whole.and_then(|file| file.sync_all()).map_err(cannot_write)?;
            finished.push(FinishedRejects { folder: format!("{reason}/dt={day}/"), path: file.path });
        }
        Ok((finished, groups))
    }
}

fn cannot_write(e: io::Error) -> Error {
    Error::new(ErrorKind::Output, "cannot write a reject file").with_source(e)
}

/// The day of a time, `2026-11-23`; that of 1970 for times that no folder should be named after.
fn day(arrival_ms: i64) -> String {
    let date = Civil::from_seconds(arrival_ms.div_euclid(1000));
    if !(1970..=9999).contains(&date.year) {
        return "1970-01-01".to_owned();
    }
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// A record too long to be held, read again from the input and encoded piece by piece.
fn copy_base64(input: &Input, offset: u64, len: u64, out: &mut impl Write) -> io::Result<()> {
    let mut reader = input.open()?;
    io::copy(&mut (&mut reader).take(offset), &mut io::sink())?;
    let mut left = len;
    // A multiple of three bytes has no padding, so that the pieces join.
    let mut piece = vec![0; 3 << 16];
    while left > 0 {
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        let Some(part) = piece.get_mut(..want) else { break };
        reader.read_exact(part)?;
        out.write_all(base64(part).as_bytes())?;
        left -= want as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        assert_eq!(day(1_795_421_730_123), "2026-11-23");
        assert_eq!((day(-1), day(i64::MAX)), ("1970-01-01".to_owned(), "1970-01-01".to_owned()));
    }
}
