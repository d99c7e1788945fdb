//! When an input arrived, and how that is known.

use super::chunk::ChunkName;
use crate::report::ArrivalSource;
use lakebed_schema::civil::{Civil, is_valid_date};

/// Arrival of a file or object in seconds since 1970: from its name when Firehose or a reader of Kinesis gave it that,
/// else the time it was written.
pub(super) fn arrival(name: &str, modified: i64) -> (i64, ArrivalSource) {
    match firehose_arrival(name).or_else(|| Some(ChunkName::parse(name)?.arrival)) {
        Some(time) => (time, ArrivalSource::ObjectName),
        None => (modified, ArrivalSource::ObjectTime),
    }
}

/// The time in the name of a Firehose object, `stream-1-2026-11-23-08-15-00-uuid`, as seconds since 1970.
fn firehose_arrival(name: &str) -> Option<i64> {
    let parts: Vec<&str> = name.split('-').collect();
    // After the time come the five groups of a UUID; before it the version, and before that the stream's name.
    let uuid = parts.len().checked_sub(5)?;
    let time = uuid.checked_sub(6).filter(|&start| start >= 2)?;
    let number = |at: usize, width: usize| -> Option<i64> {
        let part = parts.get(time + at)?;
        let digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    let small = |at: usize| u8::try_from(number(at, 2)?).ok();
    let civil = Civil {
        year: number(0, 4)?,
        month: small(1)?,
        day: small(2)?,
        hour: small(3)?,
        minute: small(4)?,
        second: small(5)?,
    };
    (civil.is_valid() && is_valid_date(civil.year, civil.month, civil.day)).then(|| civil.to_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrival_from_firehose_names() {
        let name = "my-stream-1-2026-11-23-08-15-30-0a1b2c3d-0000-1111-2222-333344445555.gz";
        assert_eq!(firehose_arrival(name), Some(1_795_421_730));
        assert_eq!(firehose_arrival("events-2026-11-23.json"), None);
        let impossible = "s-1-2026-13-23-08-15-30-0a1b2c3d-0000-1111-2222-333344445555";
        assert_eq!(firehose_arrival(impossible), None);
        let no_digits = "s-1-2026-+1-23-08-15-30-0a1b2c3d-0000-1111-2222-333344445555";
        assert_eq!(firehose_arrival(no_digits), None);
    }

    #[test]
    fn a_name_comes_before_the_time_of_the_object() {
        let name = "s-1-2026-11-23-08-15-30-0a1b2c3d-0000-1111-2222-333344445555";
        assert_eq!(arrival(name, 7), (1_795_421_730, ArrivalSource::ObjectName));
        assert_eq!(arrival("a.json", 7), (7, ArrivalSource::ObjectTime));
        let chunk = "kinesis~s~shardId-000000000000~1~2~1795421730.ndjson";
        assert_eq!(arrival(chunk, 7), (1_795_421_730, ArrivalSource::ObjectName));
    }
}
