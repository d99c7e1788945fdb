//! Scalars as JSON. Writing to a `String` cannot fail, so results of `write!` are dropped.

use super::SECONDS;
use super::compile::Role;
use super::random::Random;
use std::fmt::Write as _;

/// Which value of its type to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// The number of the thing, for a value that names it.
    pub(super) key: Option<u64>,
    /// Whether to take one at the ends of the type.
    pub(super) edge: bool,
    pub(super) seed: u64,
    /// Whether to spell it as canonical records do.
    pub(super) canonical: bool,
}

impl How {
    /// Numbers for values that are many digits: the same ones again for the same thing.
    fn digits(self, random: &mut Random) -> Random {
        match self.key {
            Some(key) => Random::new(self.seed, key),
            None => Random::new(random.next(), 0),
        }
    }
}

pub(super) fn boolean(how: How, random: &mut Random, out: &mut String) {
    let value = how.key.unwrap_or_else(|| random.below(2)) % 2 == 1;
    out.push_str(if value { "true" } else { "false" });
}

pub(super) fn int(all: (i64, i64), usual: (i64, i64), how: How, random: &mut Random, out: &mut String) {
    let value = match how.key {
        // From 1 on, as far as the type goes.
        Some(key) => {
            let last = all.1.max(1).unsigned_abs();
            i64::try_from(key % last + 1).unwrap_or(all.1)
        }
        None if how.edge && random.below(2) == 0 => all.0,
        None if how.edge => all.1,
        None => random.between(usual.0, usual.1),
    };
    let _ = write!(out, "{value}");
}

pub(super) fn float(single: bool, comma: bool, how: How, random: &mut Random, out: &mut String) {
    if how.edge {
        const DOUBLE: [&str; 4] = ["1.7976931348623157e308", "-2.2250738585072014e-308", "5e-324", "-0.0"];
        const SINGLE: [&str; 4] = ["3.4028235e38", "-1.17549435e-38", "1e-45", "-0.0"];
        let edge = random.choose(if single { &SINGLE } else { &DOUBLE });
        return out.push_str(edge.copied().unwrap_or("0"));
    }
    let hundredths = match how.key {
        Some(key) => u128::from(key) * 100,
        None => random.below(10_000).into(),
    };
    fixed(false, hundredths, 2, comma && !how.canonical, out);
}

pub(super) fn decimal(
    precision: u8,
    scale: u8,
    comma: bool,
    how: How,
    random: &mut Random,
    out: &mut String,
) {
    let power = |digits: u8| 10_u128.pow(u32::from(digits.min(38)));
    let all = power(precision);
    let value = match how.key {
        Some(key) => {
            let whole = (u128::from(key) + 1).checked_mul(power(scale)).filter(|value| *value < all);
            whole.unwrap_or((u128::from(key) + 1) % all)
        }
        None if how.edge && random.below(2) == 0 => 0,
        None if how.edge => all - 1,
        // Two digits before the point, where there are two.
        None => random.below_wide(power(precision.min(scale + 2))),
    };
    let negative = how.edge && value > 0 && random.below(2) == 0;
    fixed(negative, value, scale, comma && !how.canonical, out);
}

/// A number with that many digits behind the point; one with a comma is a text.
fn fixed(negative: bool, unscaled: u128, scale: u8, comma: bool, out: &mut String) {
    let one = 10_u128.pow(u32::from(scale.min(38)));
    let (whole, fraction, width) = (unscaled / one, unscaled % one, usize::from(scale));
    let sign = if negative { "-" } else { "" };
    let _ = match (scale, comma) {
        (0, _) => write!(out, "{sign}{whole}"),
        (_, false) => write!(out, "{sign}{whole}.{fraction:0width$}"),
        (_, true) => write!(out, "\"{sign}{whole},{fraction:0width$}\""),
    };
}

pub(super) fn text(stem: &str, how: How, random: &mut Random, out: &mut String) {
    if how.edge {
        const EDGES: [&str; 4] = [
            r#""""#,
            r#""\"quotes\" \\ \/ \b\f\n\r\t""#,
            r#""\u0000 \u001f \u007f \u2028""#,
            r#""é 晚 \ud83d\ude00 😀""#,
        ];
        return out.push_str(random.choose(&EDGES).copied().unwrap_or("\"\""));
    }
    let _ = match how.key {
        Some(key) => write!(out, "\"{stem}-{:02}\"", key.saturating_add(1)),
        None => write!(out, "\"{stem}-{}\"", random.below(100)),
    };
}

pub(super) fn char(how: How, random: &mut Random, out: &mut String) {
    if how.edge {
        return out.push_str("\"\\ud83d\\ude00\"");
    }
    let number = how.key.unwrap_or_else(|| random.below(26)) % 26;
    let letter = char::from(b'a' + u8::try_from(number).unwrap_or_default());
    let _ = write!(out, "\"{letter}\"");
}

pub(super) fn uuid(how: How, random: &mut Random, out: &mut String) {
    let mut digits = how.digits(random);
    let (high, low) = (digits.next(), digits.next());
    // Version 4, variant 1.
    let (high, low) = (high & !0xf000 | 0x4000, low & !(0b11 << 62) | 0b10 << 62);
    let _ = write!(
        out,
        "\"{:08x}-{:04x}-{:04x}-{:04x}-{:012x}\"",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    );
}

/// A word; now and then one of its other spellings, unless it is a key.
pub(super) fn word(words: &[(String, Vec<String>)], how: How, random: &mut Random, out: &mut String) {
    let chosen = match how.key {
        Some(key) => {
            let index = key.checked_rem(words.len() as u64).unwrap_or(0);
            words.get(usize::try_from(index).unwrap_or_default())
        }
        None => random.choose(words),
    };
    let Some((word, aliases)) = chosen else {
        return out.push_str("null");
    };
    let alias = match how.key {
        None if random.below(8) == 0 && !how.canonical => random.choose(aliases),
        None | Some(_) => None,
    };
    out.push_str(alias.unwrap_or(word));
}

pub(super) fn json(how: How, random: &mut Random, out: &mut String) {
    if how.edge {
        const EDGES: [&str; 5] = [r#""text""#, r#"[1,[2,{"a":null}]]"#, "-0.5e-3", "true", "null"];
        return out.push_str(random.choose(&EDGES).copied().unwrap_or("null"));
    }
    let _ = write!(out, "{{\"n\":{},\"ok\":{}}}", random.below(100), random.below(2) == 1);
}

/// Four bytes in base64; at the edges none, or 48.
pub(super) fn binary(how: How, random: &mut Random, out: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = how.digits(random);
    let mut letters = |count: u32, out: &mut String| {
        for _ in 0..count {
            let letter = digits.choose(ALPHABET).copied().unwrap_or(b'A');
            out.push(char::from(letter));
        }
    };
    out.push('"');
    if !how.edge {
        letters(5, out);
        // Two letters before the padding are one byte: the last four bits of the second are zero.
        out.push_str("Q==");
    } else if random.below(2) == 0 {
        letters(64, out);
    }
    out.push('"');
}

/// A moment, in microseconds since 1970: that of the record for its keys and its path, shortly after for all others.
pub(super) fn moment(at: i64, role: Role, edge: bool, micros: bool, random: &mut Random) -> i64 {
    const WITHIN_MILLIS: u64 = 60_000;
    let (first, last) = (*SECONDS.start() * 1_000_000, *SECONDS.end() * 1_000_000 + 999_000);
    if edge {
        return random.choose(&[first, 0, last]).copied().unwrap_or(0);
    }
    let at = at.saturating_mul(1000);
    let later = match role {
        Role::Key | Role::Path => 0,
        Role::Plain => {
            let millis = random.below(WITHIN_MILLIS) * 1000;
            (millis + if micros { random.below(1000) } else { 0 }).cast_signed()
        }
    };
    at.saturating_add(later).clamp(first, last)
}
