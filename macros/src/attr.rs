//! Attributes to typed values: `#[lake(…)]`, `#[serde(…)]` and doc comments.

mod column;
mod serde;
mod table;

pub(crate) use self::column::{As, ColumnAttrs, Null, TimeFormat, Unit};
pub(crate) use self::serde::{DefaultValue, SerdeContainer, SerdeField, SerdeVariant};
pub(crate) use self::table::{ContainerAttrs, PartitionAttrs, TableAttrs};

use crate::ctxt::Ctxt;
use crate::words::Word;
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta};

/// The name of a field, as another word refers to it.
pub(crate) struct Name {
    pub(crate) text: String,
    /// The literal or identifier it stands in.
    pub(crate) span: Span,
}

impl Name {
    /// `word = "field"`; without the quotes is fine too.
    fn parse(cx: &Ctxt, word: &Word, example: &str) -> Option<Self> {
        let tokens = word.tokens(cx, example)?;
        let name = name(tokens);
        if name.is_none() {
            cx.error(tokens, format_args!("`{}` takes the name of a field: write `{example}`", word.name()));
        }
        name
    }
}

fn name(tokens: &TokenStream) -> Option<Name> {
    if let Ok(text) = syn::parse2::<LitStr>(tokens.clone()) {
        return Some(Name { text: text.value().trim().to_owned(), span: text.span() });
    }
    let ident = syn::parse2::<Ident>(tokens.clone()).ok()?;
    Some(Name { text: ident.unraw().to_string(), span: ident.span() })
}

/// One of a fixed set of words in quotes.
fn one_of<T: Copy>(cx: &Ctxt, word: &Word, choices: &[(&str, T)], example: &str) -> Option<T> {
    let text = word.string(cx, example)?;
    let value = text.value();
    if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == value) {
        return Some(*choice);
    }
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    let advice = match lakebed_schema::name::nearest(&value, names.iter().copied()) {
        Some(near) if value.len() > 2 => format!("did you mean `\"{near}\"`?"),
        _ => format!("write one of `\"{}\"`", names.join("\"`, `\"")),
    };
    cx.error(text, format_args!("`{}` has no choice \"{value}\": {advice}", word.name()));
    None
}

/// The doc comment as one line, overridden by the word `comment`.
fn comment(attrs: &[Attribute], word: Option<LitStr>) -> Option<String> {
    let text = word.map_or_else(|| doc(attrs), |text| text.value());
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

fn doc(attrs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        if let Meta::NameValue(doc) = &attr.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &doc.value
        {
            lines.push(text.value());
        }
    }
    lines.join("\n")
}

/// A value in quotes parsed as Rust, such as a path.
fn rust<T: syn::parse::Parse>(cx: &Ctxt, word: &Word, example: &str) -> Option<T> {
    let text = word.string(cx, example)?;
    let parsed = text.parse();
    if parsed.is_err() {
        cx.error(text, format_args!("cannot read the value of `{}`: write `{example}`", word.name()));
    }
    parsed.ok()
}
