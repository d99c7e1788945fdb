//! The reject file of a run, and the rejects grouped for the report.

use super::collect::place_text;
use super::input::Input;
use crate::error::{Error, ErrorKind};
use crate::fault::FaultKind;
use crate::reject::{Reject, base64};
use crate::report::RejectGroup;
use lakebed_schema::Table;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Writes rejects as NDJSON and counts them by reason.
#[derive(Debug)]
pub(crate) struct RejectWriter<'a> {
    table: &'a Table,
    /// Where the file goes; nothing is written without it.
    path: Option<PathBuf>,
    file: Option<BufWriter<File>>,
    groups: BTreeMap<(FaultKind, Option<String>, String), RejectGroup>,
}

impl<'a> RejectWriter<'a> {
    pub(crate) fn new(table: &'a Table, folder: Option<&Path>) -> Self {
        let path = folder.map(|folder| folder.join("rejects.ndjson.tmp"));
        Self { table, path, file: None, groups: BTreeMap::new() }
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
            .map_err(|e| Error::new(ErrorKind::Output, "cannot write the reject file").with_source(e))
    }

    fn write(&mut self, input: &Input, reject: &Reject) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(File::create(path)?)),
        };
        let source = input.name();
        let head =
            reject.line_head(&self.table.name, self.table.database.as_deref(), &source, input.arrival * 1000);
        file.write_all(head.as_bytes())?;
        match &reject.raw {
            Some(raw) => file.write_all(base64(raw).as_bytes())?,
            None => copy_base64(input, reject.offset, reject.len, file)?,
        }
        file.write_all(b"\"}\n")
    }

    /// Makes the file durable; gives its path, and the groups, most frequent first.
    pub(crate) fn finish(self) -> Result<(Option<PathBuf>, Vec<RejectGroup>), Error> {
        let written = match self.file {
            Some(file) => {
                let sync = file
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)
                    .and_then(|file| file.sync_all());
                sync.map_err(|e| {
                    Error::new(ErrorKind::Output, "cannot write the reject file").with_source(e)
                })?;
                self.path
            }
            None => None,
        };
        let mut groups: Vec<RejectGroup> = self.groups.into_values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        Ok((written, groups))
    }
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
        reader.read_exact(&mut piece[..want])?;
        out.write_all(base64(&piece[..want]).as_bytes())?;
        left -= want as u64;
    }
    Ok(())
}
