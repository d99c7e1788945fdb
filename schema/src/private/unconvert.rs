//! The word `as`, undone: values read back from another type.

use crate::source::{ReadFault, RowSource};
use core::any::type_name;
use core::marker::PhantomData;
use core::str::FromStr;

/// What `as = "i8"` to `as = "i64"` read back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from an integer `{I}`",
    label = "`as = \"{I}\"` cannot be undone",
    note = "reading back `#[lake(as = \"{I}\")]` takes a type, or an `Option` of one, that is `TryFrom<{I}>`"
)]
pub trait FromInt<I>: Sized {
    /// The value, unless it is out of range.
    fn from_int(value: I) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: TryFrom<I>, I> FromInt<I> for T {
    fn from_int(value: I) -> Option<Self> {
        value.try_into().ok()
    }
}

/// What `as = "f64"` reads back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a number `f64`",
    label = "`as = \"f64\"` cannot be undone",
    note = "reading back `#[lake(as = \"f64\")]` takes a type, or an `Option` of one, that is `TryFrom<f64>`, which no number of the standard library but `f64` is: store it as what it is"
)]
pub trait FromFloat: Sized {
    /// The value, unless there is none.
    fn from_float(value: f64) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: TryFrom<f64>> FromFloat for T {
    fn from_float(value: f64) -> Option<Self> {
        value.try_into().ok()
    }
}

/// What `as = "string"` reads back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from text",
    label = "`as = \"string\"` cannot be undone",
    note = "reading back `#[lake(as = \"string\")]` takes a type, or an `Option` of one, that is `FromStr`"
)]
pub trait FromText: Sized {
    /// The value, unless the text is none.
    fn from_text(text: &str) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr> FromText for T {
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

fn fault<T>(found: String) -> ReadFault {
    ReadFault::new(format!("a value of type {}", type_name::<T>()), found)
}

fn int<I: TryFrom<i64>, T: FromInt<I>, S: RowSource + ?Sized>(source: &mut S) -> Result<T, ReadFault> {
    let value = source.int()?;
    I::try_from(value).ok().and_then(T::from_int).ok_or_else(|| fault::<T>(value.to_string()))
}

fn float<T: FromFloat, S: RowSource + ?Sized>(source: &mut S) -> Result<T, ReadFault> {
    let value = source.float64()?;
    T::from_float(value).ok_or_else(|| fault::<T>(value.to_string()))
}

fn text<T: FromText, S: RowSource + ?Sized>(source: &mut S) -> Result<T, ReadFault> {
    let value = source.text()?;
    T::from_text(value).ok_or_else(|| fault::<T>(format!("{value:?}")))
}

/// Place of a field's value, which is filled through its `Option` if it has one: the inherent methods win over
/// those of [`PlainSlot`].
pub struct Slot<T>(PhantomData<T>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

#[allow(clippy::missing_errors_doc, reason = "as in PlainSlot")]
impl<T> Slot<Option<T>> {
    /// From an integer column, or null.
    pub fn read_int<I: TryFrom<i64>, S: RowSource + ?Sized>(
        self,
        source: &mut S,
    ) -> Result<Option<T>, ReadFault>
    where
        T: FromInt<I>,
    {
        if source.null() { Ok(None) } else { int(source).map(Some) }
    }

    /// From a double-precision column, or null.
    pub fn read_float<S: RowSource + ?Sized>(self, source: &mut S) -> Result<Option<T>, ReadFault>
    where
        T: FromFloat,
    {
        if source.null() { Ok(None) } else { float(source).map(Some) }
    }

    /// From a text column, or null.
    pub fn read_text<S: RowSource + ?Sized>(self, source: &mut S) -> Result<Option<T>, ReadFault>
    where
        T: FromText,
    {
        if source.null() { Ok(None) } else { text(source).map(Some) }
    }
}

/// Every other type.
pub trait PlainSlot<T>: Sized {
    /// From an integer column.
    ///
    /// # Errors
    /// When the value is null or none of the type.
    fn read_int<I: TryFrom<i64>, S: RowSource + ?Sized>(self, source: &mut S) -> Result<T, ReadFault>
    where
        T: FromInt<I>,
    {
        int(source)
    }

    /// From a double-precision column.
    ///
    /// # Errors
    /// When the value is null or none of the type.
    fn read_float<S: RowSource + ?Sized>(self, source: &mut S) -> Result<T, ReadFault>
    where
        T: FromFloat,
    {
        float(source)
    }

    /// From a text column.
    ///
    /// # Errors
    /// When the value is null or none of the type.
    fn read_text<S: RowSource + ?Sized>(self, source: &mut S) -> Result<T, ReadFault>
    where
        T: FromText,
    {
        text(source)
    }
}

impl<T> PlainSlot<T> for Slot<T> {}
