//! Numbers of JSON, compared exactly.

use std::cmp::Ordering;

/// From here on a floating-point number stays one, whole or not.
const BEYOND: f64 = 1.329_227_995_784_916e36; // 2^120

/// A number. Whole ones are integers however they are written, so that `1` and `1.0` are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Number {
    Whole(i128),
    /// The bits of a finite number that is not whole, or too large.
    Float(u64),
}

impl Number {
    pub(super) fn from_float(value: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, reason = "whole and within range")]
        if value.fract() == 0.0 && value.abs() < BEYOND {
            Self::Whole(value as i128)
        } else {
            Self::Float(value.to_bits())
        }
    }

    /// None of a number that is not finite, which JSON has not.
    pub(super) fn read(number: &serde_json::Number) -> Option<Self> {
        let whole = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
        whole
            .map(Self::Whole)
            .or_else(|| number.as_f64().filter(|float| float.is_finite()).map(Self::from_float))
    }

    pub(super) fn to_float(self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "for a value between others")]
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Float(bits) => f64::from_bits(bits),
        }
    }

    /// As JSON; none where `serde_json` has no such number.
    pub(super) fn json(self) -> Option<serde_json::Value> {
        match self {
            Self::Whole(whole) => i64::try_from(whole)
                .map(serde_json::Value::from)
                .or_else(|_| u64::try_from(whole).map(serde_json::Value::from))
                .ok()
                .or_else(|| {
                    let float = self.to_float();
                    let exact = Self::from_float(float) == self;
                    serde_json::Number::from_f64(float).filter(|_| exact).map(Into::into)
                }),
            Self::Float(bits) => serde_json::Number::from_f64(f64::from_bits(bits)).map(Into::into),
        }
    }

    /// Whether it counts as an integer.
    pub(super) fn is_whole(self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Float(bits) => f64::from_bits(bits).fract() == 0.0,
        }
    }

    /// Whether it is a multiple; none where validators round differently.
    pub(super) fn is_multiple_of(self, step: Self) -> Option<bool> {
        match (self, step) {
            (Self::Whole(number), Self::Whole(step)) if step != 0 => Some(number % step == 0),
            (Self::Float(number), Self::Whole(_)) if f64::from_bits(number).fract() != 0.0 => Some(false),
            (Self::Whole(0), _) => Some(true),
            (number, step) if number == step => Some(true),
            (Self::Whole(_) | Self::Float(_), Self::Whole(_) | Self::Float(_)) => None,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Self::Whole(one), Self::Whole(other)) => one.cmp(&other),
            (Self::Float(one), Self::Float(other)) => f64::from_bits(one).total_cmp(&f64::from_bits(other)),
            (Self::Whole(whole), Self::Float(bits)) => beside(whole, f64::from_bits(bits)),
            (Self::Float(bits), Self::Whole(whole)) => beside(whole, f64::from_bits(bits)).reverse(),
        }
    }
}

/// A whole number against one that is not whole, or beyond all of them.
fn beside(whole: i128, float: f64) -> Ordering {
    #[allow(clippy::cast_possible_truncation, reason = "saturates")]
    let below = float.floor() as i128;
    if float >= BEYOND || (float > -BEYOND && whole <= below) { Ordering::Less } else { Ordering::Greater }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_exact_where_doubles_round() {
        let whole = |value: i128| Number::Whole(value);
        assert_eq!(Number::from_float(12.0), whole(12));
        assert!(Number::from_float(0.5) > whole(0) && Number::from_float(0.5) < whole(1));
        assert!(Number::from_float(-0.5) < whole(0) && Number::from_float(-0.5) > whole(-1));
        assert!(whole(i128::from(u64::MAX)) < Number::from_float(1e300));
        assert!(whole(i128::from(i64::MIN)) > Number::from_float(-1e300));
        assert!(whole((1 << 53) + 1) > Number::from_float(9_007_199_254_740_992.0));
    }

    #[test]
    fn multiples() {
        assert_eq!(Number::Whole(12).is_multiple_of(Number::Whole(4)), Some(true));
        assert_eq!(Number::Whole(13).is_multiple_of(Number::Whole(4)), Some(false));
        assert_eq!(Number::from_float(1.5).is_multiple_of(Number::Whole(1)), Some(false));
        assert_eq!(Number::from_float(0.3).is_multiple_of(Number::from_float(0.1)), None);
        assert_eq!(Number::Whole(1).is_multiple_of(Number::Whole(0)), None);
    }
}
