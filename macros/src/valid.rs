//! Rules across words, fields and the table. What needs types is left to [`require`](crate::require).

mod columns;
mod partitions;
mod read;
mod tables;
mod words;
mod xml;

use crate::ast::{Container, Data, Derive, Variant};
use crate::ctxt::Ctxt;

pub(crate) use self::read::check_read;

/// Checks the model, turns names of fields into names of columns, and marks unsound parts.
pub(crate) fn check(cx: &Ctxt, container: &mut Container<'_>) {
    let ident = container.ident;
    match &mut container.data {
        Data::Struct(_) => {
            columns::check(cx, container);
            if container.derive == Derive::Record {
                cx.enter(format!("struct `{ident}`"));
                tables::check(cx, container);
            }
        }
        Data::Newtype(field, _) => words::check_newtype(cx, field),
        Data::Enum(variants) => {
            cx.enter(format!("enum `{ident}`"));
            if variants.iter().all(|variant| variant.skip) && cx.count() == 0 {
                cx.error(ident, "has no word to store: give it a variant");
            }
            check_enum(cx, variants);
        }
        Data::Refused => {}
    }
}

/// No word means two variants.
fn check_enum(cx: &Ctxt, variants: &[Variant<'_>]) {
    for (i, variant) in variants.iter().enumerate().filter(|(_, variant)| !variant.skip) {
        if variant.word.is_empty() || variant.aliases.iter().any(String::is_empty) {
            let fix = "write `#[serde(rename = \"…\")]` with a word in it";
            cx.error(variant.ident, format_args!("variant `{}` has an empty word: {fix}", variant.ident));
        }
        let words = || std::iter::once(&variant.word).chain(&variant.aliases);
        for earlier in variants.iter().take(i).filter(|earlier| !earlier.skip) {
            let taken = words().find(|word| earlier.word == **word || earlier.aliases.contains(word));
            if let Some(word) = taken {
                cx.error(
                    variant.ident,
                    format_args!(
                        "variants `{}` and `{}` have the word \"{word}\" both: rename one with `#[serde(rename = \"…\")]`",
                        earlier.ident, variant.ident
                    ),
                );
            }
        }
    }
}
