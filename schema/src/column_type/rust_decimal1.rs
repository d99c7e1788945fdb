//! `Decimal` of rust_decimal 1.

use super::ColumnType;
use crate::def::TypeDef;
use crate::sink::RowSink;
use rust_decimal::Decimal;

/// The sink brings it to the declared scale.
impl ColumnType for Decimal {
    const TYPE: TypeDef = TypeDef::Decimal;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        sink.decimal(self.mantissa(), self.scale());
    }
}
