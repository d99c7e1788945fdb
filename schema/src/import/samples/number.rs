//! Which numbers were seen.

/// Numbers, summed up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) count: usize,
    /// Whether any has a point or an exponent.
    pub(super) fractions: bool,
    /// Whether any whole number has more than 64 bits.
    pub(super) wide: bool,
    /// Whether a double holds each of them as it is written.
    pub(super) inexact: bool,
    /// Most digits before and after the point.
    pub(super) whole: usize,
    pub(super) scale: usize,
    /// Smallest and largest, as doubles.
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Numbers {
    pub(super) fn add(&mut self, text: &str) {
        let value: f64 = text.parse().unwrap_or(f64::NAN);
        (self.least, self.most) =
            if self.count == 0 { (value, value) } else { (self.least.min(value), self.most.max(value)) };
        self.count += 1;
        let is_whole = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
        self.fractions |= !is_whole;
        self.wide |= is_whole && text.parse::<i64>().is_err();
        self.inexact |= !value.is_finite() || significant(text) != significant(&format!("{value:e}"));
        let (whole, scale) = places(text);
        self.whole = self.whole.max(whole);
        self.scale = self.scale.max(scale);
    }

    /// Adds numbers that were seen elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        (self.least, self.most) = if self.count == 0 {
            (other.least, other.most)
        } else {
            (self.least.min(other.least), self.most.max(other.most))
        };
        self.count += other.count;
        self.fractions |= other.fractions;
        self.wide |= other.wide;
        self.inexact |= other.inexact;
        self.whole = self.whole.max(other.whole);
        self.scale = self.scale.max(other.scale);
    }
}

/// Digits of a number without leading and trailing zeros, and the power of ten of the last of them.
fn significant(text: &str) -> (String, i64) {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let power = exponent.parse::<i64>().unwrap_or(i64::MAX / 2) - i64::try_from(fraction.len()).unwrap_or(0);
    let cut = digits.trim_end_matches('0');
    if cut.is_empty() {
        return (String::new(), 0);
    }
    let zeros = i64::try_from(digits.len() - cut.len()).unwrap_or(0);
    (cut.trim_start_matches('0').to_owned(), power.saturating_add(zeros))
}

/// Digits before and after the point.
fn places(text: &str) -> (usize, usize) {
    let (digits, power) = significant(text);
    let len = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let whole = len.saturating_add(power).max(0);
    let scale = power.saturating_neg().max(0);
    (usize::try_from(whole).unwrap_or(usize::MAX), usize::try_from(scale).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Numbers {
        let mut numbers = Numbers::default();
        texts.iter().for_each(|text| numbers.add(text));
        numbers
    }

    #[test]
    fn digits_and_exactness() {
        let seen = of(&["-12.50", "0.125", "3"]);
        assert_eq!((seen.whole, seen.scale, seen.inexact, seen.fractions), (2, 3, false, true));
        assert!(of(&["9007199254740993.5"]).inexact);
        assert!(of(&["0.1234567890123456789"]).inexact);
        assert!(of(&["1e400"]).inexact);
        assert!(!of(&["1e22", "0", "0.0", "-0", "100"]).inexact);
        assert!(of(&["9223372036854775808"]).wide && !of(&["-9223372036854775808"]).wide);
        assert_eq!(of(&["1e3"]).whole, 4);
    }
}
