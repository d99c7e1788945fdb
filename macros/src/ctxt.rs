//! Collects errors, so that one compile shows them all.

use proc_macro2::Span;
use quote::ToTokens;
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::thread;
use syn::Error;

/// The errors of one derive. Must be read with [`Ctxt::finish`] before it is dropped.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<Error>>>,
    /// What the errors are about, such as "field `speed`"; the span of a word alone does not show it.
    place: RefCell<String>,
    count: Cell<usize>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self { errors: RefCell::new(Some(Vec::new())), place: RefCell::default(), count: Cell::new(0) }
    }

    /// Names what the following errors are about.
    pub(crate) fn enter(&self, place: String) {
        self.place.replace(place);
    }

    /// Adds an error that underlines all of `tokens`.
    pub(crate) fn error(&self, tokens: impl ToTokens, message: impl Display) {
        let message = format!("{}: {message}", self.place.borrow());
        self.push(Error::new_spanned(tokens, message));
    }

    /// Adds an error at a span.
    pub(crate) fn error_at(&self, span: Span, message: impl Display) {
        let message = format!("{}: {message}", self.place.borrow());
        self.push(Error::new(span, message));
    }

    fn push(&self, error: Error) {
        self.count.set(self.count.get() + 1);
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// How many errors there are so far; a part of the model whose making added some is left out of the output.
    pub(crate) fn count(&self) -> usize {
        self.count.get()
    }

    /// The errors; ends the collection.
    pub(crate) fn finish(self) -> Vec<Error> {
        self.errors.take().unwrap_or_default()
    }
}

impl Drop for Ctxt {
    #[allow(clippy::panic, reason = "a defect of the macro, told while compiling")]
    fn drop(&mut self) {
        if !thread::panicking() && self.errors.borrow().is_some() {
            panic!("errors were collected and not read");
        }
    }
}
