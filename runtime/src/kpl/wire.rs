//! As much of protobuf as an aggregated record needs: varints, and fields with a length.

/// Longest varint: 64 bits, 7 in each byte.
const VARINT: usize = 10;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// A fixed 32 or 64 bits, which no field of ours has.
    Fixed,
}

/// A message that is read from its front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a>(pub(super) &'a [u8]);

impl<'a> Message<'a> {
    /// The next field and its number; nothing at the end.
    ///
    /// # Errors
    /// The message is broken: a field reaches over the end, a varint does not end within 64 bits, a field has the number 0
    /// or is a group (which the format does not use).
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, Broken> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Broken)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(Broken),
        };
        // Numbers have 29 bits.
        match tag >> 3 {
            number @ 1..=0x1FFF_FFFF => Ok(Some((number, value))),
            _ => Err(Broken),
        }
    }

    fn varint(&mut self) -> Result<u64, Broken> {
        let mut value = 0;
        for (at, &byte) in self.0.iter().take(VARINT).enumerate() {
            let bits = u64::from(byte & 0x7F);
            // Of the tenth byte one bit is left; as other readers do, what is beyond is let go.
            value |= bits << (7 * at);
            if byte < 0x80 {
                self.take(at + 1)?;
                return Ok(value);
            }
        }
        Err(Broken)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Broken)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// The bytes are no such message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// Writes a field that holds a number.
pub(super) fn put_number(out: &mut Vec<u8>, field: u64, value: u64) {
    put_varint(out, field << 3);
    put_varint(out, value);
}

/// Writes a field that holds bytes.
pub(super) fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    put_header(out, field, bytes.len());
    out.extend_from_slice(bytes);
}

/// Writes what stands before the bytes of a field.
pub(super) fn put_header(out: &mut Vec<u8>, field: u64, length: usize) {
    put_varint(out, field << 3 | 2);
    put_varint(out, length as u64);
}

/// Bytes of a field with so many bytes, of a number below 16.
pub(super) fn size_of_bytes(length: usize) -> usize {
    1 + size_of_varint(length as u64) + length
}

/// Bytes of a field with a number, of a number below 16.
pub(super) fn size_of_number(value: u64) -> usize {
    1 + size_of_varint(value)
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn size_of_varint(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back_in_as_many_bytes_as_was_said() {
        for value in (0..64).flat_map(|bit| [(1 << bit) - 1, 1 << bit]).chain([u64::MAX]) {
            let mut out = Vec::new();
            put_number(&mut out, 3, value);
            assert_eq!(out.len(), size_of_number(value), "{value}");
            let mut message = Message(&out);
            assert_eq!(message.next(), Ok(Some((3, Value::Varint(value)))));
            assert_eq!(message.next(), Ok(None));
        }
    }

    #[test]
    fn broken_messages_are_told() {
        let broken: [&[u8]; 9] = [
            b"\x0a",                                             // no length
            b"\x0a\x02a",                                        // too short
            b"\x08\x80",                                         // a varint without end
            b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", // of eleven bytes
            b"\x0b\x0c",                                         // a group
            b"\x00\x00",                                         // field 0
            b"\x09\x00\x00",                                     // 64 bits that are not there
            b"\x0d\x00",                                         // 32 bits that are not there
            b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",         // longer than any memory
        ];
        for bytes in broken {
            assert_eq!(Message(bytes).next(), Err(Broken), "{bytes:?}");
        }
    }
}
