//! Names of the files in which a reader of Kinesis keeps what it has read, until it is in the lake.
//!
//! The name says all there is to know: which records of which shard are in the file, and when the first of them came. The
//! journal keeps the names of inputs, so that it is the checkpoint of the reader.

/// What the name of such a file says: `kinesis~STREAM~SHARD~FIRST~LAST~ARRIVAL.ndjson`. None of the parts can hold a `~`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChunkName {
    /// What the reader calls the stream.
    pub(crate) stream: String,
    /// The shard.
    pub(crate) shard: String,
    /// Sequence number of the first record of Kinesis in it.
    pub(crate) first: String,
    /// That of the last one.
    pub(crate) last: String,
    /// Seconds since 1970 at which the first one came.
    pub(crate) arrival: i64,
}

const BEGINNING: &str = "kinesis~";
const END: &str = ".ndjson";

impl ChunkName {
    /// Reads a file name; nothing when it is another one.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let parts = name.strip_prefix(BEGINNING)?.strip_suffix(END)?;
        let mut parts = parts.split('~');
        let [stream, shard, first, last, arrival] = std::array::from_fn(|_| parts.next());
        if parts.next().is_some() {
            return None;
        }
        let text = |part: Option<&str>| part.filter(|text| !text.is_empty()).map(str::to_owned);
        let number = |part: Option<&str>| text(part).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        Some(Self {
            stream: text(stream)?,
            shard: text(shard)?,
            first: number(first)?,
            last: number(last)?,
            arrival: number(arrival)?.parse().ok()?,
        })
    }
}

#[cfg(any(feature = "service", test))]
impl std::fmt::Display for ChunkName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { stream, shard, first, last, arrival } = self;
        write!(f, "{BEGINNING}{stream}~{shard}~{first}~{last}~{arrival}{END}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        let name = ChunkName {
            stream: "events.0a1b2c3d".into(),
            shard: "shardId-000000000000".into(),
            first: "49545115243490985018280067714973144582180062593244200961".into(),
            last: "49545115243490985018280067714973144582180062593244200999".into(),
            arrival: 1_795_421_730,
        };
        assert_eq!(ChunkName::parse(&name.to_string()), Some(name.clone()));
        for other in [
            "events.ndjson",
            "kinesis~a~b~1~2.ndjson",
            "kinesis~a~b~1~2~3~4.ndjson",
            "kinesis~a~b~1~x~3.ndjson",
            "kinesis~~b~1~2~3.ndjson",
            "kinesis~a~b~1~2~-3.ndjson",
            "kinesis~a~b~1~2~99999999999999999999.ndjson",
            "kinesis~a~b~1~2~3.ndjson.failed",
        ] {
            assert_eq!(ChunkName::parse(other), None, "{other}");
        }
    }
}
