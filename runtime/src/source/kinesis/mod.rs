//! Streams of Kinesis, for services without Firehose.
//!
//! [`KinesisConsumer`] reads a stream into a table, each record once; [`StreamReader`] gives its records to whoever wants
//! something else with them. Both ask Kinesis through [`Shards`].

#[cfg(feature = "aws")]
mod aws;
mod chunk;
mod consumer;
mod lineage;
mod pace;
mod reader;
mod sequence;
mod shards;
mod spool;
mod store;

#[cfg(test)]
mod tests;

#[cfg(feature = "aws")]
pub use aws::KinesisShards;
pub use chunk::Strays;
pub use consumer::{ConsumerOptions, ConsumerReport, KinesisConsumer, Start, Step};
pub use reader::{ReadCounts, ReadOptions, ShardRead, StreamReader};
pub use sequence::SequenceNumber;
pub use shards::{Fetched, Numbered, Position, ReadError, ReadErrorKind, Shard, Shards, StreamRecord};
