//! Columns of numbers.

use super::bounds::{Bound, widen};
use super::hybrid;
use super::number_codes::NumberCodes;
use super::{Coder, Dictionary, PageEnd};
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType,
};
use arrow_array::{Array, PrimitiveArray, cast::AsArray};
use arrow_buffer::{ArrowNativeType, ScalarBuffer, ToByteSlice};
use arrow_schema::{DataType, TimeUnit};
use std::mem;
use std::ops::Range;

/// A number as Parquet stores it.
pub(super) trait Number: Bound + Copy + ArrowNativeType {
    /// Different for different bits.
    fn word(self) -> u64;
    /// The numbers of a column; none if it has others.
    fn numbers(array: &dyn Array) -> Option<ScalarBuffer<Self>>;
    /// The least and the greatest, and how many are not numbers. Nothing if there are none.
    fn bounds(numbers: &[Self]) -> (Option<(Self, Self)>, Option<u64>);
}

fn least_and_greatest<N: Copy + Ord>(numbers: &[N]) -> Option<(N, N)> {
    let &first = numbers.first()?;
    // Several at a time, which compilers turn into vectors.
    let (lanes, rest) = numbers.as_chunks::<8>();
    let (mut least, mut greatest) = ([first; 8], [first; 8]);
    for lane in lanes {
        for ((least, greatest), &number) in least.iter_mut().zip(&mut greatest).zip(lane) {
            *least = (*least).min(number);
            *greatest = (*greatest).max(number);
        }
    }
    let least = least.iter().chain(rest).min()?;
    let greatest = greatest.iter().chain(rest).max()?;
    Some((*least, *greatest))
}

fn widened<T: arrow_array::ArrowPrimitiveType, N: ArrowNativeType>(
    array: &PrimitiveArray<T>,
    widen: impl Fn(T::Native) -> N,
) -> ScalarBuffer<N> {
    array.values().iter().map(|&value| widen(value)).collect::<Vec<N>>().into()
}

impl Number for i32 {
    fn word(self) -> u64 {
        i64::from(self).cast_unsigned()
    }

    fn numbers(array: &dyn Array) -> Option<ScalarBuffer<Self>> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "others are not stored so")]
        Some(match array.data_type() {
            DataType::Int8 => widened(array.as_primitive_opt::<Int8Type>()?, i32::from),
            DataType::Int16 => widened(array.as_primitive_opt::<Int16Type>()?, i32::from),
            DataType::Int32 => array.as_primitive_opt::<Int32Type>()?.values().clone(),
            DataType::Date32 => array.as_primitive_opt::<Date32Type>()?.values().clone(),
            DataType::Decimal128(..) => widened(array.as_primitive_opt::<Decimal128Type>()?, |v| v as i32),
            _ => return None,
        })
    }

    fn bounds(numbers: &[Self]) -> (Option<(Self, Self)>, Option<u64>) {
        (least_and_greatest(numbers), None)
    }
}

impl Number for i64 {
    fn word(self) -> u64 {
        self.cast_unsigned()
    }

    fn numbers(array: &dyn Array) -> Option<ScalarBuffer<Self>> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "others are not stored so")]
        Some(match array.data_type() {
            DataType::Int64 => array.as_primitive_opt::<Int64Type>()?.values().clone(),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                array.as_primitive_opt::<TimestampMillisecondType>()?.values().clone()
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                array.as_primitive_opt::<TimestampMicrosecondType>()?.values().clone()
            }
            DataType::Decimal128(..) => widened(array.as_primitive_opt::<Decimal128Type>()?, |v| v as i64),
            _ => return None,
        })
    }

    fn bounds(numbers: &[Self]) -> (Option<(Self, Self)>, Option<u64>) {
        (least_and_greatest(numbers), None)
    }
}

macro_rules! float {
    ($($float:ty, $arrow:ty;)*) => {$(
        impl Number for $float {
            fn word(self) -> u64 {
                u64::from(self.to_bits())
            }

            fn numbers(array: &dyn Array) -> Option<ScalarBuffer<Self>> {
                Some(array.as_primitive_opt::<$arrow>()?.values().clone())
            }

            fn bounds(numbers: &[Self]) -> (Option<(Self, Self)>, Option<u64>) {
                let mut bounds = None;
                let mut nans = 0;
                for &number in numbers {
                    nans += u64::from(number.is_nan());
                    widen(&mut bounds, (number, number));
                }
                (bounds, (!numbers.is_empty()).then_some(nans))
            }
        }
    )*};
}

float! {
    f32, Float32Type;
    f64, Float64Type;
}

/// Codes or plain numbers of a page under way.
#[derive(Debug)]
pub(super) struct Numbers<N: Number> {
    dictionary: Option<NumberCodes<N>>,
    codes: Vec<u32>,
    plain: Vec<N>,
    gathered: Vec<N>,
    bounds: Option<(N, N)>,
    nans: Option<u64>,
    coded: usize,
}

impl<N: Number> Numbers<N> {
    pub(super) fn new() -> Self {
        Self {
            dictionary: Some(NumberCodes::new()),
            codes: Vec::new(),
            plain: Vec::new(),
            gathered: Vec::new(),
            bounds: None,
            nans: None,
            coded: 0,
        }
    }

    fn put_numbers(&mut self, numbers: &[N]) {
        let (bounds, nans) = N::bounds(numbers);
        if let Some(bounds) = bounds {
            widen(&mut self.bounds, bounds);
        }
        if let Some(nans) = nans {
            *self.nans.get_or_insert(0) += nans;
        }
        match &mut self.dictionary {
            Some(dictionary) => {
                self.coded += numbers.len();
                dictionary.code(numbers, &mut self.codes);
            }
            None => self.plain.extend_from_slice(numbers),
        }
    }
}

const fn size<N>() -> usize {
    mem::size_of::<N>()
}

impl<N: Number> Coder for Numbers<N> {
    type Source = ScalarBuffer<N>;
    type Bound = N;

    fn source(array: &dyn Array) -> Option<Self::Source> {
        N::numbers(array)
    }

    fn weight(_: &Self::Source, _: Range<usize>) -> usize {
        0
    }

    fn put(&mut self, source: &Self::Source, elements: &[Range<usize>]) {
        if let [range] = elements {
            self.put_numbers(source.get(range.clone()).unwrap_or_default());
            return;
        }
        let mut gathered = mem::take(&mut self.gathered);
        gathered.clear();
        for range in elements {
            gathered.extend_from_slice(source.get(range.clone()).unwrap_or_default());
        }
        self.put_numbers(&gathered);
        self.gathered = gathered;
    }

    fn page_size(&self) -> usize {
        match &self.dictionary {
            Some(dictionary) => super::packed_size(self.codes.len(), dictionary.numbers().len()),
            None => self.plain.len() * size::<N>(),
        }
    }

    fn dictionary_size(&self) -> Option<usize> {
        let dictionary = self.dictionary.as_ref()?;
        Some(if dictionary.is_crowded() { usize::MAX } else { dictionary.numbers().len() * size::<N>() })
    }

    fn saving(&self) -> (usize, usize) {
        let Some(dictionary) = &self.dictionary else { return (0, 0) };
        let entries = dictionary.numbers().len();
        (entries * size::<N>() + super::packed_size(self.coded, entries), self.coded * size::<N>())
    }

    fn drop_dictionary(&mut self) {
        if let Some(dictionary) = self.dictionary.take() {
            let number = |&code: &u32| dictionary.numbers().get(code as usize).copied();
            self.plain.extend(self.codes.iter().filter_map(number));
            self.codes = Vec::new();
        }
    }

    fn end_dictionary(&mut self) -> Option<Dictionary> {
        let dictionary = self.dictionary.take()?;
        self.codes = Vec::new();
        let mut page = Vec::with_capacity(dictionary.numbers().len() * size::<N>());
        plain(dictionary.numbers(), &mut page);
        Some(Dictionary { page, entries: dictionary.numbers().len() })
    }

    fn end_page(&mut self, body: &mut Vec<u8>) -> PageEnd<N> {
        let is_coded = match &self.dictionary {
            Some(dictionary) => {
                let width = hybrid::width_of(dictionary.numbers().len().saturating_sub(1));
                body.push(width);
                hybrid::encode(&self.codes, width, body);
                self.codes.clear();
                true
            }
            None => {
                plain(&self.plain, body);
                self.plain.clear();
                false
            }
        };
        PageEnd { is_coded, bounds: self.bounds.take(), nans: self.nans.take(), text_bytes: None }
    }
}

/// Numbers as Parquet's plain encoding has them: little-endian.
fn plain<N: Number>(numbers: &[N], out: &mut Vec<u8>) {
    if cfg!(target_endian = "little") {
        out.extend_from_slice(numbers.to_byte_slice());
    } else {
        for number in numbers {
            out.extend(number.to_byte_slice().iter().rev());
        }
    }
}
