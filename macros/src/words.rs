//! Attribute tokens to words: `a, b = …, c(…)`. One bad word does not hide the next.

use crate::ctxt::Ctxt;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr, Meta};

/// One word of an attribute.
pub(crate) struct Word {
    pub(crate) ident: Ident,
    pub(crate) value: Value,
}

/// What follows a word.
pub(crate) enum Value {
    /// Nothing.
    Flag,
    /// `= …`
    Is(TokenStream),
    /// `(…)`
    List(Group),
}

impl Word {
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The value of `word = …`.
    pub(crate) fn tokens(&self, cx: &Ctxt, example: &str) -> Option<&TokenStream> {
        let Value::Is(tokens) = &self.value else {
            cx.error(self, format_args!("`{}` needs a value: write `{example}`", self.name()));
            return None;
        };
        Some(tokens)
    }

    /// The value of `word = "…"`.
    pub(crate) fn string(&self, cx: &Ctxt, example: &str) -> Option<LitStr> {
        let tokens = self.tokens(cx, example)?;
        let text = syn::parse2::<LitStr>(tokens.clone());
        if text.is_err() {
            let mut trees = tokens.clone().into_iter();
            let first = trees.next().map(TokenStream::from);
            let is_text = first.is_some_and(|first| syn::parse2::<LitStr>(first).is_ok());
            match trees.next() {
                Some(next) if is_text => {
                    cx.error(
                        &next,
                        format_args!("`{}` ends before `{next}`: put a comma between them", self.name()),
                    );
                }
                _ => cx
                    .error(tokens, format_args!("`{}` takes text in quotes: write `{example}`", self.name())),
            }
        }
        text.ok()
    }

    /// The parts of `word(…)`.
    pub(crate) fn list(&self, cx: &Ctxt, example: &str) -> Option<Vec<TokenStream>> {
        let Value::List(group) = &self.value else {
            cx.error(self, format_args!("`{}` takes a list: write `{example}`", self.name()));
            return None;
        };
        let parts = split(group.stream());
        if parts.is_empty() {
            cx.error(self, format_args!("`{}` is empty: write `{example}`", self.name()));
            return None;
        }
        Some(parts)
    }

    /// A word that stands alone.
    pub(crate) fn flag(&self, cx: &Ctxt) -> bool {
        let alone = matches!(self.value, Value::Flag);
        if !alone {
            cx.error(self, format_args!("`{0}` takes no value: write just `{0}`", self.name()));
        }
        alone
    }
}

impl ToTokens for Word {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let ident = &self.ident;
        tokens.extend(match &self.value {
            Value::Flag => quote!(#ident),
            Value::Is(value) => quote!(#ident = #value),
            Value::List(group) => quote!(#ident #group),
        });
    }
}

/// The words of all attributes of that name.
pub(crate) fn attribute_words(cx: &Ctxt, attrs: &[Attribute], name: &str) -> Vec<Word> {
    let mut found = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        match &attr.meta {
            Meta::List(list) => found.extend(words(cx, list.tokens.clone(), name)),
            other @ (Meta::Path(_) | Meta::NameValue(_)) => {
                cx.error(other, format_args!("write `#[{name}(…)]` with words in parentheses"));
            }
        }
    }
    found
}

/// Splits into words, and reports what is none.
pub(crate) fn words(cx: &Ctxt, tokens: TokenStream, within: &str) -> Vec<Word> {
    split(tokens).into_iter().filter_map(|part| word(cx, part, within)).collect()
}

fn word(cx: &Ctxt, part: TokenStream, within: &str) -> Option<Word> {
    let mut trees = part.clone().into_iter();
    let ident = match trees.next() {
        Some(TokenTree::Ident(ident)) => ident,
        _ => {
            cx.error(&part, format_args!("`{within}(…)` takes words: `word`, `word = …` or `word(…)`"));
            return None;
        }
    };
    let value = match (trees.next(), trees.clone().next()) {
        (None, _) => Value::Flag,
        (Some(TokenTree::Punct(equals)), Some(_)) if equals.as_char() == '=' => Value::Is(trees.collect()),
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
            Value::List(group)
        }
        _ => {
            cx.error(&part, format_args!("cannot read `{ident}`: write `{ident}`, `{ident} = …` or `{ident}(…)`, and a comma before the next word"));
            return None;
        }
    };
    Some(Word { ident, value })
}

/// Splits at top-level commas; a trailing comma is fine.
pub(crate) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut part: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        if matches!(&tree, TokenTree::Punct(comma) if comma.as_char() == ',') {
            parts.push(std::mem::take(&mut part).into_iter().collect());
        } else {
            part.push(tree);
        }
    }
    if !part.is_empty() {
        parts.push(part.into_iter().collect());
    }
    parts
}

/// Reports words given twice, and keeps the first of each; `repeatable` ones are all kept.
pub(crate) fn without_duplicates(cx: &Ctxt, words: Vec<Word>, attr: &str, repeatable: &[&str]) -> Vec<Word> {
    let mut kept: Vec<Word> = Vec::new();
    for word in words {
        let name = word.name();
        if !repeatable.contains(&name.as_str()) && kept.iter().any(|earlier| earlier.ident == word.ident) {
            cx.error(&word, format_args!("`{name}` is given twice in `#[{attr}(…)]`: keep one"));
        } else {
            kept.push(word);
        }
    }
    kept
}
