//! Numbers of a column: which ones are usual, which stand at the ends, which ones name things.

use crate::json::Json;
use crate::keywords::Keywords;
use crate::logical_type::LogicalType;

/// The numbers of a column, each times ten to the power of `scale`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Numbers {
    pub(super) usual: Steps,
    pub(super) keys: Steps,
    pub(super) scale: u8,
    /// The ends, as JSON.
    pub(super) edges: Vec<String>,
    /// Whether they are written in quotes, with a comma for the point.
    pub(super) comma: bool,
}

/// `first`, `first + step`, … up to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) first: i128,
    pub(super) last: i128,
    pub(super) step: i128,
}

/// Where usual numbers end, unless the type or a keyword says otherwise.
const USUAL: i128 = 100;
/// Digits behind the point of usual floating-point numbers.
const FLOAT_SCALE: u8 = 2;
/// Most digits behind the point that are tried to find a floating-point number between two bounds.
const FINEST: u8 = 18;
/// Largest floating-point number but for the edges.
const FLOAT_ALL: i128 = 10_i128.pow(20);
/// Most multiples of a step until one fits the scale.
const MULTIPLES: i128 = 1000;

const DOUBLE_EDGES: [&str; 4] = ["1.7976931348623157e308", "-2.2250738585072014e-308", "5e-324", "-0.0"];
const SINGLE_EDGES: [&str; 4] = ["3.4028235e38", "-1.17549435e-38", "1e-45", "-0.0"];

impl Steps {
    /// How many there are.
    pub(super) fn count(self) -> u128 {
        self.last.abs_diff(self.first) / self.step.unsigned_abs().max(1) + 1
    }

    /// One of them, counted from 0.
    pub(super) fn at(self, index: u128) -> i128 {
        // The sum lies between two numbers of the type; only on the way there it may be larger.
        self.first.wrapping_add(self.step.wrapping_mul(index.cast_signed()))
    }
}

impl Numbers {
    /// The numbers of a type, less what its keywords exclude; none when nothing is left.
    pub(super) fn of(ty: &LogicalType, keywords: &Keywords, comma: bool) -> Option<Self> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is one of integers")]
        match ty {
            LogicalType::Float32 => Self::float(&SINGLE_EDGES, keywords, comma),
            LogicalType::Float64 => Self::float(&DOUBLE_EDGES, keywords, comma),
            LogicalType::Decimal { precision, scale } => {
                let all = ten(*precision) - 1;
                // Two digits before the point, where there are two.
                let usual = ten(scale.saturating_add(2).min(*precision)) - 1;
                Self::exact((-all, all), (0, usual), *scale, keywords, comma)
            }
            _ => {
                let (min, max) = ty.integer_range()?;
                let (min, max) = (i128::from(min), i128::from(max));
                Self::exact((min, max), (min.max(0), max.min(USUAL)), 0, keywords, comma)
            }
        }
    }

    fn exact(
        all: (i128, i128),
        usual: (i128, i128),
        scale: u8,
        keywords: &Keywords,
        comma: bool,
    ) -> Option<Self> {
        let bounds = Bounds::of(keywords, scale);
        let ends = bounds.within(all, all)?;
        let mut edges: Vec<String> = [ends.first, ends.last, 0]
            .iter()
            .filter(|value| (ends.first..=ends.last).contains(*value))
            .map(|value| text(*value, scale))
            .collect();
        edges.dedup();
        Some(Self { usual: bounds.within(usual, all)?, keys: keys(bounds, all, scale)?, scale, edges, comma })
    }

    /// Numbers of a few digits; with bounds between which there is none of them, of more.
    fn float(edges: &[&str], keywords: &Keywords, comma: bool) -> Option<Self> {
        (FLOAT_SCALE..=FINEST).find_map(|scale| {
            let (bounds, all) = (Bounds::of(keywords, scale), FLOAT_ALL.checked_mul(ten(scale))?);
            let usual = bounds.within((0, USUAL * ten(scale) - 1), (-all, all))?;
            let edges = if bounds == Bounds::default() {
                edges.iter().map(|edge| (*edge).to_owned()).collect()
            } else {
                vec![text(usual.first, scale), text(usual.last, scale)]
            };
            Some(Self { usual, keys: keys(bounds, (-all, all), scale)?, scale, edges, comma })
        })
    }
}

/// 1, 2, 3, … as far as they go; of what is bounded, everything from its start.
fn keys(bounds: Bounds, all: (i128, i128), scale: u8) -> Option<Steps> {
    if bounds != Bounds::default() {
        return bounds.within(all, all);
    }
    let one = if ten(scale) <= all.1 { ten(scale) } else { 1 };
    Some(Steps { first: one, last: all.1 - (all.1 - one) % one, step: one })
}

/// What keywords say, at a scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bounds {
    least: Option<i128>,
    most: Option<i128>,
    step: Option<i128>,
}

impl Bounds {
    fn of(keywords: &Keywords, scale: u8) -> Self {
        let bound = |name: &str| keywords.own.get(name).and_then(|value| scaled(value, scale));
        // Rounded down, so that what is not exact lies above.
        let above = |(value, exact): (i128, bool), open: bool| value + i128::from(!exact || open);
        let below = |(value, exact): (i128, bool), open: bool| value - i128::from(exact && open);
        let least = [
            bound("minimum").map(|bound| above(bound, false)),
            bound("exclusiveMinimum").map(|bound| above(bound, true)),
        ];
        let most = [
            bound("maximum").map(|bound| below(bound, false)),
            bound("exclusiveMaximum").map(|bound| below(bound, true)),
        ];
        let step = keywords.own.get("multipleOf").and_then(|value| {
            // The first multiple that the scale can hold; all others are multiples of that one.
            (1..=MULTIPLES).find_map(|times| {
                let multiple = scaled_times(value, scale, times)?;
                (multiple.1 && multiple.0 > 0).then_some(multiple.0)
            })
        });
        Self { least: least.into_iter().flatten().max(), most: most.into_iter().flatten().min(), step }
    }

    /// The numbers between the bounds, and `usual` ones where there is no bound, all of them within `all`.
    fn within(self, usual: (i128, i128), all: (i128, i128)) -> Option<Steps> {
        // A bound beyond what is usual moves it there.
        let width = usual.1.saturating_sub(usual.0);
        let (first, last) = match (self.least, self.most) {
            (None, None) => usual,
            (Some(least), None) if least < usual.1 => (least, usual.1),
            (Some(least), None) => (least, least.saturating_add(width)),
            (None, Some(most)) if most > usual.0 => (usual.0, most),
            (None, Some(most)) => (most.saturating_sub(width), most),
            (Some(least), Some(most)) => (least, most),
        };
        let (first, last) = (first.max(all.0), last.min(all.1));
        let step = self.step.unwrap_or(1);
        // Rounded up and down to multiples of the step.
        let first = first.checked_add((-first).rem_euclid(step))?;
        let last = last.checked_sub(last.rem_euclid(step))?;
        (first <= last).then_some(Steps { first, last, step })
    }
}

fn ten(power: u8) -> i128 {
    10_i128.pow(u32::from(power.min(38)))
}

/// A number at a scale, rounded down, and whether it is exact.
fn scaled(number: &Json, scale: u8) -> Option<(i128, bool)> {
    scaled_times(number, scale, 1)
}

fn scaled_times(number: &Json, scale: u8, times: i128) -> Option<(i128, bool)> {
    let text = match number {
        Json::Int(value) => value.to_string(),
        // As it is written, without an exponent.
        Json::Float(value) => value.to_string(),
        Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => return None,
    };
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = format!("{whole}{fraction}").parse::<i128>().ok()?;
    let value = digits.checked_mul(sign)?.checked_mul(times)?.checked_mul(ten(scale))?;
    let one = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    Some((value.div_euclid(one), value.rem_euclid(one) == 0))
}

/// A number as JSON.
pub(super) fn text(value: i128, scale: u8) -> String {
    let mut out = String::new();
    write(value, scale, false, &mut out);
    out
}

/// Appends a number with that many digits behind the point; one with a comma is a text.
pub(super) fn write(value: i128, scale: u8, comma: bool, out: &mut String) {
    use std::fmt::Write as _;
    let one = ten(scale).unsigned_abs();
    let value_of = value.unsigned_abs();
    let (whole, fraction, width) = (value_of / one, value_of % one, usize::from(scale));
    let sign = if value < 0 { "-" } else { "" };
    // Writing to a `String` cannot fail.
    let _ = match (scale, comma) {
        (0, _) => write!(out, "{sign}{whole}"),
        (_, false) => write!(out, "{sign}{whole}.{fraction:0width$}"),
        (_, true) => write!(out, "\"{sign}{whole},{fraction:0width$}\""),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keywords<const N: usize>(own: [(&str, Json); N]) -> Keywords {
        Keywords { own: own.map(|(name, value)| (name.to_owned(), value)).into(), ..Keywords::default() }
    }

    fn usual<const N: usize>(ty: &LogicalType, own: [(&str, Json); N]) -> Option<(i128, i128, i128)> {
        let numbers = Numbers::of(ty, &keywords(own), false)?;
        Some((numbers.usual.first, numbers.usual.last, numbers.usual.step))
    }

    #[test]
    fn keywords_bound_the_numbers() {
        let (int, byte) = (LogicalType::Int32, LogicalType::UInt8);
        let price = LogicalType::Decimal { precision: 5, scale: 2 };
        let (min, max) = ("minimum", "maximum");
        assert_eq!(usual(&byte, []), Some((0, 100, 1)));
        assert_eq!(usual(&byte, [(max, Json::Int(3))]), Some((0, 3, 1)));
        assert_eq!(usual(&byte, [(max, Json::Int(200))]), Some((0, 200, 1)));
        assert_eq!(usual(&byte, [(min, Json::Int(200))]), Some((200, 255, 1)));
        assert_eq!(usual(&byte, [(min, Json::Int(300))]), None);
        assert_eq!(usual(&int, [(min, Json::Int(-40)), (max, Json::Float(-0.5))]), Some((-40, -1, 1)));
        assert_eq!(usual(&int, [("exclusiveMaximum", Json::Int(-5))]), Some((-106, -6, 1)));
        assert_eq!(usual(&int, [("multipleOf", Json::Float(2.5))]), Some((0, 100, 5)));
        assert_eq!(usual(&int, [("multipleOf", Json::Int(7)), (min, Json::Int(1))]), Some((7, 98, 7)));
        assert_eq!(usual(&price, []), Some((0, 9_999, 1)));
        assert_eq!(usual(&price, [(min, Json::Float(1.1)), (max, Json::Int(2))]), Some((110, 200, 1)));
        assert_eq!(usual(&price, [("exclusiveMinimum", Json::Float(1.105))]), Some((111, 9_999, 1)));
        assert_eq!(usual(&LogicalType::Float64, [(max, Json::Float(0.5))]), Some((0, 50, 1)));
        let narrow = [(min, Json::Float(0.0001)), (max, Json::Float(0.0003))];
        assert_eq!(usual(&LogicalType::Float32, narrow), Some((1, 3, 1)));
    }

    #[test]
    fn the_widest_numbers_have_edges_and_keys() {
        let widest = LogicalType::Decimal { precision: 38, scale: 0 };
        let numbers = Numbers::of(&widest, &Keywords::default(), false).unwrap();
        assert_eq!(numbers.edges, [format!("-{}", "9".repeat(38)), "9".repeat(38), "0".to_owned()]);
        assert_eq!((numbers.keys.first, numbers.keys.at(41)), (1, 42));
        let whole = Steps { first: -ten(38) + 1, last: ten(38) - 1, step: 1 };
        assert_eq!(whole.at(whole.count() - 1), whole.last);
        let fraction = LogicalType::Decimal { precision: 2, scale: 2 };
        let numbers = Numbers::of(&fraction, &Keywords::default(), false).unwrap();
        assert_eq!((numbers.keys.first, numbers.keys.last, numbers.edges[0].as_str()), (1, 99, "-0.99"));
    }
}
