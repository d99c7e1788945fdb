//! Least and greatest values as statistics and the page index keep them.

use parquet::data_type::ByteArray;
use parquet::file::statistics::{Statistics, ValueStatistics};

/// What statistics of a chunk say beside its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub(super) nulls: u64,
    /// Of columns of floating-point numbers alone.
    pub(super) nans: Option<u64>,
    /// Whether readers of the first format version may use the bounds.
    pub(super) signed: bool,
}

/// A value that bounds others.
pub(super) trait Bound: Clone + Send {
    /// Whether this says nothing once there is a number.
    fn is_nan(&self) -> bool {
        false
    }
    fn exceeds(&self, other: &Self) -> bool;
    /// As the page index has the lower and the upper bound.
    fn index(least: &Self, greatest: &Self, truncate: Truncate) -> (Vec<u8>, Vec<u8>);
    fn statistics(bounds: Option<(Self, Self)>, counts: Counts, truncate: Truncate) -> Statistics;
}

/// Takes bounds into others, by Parquet's rule: not-a-number gives way to numbers.
pub(super) fn widen<B: Bound>(bounds: &mut Option<(B, B)>, more: (B, B)) {
    let Some((least, greatest)) = bounds else {
        *bounds = Some(more);
        return;
    };
    if least.is_nan() != more.0.is_nan() {
        if least.is_nan() {
            *bounds = Some(more);
        }
        return;
    }
    if least.exceeds(&more.0) {
        *least = more.0;
    }
    if more.1.exceeds(greatest) {
        *greatest = more.1;
    }
}

macro_rules! number {
    ($($type:ty, $is_nan:expr, $exceeds:expr;)*) => {$(
        impl Bound for $type {
            fn is_nan(&self) -> bool {
                $is_nan(*self)
            }
            fn exceeds(&self, other: &Self) -> bool {
                $exceeds(self, other)
            }
            fn index(least: &Self, greatest: &Self, _: Truncate) -> (Vec<u8>, Vec<u8>) {
                (least.to_le_bytes().to_vec(), greatest.to_le_bytes().to_vec())
            }
            fn statistics(bounds: Option<(Self, Self)>, counts: Counts, _: Truncate) -> Statistics {
                let (least, greatest) = bounds.unzip();
                ValueStatistics::new(least, greatest, None, Some(counts.nulls), false)
                    .with_nan_count(counts.nans)
                    .with_backwards_compatible_min_max(counts.signed)
                    .into()
            }
        }
    )*};
}

number! {
    i32, |_| false, |a: &i32, b: &i32| a > b;
    i64, |_| false, |a: &i64, b: &i64| a > b;
    f32, f32::is_nan, |a: &f32, b: &f32| a.total_cmp(b).is_gt();
    f64, f64::is_nan, |a: &f64, b: &f64| a.total_cmp(b).is_gt();
}

impl Bound for bool {
    fn exceeds(&self, other: &Self) -> bool {
        self > other
    }
    fn index(least: &Self, greatest: &Self, _: Truncate) -> (Vec<u8>, Vec<u8>) {
        (vec![u8::from(*least)], vec![u8::from(*greatest)])
    }
    fn statistics(bounds: Option<(Self, Self)>, counts: Counts, _: Truncate) -> Statistics {
        let (least, greatest) = bounds.unzip();
        ValueStatistics::new(least, greatest, None, Some(counts.nulls), false)
            .with_backwards_compatible_min_max(counts.signed)
            .into()
    }
}

/// How long bounds may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truncate {
    pub(super) length: Option<usize>,
    /// Whether bounds stay text.
    pub(super) text: bool,
}

impl Truncate {
    /// A lower bound, and whether it was cut.
    fn least(self, value: &[u8]) -> (Vec<u8>, bool) {
        let cut = self.length.filter(|&length| value.len() > length).and_then(|length| {
            let length =
                if self.text { (1..=length).rfind(|&at| begins_character(value, at))? } else { length };
            value.get(..length)
        });
        (cut.unwrap_or(value).to_vec(), cut.is_some())
    }

    /// An upper bound, and whether it was cut: then its last character is a higher one.
    fn greatest(self, value: &[u8]) -> (Vec<u8>, bool) {
        let cut = self.length.filter(|&length| value.len() > length).and_then(|length| {
            if self.text {
                // A character has four bytes at most.
                let at = (length.saturating_sub(3)..=length).rfind(|&at| begins_character(value, at))?;
                raised_text(std::str::from_utf8(value.get(..at)?).ok()?)
            } else {
                raised_bytes(value.get(..length)?)
            }
        });
        match cut {
            Some(cut) => (cut, true),
            None => (value.to_vec(), false),
        }
    }
}

fn begins_character(value: &[u8], at: usize) -> bool {
    value.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)
}

/// The shortest change upwards of a text that is not longer: its last character that has a successor of the same size
/// is raised, what follows dropped.
fn raised_text(text: &str) -> Option<Vec<u8>> {
    text.char_indices().rev().find_map(|(at, character)| {
        let next = char::from_u32(character as u32 + 1)?;
        (next.len_utf8() == character.len_utf8()).then(|| {
            let mut raised = text.as_bytes().get(..at).unwrap_or_default().to_vec();
            raised.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
            raised
        })
    })
}

fn raised_bytes(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.iter().all(|&byte| byte == u8::MAX) {
        return None;
    }
    let mut raised = bytes.to_vec();
    for byte in raised.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
    Some(raised)
}

impl Bound for Vec<u8> {
    fn exceeds(&self, other: &Self) -> bool {
        self > other
    }
    fn index(least: &Self, greatest: &Self, truncate: Truncate) -> (Vec<u8>, Vec<u8>) {
        (truncate.least(least).0, truncate.greatest(greatest).0)
    }
    fn statistics(bounds: Option<(Self, Self)>, counts: Counts, truncate: Truncate) -> Statistics {
        let least = bounds.as_ref().map(|(least, _)| truncate.least(least));
        let greatest = bounds.as_ref().map(|(_, greatest)| truncate.greatest(greatest));
        let whole = |bound: &Option<(Vec<u8>, bool)>| bound.as_ref().is_some_and(|&(_, cut)| !cut);
        let (least_is_exact, greatest_is_exact) = (whole(&least), whole(&greatest));
        let value = |bound: Option<(Vec<u8>, bool)>| bound.map(|(value, _)| ByteArray::from(value));
        ValueStatistics::new(value(least), value(greatest), None, Some(counts.nulls), counts.signed)
            .with_min_is_exact(least_is_exact)
            .with_max_is_exact(greatest_is_exact)
            .into()
    }
}
