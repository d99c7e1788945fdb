//! Patterns of numbers in quotes.

use std::cmp::{max, min};

/// Texts of the integers within ranges: a sign, leading zeros, no white space, as decoding takes them.
pub(super) fn integers(ranges: &[(i64, i64)]) -> String {
    let mut positive = Vec::new();
    let mut negative = Vec::new();
    for &(low, high) in ranges {
        if high >= 0 {
            positive.extend(magnitudes(max(low, 0).unsigned_abs(), high.unsigned_abs()));
        }
        // Zero may have a minus sign too.
        if low <= 0 {
            negative.extend(magnitudes(min(high, 0).unsigned_abs(), low.unsigned_abs()));
        }
    }
    let mut signed = Vec::new();
    if !positive.is_empty() {
        signed.push(format!(r"\+?0*{}", group(&positive)));
    }
    if !negative.is_empty() {
        signed.push(format!("-0*{}", group(&negative)));
    }
    signed.join("|")
}

/// A whole text that is one of the alternatives.
pub(super) fn whole(alternatives: &str) -> String {
    format!("^(?:{alternatives})$")
}

/// Numbers with a decimal point or comma and an exponent.
pub(super) fn float(point: &str) -> String {
    format!("^[+-]?(?:[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?$")
}

/// The same with at most that many digits before the point, leading zeros apart, where there is no exponent.
pub(super) fn decimal(whole_digits: u8, point: &str) -> String {
    let whole = match whole_digits {
        0 => "0+".to_owned(),
        1 => "0*[0-9]".to_owned(),
        most => format!("0*[0-9]{{1,{most}}}"),
    };
    let any = format!("(?:[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+)[eE][+-]?[0-9]+");
    format!("^[+-]?(?:{whole}(?:{point}[0-9]*)?|0*{point}[0-9]+|{any})$")
}

fn group(alternatives: &[String]) -> String {
    match alternatives {
        [only] => only.clone(),
        several => format!("(?:{})", several.join("|")),
    }
}

/// Digits of the numbers from `low` to `high`, leading zeros left out.
fn magnitudes(low: u64, high: u64) -> Vec<String> {
    let digits = |number: u64| number.to_string().into_bytes();
    let (first, last) = (digits(low), digits(high));
    if low == 0 && last.iter().all(|digit| *digit == b'9') {
        return vec![times("[0-9]", 1, last.len())];
    }
    let mut out = Vec::new();
    for len in first.len()..=last.len() {
        // With leading zeros before it, any shorter number is one of fewer digits.
        if low == 0 && len < last.len() {
            if len == 1 {
                out.push(times("[0-9]", 1, last.len() - 1));
            }
            continue;
        }
        let smallest = || [b"1".as_slice(), &vec![b'0'; len - 1]].concat();
        let from = if len == first.len() { first.clone() } else { smallest() };
        let to = if len == last.len() { last.clone() } else { vec![b'9'; len] };
        out.extend(same_length(&from, &to));
    }
    out
}

/// Digits of the numbers between two of one length.
fn same_length(from: &[u8], to: &[u8]) -> Vec<String> {
    let (Some((&first, from_rest)), Some((&last, to_rest))) = (from.split_first(), to.split_first()) else {
        return vec![String::new()];
    };
    if first == last {
        return prefixed(first, &same_length(from_rest, to_rest));
    }
    let (zeros, nines) = (vec![b'0'; from_rest.len()], vec![b'9'; from_rest.len()]);
    let (mut low, mut high) = (first, last);
    let mut out = Vec::new();
    if from_rest != zeros {
        out.extend(prefixed(first, &same_length(from_rest, &nines)));
        low += 1;
    }
    let tail = if to_rest == nines { Vec::new() } else { prefixed(last, &same_length(&zeros, to_rest)) };
    if !tail.is_empty() {
        high -= 1;
    }
    if low <= high {
        out.push(format!("{}{}", class(low, high), times("[0-9]", zeros.len(), zeros.len())));
    }
    out.extend(tail);
    out
}

fn prefixed(digit: u8, rests: &[String]) -> Vec<String> {
    rests.iter().map(|rest| format!("{}{rest}", char::from(digit))).collect()
}

fn class(low: u8, high: u8) -> String {
    let (first, last) = (char::from(low), char::from(high));
    match high - low {
        0 => first.to_string(),
        1 => format!("[{first}{last}]"),
        _ => format!("[{first}-{last}]"),
    }
}

fn times(item: &str, least: usize, most: usize) -> String {
    match (least, most) {
        (0, 0) => String::new(),
        (1, 1) => item.to_owned(),
        (least, most) if least == most => format!("{item}{{{least}}}"),
        (least, most) => format!("{item}{{{least},{most}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_patterns() {
        let one = |low, high| whole(&integers(&[(low, high)]));
        assert_eq!(one(0, 255), r"^(?:\+?0*(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])|-0*0)$");
        assert_eq!(one(0, 200), r"^(?:\+?0*(?:[0-9]{1,2}|1[0-9]{2}|200)|-0*0)$");
        assert_eq!(one(7, 12), r"^(?:\+?0*(?:[7-9]|1[0-2]))$");
        assert_eq!(one(-12, -7), r"^(?:-0*(?:[7-9]|1[0-2]))$");
        assert_eq!(one(99, 1000), r"^(?:\+?0*(?:99|[1-9][0-9]{2}|1000))$");
        assert_eq!(integers(&[(-5, 5), (10, 19)]), r"\+?0*(?:[0-5]|1[0-9])|-0*[0-5]");
    }
}
