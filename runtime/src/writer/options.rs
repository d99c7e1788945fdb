//! How a writer behaves.

use crate::convert::ConvertOptions;
use crate::error::{Error, ErrorKind};
use crate::store::Location;
use std::path::PathBuf;
use std::time::Duration;

/// How a writer behaves. Start from [`WriterOptions::new`].
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// Folder of this machine in which records wait; for this process, table and lake alone.
    pub spool: PathBuf,
    /// The lake, and how records are converted into it. Inputs, `dry_run`, `force` and `max_rejects` do not count.
    pub convert: ConvertOptions,
    /// Records of a segment, after which it is stored. 500,000.
    pub roll_rows: u64,
    /// Bytes of a segment, after which it is stored. 256 MiB of JSON.
    pub roll_bytes: u64,
    /// Age of a segment, after which it is stored. 5 minutes.
    pub roll_age: Duration,
    /// Time without a record, after which a segment is stored. 1 minute.
    pub roll_idle: Duration,
    /// Bytes that may wait for the disk. 16 MiB. One record may be larger.
    pub queue_bytes: usize,
    /// Bytes that may wait for the lake. 4 GiB.
    pub spool_bytes: u64,
}

impl WriterOptions {
    /// The defaults, for a spool folder and a lake.
    pub fn new(spool: impl Into<PathBuf>, lake: impl Into<Location>) -> Self {
        Self {
            spool: spool.into(),
            convert: ConvertOptions::new(Vec::<PathBuf>::new(), lake),
            roll_rows: 500_000,
            roll_bytes: 256 << 20,
            roll_age: Duration::from_secs(300),
            roll_idle: Duration::from_secs(60),
            queue_bytes: 16 << 20,
            spool_bytes: 4 << 30,
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let zero = [
            ("roll_rows", self.roll_rows == 0),
            ("roll_bytes", self.roll_bytes == 0),
            ("roll_age", self.roll_age.is_zero()),
            ("roll_idle", self.roll_idle.is_zero()),
            ("queue_bytes", self.queue_bytes == 0),
            ("spool_bytes", self.spool_bytes == 0),
        ];
        match zero.iter().find(|(_, is_zero)| *is_zero) {
            None => Ok(()),
            Some((name, _)) => Err(Error::new(
                ErrorKind::Usage,
                format!("`{name}` of a lake writer is 0: nothing could be appended"),
            )),
        }
    }
}
