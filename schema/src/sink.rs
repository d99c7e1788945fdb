//! Where records go: typed pushes, one for each column in declared order.

/// Receives the values of records.
///
/// The calls for one row come in declared order: exactly one call for each column, where a struct is
/// `begin_struct`, one call for each member, `end_struct`; a list is `begin_list`, one call for each element,
/// `end_list`; a map is `begin_map`, then key and value for each entry, `end_map`. Flattened members count as
/// columns of the struct they stand in.
///
/// The sink knows the stored type of each column and converts: decimals to the declared scale, moments to the
/// declared unit, integers to their width. A value that does not fit makes the sink refuse the whole row; a
/// push never panics.
pub trait RowSink {
    /// A null.
    fn null(&mut self);
    /// A truth value.
    fn bool(&mut self, value: bool);
    /// An integer of up to 64 bits, `u64` excepted.
    fn int(&mut self, value: i64);
    /// An integer wider than `i64`; `u128` beyond `i128` goes through [`refuse`](RowSink::refuse).
    fn wide_int(&mut self, value: i128);
    /// A single-precision number.
    fn float32(&mut self, value: f32);
    /// A double-precision number.
    fn float64(&mut self, value: f64);
    /// A decimal: `unscaled` times ten to the power of minus `scale`.
    fn decimal(&mut self, unscaled: i128, scale: u32);
    /// Text: strings, characters, UUIDs, enum words, JSON.
    fn text(&mut self, value: &str);
    /// Bytes.
    fn binary(&mut self, value: &[u8]);
    /// A day, counted from 1970-01-01.
    fn date(&mut self, days: i32);
    /// A moment: seconds since 1970-01-01T00:00:00 (UTC for instants, wall clock otherwise) and nanoseconds
    /// within that second, 0 to 999,999,999.
    fn timestamp(&mut self, seconds: i64, nanos: u32);
    /// Opens a list of `len` elements.
    fn begin_list(&mut self, len: usize);
    /// Closes it.
    fn end_list(&mut self);
    /// Opens a map of `len` entries.
    fn begin_map(&mut self, len: usize);
    /// Closes it.
    fn end_map(&mut self);
    /// Opens a nested record.
    fn begin_struct(&mut self);
    /// Closes it.
    fn end_struct(&mut self);
    /// Takes the place of a value that cannot be expressed, and refuses the row: what was `expected`, and what
    /// was `found`.
    fn refuse(&mut self, expected: &str, found: &str);
}
