//! Decimal texts to unscaled integers, exactly.

/// A decimal at the scale of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scaled {
    /// The value times ten to the power of the scale.
    pub(crate) unscaled: i128,
    /// Whether digits were lost; the last kept one is rounded half-up, away from zero.
    pub(crate) rounded: bool,
}

/// Ten to the power of 0 to 38.
pub(crate) fn power_of_ten(exponent: u32) -> i128 {
    10_i128.pow(exponent.min(38))
}

/// Reads `-12.345e2` at a scale. `None` when it is no decimal number or has more than `precision` digits.
pub(crate) fn parse_decimal(text: &[u8], precision: u8, scale: u8) -> Option<Scaled> {
    let (negative, rest) = sign(text);
    let (mantissa, exponent) = match split_once(rest, |b| matches!(b, b'e' | b'E')) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (rest, 0),
    };
    let (whole, fraction) = split_once(mantissa, |&b| b == b'.').unwrap_or((mantissa, &[]));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let zeros = whole.iter().chain(fraction).take_while(|&&b| b == b'0').count();
    let digits = || whole.iter().chain(fraction).skip(zeros);
    let significant = whole.len() + fraction.len() - zeros;
    if significant == 0 {
        return Some(Scaled { unscaled: 0, rounded: false });
    }
    // Digits that stand before the cut when the point is moved `scale` places to the right.
    let kept = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()? + exponent + i64::from(scale);
    if kept > i64::from(precision) {
        return None;
    }
    if kept < 0 {
        return Some(Scaled { unscaled: 0, rounded: true });
    }
    let kept = usize::try_from(kept).ok()?;
    let mut unscaled: i128 = 0;
    for &digit in digits().chain(std::iter::repeat(&b'0')).take(kept) {
        unscaled = unscaled * 10 + i128::from(digit - b'0');
    }
    let mut rest = digits().skip(kept);
    let round_up = rest.next().is_some_and(|&digit| digit >= b'5');
    let rounded = digits().skip(kept).any(|&digit| digit != b'0');
    if round_up {
        unscaled += 1;
        if unscaled >= power_of_ten(precision.into()) {
            return None;
        }
    }
    Some(Scaled { unscaled: if negative { -unscaled } else { unscaled }, rounded })
}

/// Brings `unscaled · 10^-from` to another scale, rounding half-up; `None` when it has more than `precision` digits.
pub(crate) fn rescale(unscaled: i128, from: u32, precision: u8, scale: u8) -> Option<Scaled> {
    let to = u32::from(scale);
    let (value, rounded) = if from <= to {
        (unscaled.checked_mul(10_i128.checked_pow(to - from)?)?, false)
    } else if from - to > 38 {
        (0, unscaled != 0)
    } else {
        let divisor = power_of_ten(from - to);
        let rest = unscaled % divisor;
        let up = rest.unsigned_abs() >= (divisor / 2).unsigned_abs();
        (unscaled / divisor + if up { unscaled.signum() } else { 0 }, rest != 0)
    };
    (value.unsigned_abs() < power_of_ten(precision.into()).unsigned_abs())
        .then_some(Scaled { unscaled: value, rounded })
}

/// Whether a number is negative, and the number without its sign.
fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// What stands before and behind the first byte of a kind.
fn split_once(text: &[u8], is_it: impl Fn(&u8) -> bool) -> Option<(&[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(text.iter().position(is_it)?)?;
    Some((before, rest.get(1..)?))
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // An exponent beyond any document's length only has to stay large.
    let value = digits.iter().fold(0_i64, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(1 << 40));
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(i128, bool)> {
        parse_decimal(text.as_bytes(), 6, 2).map(|d| (d.unscaled, d.rounded))
    }

    #[test]
    fn exact_rounded_and_refused() {
        assert_eq!(parse("12.34"), Some((1234, false)));
        assert_eq!(parse("-12.345"), Some((-1235, true)));
        assert_eq!(parse("12.344999"), Some((1234, true)));
        assert_eq!(parse("12.3400"), Some((1234, false)));
        assert_eq!(parse("1e2"), Some((10000, false)));
        assert_eq!(parse("1.5E-2"), Some((2, true)));
        assert_eq!(parse("0.001"), Some((0, true)));
        assert_eq!(parse("-0"), Some((0, false)));
        assert_eq!(parse("+7"), Some((700, false)));
        assert_eq!(parse("9999.99"), Some((999_999, false)));
        assert_eq!(parse("9999.995"), None);
        assert_eq!(parse("10000"), None);
        assert_eq!(parse("1e1000000000000"), None);
        assert_eq!(parse("1e-1000000000000"), Some((0, true)));
        assert_eq!(parse("0e99999"), Some((0, false)));
        for bad in ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "12a", "--1", " 1"] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
        assert_eq!(
            parse_decimal(b"99999999999999999999999999999999999999", 38, 0).unwrap().unscaled,
            10_i128.pow(38) - 1
        );
    }

    #[test]
    fn rescaling_agrees_with_parsing() {
        for (unscaled, from) in
            [(12345, 3), (-12345, 3), (12344, 3), (5, 3), (4, 3), (-5, 3), (7, 0), (99_999_950, 4)]
        {
            let text = format!("{unscaled}e-{from}");
            assert_eq!(rescale(unscaled, from, 6, 2), parse_decimal(text.as_bytes(), 6, 2), "{text}");
        }
    }
}
