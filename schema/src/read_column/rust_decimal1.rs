//! `Decimal` of rust_decimal 1.

use super::ReadColumn;
use crate::source::{ReadFault, RowSource};
use rust_decimal::Decimal;

/// The type holds about 28 digits, a column up to 38. Zeros at the end of a fraction are dropped when that makes
/// a value fit.
impl ReadColumn for Decimal {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let (mut unscaled, mut scale) = source.decimal()?;
        let stored = (unscaled, scale);
        loop {
            if let Ok(decimal) = Self::try_from_i128_with_scale(unscaled, scale) {
                return Ok(decimal);
            }
            if scale == 0 || unscaled % 10 != 0 {
                let found = format!("{}e-{}", stored.0, stored.1);
                return Err(ReadFault::new(
                    "a decimal of at most 96 bits and 28 digits after the point",
                    found,
                ));
            }
            unscaled /= 10;
            scale -= 1;
        }
    }
}
