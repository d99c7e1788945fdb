//! The word `as`: values stored as another type.

use crate::sink::RowSink;
use core::any::type_name;
use core::fmt::Display;
use core::marker::PhantomData;

/// Tells whether a type is an `Option` without asking anything of it: the inherent constant wins over the one
/// of [`NotOption`] when it applies.
pub struct IsOption<T: ?Sized>(PhantomData<T>);

impl<T> IsOption<Option<T>> {
    /// It is.
    pub const VALUE: bool = true;
}

/// Every other type.
pub trait NotOption {
    /// It is not.
    const VALUE: bool = false;
}

impl<T: ?Sized> NotOption for IsOption<T> {}

/// A field, to be looked at through its `Option` if it has one: the inherent method wins over [`Plain`]'s.
pub struct Maybe<'a, T: ?Sized>(pub &'a T);

impl<'a, T> Maybe<'a, Option<T>> {
    /// The value inside.
    pub fn value(self) -> Option<&'a T> {
        self.0.as_ref()
    }
}

/// Every other type.
pub trait Plain<'a, T: ?Sized> {
    /// The value.
    fn value(self) -> Option<&'a T>;
}

impl<'a, T: ?Sized> Plain<'a, T> for Maybe<'a, T> {
    fn value(self) -> Option<&'a T> {
        Some(self.0)
    }
}

/// What `as = "i8"` to `as = "i64"` take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not turn into an integer `{I}`",
    label = "`as = \"{I}\"` does not fit",
    note = "`#[lake(as = \"{I}\")]` takes a type, or an `Option` of one, that is `Clone + TryInto<{I}>`"
)]
pub trait AsInt<I> {
    /// The integer, unless it is out of range.
    fn as_int(&self) -> Option<I>;
}

#[diagnostic::do_not_recommend]
impl<T: Clone + TryInto<I>, I> AsInt<I> for T {
    fn as_int(&self) -> Option<I> {
        self.clone().try_into().ok()
    }
}

/// What `as = "f64"` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not turn into a number `f64`",
    label = "`as = \"f64\"` does not fit",
    note = "`#[lake(as = \"f64\")]` takes a type, or an `Option` of one, that is `Clone + Into<f64>`"
)]
pub trait AsFloat {
    /// The number.
    fn as_float(&self) -> f64;
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Into<f64>> AsFloat for T {
    fn as_float(&self) -> f64 {
        self.clone().into()
    }
}

/// What `as = "string"` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not turn into text",
    label = "`as = \"string\"` does not fit",
    note = "`#[lake(as = \"string\")]` takes a type, or an `Option` of one, that is `Display`"
)]
pub trait AsText {
    /// The text.
    fn as_text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> AsText for T {
    fn as_text(&self) -> String {
        self.to_string()
    }
}

/// Pushes a value as an integer of type `I`; one that does not fit refuses the row.
pub fn push_as_int<I: Into<i64>, T: AsInt<I> + ?Sized, S: RowSink + ?Sized>(value: Option<&T>, sink: &mut S) {
    match value.map(AsInt::as_int) {
        None => sink.null(),
        Some(Some(value)) => sink.int(value.into()),
        Some(None) => sink.refuse(type_name::<I>(), &format!("a {} outside its range", type_name::<T>())),
    }
}

/// Pushes a value as a double-precision number.
pub fn push_as_float<T: AsFloat + ?Sized, S: RowSink + ?Sized>(value: Option<&T>, sink: &mut S) {
    match value {
        None => sink.null(),
        Some(value) => sink.float64(value.as_float()),
    }
}

/// Pushes a value as the text it prints.
pub fn push_as_text<T: AsText + ?Sized, S: RowSink + ?Sized>(value: Option<&T>, sink: &mut S) {
    match value {
        None => sink.null(),
        Some(value) => sink.text(&value.as_text()),
    }
}
