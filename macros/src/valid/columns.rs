//! Names and keys of columns, and the references between fields.

use super::{words, xml};
use crate::ast::{Container, Data, Field, Store};
use crate::attr::Name;
use crate::ctxt::Ctxt;
use lakebed_schema::name::{NameError, check_name, nearest};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Ident, LitStr};

/// Checks every field; unsound ones are marked.
pub(super) fn check(cx: &Ctxt, container: &mut Container<'_>) {
    let problems: Vec<bool> = container.fields().iter().map(|field| problems(cx, container, field)).collect();
    let columns: Vec<Option<String>> =
        container.fields().iter().map(|field| source(cx, container, field)).collect();
    let (ident, empty) = (container.ident, container.columns().next().is_none());
    let Data::Struct(fields) = &mut container.data else {
        return;
    };
    for ((field, problems), column) in fields.iter_mut().zip(problems).zip(columns) {
        field.sound &= !problems;
        match (&mut field.attrs.null_with, column) {
            (Some(source), Some(column)) => source.text = column,
            (Some(_), None) => field.sound = false,
            (None, _) => {}
        }
    }
    if empty {
        cx.enter(format!("struct `{ident}`"));
        cx.error(ident, "has no column to store: give it a field that serde does not skip");
    }
}

/// Reports what is wrong with a field by itself and beside earlier ones.
fn problems(cx: &Ctxt, container: &Container<'_>, field: &Field<'_>) -> bool {
    let before = cx.count();
    cx.enter(format!("field `{}`", field.rust));
    words::check(cx, field);
    if field.store() == Store::Skip {
        return cx.count() > before;
    }
    if contains(container.ident, field.ty.to_token_stream()) {
        cx.error(
            field.ty,
            "a record cannot contain itself, since its columns would have no end: store it with `#[lake(json)]`",
        );
    }
    if field.store() == Store::Flatten {
        return cx.count() > before;
    }
    if let Some(path) = &field.attrs.xml {
        xml::check_path(cx, path);
    }
    name(cx, field);
    keys(cx, field);
    for earlier in container.columns().take_while(|earlier| !std::ptr::eq(*earlier, field)) {
        clash(cx, earlier, field);
    }
    cx.count() > before
}

/// The column name must be legal.
fn name(cx: &Ctxt, field: &Field<'_>) {
    let Err(error) = check_name(&field.column()) else {
        return;
    };
    match &field.attrs.name {
        Some(literal) => cx.error(literal, format_args!("`name`: {error}")),
        None => {
            let fix = match &error {
                NameError::Illegal { name, .. } => {
                    let legal = lakebed_schema::name::suggest_name(name);
                    format!(
                        "`{name}` is not a legal column name, which has only a-z, 0-9 and _: add `#[lake(name = \"{legal}\")]`"
                    )
                }
                NameError::Empty | NameError::TooLong { .. } => {
                    format!("{error}, or add `#[lake(name = \"…\")]`")
                }
            };
            cx.error(&field.member, fix);
        }
    }
}

/// Keys must be such that Firehose can map them.
fn keys(cx: &Ctxt, field: &Field<'_>) {
    for key in std::iter::once(&field.key).chain(&field.aliases) {
        if key.is_empty() || key.chars().count() > 1024 || key.contains(char::is_whitespace) {
            let fix = "keys have 1 to 1,024 characters and no white space: write another with `#[serde(rename = \"…\")]`";
            cx.error(&field.member, format_args!("\"{key}\" cannot be a JSON key of a column: {fix}"));
        }
    }
}

/// Names and keys are told apart without regard to case: Glue folds it, and so does the decoder.
fn clash(cx: &Ctxt, earlier: &Field<'_>, field: &Field<'_>) {
    if earlier.store() == Store::Flatten {
        return;
    }
    let column = field.column().to_lowercase();
    if earlier.column().to_lowercase() == column {
        let fix = "give one another name with `#[lake(name = \"…\")]`";
        let message = format!("has the column name `{column}`, as field `{}` has: {fix}", earlier.rust);
        match &field.attrs.name {
            Some(literal) => cx.error(literal, message),
            None => cx.error(&field.member, message),
        }
    }
    let keys = |field: &Field<'_>| -> Vec<String> {
        std::iter::once(&field.key).chain(&field.aliases).map(|key| key.to_lowercase()).collect()
    };
    let taken = keys(earlier);
    if let Some(key) = keys(field).into_iter().find(|key| taken.contains(key)) {
        cx.error(
            &field.member,
            format_args!(
                "reads the JSON key \"{key}\", as field `{}` does (upper and lower case are one): rename one with `#[serde(rename = \"…\")]`",
                earlier.rust
            ),
        );
    }
}

/// Resolves the source of `null_with`.
fn source(cx: &Ctxt, container: &Container<'_>, field: &Field<'_>) -> Option<String> {
    let name = field.attrs.null_with.as_ref()?;
    cx.enter(format!("field `{}`", field.rust));
    if name.text == field.rust {
        cx.error_at(
            name.span,
            "`null_with` names the field itself: name the field whose `null_if` it follows",
        );
        return None;
    }
    let column = column(cx, container, "null_with", name)?;
    let direct = container.columns().find(|other| other.rust == name.text);
    if let Some(source) = direct
        && source.sound
        && source.attrs.null_if.is_empty()
    {
        let fix = format_args!("add `null_if(…)` there, or name the field that has it");
        let message = format!("`null_with` names `{}`, which has no sentinels: {fix}", name.text);
        cx.error_at(name.span, message);
        return None;
    }
    Some(column)
}

/// The column of the field that a word names; a name from a flattened struct is left as it is.
pub(super) fn column(cx: &Ctxt, container: &Container<'_>, word: &str, name: &Name) -> Option<String> {
    let text = &name.text;
    match container.fields().iter().find(|field| field.rust == *text) {
        Some(field) => match field.store() {
            Store::Skip => {
                let message = format!(
                    "`{word}` names `{text}`, which serde skips, so it is no column: name another field"
                );
                cx.error_at(name.span, message);
                None
            }
            Store::Flatten => {
                let message = format!("`{word}` names `{text}`, which is flattened: name one of its columns");
                cx.error_at(name.span, message);
                None
            }
            Store::Plain | Store::Binary | Store::Json | Store::As(_) => Some(field.column()),
        },
        None if container.flattens() => Some(text.clone()),
        None => {
            let names = || container.columns().map(|field| field.rust.as_str());
            let by_column = container.columns().find(|field| field.column() == *text || field.key == *text);
            let advice = match (by_column, nearest(text, names())) {
                (Some(field), _) => format!("names here are Rust names: write `{}`", field.rust),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) => format!("the fields are {}", crate::symbol::list(names())),
            };
            cx.error_at(
                name.span,
                format_args!("`{word}` names `{text}`, and there is no such field: {advice}"),
            );
            None
        }
    }
}

/// Whether a type is or mentions the struct itself.
fn contains(ident: &Ident, ty: TokenStream) -> bool {
    let trees: Vec<TokenTree> = ty.into_iter().collect();
    trees.iter().enumerate().any(|(i, tree)| match tree {
        TokenTree::Group(group) => contains(ident, group.stream()),
        TokenTree::Ident(name) => {
            let in_path = matches!(i.checked_sub(1).and_then(|before| trees.get(before)), Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), ':' | '\''));
            let a_module = matches!(trees.get(i + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
            (name == ident || name == "Self") && !in_path && !a_module
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// A name in quotes that must be legal, such as that of a table.
pub(super) fn legal(cx: &Ctxt, word: &str, name: Option<&LitStr>) {
    if let Some(literal) = name
        && let Err(error) = check_name(&literal.value())
    {
        cx.error(literal, format_args!("`{word}`: {error}"));
    }
}
