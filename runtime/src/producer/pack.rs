//! Several records in one of the service.

use crate::kpl::DEFAULT_AGGREGATE_BYTES;

/// Bytes up to which Firehose bills one unit for a record.
///
/// <https://docs.aws.amazon.com/firehose/latest/dev/limits.html>
pub const BILLING_STEP: usize = 5 << 10;
/// Lines that Firehose parts again in a record when it de-aggregates.
///
/// <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html>
pub const MAX_LINES: usize = 500;

/// Records that share an aggregated one at most: one that is refused is looked for among them.
const MAX_RECORDS: usize = 1_000;

/// Whether several records share one of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// One record each.
    #[default]
    None,
    /// Lines one behind the other. Each must end with a newline, and the stream must not look at records: it neither
    /// partitions by what is in them nor transforms them, unless it de-aggregates first.
    Lines {
        /// Most bytes of a packed record; a longer line stands alone.
        bytes: usize,
        /// Most lines of a packed record.
        lines: usize,
    },
    /// Aggregated records of the Kinesis Producer Library, each of records of one key: see [`kpl`](crate::kpl). Firehose
    /// and readers that follow the KCL part them again. Not with strict order.
    Kpl {
        /// Most bytes of an aggregated record; a longer record stands alone.
        bytes: usize,
    },
}

impl Packing {
    /// As many lines as Firehose bills as one unit.
    pub const BILLING_STEP: Self = Self::Lines { bytes: BILLING_STEP, lines: MAX_LINES };

    /// Aggregated records as large as the KPL makes them.
    pub const KPL: Self = Self::Kpl { bytes: DEFAULT_AGGREGATE_BYTES };

    /// Lines and bytes of a packed record.
    pub(super) fn most(self) -> (usize, usize) {
        match self {
            Self::None => (1, usize::MAX),
            Self::Lines { bytes, lines } => (lines.max(1), bytes),
            Self::Kpl { bytes } => (MAX_RECORDS, bytes),
        }
    }
}
