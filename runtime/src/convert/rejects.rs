//! The reject files of a run, by reason and day, and the rejects grouped for the report.

use super::collect::place_text;
use super::input::Input;
use crate::error::{Error, ErrorKind};
use crate::fault::FaultKind;
use crate::reject::{Head, Reject, base64, sign};
use crate::report::RejectGroup;
use crate::store::StoreError;
use lakebed_schema::Table;
use lakebed_schema::civil::Civil;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Reject files that are open at a time; the others are opened again when their next reject comes.
const OPEN: usize = 16;

/// Writes rejects as NDJSON, a file for each reason and day of arrival, and counts them by reason.
#[derive(Debug)]
pub(crate) struct RejectWriter<'a> {
    table: &'a Table,
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
    lines: u64,
    /// Whether the file is there.
    begun: bool,
}

/// A reject file, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FinishedRejects {
    /// Path below the error folder of the table, such as `malformed-data/dt=2026-11-23/`.
    pub(crate) folder: String,
    pub(crate) path: PathBuf,
    pub(crate) lines: u64,
}

impl<'a> RejectWriter<'a> {
    pub(crate) fn new(table: &'a Table, folder: Option<&'a Path>) -> Self {
        Self { table, folder, files: BTreeMap::new(), turn: 0, groups: BTreeMap::new() }
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
        self.write(input, reject)
    }

    /// Rejects so far by reason, most frequent first.
    pub(crate) fn groups(&self) -> Vec<RejectGroup> {
        let mut groups: Vec<RejectGroup> = self.groups.values().cloned().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        groups
    }

    fn write(&mut self, input: &Input, reject: &Reject) -> Result<(), Error> {
        let Some(folder) = self.folder else {
            return Ok(());
        };
        let source = input.name();
        let head = Head {
            table: &self.table.name,
            database: self.table.database.as_deref(),
            input: &source,
            arrival_ms: input.arrival.saturating_mul(1000),
        };
        let line = reject.line_head(&head);
        let day = day(reject.arrival_ms(head.arrival_ms));
        let file = self.file(folder, reject.kind.folder(), day)?;
        file.put(line.as_bytes())?;
        match &reject.raw {
            Some(raw) => file.put(base64(raw).as_bytes())?,
            None => copy_base64(input, reject.offset, reject.len, &mut |piece| file.put(piece))?,
        }
        file.put(b"\"}\n")
    }

    /// The file of a reason and a day, open for one line more. When too many are, the one that waited longest is closed
    /// first.
    fn file(&mut self, folder: &Path, reason: &'static str, day: String) -> Result<&mut RejectFile, Error> {
        self.turn += 1;
        let key = (reason, day);
        let is_open = |file: &RejectFile| file.open.is_some();
        if !self.files.get(&key).is_some_and(is_open)
            && self.files.values().filter(|file| is_open(file)).count() >= OPEN
            && let Some(oldest) =
                self.files.values_mut().filter(|file| is_open(file)).min_by_key(|file| file.used)
        {
            oldest.close()?;
        }
        let number = self.files.len();
        let file = self.files.entry(key).or_insert_with(|| RejectFile {
            path: folder.join(format!("rejects-{number}.ndjson.tmp")),
            open: None,
            used: 0,
            lines: 0,
            begun: false,
        });
        file.used = self.turn;
        file.lines += 1;
        Ok(file)
    }

    /// Gives the files in the order of their folders, and the groups, most frequent first. The files are complete once
    /// they are [signed](FinishedRejects::sign).
    pub(crate) fn finish(self) -> Result<(Vec<FinishedRejects>, Vec<RejectGroup>), Error> {
        let groups = self.groups();
        let mut finished = Vec::new();
        for ((reason, day), mut file) in self.files {
            file.close()?;
            let folder = format!("{reason}/dt={day}/");
            finished.push(FinishedRejects { folder, path: file.path, lines: file.lines });
        }
        Ok((finished, groups))
    }
}

impl FinishedRejects {
    /// Puts the name of the run into every line, and makes the file durable.
    pub(crate) fn sign(&self, run: &str) -> Result<(), Error> {
        let sign = || {
            let mut file = OpenOptions::new().read(true).write(true).open(&self.path)?;
            let mut piece = vec![0; 256 << 10];
            let (mut at, mut column) = (0, 0);
            loop {
                let len = file.read(&mut piece)?;
                let Some(read) = piece.get_mut(..len).filter(|read| !read.is_empty()) else { break };
                sign(read, &mut column, run);
                file.seek(SeekFrom::Start(at))?;
                file.write_all(read)?;
                at += len as u64;
            }
            file.sync_all()
        };
        sign().map_err(|e| cannot_write(&self.path, e))
    }
}

impl RejectFile {
    /// Writes bytes; opens the file before, if need be.
    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let open = match &mut self.open {
            Some(open) => open,
            closed @ None => {
                // What an earlier pass has left there must not come into it.
                let opened = OpenOptions::new().create_new(!self.begun).append(true).open(&self.path);
                self.begun = true;
                closed.insert(BufWriter::new(opened.map_err(|e| cannot_write(&self.path, e))?))
            }
        };
        open.write_all(bytes).map_err(|e| cannot_write(&self.path, e))
    }

    fn close(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let closed = open.into_inner().map_err(io::IntoInnerError::into_error);
        closed.map(drop).map_err(|e| cannot_write(&self.path, e))
    }
}

fn cannot_write(path: &Path, e: io::Error) -> Error {
    StoreError::of_io(path, e).output_for("a file of rejects under way into the lake")
}

/// The day of a time, `2026-11-23`; that of 1970 for times that no folder should be named after.
fn day(arrival_ms: i64) -> String {
    let date = Civil::from_seconds(arrival_ms.div_euclid(1000));
    if !(1970..=9999).contains(&date.year) {
        return "1970-01-01".to_owned();
    }
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// Decoded bytes of an input from an offset on.
fn open_at(input: &Input, offset: u64) -> io::Result<Box<dyn Read>> {
    if input.is_seekable() {
        return Ok(Box::new(input.open_stored(offset)?));
    }
    let mut reader = input.open()?;
    io::copy(&mut (&mut reader).take(offset), &mut io::sink())?;
    Ok(Box::new(reader))
}

/// A record too long to be held, read again from the input and encoded piece by piece.
fn copy_base64(
    input: &Input,
    offset: u64,
    len: u64,
    put: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let unreadable = |e| {
        let message = format!(
            "{} cannot be read again from byte {offset} on, for a record too long to be held",
            input.name()
        );
        Error::new(ErrorKind::Input, message).with_source(e)
    };
    let mut reader = open_at(input, offset).map_err(unreadable)?;
    let mut left = len;
    // A multiple of three bytes has no padding, so that the pieces join.
    let mut piece = vec![0; 3 << 16];
    while left > 0 {
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        let Some(part) = piece.get_mut(..want) else { break };
        reader.read_exact(part).map_err(unreadable)?;
        put(base64(part).as_bytes())?;
        left -= want as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_record_is_read_from_its_own_place() {
        use crate::convert::find_inputs;
        use crate::store::{Location, Stores};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.json");
        std::fs::write(&path, "{}").unwrap();
        let inputs = find_inputs(&[Location::from(path.as_path())], &Stores::local()).unwrap();
        // Nobody lives to see the end of this file who reads it from its start.
        let far = 1 << 40;
        let mut file = OpenOptions::new().write(true).open(&path).unwrap();
        file.seek(SeekFrom::Start(far)).unwrap();
        file.write_all(b"record").unwrap();
        let mut out = Vec::new();
        copy_base64(&inputs.list[0], far, 6, &mut |piece| {
            out.extend_from_slice(piece);
            Ok(())
        })
        .unwrap();
        assert_eq!(out, base64(b"record").as_bytes());

        let error = copy_base64(&inputs.list[0], far, 7, &mut |_| Ok(())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().contains("in.json cannot be read again from byte"), "{error}");
    }

    #[test]
    fn every_line_is_signed_wherever_pieces_end() {
        let head = Head { table: "t", database: None, input: "in.json", arrival_ms: 1_795_421_730_123 };
        let plan =
            crate::testing::plan(vec![crate::testing::optional("n", lakebed_schema::LogicalType::Int64)]);
        let fault = *crate::fault::Fault::new(FaultKind::Syntax, 0, "an object", "`x`");
        let line = Reject::new(&plan, fault, 0, 1, 0).line_head(&head) + "eA==\"}\n";
        let text = line.repeat(3);
        for len in [1, 7, 8, 9, 20, 24, line.len(), text.len()] {
            let (mut bytes, mut column) = (text.clone().into_bytes(), 0);
            bytes.chunks_mut(len).for_each(|piece| sign(piece, &mut column, "0123456789abcdef"));
            for line in String::from_utf8(bytes).unwrap().lines() {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!((&line["run"], &line["rawData"]), (&"0123456789abcdef".into(), &"eA==".into()));
            }
        }
    }

    #[test]
    fn days() {
        assert_eq!(day(1_795_421_730_123), "2026-11-23");
        assert_eq!((day(-1), day(i64::MAX)), ("1970-01-01".to_owned(), "1970-01-01".to_owned()));
    }
}
