//! Producers over a strict stream: nothing lost, nothing twice but what may be, nothing unaccounted for. Time is that of
//! the test, so that an outage takes none.

mod closing;
mod killed;
mod limits;
mod order;
mod spooled;
mod storm;
mod told;
mod typed;

use lakebed::producer::{Durability, Producer, ProducerOptions, ProducerReport, SpoolConfig};
use lakebed_tests::strict_stream::{Kind, StrictStream, Trouble};
use std::path::Path;
use std::sync::Arc;

fn stream(trouble: Trouble) -> Arc<StrictStream> {
    Arc::new(StrictStream::with(Kind::Firehose, trouble, 1))
}

async fn open(stream: &Arc<StrictStream>, options: ProducerOptions) -> Producer {
    Producer::open(Arc::clone(stream) as _, options).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Options with a spool in that folder.
fn spooling(folder: &Path, durability: Durability) -> ProducerOptions {
    let spool = SpoolConfig { bytes: 256 << 20, ..SpoolConfig::new(folder) };
    ProducerOptions { spool: Some(spool), durability, ..ProducerOptions::default() }
}

/// Closes, and checks what is true of every report.
async fn close(producer: &Producer, stream: &StrictStream) -> ProducerReport {
    let report = producer.close().await;
    assert!(report.is_balanced(), "{report:?}");
    let returned = report.returned.iter().filter(|returned| !returned.is_undeliverable).count() as u64;
    assert_eq!(returned, report.undelivered);
    let state = stream.state();
    assert_eq!(state.violations, [""; 0], "what AWS would refuse");
    assert!(state.lost_records <= report.possible_duplicates, "lost answers are counted: {report}");
    assert_eq!(state.calls, report.calls, "{report}");
    report
}
