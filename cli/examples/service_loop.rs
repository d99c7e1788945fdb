//! A small service: records come in over TCP, one line of JSON each, and go into a lake as Parquet, every so many
//! rows or seconds.
//!
//! ```console
//! $ cargo run -p lakebed-cli --example service_loop -- lake 10000 60
//! listening on 127.0.0.1:40123
//! ```
//!
//! It stops when its standard input ends (Ctrl-D): it takes no more records, writes what it holds, and leaves.
//!
//! What it does not do: a line that is accepted is in memory, not yet in the lake. When the process is killed, the
//! rows since the last write are gone. Where that must not happen, let the sender keep a record until it is stored.

use chrono::{DateTime, Utc};
use lakebed::feed::typed::append;
use lakebed::{Batch, Plan, Record, Table, write_batches};
use serde::Deserialize;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What a sensor measured.
#[derive(Debug, Deserialize, Record)]
#[lake(table = "reading", partition(by = at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
struct Reading {
    /// Number of the sensor.
    sensor: u32,
    /// When it measured.
    at: DateTime<Utc>,
    /// Degrees Celsius; null when the sensor failed.
    celsius: Option<f64>,
}

/// Records on their way to the writer. When it is full, senders wait: TCP slows them down.
const WAITING: usize = 1024;
/// Longest line.
const LINE_BYTES: usize = 64 << 10;
/// How often a connection without data looks whether the service stops.
const LOOK: Duration = Duration::from_millis(100);
/// Tries when another run holds the lake, and the pause between them.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let mut args = std::env::args().skip(1);
    let (Some(lake), Some(rows), Some(seconds)) = (args.next(), args.next(), args.next()) else {
        return Err("usage: service_loop LAKE ROWS SECONDS".into());
    };
    let mut writer = Writer::new(lake.into(), rows.parse()?, Duration::from_secs(seconds.parse()?))?;

    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let stopping = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = sync_channel(WAITING);
    let flag = Arc::clone(&stopping);
    let acceptor = thread::spawn(move || accept(&listener, &sender, &flag));
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        stopping.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees the flag.
        let _ = TcpStream::connect(address);
    });
    say(&format!("listening on {address}"))?;
    writer.run(&receiver)?;
    acceptor.join().map_err(|_| "the listener has failed")?;
    say(&format!("stored {} rows in {} runs, refused {}", writer.stored, writer.runs, writer.refused))?;
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Takes connections until the service stops; the channel closes when the last of them has ended.
fn accept(listener: &TcpListener, sender: &SyncSender<Reading>, stopping: &Arc<AtomicBool>) {
    for connection in listener.incoming().flatten() {
        if stopping.load(Ordering::SeqCst) {
            return;
        }
        let (sender, stopping) = (sender.clone(), Arc::clone(stopping));
        thread::spawn(move || {
            // A connection that breaks is the sender's to notice; what it has sent in full counts.
            let _ = receive(connection, &sender, &stopping);
        });
    }
}

/// Reads lines until the sender is done; then tells how many were accepted. A bad line is answered at once.
fn receive(mut connection: TcpStream, sender: &SyncSender<Reading>, stopping: &AtomicBool) -> io::Result<()> {
    connection.set_read_timeout(Some(LOOK))?;
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut line = Vec::new();
    let mut accepted = 0;
    loop {
        let room = LINE_BYTES.saturating_sub(line.len());
        let ended = match reader.by_ref().take(room as u64).read_until(b'\n', &mut line) {
            Ok(read) => read == 0,
            Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                if !stopping.load(Ordering::SeqCst) {
                    continue;
                }
                // The beginning of a line is no record.
                line.clear();
                true
            }
            Err(e) => return Err(e),
        };
        if line.len() >= LINE_BYTES && !line.ends_with(b"\n") {
            return writeln!(
                connection,
                "refused: a line of more than {LINE_BYTES} bytes; accepted {accepted}"
            );
        }
        if !line.trim_ascii().is_empty() {
            match serde_json::from_slice(&line) {
                Ok(reading) => match sender.send(reading) {
                    Ok(()) => accepted += 1,
                    Err(_) => return writeln!(connection, "the service has stopped; accepted {accepted}"),
                },
                Err(e) => writeln!(connection, "refused: {e}")?,
            }
        }
        line.clear();
        if ended {
            return writeln!(connection, "accepted {accepted}");
        }
    }
}

/// Collects records and writes them out.
struct Writer {
    lake: PathBuf,
    table: Table,
    plan: Plan,
    batch: Batch,
    rows: usize,
    every: Duration,
    /// What the names of this process's runs begin with.
    name: String,
    runs: u64,
    stored: u64,
    refused: u64,
}

impl Writer {
    fn new(lake: PathBuf, rows: usize, every: Duration) -> Fallible<Self> {
        let table = Table::try_from(Reading::TABLE)?;
        let plan = Plan::compile(&table)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let name = format!("service-{}-{}", std::process::id(), now.as_nanos());
        // The partition follows from the record; the time of arrival is not asked for.
        let batch = Batch::new(&plan, 0);
        Ok(Self { lake, table, plan, batch, rows, every, name, runs: 0, stored: 0, refused: 0 })
    }

    fn run(&mut self, records: &Receiver<Reading>) -> Fallible<()> {
        let mut due = Instant::now() + self.every;
        loop {
            match records.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(reading) => {
                    if let Err(reject) = append(&reading, &self.plan, &mut self.batch) {
                        self.refused += 1;
                        say(&format!("refused {reading:?}: {}", reject.message()))?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.write(),
            }
            let full = self.batch.rows().len() >= self.rows || self.batch.is_full();
            if full || Instant::now() >= due {
                self.write()?;
                due = Instant::now() + self.every;
            }
        }
    }

    /// Writes what is held as one run.
    fn write(&mut self) -> Fallible<()> {
        let parts = self.batch.split(&self.plan)?;
        if parts.is_empty() {
            return Ok(());
        }
        let name = format!("{}-{}", self.name, self.runs);
        let mut tries = 0;
        let report = loop {
            match write_batches(&self.table, &self.lake, &name, &parts) {
                // Same rows, same name: trying again never stores them twice.
                Err(e) if e.retryable() && tries < TRIES => {
                    tries += 1;
                    thread::sleep(PAUSE);
                }
                result => break result?,
            }
        };
        self.runs += 1;
        self.stored += report.total.written;
        Ok(())
    }
}
