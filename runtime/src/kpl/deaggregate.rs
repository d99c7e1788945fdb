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
/// Any bytes may be given: nothing panics, and at most eight times their number is allocated.
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

/// The user records. The tables may stand behind the records that point into them, and how much there is of each is
/// counted before anything is allocated for it.
fn read(message: &[u8]) -> Result<Vec<UserRecord<'_>>, Broken> {
    let mut counts = [0_usize; 3];
    for_each(message, |number, _| {
        let count = usize::try_from(number).ok().and_then(|number| counts.get_mut(number.checked_sub(1)?));
        count.into_iter().for_each(|count| *count += 1);
        Ok(())
    })?;
    let [keys, hash_keys, records] = counts;
    let (mut keys, mut hash_keys) = (Vec::with_capacity(keys), Vec::with_capacity(hash_keys));
    for_each(message, |number, value| {
        match number {
            field::KEYS => keys.push(text(value)?),
            field::HASH_KEYS => hash_keys.push(text(value)?),
            _ => {}
        }
        Ok(())
    })?;
    // Each has six bytes at least: tag and length, index of a key, data.
    let mut read = Vec::with_capacity(records.min(message.len() / 6));
    for_each(message, |number, value| {
        if number == field::RECORDS {
            read.push(record(bytes(value)?, &keys, &hash_keys)?);
        }
        Ok(())
    })?;
    Ok(read)
}

/// Calls for each field of a message.
fn for_each<'a>(
    message: &'a [u8],
    mut call: impl FnMut(u64, Value<'a>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut fields = Message(message);
    while let Some((number, value)) = fields.next()? {
        call(number, value)?;
    }
    Ok(())
}

fn record<'a>(message: &'a [u8], keys: &[&'a str], hash_keys: &[&'a str]) -> Result<UserRecord<'a>, Broken> {
    let (mut key, mut hash_key, mut data) = (None, None, None);
    // Of a field that stands twice the last one counts, as in all of protobuf.
    for_each(message, |number, value| {
        match number {
            field::KEY => key = Some(entry(value, keys)?),
            field::HASH_KEY => hash_key = Some(entry(value, hash_keys)?),
            field::DATA => data = Some(bytes(value)?),
            field::TAGS => check_tag(bytes(value)?)?,
            _ => {}
        }
        Ok(())
    })?;
    let (Some(partition_key), Some(data)) = (key, data) else { return Err(Broken) };
    Ok(UserRecord { partition_key, explicit_hash_key: hash_key, data })
}

/// A tag must have a key.
fn check_tag(message: &[u8]) -> Result<(), Broken> {
    let mut has_key = false;
    for_each(message, |number, value| {
        if number == field::TAG_KEY {
            bytes(value)?;
            has_key = true;
        }
        Ok(())
    })?;
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
