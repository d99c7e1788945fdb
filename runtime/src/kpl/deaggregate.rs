//! From an aggregated record to the user records in it.

use super::wire::{Broken, Message, Value};
use super::{CHECKSUM, MAGIC, UserRecord, field};
use md5::{Digest, Md5};
use std::slice::Iter;

/// What a record of Kinesis holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deaggregated<'a> {
    /// It is no aggregated record: its data as they are. Its keys are those of the record itself.
    Plain(&'a [u8]),
    /// The user records of an aggregated one, at least one, in their order.
    Aggregated(Vec<UserRecord<'a>>),
}

impl<'a> Deaggregated<'a> {
    /// The data of every user record, in their order: of a plain record, its own.
    pub fn data(&self) -> Data<'_, 'a> {
        match self {
            Self::Plain(data) => Data { plain: Some(data), records: [].iter() },
            Self::Aggregated(records) => Data { plain: None, records: records.iter() },
        }
    }

    /// How many user records there are, at least 1.
    #[allow(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        match self {
            Self::Plain(_) => 1,
            Self::Aggregated(records) => records.len(),
        }
    }
}

/// The data of user records.
#[derive(Clone, Debug)]
pub struct Data<'r, 'a> {
    plain: Option<&'a [u8]>,
    records: Iter<'r, UserRecord<'a>>,
}

impl<'a> Iterator for Data<'_, 'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.plain.take().or_else(|| self.records.next().map(|record| record.data))
    }
}

/// Takes an aggregated record apart, without copying data.
///
/// What does not begin with [`MAGIC`], whose checksum is wrong, or whose message is broken (a key that is not in its
/// table or no UTF-8, a record without key or data) is a plain record, whole: no byte is ever dropped. So is a message
/// without any user record, of which the KCL makes nothing at all. Tags are passed over, as the KPL and the KCL do.
///
/// Any bytes may be given: nothing panics, and at most twelve times their number is allocated.
///
/// # Examples
/// ```
/// use lakebed::kpl::{Deaggregated, deaggregate};
///
/// assert_eq!(deaggregate(b"{\"n\":1}"), Deaggregated::Plain(b"{\"n\":1}"));
/// ```
pub fn deaggregate(data: &[u8]) -> Deaggregated<'_> {
    let records = message(data).and_then(|message| read(message).ok());
    match records {
        Some(records) if !records.is_empty() => Deaggregated::Aggregated(records),
        Some(_) | None => Deaggregated::Plain(data),
    }
}

/// The message within magic number and checksum.
fn message(data: &[u8]) -> Option<&[u8]> {
    let (message, checksum) = data.strip_prefix(&MAGIC)?.split_last_chunk::<CHECKSUM>()?;
    let right: [u8; CHECKSUM] = Md5::digest(message).into();
    (right == *checksum).then_some(message)
}

/// The user records. The tables may stand behind the records that point into them, so these are read in a second pass,
/// when it is known how many there are.
fn read(message: &[u8]) -> Result<Vec<UserRecord<'_>>, Broken> {
    let (mut keys, mut hash_keys, mut count) = (Vec::new(), Vec::new(), 0);
    let mut fields = Message(message);
    while let Some((number, value)) = fields.next()? {
        match number {
            field::KEYS => keys.push(text(value)?),
            field::HASH_KEYS => hash_keys.push(text(value)?),
            field::RECORDS => count += 1,
            _ => {}
        }
    }
    let mut records = Vec::with_capacity(count);
    let mut fields = Message(message);
    while let Some((number, value)) = fields.next()? {
        if number == field::RECORDS {
            records.push(record(bytes(value)?, &keys, &hash_keys)?);
        }
    }
    Ok(records)
}

fn record<'a>(message: &'a [u8], keys: &[&'a str], hash_keys: &[&'a str]) -> Result<UserRecord<'a>, Broken> {
    let (mut key, mut hash_key, mut data) = (None, None, None);
    let mut fields = Message(message);
    // Of a field that stands twice the last one counts, as in all of protobuf.
    while let Some((number, value)) = fields.next()? {
        match number {
            field::KEY => key = Some(entry(value, keys)?),
            field::HASH_KEY => hash_key = Some(entry(value, hash_keys)?),
            field::DATA => data = Some(bytes(value)?),
            field::TAGS => check_tag(bytes(value)?)?,
            _ => {}
        }
    }
    let (Some(partition_key), Some(data)) = (key, data) else { return Err(Broken) };
    Ok(UserRecord { partition_key, explicit_hash_key: hash_key, data })
}

/// A tag must have a key.
fn check_tag(message: &[u8]) -> Result<(), Broken> {
    let (mut fields, mut has_key) = (Message(message), false);
    while let Some((number, value)) = fields.next()? {
        if number == field::TAG_KEY {
            bytes(value)?;
            has_key = true;
        }
    }
    if has_key { Ok(()) } else { Err(Broken) }
}

/// What a table has at the number that the field holds.
fn entry<'a>(value: Value<'_>, table: &[&'a str]) -> Result<&'a str, Broken> {
    match value {
        Value::Varint(index) => {
            let index = usize::try_from(index).map_err(|_| Broken)?;
            table.get(index).copied().ok_or(Broken)
        }
        Value::Bytes(_) | Value::Fixed => Err(Broken),
    }
}

fn bytes(value: Value<'_>) -> Result<&[u8], Broken> {
    match value {
        Value::Bytes(bytes) => Ok(bytes),
        Value::Varint(_) | Value::Fixed => Err(Broken),
    }
}

fn text(value: Value<'_>) -> Result<&str, Broken> {
    std::str::from_utf8(bytes(value)?).map_err(|_| Broken)
}
