//! Where rows come from when they are read back: typed pulls, one for each column in declared order.

use std::borrow::Cow;
use std::fmt;

/// Gives the values of stored rows: [`RowSink`](crate::RowSink) in reverse.
///
/// The calls for one row come in declared order: exactly one pull for each column, where a struct is
/// `begin_struct`, one pull for each member, `end_struct`; a list is `begin_list`, one pull for each element,
/// `end_list`; a map is `begin_map`, then key and value for each entry, `end_map`. Flattened members count as
/// columns of the struct they stand in. [`null`](RowSource::null), [`nulls`](RowSource::nulls) and
/// [`missing`](RowSource::missing) are pulls when they answer true, and change nothing when they answer false.
///
/// The source knows the stored type of each column. After an error the row is given up: nothing more is pulled
/// from it, and the column that was pulled last is the one that the error is about.
pub trait RowSource {
    /// Takes the next value if it is null.
    fn null(&mut self) -> bool {
        self.nulls(1)
    }
    /// Takes the next `count` columns of the struct under way if all of them are null.
    fn nulls(&mut self, count: usize) -> bool;
    /// Takes the next column if the file does not have it.
    fn missing(&mut self) -> bool;
    /// Takes the next value, whatever it is, and drops it.
    fn skip(&mut self);
    /// A truth value.
    ///
    /// # Errors
    /// When the value is null or the column holds something else; so for every pull below.
    fn bool(&mut self) -> Result<bool, ReadFault>;
    /// An integer of up to 64 bits, `u64` excepted.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn int(&mut self) -> Result<i64, ReadFault>;
    /// An integer wider than `i64`, from a decimal column.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool), and when digits stand after the point.
    fn wide_int(&mut self) -> Result<i128, ReadFault>;
    /// A single-precision number.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn float32(&mut self) -> Result<f32, ReadFault>;
    /// A double-precision number.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn float64(&mut self) -> Result<f64, ReadFault>;
    /// A decimal: an unscaled integer, and the scale by whose power of ten it is divided.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn decimal(&mut self) -> Result<(i128, u32), ReadFault>;
    /// Text: strings, characters, UUIDs, enum words, JSON.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool), and when the bytes are no UTF-8.
    fn text(&mut self) -> Result<&str, ReadFault>;
    /// Bytes.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn binary(&mut self) -> Result<&[u8], ReadFault>;
    /// A day, counted from 1970-01-01.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn date(&mut self) -> Result<i32, ReadFault>;
    /// A moment: seconds since 1970-01-01T00:00:00 (UTC for instants, wall clock otherwise) and nanoseconds
    /// within that second, 0 to 999,999,999.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn timestamp(&mut self) -> Result<(i64, u32), ReadFault>;
    /// Opens a list, and says how many elements it has.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn begin_list(&mut self) -> Result<usize, ReadFault>;
    /// Closes it.
    ///
    /// # Errors
    /// When not every element was pulled.
    fn end_list(&mut self) -> Result<(), ReadFault>;
    /// Opens a map, and says how many entries it has.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn begin_map(&mut self) -> Result<usize, ReadFault>;
    /// Closes it.
    ///
    /// # Errors
    /// When not every key and value was pulled.
    fn end_map(&mut self) -> Result<(), ReadFault>;
    /// Opens a nested record.
    ///
    /// # Errors
    /// As for [`bool`](RowSource::bool).
    fn begin_struct(&mut self) -> Result<(), ReadFault>;
    /// Closes it.
    ///
    /// # Errors
    /// When not every member was pulled.
    fn end_struct(&mut self) -> Result<(), ReadFault>;
}

/// A stored value that its Rust type cannot hold. The source knows which column it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFault {
    /// What the type takes.
    pub expected: Cow<'static, str>,
    /// What the file holds.
    pub found: String,
}

impl ReadFault {
    /// A value that does not fit.
    pub fn new(expected: impl Into<Cow<'static, str>>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for ReadFault {}
