//! Reading a field: defaults, nested records, enum words.

use crate::column_type::{ColumnType, Fields};
use crate::def::{Member, TypeDef};
use crate::read_column::ReadFields;
use crate::source::{ReadFault, RowSource};

/// How many columns the members are, flattened.
pub const fn column_count(members: &[Member]) -> usize {
    let (mut count, mut rest) = (0, members);
    while let [first, others @ ..] = rest {
        count += match first {
            Member::Column(_) => 1,
            Member::Flatten { members, .. } => column_count(members),
        };
        rest = others;
    }
    count
}

/// A column whose field has a default: it takes the place of a column that the file does not have, and of a null
/// unless the type is an `Option`, for which a null is a value.
///
/// # Errors
/// Those of `read`.
pub fn read_or<T, S: RowSource + ?Sized>(
    source: &mut S,
    optional: bool,
    default: impl FnOnce() -> T,
    read: impl FnOnce(&mut S) -> Result<T, ReadFault>,
) -> Result<T, ReadFault> {
    if source.missing() || (!optional && source.null()) { Ok(default()) } else { read(source) }
}

/// A flattened struct whose field has a default: it takes the place of columns that are all null.
///
/// # Errors
/// Those of the struct.
pub fn read_fields_or<T: ReadFields, S: RowSource + ?Sized>(
    source: &mut S,
    default: impl FnOnce() -> T,
) -> Result<T, ReadFault> {
    if !<T as Fields>::OPTIONAL && source.nulls(column_count(T::MEMBERS)) {
        Ok(default())
    } else {
        T::read_fields(source)
    }
}

/// The nested record that a struct is.
///
/// # Errors
/// When it is null or a member does not fit.
pub fn read_struct<T: ReadFields, S: RowSource + ?Sized>(source: &mut S) -> Result<T, ReadFault> {
    source.begin_struct()?;
    let value = T::read_fields(source)?;
    source.end_struct()?;
    Ok(value)
}

/// The fault of a text that is no word of the enum `T`.
pub fn unknown_word<T: ColumnType>(found: &str) -> ReadFault {
    let mut words = Vec::new();
    if let TypeDef::Enum(defs) = T::TYPE {
        words.extend(defs.iter().map(|def| def.word));
    }
    let found: String = found.chars().take(80).collect();
    ReadFault::new(format!("one of {}", words.join(", ")), format!("{found:?}"))
}
