//! A sink that writes down what it gets.

use lakebed::{ColumnType, Record, RowSink, Table};

/// Pushes as text, such as `int 5`.
#[derive(Default)]
pub(crate) struct Recorder(Vec<String>);

impl Recorder {
    fn note(&mut self, text: impl Into<String>) {
        self.0.push(text.into());
    }
}

impl RowSink for Recorder {
    fn null(&mut self) {
        self.note("null");
    }
    fn bool(&mut self, value: bool) {
        self.note(format!("bool {value}"));
    }
    fn int(&mut self, value: i64) {
        self.note(format!("int {value}"));
    }
    fn wide_int(&mut self, value: i128) {
        self.note(format!("wide {value}"));
    }
    fn float32(&mut self, value: f32) {
        self.note(format!("f32 {value}"));
    }
    fn float64(&mut self, value: f64) {
        self.note(format!("f64 {value}"));
    }
    fn decimal(&mut self, unscaled: i128, scale: u32) {
        self.note(format!("decimal {unscaled} e-{scale}"));
    }
    fn text(&mut self, value: &str) {
        self.note(format!("text {value}"));
    }
    fn binary(&mut self, value: &[u8]) {
        self.note(format!("bytes {value:?}"));
    }
    fn date(&mut self, days: i32) {
        self.note(format!("date {days}"));
    }
    fn timestamp(&mut self, seconds: i64, nanos: u32) {
        self.note(format!("time {seconds} {nanos}"));
    }
    fn begin_list(&mut self, len: usize) {
        self.note(format!("[{len}"));
    }
    fn end_list(&mut self) {
        self.note("]");
    }
    fn begin_map(&mut self, len: usize) {
        self.note(format!("<{len}"));
    }
    fn end_map(&mut self) {
        self.note(">");
    }
    fn begin_struct(&mut self) {
        self.note("{");
    }
    fn end_struct(&mut self) {
        self.note("}");
    }
    fn refuse(&mut self, expected: &str, found: &str) {
        self.note(format!("refused: {expected}, not {found}"));
    }
}

/// What a record pushes. Its table must be one that the rest of lakebed takes.
pub(crate) fn row<R: Record>(record: &R) -> Vec<String> {
    Table::try_from(R::TABLE).unwrap();
    let mut recorder = Recorder::default();
    record.append(&mut recorder);
    recorder.0
}

/// What a value pushes.
pub(crate) fn value(value: &impl ColumnType) -> Vec<String> {
    let mut recorder = Recorder::default();
    value.push_value(&mut recorder);
    recorder.0
}
