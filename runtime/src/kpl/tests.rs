//! Aggregated records against public samples, any records, and bytes that hold none.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::Value;

/// A published aggregated record, and what is in it.
struct Sample {
    name: String,
    data: Vec<u8>,
    records: Vec<(String, Option<String>, String)>,
}

fn samples() -> Vec<Sample> {
    let text = include_str!("../../../tests/data/kinesis/aggregated-samples.ndjson");
    let sample = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let record = |value: &Value| {
            let [key, hash_key, data] =
                ["partition_key", "explicit_hash_key", "data"].map(|name| text(&value[name]));
            (key.unwrap(), hash_key, data.unwrap())
        };
        Sample {
            name: text(&value["name"]).unwrap(),
            data: STANDARD.decode(value["data"].as_str().unwrap()).unwrap(),
            records: value["records"].as_array().unwrap().iter().map(record).collect(),
        }
    };
    text.lines().map(sample).collect()
}

impl Sample {
    fn records(&self) -> Vec<UserRecord<'_>> {
        let mut records = Vec::new();
        for (key, hash_key, data) in &self.records {
            let record = UserRecord::new(key, data.as_bytes());
            records.push(UserRecord { explicit_hash_key: hash_key.as_deref(), ..record });
        }
        records
    }
}

/// Magic number, message and the right checksum.
fn sealed(message: &[u8]) -> Vec<u8> {
    [&MAGIC, message, &Md5::digest(message)].concat()
}

#[test]
fn published_records_are_read_and_written_byte_by_byte() {
    let samples = samples();
    assert_eq!(samples.len(), 4);
    for sample in &samples {
        let records = sample.records();
        assert_eq!(deaggregate(&sample.data), Deaggregated::Aggregated(records.clone()), "{}", sample.name);
        let mut aggregator = Aggregator::default();
        for record in &records {
            assert_eq!(aggregator.add(*record), Ok(None), "{}", sample.name);
        }
        let written = aggregator.finish().unwrap();
        assert_eq!(written.data, sample.data, "{}", sample.name);
        assert_eq!(written.partition_key, records[0].partition_key);
        assert_eq!(written.explicit_hash_key.as_deref(), records[0].explicit_hash_key);
        assert_eq!((written.records, aggregator.len()), (records.len(), 0));
    }
}

#[test]
fn what_is_no_aggregated_record_is_a_plain_one() {
    let record = b"\x1a\x05\x08\x00\x1a\x01x";
    let key = b"\x0a\x01k";
    let whole = [&key[..], record].concat();
    assert_eq!(deaggregate(&sealed(&whole)), Deaggregated::Aggregated(vec![UserRecord::new("k", b"x")]));
    // The table may follow, unknown fields and tags may stand between.
    let other = [&b"\x1a\x0b\x08\x00\x1a\x01x\x22\x04\x0a\x02ab"[..], b"\x78\x01", key].concat();
    assert_eq!(deaggregate(&sealed(&other)), Deaggregated::Aggregated(vec![UserRecord::new("k", b"x")]));

    let mut broken: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("the magic number alone", MAGIC.to_vec()),
        ("no message", sealed(b"")),
        ("no record", sealed(key)),
        ("text", b"{}".to_vec()),
    ];
    for (what, message) in [
        ("a key out of the table", [&key[..], b"\x1a\x05\x08\x01\x1a\x01x"].concat()),
        ("a hash key out of the table", [&key[..], b"\x1a\x07\x08\x00\x10\x00\x1a\x01x"].concat()),
        ("no key", [&key[..], b"\x1a\x03\x1a\x01x"].concat()),
        ("no data", [&key[..], b"\x1a\x02\x08\x00"].concat()),
        ("data that are a number", [&key[..], b"\x1a\x04\x08\x00\x18\x01"].concat()),
        ("a key that is no UTF-8", [&b"\x0a\x01\xff"[..], record].concat()),
        ("a tag without key", [&key[..], b"\x1a\x07\x08\x00\x1a\x01x\x22\x00"].concat()),
        ("a second record cut off", [&whole[..], b"\x1a\x05\x08"].concat()),
        ("any text", b"test".to_vec()),
    ] {
        broken.push((what, sealed(&message)));
    }
    let mut wrong = sealed(&whole);
    *wrong.last_mut().unwrap() ^= 1;
    broken.push(("a wrong checksum", wrong));
    for (what, data) in &broken {
        let plain = deaggregate(data);
        assert_eq!(plain, Deaggregated::Plain(data), "{what}");
        assert_eq!((plain.len(), plain.data().collect::<Vec<_>>()), (1, vec![&data[..]]));
    }
}

#[test]
fn one_record_alone_stays_plain_unless_it_looks_like_many() {
    let mut aggregator = Aggregator::default();
    assert!(aggregator.is_empty() && aggregator.finish().is_none());
    aggregator.add(UserRecord { explicit_hash_key: Some("7"), ..UserRecord::new("k", b"x") }).unwrap();
    let plain = aggregator.finish().unwrap();
    let expected = Aggregated {
        data: b"x".to_vec(),
        partition_key: "k".into(),
        explicit_hash_key: Some("7".into()),
        records: 1,
    };
    assert_eq!(plain, expected);
    let sample = &samples()[0].data;
    aggregator.add(UserRecord::new("k", sample)).unwrap();
    let wrapped = aggregator.finish().unwrap();
    assert_eq!(deaggregate(&wrapped.data), Deaggregated::Aggregated(vec![UserRecord::new("k", sample)]));
    // The hash key of a later record is not that of the first.
    aggregator.add(UserRecord::new("k", b"x")).unwrap();
    aggregator.add(UserRecord { explicit_hash_key: Some("7"), ..UserRecord::new("k", b"y") }).unwrap();
    assert_eq!(aggregator.finish().unwrap().explicit_hash_key, None);
}

#[test]
fn records_that_kinesis_would_refuse_are_refused_before() {
    let mut aggregator = Aggregator::new(100);
    let long = vec![b'x'; MAX_AGGREGATE_BYTES];
    let key = "é".repeat(257);
    aggregator.add(UserRecord::new("k", b"stays")).unwrap();
    for (record, expected) in [
        (UserRecord::new("", b"x"), AggregateError::PartitionKey { chars: 0 }),
        (UserRecord::new(&key, b"x"), AggregateError::PartitionKey { chars: 257 }),
        (UserRecord::new("k", &long), AggregateError::TooLong { bytes: (1 << 20) + 1, limit: 1 << 20 }),
    ] {
        assert_eq!(aggregator.add(record), Err(expected));
    }
    for hash_key in ["", "+1", "340282366920938463463374607431768211456", "0x1"] {
        let record = UserRecord { explicit_hash_key: Some(hash_key), ..UserRecord::new("k", b"x") };
        assert_eq!(aggregator.add(record), Err(AggregateError::HashKey(hash_key.into())));
    }
    // One that is longer than the limit goes alone.
    let full = aggregator.add(UserRecord::new("k", &long[1..])).unwrap().unwrap();
    assert_eq!(full.data, b"stays");
    assert_eq!(aggregator.finish().unwrap().data, &long[1..]);
}

#[test]
fn hashes_are_those_of_kinesis() {
    // MD5 of `a` is 0cc175b9c0f1b6a831c399e269772661.
    assert_eq!(UserRecord::new("a", b"").hash_key(), 0x0cc1_75b9_c0f1_b6a8_31c3_99e2_6977_2661);
    let record = UserRecord { explicit_hash_key: Some("17"), ..UserRecord::new("a", b"") };
    assert_eq!(record.hash_key(), 17);
}

/// Numbers that are always the same and look random (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

/// Samples with a few bytes changed, cut or doubled, under a checksum that is right again: nothing panics, and what comes
/// out lies within what went in.
#[test]
fn broken_messages_under_a_right_checksum_do_no_harm() {
    let samples = samples();
    let mut random = Random(7);
    let (mut plain, mut aggregated) = (0, 0);
    for _ in 0..4000 {
        let sample = &samples[random.below(samples.len())].data;
        let mut message = sample[MAGIC.len()..sample.len() - CHECKSUM].to_vec();
        for _ in 0..1 + random.below(3) {
            // The lengths in front are what matters most.
            let reach = if random.below(2) == 0 { message.len().min(80) } else { message.len() };
            let at = random.below(reach);
            let end = (at + 1 + random.below(40)).min(message.len());
            match random.below(5) {
                0 => message[at] = random.below(256) as u8,
                1 => message[at] ^= 1 << random.below(8),
                2 => drop(message.drain(at..end)),
                3 => message.truncate(at.max(1)),
                _ => {
                    let piece = message[at..end].to_vec();
                    message.splice(at..at, piece);
                }
            }
        }
        let data = sealed(&message);
        match deaggregate(&data) {
            Deaggregated::Plain(whole) => {
                assert_eq!(whole, data);
                plain += 1;
            }
            Deaggregated::Aggregated(records) => {
                assert!(records.len() * size_of::<UserRecord<'_>>() <= 8 * data.len());
                assert!(records.iter().all(|record| data.as_ptr_range().contains(&record.data.as_ptr())));
                aggregated += 1;
            }
        }
    }
    assert!(plain > 500 && aggregated > 500, "{plain} plain, {aggregated} aggregated");
}

fn any_record() -> impl Strategy<Value = (String, Option<u128>, Vec<u8>)> {
    let data = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..40),
        1 => prop::collection::vec(any::<u8>(), 100..400),
    ];
    ("[a-c]{1,2}|\\PC{1,12}|[a-z]{256}", prop::option::weighted(0.3, any::<u128>()), data)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_records_come_back_in_order_and_within_the_limit(
        records in prop::collection::vec(any_record(), 1..80),
        limit in 64_usize..4096,
    ) {
        let mut aggregator = Aggregator::new(limit);
        let mut out = Vec::new();
        let hash_keys: Vec<Option<String>> =
            records.iter().map(|(_, hash, _)| hash.map(|hash| hash.to_string())).collect();
        for ((key, _, data), hash_key) in records.iter().zip(&hash_keys) {
            let record = UserRecord { explicit_hash_key: hash_key.as_deref(), ..UserRecord::new(key, data) };
            let expected = aggregator.size_with(&record);
            let full = aggregator.add(record).unwrap();
            if full.is_none() {
                prop_assert_eq!(aggregator.size(), expected);
            }
            out.extend(full);
        }
        out.extend(aggregator.finish());
        let mut expected = records.iter().zip(&hash_keys);
        for written in &out {
            let size = written.data.len() + written.partition_key.len();
            prop_assert!(size <= limit || written.records == 1, "{} bytes of {}", size, limit);
            let read = deaggregate(&written.data);
            prop_assert_eq!(read.len(), written.records);
            let inside = match &read {
                Deaggregated::Plain(data) => vec![UserRecord {
                    partition_key: &written.partition_key,
                    explicit_hash_key: written.explicit_hash_key.as_deref(),
                    data,
                }],
                Deaggregated::Aggregated(inside) => inside.clone(),
            };
            for record in inside {
                let ((key, _, data), hash_key) = expected.next().unwrap();
                let same =
                    UserRecord { explicit_hash_key: hash_key.as_deref(), ..UserRecord::new(key, data) };
                prop_assert_eq!(record, same);
            }
        }
        prop_assert!(expected.next().is_none());
    }
}
