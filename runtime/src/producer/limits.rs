//! What Firehose and Kinesis take in a call.

use super::service::{KeyRule, ServiceLimits};

impl ServiceLimits {
    /// `PutRecordBatch` of Firehose: 500 records and 4 MiB a call, 1,000 KiB a record.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html>
    pub const FIREHOSE: Self =
        Self { records: 500, bytes: 4 << 20, record_bytes: 1_000 << 10, key: KeyRule::None };

    /// `PutRecords` of Kinesis: 500 records and 10 MiB a call, keys included. A record has at most 1 MiB with its key
    /// unless the stream's `MaxRecordSizeInKiB` was raised: see [`ServiceLimits::kinesis`].
    ///
    /// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>
    pub const KINESIS: Self =
        Self { records: 500, bytes: 10 << 20, record_bytes: 1 << 20, key: KeyRule::Required { chars: 256 } };

    /// Kinesis where the stream takes records of so many KiB: 1,024 to 10,240.
    pub fn kinesis(max_record_kib: usize) -> Self {
        let record_bytes = max_record_kib.clamp(1_024, 10_240) << 10;
        Self { record_bytes, ..Self::KINESIS }
    }
}
