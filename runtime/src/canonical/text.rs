//! JSON texts and numbers.

use std::io::Write;

/// Significant digits that double precision holds whatever they are.
pub(super) const DOUBLE_DIGITS: usize = 15;

/// Appends a text, which is UTF-8, in quotes.
pub(super) fn push_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut plain = text;
    while let Some(at) = plain.iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20) {
        let (before, rest) = plain.split_at(at);
        out.extend_from_slice(before);
        let Some((&byte, rest)) = rest.split_first() else { break };
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            control => {
                let _ = write!(out, "\\u{control:04x}");
            }
        }
        plain = rest;
    }
    out.extend_from_slice(plain);
    out.push(b'"');
}

/// Appends a finite number in its shortest form.
pub(super) fn push_f64(value: f64, out: &mut Vec<u8>) {
    let _ = write!(out, "{value:?}");
}

/// The same in single precision, so that a reader who goes by double precision ends there too.
pub(super) fn push_f32(value: f32, out: &mut Vec<u8>) {
    let start = out.len();
    let _ = write!(out, "{value:?}");
    let shortest = out.get(start..).and_then(|text| std::str::from_utf8(text).ok()?.parse::<f64>().ok());
    #[allow(clippy::cast_possible_truncation, reason = "this rounding is what is asked about")]
    let by_double = shortest.map(|double| (double as f32).to_bits());
    if by_double != Some(value.to_bits()) {
        out.truncate(start);
        push_f64(value.into(), out);
    }
}

/// Appends `unscaled · 10^-scale`, in quotes if that is asked for and it is longer than double precision holds.
pub(super) fn push_decimal(unscaled: i128, scale: u8, quotes: bool, out: &mut Vec<u8>) {
    let scale = usize::from(scale);
    let digits = format!("{:0width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let significant = (whole.len() + fraction.len())
        - whole.bytes().chain(fraction.bytes()).take_while(|digit| *digit == b'0').count();
    let quote: &[u8] = if quotes && significant > DOUBLE_DIGITS { b"\"" } else { b"" };
    out.extend(quote);
    if unscaled < 0 {
        out.push(b'-');
    }
    out.extend(whole.bytes());
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend(fraction.bytes());
    }
    out.extend(quote);
}
