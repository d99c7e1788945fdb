//! Generates inputs of [`Departure`](super::same_in_chrono_and_jiff) records in every form that JSON comes in, with
//! broken documents where they hurt: around the cuts between segments.

use std::fmt::Write as _;

/// How documents stand in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One a line.
    Lines,
    /// One a line, as Windows ends lines.
    WindowsLines,
    /// Over many lines.
    Pretty,
    /// Over many lines, braces of nested objects at the start of a line.
    Ragged,
    /// One behind the other, with nothing between.
    Glued,
    /// In one top-level array.
    Array,
}

/// All forms.
pub const FORMS: [Form; 6] =
    [Form::Lines, Form::WindowsLines, Form::Pretty, Form::Ragged, Form::Glued, Form::Array];

/// An input, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documents {
    /// The text.
    pub text: String,
    /// Good records.
    pub good: u64,
    /// Documents that are refused.
    pub bad: u64,
}

/// Repeatable numbers: splitmix64.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound.max(1)
    }
}

/// About `bytes` bytes of documents; near every multiple of `cut` stand broken ones, and one is longer than `cut`.
pub fn documents(form: Form, bytes: usize, cut: usize, seed: u64) -> Documents {
    let mut random = Random(seed);
    let mut made = Documents { text: String::new(), good: 0, bad: 0 };
    let mut long = true;
    // Broken syntax ends at the next record; another broken document in between would belong to it.
    let mut unsound = false;
    if form == Form::Array {
        made.text.push('[');
    }
    while made.text.len() < bytes {
        let near_cut = (made.text.len() + 1500) % cut < 3000;
        if near_cut && !unsound && random.below(2) == 0 {
            let bad;
            (bad, unsound) = broken(form, made.bad);
            add(&mut made.text, form, &bad);
            made.bad += 1;
        } else {
            let stops = if long && made.text.len() > bytes / 2 {
                long = false;
                cut as u64 / 20
            } else {
                random.below(6)
            };
            let good = departure(&mut random, made.good, stops);
            add(&mut made.text, form, &laid_out(form, &good));
            made.good += 1;
            unsound = false;
        }
    }
    if form == Form::Array {
        made.text.push(']');
    }
    made
}

/// One good record on one line.
pub fn departure(random: &mut Random, number: u64, stops: u64) -> String {
    let (hour, minute, second) = (random.below(4), random.below(60), random.below(60));
    let mut text = format!(
        r#"{{"train":"IC {number}","day":"2026-11-23","planned":"2026-11-23T{hour:02}:{minute:02}:00","left_at":"2026-11-23T{hour:02}:{minute:02}:{second:02}.{:06}Z","measured":null,"reported":[{}],"stops":["#,
        random.below(1_000_000),
        1_795_392_000 + random.below(10_000),
    );
    for stop in 0..stops {
        let place = ["Gent-Sint-Pieters", "Brugge {1}", "a \\\"]}\\\\", "Liège"][random.below(4) as usize];
        let comma = if stop == 0 { "" } else { "," };
        let _ = write!(text, r#"{comma}{{"place":"{place}","wall":"2026-11-23T{hour:02}:00:01.5"}}"#);
    }
    text.push_str("]}");
    text
}

/// The same record in another layout. Texts of [`departure`] hold no line ends, and brackets in them are left alone.
fn laid_out(form: Form, line: &str) -> String {
    match form {
        Form::Pretty => serde_json::from_str(line)
            .and_then(|value: serde_json::Value| serde_json::to_string_pretty(&value))
            .unwrap_or_default(),
        Form::Ragged => line.replace(":[{", ":[\n{").replace("},{", "},\n{"),
        Form::Lines | Form::WindowsLines | Form::Glued | Form::Array => line.to_owned(),
    }
}

fn add(text: &mut String, form: Form, document: &str) {
    match form {
        Form::Array if text.len() > 1 => text.push(','),
        Form::Array | Form::Lines | Form::WindowsLines | Form::Pretty | Form::Ragged | Form::Glued => {}
    }
    text.push_str(document);
    match form {
        Form::WindowsLines => text.push_str("\r\n"),
        Form::Lines | Form::Pretty | Form::Ragged => text.push('\n'),
        Form::Glued | Form::Array => {}
    }
}

/// A document that is refused, and whether its syntax is broken. Where that ends is certain only where each document
/// has its line; and one that breaks off behind a comma takes the next line for its own.
fn broken(form: Form, number: u64) -> (String, bool) {
    let sound = [
        r#"{"train":"bad","day":"2026-02-30"}"#,
        r#"{"train":"IC","day":"2026-11-23","left_at":"2026-11-23T00:00:00Z","stops":[{"place":"x"},{"place":1,"wall":7}]}"#,
        r#"{"train":"IC"}"#,
        r#"{"stops":{"place":"}{"},"train":"bad"}"#,
        r#"7"#,
    ];
    let unsound = [
        r#"{"train":"open"#,
        r#"{"train":"escaped\"#,
        r#"{"train":"IC","stops":[{"place":"x"}"#,
        r#"garbage"#,
        r#"{"train":tru}"#,
        r#"{"train":"bad","stops":3,"day":[{"#,
        r#"]"#,
    ];
    let lines = matches!(form, Form::Lines | Form::WindowsLines);
    let number = usize::try_from(number).unwrap_or_default();
    if lines && number % 2 == 1 {
        (unsound[number / 2 % unsound.len()].to_owned(), true)
    } else {
        // A bare number is no document that could be glued to another.
        let count = if form == Form::Glued { sound.len() - 1 } else { sound.len() };
        (laid_out(form, sound[number / 2 % count]), false)
    }
}
