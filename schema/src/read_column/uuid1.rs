//! `Uuid` of uuid 1.

use super::ReadColumn;
use crate::source::{ReadFault, RowSource};
use uuid::Uuid;

impl ReadColumn for Uuid {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let text = source.text()?;
        Self::try_parse(text).map_err(|_| ReadFault::new("a UUID", format!("{text:?}")))
    }
}
