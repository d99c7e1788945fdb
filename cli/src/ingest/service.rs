//! The asynchronous runtime of the command, and the signals that end it.

#[cfg(feature = "aws")]
use super::kinesis::Told;
use super::{From, Poll};
use crate::error::CliError;
use crate::io::Io;
use lakebed::ingest::{Health, Ingest, IngestReport, Stopper, SystemClock};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Polls until the end, and logs each tick.
pub(crate) fn run(poll: Poll, io: &mut Io<'_>) -> Result<IngestReport, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| cannot_start(&e))?;
    let report = runtime.block_on(polling(poll, io));
    // A conversion that was told to end at once may be at work: nobody waits for it, and the next run undoes it.
    runtime.shutdown_background();
    report
}

fn cannot_start(error: &io::Error) -> CliError {
    CliError::failed("cannot start", "threads and signals are refused by the system").cause(error)
}

/// Why it ended without finishing its batch.
pub(super) fn told_twice(signal: &str) -> CliError {
    CliError::failed("ended at once", format!("{signal} came twice"))
        .hint("the next run with the same spool folder delivers what this one has fetched")
}

async fn polling(poll: Poll, io: &mut Io<'_>) -> Result<IngestReport, CliError> {
    let Poll { table, from, to, options, health, log } = poll;
    let mut signals = Signals::new().map_err(|e| cannot_start(&e))?;
    let source = match from {
        From::Source(source) => source,
        #[cfg(feature = "aws")]
        From::Kinesis(stream) => return stream.read(table, signals, Told { io, log, health }).await,
    };
    let sink = to.open(&table).await?;
    let (stopper, stop) = Stopper::new();
    let (sender, mut ticks) = mpsc::unbounded_channel();
    let clock = Arc::new(SystemClock::new());
    let every = options.every.max(options.deliver_every);
    let ingest = Ingest::of_boxes(table, source, sink, options)?
        .with_stop(stop)
        .with_clock(clock.clone())
        .with_listener(move |tick| {
            // Whoever printed it has gone only when the loop is given up.
            let _ = sender.send(tick.clone());
        });
    let _health = match health {
        None => None,
        Some(address) => {
            let health = Health::serve(address, ingest.status(), clock, every).await?;
            io.complain(&log.message(&format!("health: http://{}/healthz and /metrics", health.address())));
            Some(health)
        }
    };
    let mut running = pin!(ingest.run());
    let mut is_told = false;
    let report = loop {
        tokio::select! {
            biased;
            Some(tick) = ticks.recv() => io.complain(&log.line(&tick)),
            signal = signals.next() => {
                if is_told {
                    return Err(told_twice(signal));
                }
                is_told = true;
                stopper.stop();
                io.complain(&log.message(&format!("{signal}: ending after the batch under way; once more ends at once")));
            }
            report = &mut running => break report?,
        }
    };
    while let Ok(tick) = ticks.try_recv() {
        io.complain(&log.line(&tick));
    }
    Ok(report)
}

/// The signals that ask a service to end.
#[cfg(unix)]
pub(super) struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for one, and gives its name.
    pub(super) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// The signal that asks a service to end.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for it, and gives its name.
    pub(super) async fn next(&mut self) -> &'static str {
        let _ = tokio::signal::ctrl_c().await;
        "Ctrl-C"
    }
}
