//! An end of a range of dates.

use super::date_format::DateFormat;
use super::interval::{FIRST_MOMENT, LAST_MOMENT, Unit, plus};

/// An end of a range of dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// A date, in milliseconds since 1970.
    At(i64),
    /// The time of the query, so many units later.
    Now { count: i64, unit: Unit },
}

impl Bound {
    /// Reads a date in the format, or `NOW`, `NOW-3DAYS`, `NOW + 1 MONTH` with blanks anywhere between. A date takes
    /// no blanks around it.
    pub(super) fn parse(text: &str, format: &DateFormat) -> Result<Self, String> {
        let trimmed = text.trim_matches(is_blank);
        if let Some(rest) = trimmed.strip_prefix("NOW") {
            return now(rest.trim_start_matches(is_blank)).ok_or_else(|| {
                format!(
                    "`{trimmed}` is not NOW, a sign, a whole number and a unit from YEARS to SECONDS, as in NOW-3DAYS"
                )
            });
        }
        match format.parse(text) {
            Some(moment) => Ok(Self::At(moment)),
            None if trimmed.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("now")) => {
                Err(format!("`{trimmed}` is no date; NOW has capital letters"))
            }
            None => Err(format!("`{text}` is no date in the format `{}`", format.pattern())),
        }
    }

    /// The moment that it is for a query at `now`, in milliseconds since 1970.
    pub(super) fn at(&self, now: i64) -> i64 {
        match *self {
            Self::At(moment) => moment,
            Self::Now { count, unit } => {
                let now = now.clamp(FIRST_MOMENT, LAST_MOMENT);
                plus(now, count, unit).unwrap_or(if count < 0 { FIRST_MOMENT } else { LAST_MOMENT })
            }
        }
    }
}

/// What follows `NOW`.
fn now(rest: &str) -> Option<Bound> {
    if rest.is_empty() {
        return Some(Bound::Now { count: 0, unit: Unit::Days });
    }
    let (sign, rest) = match rest.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, rest.strip_prefix('-')?),
    };
    let rest = rest.trim_start_matches(is_blank);
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    let (number, word) = rest.split_at(digits);
    let word = word.trim_matches(is_blank);
    let unit = Unit::ALL
        .into_iter()
        .filter(|unit| *unit != Unit::Milliseconds)
        .find(|unit| word == unit.name() || Some(word) == unit.name().strip_suffix('S'))?;
    Some(Bound::Now { count: sign * number.parse::<i64>().ok()?, unit })
}

/// What Java's `\s` takes.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_and_dates() {
        let format = DateFormat::new("yyyy-MM-dd").unwrap();
        let parse = |text: &str| Bound::parse(text, &format).ok();
        for (text, count, unit) in [
            ("NOW", 0, Unit::Days),
            (" NOW\t", 0, Unit::Days),
            ("NOW+1DAY", 1, Unit::Days),
            ("NOW - 3 YEARS ", -3, Unit::Years),
            ("NOW+\n08MONTHS", 8, Unit::Months),
            ("NOW-1SECOND", -1, Unit::Seconds),
            ("NOW-2WEEK", -2, Unit::Weeks),
        ] {
            assert_eq!(parse(text), Some(Bound::Now { count, unit }), "{text}");
        }
        for text in [
            "",
            "now",
            "NOWISH",
            "NOW+",
            "NOW+1",
            "NOW+DAY",
            "NOW*1DAY",
            "NOW+1day",
            "NOW+1DAYSS",
            "NOW+1.5DAYS",
            "NOW+99999999999999999999DAYS",
            "NOW+1MILLISECONDS",
            "NOW+1DAY-1HOUR",
            "2026-1-1",
            " 2026-01-01",
            "2026-13-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("1970-01-02"), Some(Bound::At(86_400_000)));
    }

    #[test]
    fn far_from_now_ends_with_time() {
        let at = |count| Bound::Now { count, unit: Unit::Years }.at(0);
        assert_eq!(at(100_000), LAST_MOMENT);
        assert_eq!(at(-100_000), FIRST_MOMENT);
    }
}
