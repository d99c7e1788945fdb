//! What texts look like.

use crate::civil::is_valid_date;

/// What each of some texts is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A time with `Z` or an offset, and its digits behind the second.
    Instant(usize),
    /// A time without.
    Wall(usize),
    /// A day.
    Day,
    /// A UUID in lower case, with hyphens.
    Uuid,
    /// A number in quotes, with a point or none.
    Number,
    /// The same with a comma.
    CommaNumber,
    /// A truth value in quotes.
    Truth,
    /// Anything else.
    Other,
}

pub(super) fn look(text: &str) -> Look {
    if let Some(look) = time(text) {
        return look;
    }
    if is_uuid(text) {
        return Look::Uuid;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = |point: char| {
        let (whole, fraction) = unsigned.split_once(point).unwrap_or((unsigned, "0"));
        digits(whole) && digits(fraction)
    };
    match text {
        "true" | "false" => Look::Truth,
        _ if number('.') => Look::Number,
        _ if number(',') => Look::CommaNumber,
        _ => Look::Other,
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(hex)
}

/// `2026-11-23`, `2026-11-23T08:15:00.5+01:00`: what decoding takes, and nothing else.
fn time(text: &str) -> Option<Look> {
    let (day, rest) = text.split_at_checked(10).filter(|(day, _)| is_day(day))?;
    if rest.is_empty() {
        return Some(Look::Day);
    }
    let separator = rest.chars().next().filter(|c| matches!(c, 'T' | ' '))?;
    let clock = rest.get(1..9)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let within =
        |part: &str, most: u8| part.len() == 2 && digits(part) && part.parse::<u8>().is_ok_and(|n| n <= most);
    let [hour, minute, second] = parts.as_slice() else { return None };
    if !within(hour, 23) || !within(minute, 59) || !within(second, 59) {
        return None;
    }
    let mut zone = rest.get(9..)?;
    let mut fraction = 0;
    if let Some(after) = zone.strip_prefix('.') {
        fraction = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        zone = after.get(fraction..)?;
        if !(1..=9).contains(&fraction) {
            return None;
        }
    }
    match (zone, separator) {
        ("", 'T' | ' ') => Some(Look::Wall(fraction)),
        ("Z", _) => Some(Look::Instant(fraction)),
        (offset, _) => {
            let (hour, minute) = offset.strip_prefix(['+', '-'])?.split_once(':')?;
            // A time whose offset would carry it out of the years is left a text.
            (within(hour, 18) && within(minute, 59) && !day.starts_with("0001") && !day.starts_with("9999"))
                .then_some(Look::Instant(fraction))
        }
    }
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let sized = year.len() == 4
        && month.len() == 2
        && day.len() == 2
        && [year, month, day].iter().all(|part| digits(part));
    let numbers = (year.parse::<i64>(), month.parse::<u8>(), day.parse::<u8>());
    sized && matches!(numbers, (Ok(year), Ok(month), Ok(day)) if year > 0 && is_valid_date(year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        for (text, expected) in [
            ("2026-11-23", Look::Day),
            ("2026-02-30", Look::Other),
            ("0000-01-01", Look::Other),
            ("2026-11-23T08:15:00Z", Look::Instant(0)),
            ("2026-11-23T08:15:00.123456+01:00", Look::Instant(6)),
            ("2026-11-23 08:15:00", Look::Wall(0)),
            ("2026-11-23T08:15:00.5", Look::Wall(1)),
            ("2026-11-23T08:15", Look::Other),
            ("2026-11-23T24:00:00Z", Look::Other),
            ("2026-11-23T08:15:60Z", Look::Other),
            ("2026-11-23T08:15:00+0100", Look::Other),
            ("6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b", Look::Uuid),
            ("6EC0BD7F-11C0-43DA-975E-2A8AD9EBAE0B", Look::Other),
            ("-12.5", Look::Number),
            ("4,289", Look::CommaNumber),
            ("1,234,5", Look::Other),
            ("true", Look::Truth),
            ("", Look::Other),
            ("é26-11-23", Look::Other),
        ] {
            assert_eq!(look(text), expected, "{text}");
        }
    }
}
