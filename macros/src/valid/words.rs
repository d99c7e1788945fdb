//! Words that do not go together on one field.

use crate::ast::{Field, Store};
use crate::attr::As;
use crate::ctxt::Ctxt;
use crate::symbol::*;
use crate::words::Word;

/// Pairs of words that contradict each other, and why.
const CONFLICTS: &[(&str, &str, &str)] = &[
    (BINARY, JSON, "a column holds bytes or JSON text: keep one"),
    (BINARY, AS, "a column holds bytes or what `as` says: keep one"),
    (JSON, AS, "a column holds JSON text or what `as` says: keep one"),
    (BINARY, DECIMAL, "bytes have no digits: keep one"),
    (BINARY, DECIMAL_COMMA, "bytes have no decimal comma: keep one"),
    (BINARY, TIME, "bytes are no time: keep one"),
    (BINARY, UNIT, "bytes are no time: keep one"),
    (BINARY, NULL_IF, "bytes have no sentinels: keep one"),
    (JSON, DECIMAL, "JSON text has no digits of its own: keep one"),
    (JSON, DECIMAL_COMMA, "JSON text has no decimal comma: keep one"),
    (JSON, TIME, "JSON text is no time: keep one"),
    (JSON, UNIT, "JSON text is no time: keep one"),
    (JSON, NULL_IF, "JSON text has no sentinels: keep one"),
    (AS, DECIMAL, "`as` says what is stored already: keep one"),
    (AS, TIME, "`as` says what is stored already: keep one"),
    (AS, UNIT, "`as` says what is stored already: keep one"),
];

/// The words of a struct's field.
pub(super) fn check(cx: &Ctxt, field: &Field<'_>) {
    for (a, b, why) in CONFLICTS {
        if field.attrs.has(a) && field.attrs.has(b) {
            let later = field.attrs.words.iter().rfind(|word| *word == a || *word == b);
            cx.error(later, format_args!("`{a}` and `{b}` contradict each other: {why}"));
        }
    }
    if field.attrs.as_ == Some(As::String)
        && field.attrs.decimal_comma
        && let Some(word) = field.attrs.words.first()
    {
        cx.error(word, "`decimal_comma` fits numbers, and `as = \"string\"` stores text: keep one");
    }
    match field.store() {
        Store::Skip => no_words(cx, field, "serde skips the field, so it is no column"),
        Store::Flatten => {
            no_words(cx, field, "a flattened field is no column of its own");
            for word in &field.serde.with {
                cx.error(
                    word,
                    format_args!("serde's `{}` cannot stand beside `flatten`: remove it", word.name()),
                );
            }
        }
        Store::Plain if !field.attrs.has(TIME) && !field.attrs.has(DECIMAL) => {
            foreign_form(cx, &field.serde.with)
        }
        Store::Plain | Store::Binary | Store::Json | Store::As(_) => {}
    }
}

fn foreign_form(cx: &Ctxt, with: &[Word]) {
    for word in with {
        let fix = "it changes the wire form, which lakebed cannot see: say what the column holds with \
                   `#[lake(time(…))]`, `decimal(p, s)`, `binary`, `json` or `as = \"…\"`";
        cx.error(word, format_args!("lakebed cannot honour serde's `{}` alone: {fix}", word.name()));
    }
}

fn no_words(cx: &Ctxt, field: &Field<'_>, why: &str) {
    for word in &field.attrs.words {
        cx.error(word, format_args!("`{word}` has nothing to work on: {why}; remove the word"));
    }
}

/// The words of a newtype's field: only those that change what the type is.
pub(super) fn check_newtype(cx: &Ctxt, field: &mut Field<'_>) {
    cx.enter(format!("field `{}`", field.rust));
    let before = cx.count();
    for word in &field.attrs.words {
        if word != BINARY && word != AS {
            let fix = "move it to the field of the record that has this type";
            cx.error(word, format_args!("`{word}` does not work inside a newtype: {fix}"));
        }
    }
    if field.serde.flatten.is_some() {
        cx.error(&field.member, "serde's `flatten` does not work inside a newtype: remove it");
    }
    if field.store() == Store::Plain {
        foreign_form(cx, &field.serde.with);
    }
    field.sound &= cx.count() == before;
}
