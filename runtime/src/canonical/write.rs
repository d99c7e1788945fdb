//! Values of columns as JSON.

use super::shape::{Member, Shape, Value};
use super::text::{push_decimal, push_f32, push_f64, push_text};
use super::{CanonicalError, CanonicalValue};
use crate::columns::Columns;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::Write;

type Written = Result<(), CanonicalError>;

impl Value {
    /// Appends the value in a slot, which is not null.
    pub(super) fn write(&self, columns: &Columns, slot: usize, out: &mut Vec<u8>) -> Written {
        let id = self.id;
        match &self.shape {
            Shape::Boolean => {
                out.extend(if columns.bool(id, slot) == Some(true) { &b"true"[..] } else { b"false" });
            }
            Shape::Int => {
                let _ = write!(out, "{}", columns.int(id, slot).unwrap_or_default());
            }
            Shape::Float32 => {
                let bits = u32::try_from(columns.word(id, slot).unwrap_or_default()).unwrap_or_default();
                let value = f32::from_bits(bits);
                self.check_finite(value.into())?;
                push_f32(value, out);
            }
            Shape::Float64 => {
                let value = f64::from_bits(columns.word(id, slot).unwrap_or_default());
                self.check_finite(value)?;
                push_f64(value, out);
            }
            Shape::Decimal { scale, quotes } => {
                push_decimal(columns.decimal(id, slot).unwrap_or_default(), *scale, *quotes, out);
            }
            Shape::Text => push_text(columns.text(id, slot).unwrap_or_default(), out),
            Shape::Raw => out.extend_from_slice(columns.text(id, slot).unwrap_or(b"null")),
            Shape::Binary => {
                let bytes = columns.text(id, slot).unwrap_or_default();
                push_text(STANDARD.encode(bytes).as_bytes(), out);
            }
            Shape::Date(form) => form.push(columns.int(id, slot).unwrap_or_default(), out),
            Shape::Time(form) => form.push(columns.int(id, slot).unwrap_or_default(), out),
            Shape::List(element) => {
                out.push(b'[');
                for (index, slot) in columns.elements(id, slot).enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    element.write_or_null(columns, slot, out)?;
                }
                out.push(b']');
            }
            Shape::Map { key, value, lower } => {
                out.push(b'{');
                for (index, slot) in columns.elements(id, slot).enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    key.write_key(columns, slot, *lower, out)?;
                    out.push(b':');
                    value.write_or_null(columns, slot, out)?;
                }
                out.push(b'}');
            }
            Shape::Record(members) => {
                out.push(b'{');
                let first = out.len();
                for member in members {
                    member.write(columns, slot, first, out)?;
                }
                out.push(b'}');
            }
        }
        Ok(())
    }

    fn write_or_null(&self, columns: &Columns, slot: usize, out: &mut Vec<u8>) -> Written {
        if columns.is_null(self.id, slot) {
            out.extend(b"null");
            return Ok(());
        }
        self.write(columns, slot, out)
    }

    /// Appends the key of a map: any scalar, in quotes.
    fn write_key(&self, columns: &Columns, slot: usize, lower: bool, out: &mut Vec<u8>) -> Written {
        let start = out.len();
        match &self.shape {
            Shape::Time(form) => form.push_key(columns.int(self.id, slot).unwrap_or_default(), out),
            Shape::Raw => push_text(columns.text(self.id, slot).unwrap_or_default(), out),
            Shape::Boolean
            | Shape::Int
            | Shape::Float32
            | Shape::Float64
            | Shape::Decimal { .. }
            | Shape::Text
            | Shape::Binary
            | Shape::Date(_)
            | Shape::List(_)
            | Shape::Map { .. }
            | Shape::Record(_) => self.write(columns, slot, out)?,
        }
        if out.get(start) != Some(&b'"') {
            out.insert(start, b'"');
            out.push(b'"');
        }
        let key = std::str::from_utf8(out.get(start..).unwrap_or_default()).unwrap_or_default();
        if lower && key.to_lowercase() != key {
            let stored = columns.text(self.id, slot).map(|text| String::from_utf8_lossy(text).into_owned());
            let key = stored.unwrap_or_else(|| key.trim_matches('"').to_owned());
            return Err(self.error(CanonicalValue::MapKey(key)));
        }
        Ok(())
    }

    fn check_finite(&self, value: f64) -> Written {
        if value.is_finite() { Ok(()) } else { Err(self.error(CanonicalValue::NotFinite(value))) }
    }

    fn error(&self, value: CanonicalValue) -> CanonicalError {
        CanonicalError { column: self.path.clone(), value }
    }
}

impl Member {
    /// Appends the member with its keys; `first` is where the first member of the record stands.
    fn write(&self, columns: &Columns, slot: usize, first: usize, out: &mut Vec<u8>) -> Written {
        let is_null = columns.is_null(self.value.id, slot);
        if is_null && !self.says_null {
            return Ok(());
        }
        if out.len() > first {
            out.push(b',');
        }
        out.extend_from_slice(&self.head);
        let start = out.len();
        self.value.write_or_null(columns, slot, out)?;
        if let Some(again) = &self.again {
            let end = out.len();
            out.push(b',');
            out.extend_from_slice(again);
            out.extend_from_within(start..end);
        }
        Ok(())
    }
}
