//! How a producer behaves.

use super::pack::Packing;
use std::path::PathBuf;
use std::time::Duration;

/// How a producer behaves. Start from [`ProducerOptions::default`].
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerOptions {
    /// Most records in memory: waiting, in calls, and to be sent again. 20,000.
    pub queue_records: usize,
    /// Most bytes in memory, keys included. 32 MiB. One record may be larger.
    pub queue_bytes: usize,
    /// How long a record waits for others to fill its call. 100 ms.
    pub linger: Duration,
    /// Most calls at a time. 4.
    pub calls: usize,
    /// After how long a call without an answer is given up; its records may have been written. 30 s.
    pub call_timeout: Duration,
    /// When to send again, and when to stop doing so.
    pub retry: Retry,
    /// How long [`close`](super::Producer::close) goes on sending. 60 s. A call that is under way then is waited for.
    pub close_timeout: Duration,
    /// What [`send`](super::Producer::send) promises.
    pub durability: Durability,
    /// The order of records of one key.
    pub order: Order,
    /// What [`send`](super::Producer::send) does when there is no room.
    pub when_full: WhenFull,
    /// Whether several records share one of the service.
    pub packing: Packing,
    /// Where records go that cannot be sent.
    pub spool: Option<SpoolConfig>,
}

impl Default for ProducerOptions {
    fn default() -> Self {
        Self {
            queue_records: 20_000,
            queue_bytes: 32 << 20,
            linger: Duration::from_millis(100),
            calls: 4,
            call_timeout: Duration::from_secs(30),
            retry: Retry::default(),
            close_timeout: Duration::from_secs(60),
            durability: Durability::Memory,
            order: Order::BestEffort,
            when_full: WhenFull::Wait,
            packing: Packing::None,
            spool: None,
        }
    }
}

/// When to send again, and when to stop doing so.
///
/// The delay before attempt n is random between 0 and `first` times 2 to the power of n, at most `most` (full jitter).
/// A record whose budget is spent goes to the spool; while the producer is open it is tried again now and then, with at
/// most `most` between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Longest first delay. 100 ms.
    pub first: Duration,
    /// Longest delay. 5 s.
    pub most: Duration,
    /// Attempts of a record. 10.
    pub attempts: u32,
    /// Time since its first attempt. 60 s.
    pub time: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            most: Duration::from_secs(5),
            attempts: 10,
            time: Duration::from_secs(60),
        }
    }
}

/// What a record that was taken can outlive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It is in memory: a process that is killed loses what it holds there. What the spool holds it keeps.
    #[default]
    Memory,
    /// It is on the disk, and synced, before [`send`](super::Producer::send) returns: neither a killed process nor a
    /// machine that loses its power loses it. Many tasks that send at a time share one sync. Needs a spool.
    Disk,
}

/// The order of records of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they were sent, but for what is sent again and for calls that overtake each other.
    #[default]
    BestEffort,
    /// As they were sent: of each key at most one record is in calls, and the next one goes when it was acknowledged.
    /// A record whose answer was lost is sent again before the next one, so that it may stand twice, never out of turn;
    /// but a call that was given up, and that the network delivers only after the next record of its key, comes late.
    /// Records without a key are not ordered.
    Strict,
}

/// What to do when there is no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenFull {
    /// Wait for it.
    #[default]
    Wait,
    /// Refuse the record.
    Fail,
}

/// The disk spool of a producer: a folder that no other process uses meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoolConfig {
    /// The folder; it is made when it is not there.
    pub folder: PathBuf,
    /// Most bytes in it. 1 GiB. As much as `queue_bytes` of it is kept for what is in memory.
    pub bytes: u64,
}

impl SpoolConfig {
    /// A spool of 1 GiB in a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), bytes: 1 << 30 }
    }
}
