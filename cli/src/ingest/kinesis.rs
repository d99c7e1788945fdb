//! From a stream of Kinesis into a lake.

use super::log::LogFormat;
use super::service::{Signals, told_twice};
use crate::error::CliError;
use crate::io::Io;
use crate::render;
use lakebed::ConvertOptions;
use lakebed::ingest::{Clock, Health, IngestReport, Status, SystemClock, TickOutcome, TickReport};
use lakebed::producer::AwsOptions;
use lakebed::source::kinesis::{ConsumerOptions, ConsumerReport, KinesisConsumer, KinesisShards};
use lakebed_schema::Table;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A stream that is not read yet.
pub(crate) struct Stream {
    pub(super) name: String,
    pub(super) aws: AwsOptions,
    pub(super) convert: ConvertOptions,
    pub(super) spool: PathBuf,
    pub(super) spool_bytes: Option<u64>,
    pub(super) roll_age: Option<Duration>,
    pub(super) once: bool,
}

/// Who is told what.
pub(super) struct Told<'a, 'io> {
    pub(super) io: &'a mut Io<'io>,
    pub(super) log: LogFormat,
    pub(super) health: Option<SocketAddr>,
}

impl Stream {
    /// Reads until told to end, until all shards have ended, or with `--once` until there is nothing newer.
    pub(super) async fn read(
        self,
        table: Table,
        mut signals: Signals,
        told: Told<'_, '_>,
    ) -> Result<IngestReport, CliError> {
        let Told { io, log, health } = told;
        let clock = Arc::new(SystemClock::new());
        let mut report = IngestReport {
            table: table.name.clone(),
            from: format!("kinesis:{}", self.name),
            to: self.convert.lake.to_string(),
            spool: self.spool.display().to_string(),
            started_ms: clock.now_ms(),
            ..IngestReport::default()
        };
        let config = self.aws.load().await?;
        let mut options = ConsumerOptions::new(self.name.clone(), self.spool, self.convert);
        options.roll_age = self.roll_age.unwrap_or(options.roll_age);
        options.spool_bytes = self.spool_bytes.unwrap_or(options.spool_bytes);
        let every = options.roll_age.max(Duration::from_secs(60));
        let status = Arc::new(Status::default());
        let _health = match health {
            None => None,
            Some(address) => {
                let health = Health::serve(address, Arc::clone(&status), clock.clone(), every).await?;
                io.complain(
                    &log.message(&format!("health: http://{}/healthz and /metrics", health.address())),
                );
                Some(health)
            }
        };
        let shards = Arc::new(KinesisShards::new(&config, self.name));
        let mut consumer = KinesisConsumer::open(shards, table, options).await?;
        loop {
            let step = tokio::select! {
                biased;
                signal = signals.next() => {
                    report.stopped = true;
                    io.complain(&log.message(&format!("{signal}: storing what was read; once more ends at once")));
                    break;
                }
                step = consumer.step() => step?,
            };
            let now = clock.now_ms();
            sum_up(&mut report, &consumer.report());
            report.last_fetch_ms = Some(now);
            if let Some(run) = step.run {
                report.last_delivery_ms = Some(now);
                let tick = TickReport {
                    tick: report.documents,
                    at_ms: now,
                    outcome: TickOutcome::Delivered,
                    documents: 1,
                    bytes: run.decoded_bytes,
                    counts: run.total,
                    took_ms: run.elapsed_ms,
                    ..TickReport::default()
                };
                io.complain(&log.line(&tick));
            }
            status.set(report.clone());
            let is_newest = consumer.report().behind.is_some_and(|behind| behind.is_zero());
            if step.is_finished || (self.once && is_newest) {
                break;
            }
        }
        let closed = tokio::select! {
            biased;
            signal = signals.next(), if report.stopped => return Err(told_twice(signal)),
            closed = consumer.close() => closed?,
        };
        sum_up(&mut report, &closed);
        report.elapsed_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(first) = closed.put_aside.first() {
            report.error = Some(format!("a file cannot be converted: {}", first.display()));
            io.complain(&log.message(&render::plain(report.error.as_deref().unwrap_or_default())));
        }
        Ok(report)
    }
}

fn sum_up(report: &mut IngestReport, read: &ConsumerReport) {
    report.ticks = read.read.reads;
    report.retries = read.read.failed + read.read.throttled;
    report.documents = read.runs;
    report.bytes = read.read.bytes;
    report.total = read.stored;
    report.refused_documents = read.put_aside.len() as u64;
}
