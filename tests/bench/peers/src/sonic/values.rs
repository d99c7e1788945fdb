//! Values that serde does not read by itself.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;

/// An integer, quoted or not.
#[derive(Serialize)]
pub struct Loose(i32);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Loose;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer or a string that holds one")
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Loose, E> {
                i32::try_from(number).map(Loose).map_err(E::custom)
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Loose, E> {
                i32::try_from(number).map(Loose).map_err(E::custom)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Loose, E> {
                text.parse().map(Loose).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Text, copied only when it holds escapes; serde would copy every optional one.
#[derive(Serialize)]
pub struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.into())))
            }
        }
        deserializer.deserialize_str(Borrow)
    }
}

/// Milliseconds since 1970, from text such as 2020-05-01T07:31:04+01:00 and nothing shorter or longer: less than a
/// general reader does.
#[derive(Serialize)]
pub struct Instant(i64);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Iso;
        impl Visitor<'_> for Iso {
            type Value = Instant;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as 2020-05-01T07:31:04+01:00")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Instant, E> {
                parse(text.as_bytes()).map(Instant).ok_or_else(|| E::custom(format!("no time: {text}")))
            }
        }
        deserializer.deserialize_str(Iso)
    }
}

fn parse(text: &[u8]) -> Option<i64> {
    let text: &[u8; 25] = text.try_into().ok()?;
    let number = |from: usize, to: usize| {
        text[from..to]
            .iter()
            .try_fold(0, |sum, &digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let east = number(20, 22)? * 60 + number(23, 25)?;
    let east = if text[19] == b'-' { -east } else { east };
    // Years begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468;
    Some(1000 * (86_400 * days + 3600 * hour + 60 * (minute - east) + second))
}
