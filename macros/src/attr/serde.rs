//! `#[serde(…)]`: JSON keys are serde's, and what lakebed cannot honour is refused.

use crate::case::{RENAME_RULES, RenameRule};
use crate::ctxt::Ctxt;
use crate::symbol::*;
use crate::words::{Value, Word, attribute_words, without_duplicates, words};
use proc_macro2::Span;
use syn::{Attribute, ExprPath, LitStr};

/// Something for the side that writes and the side that reads.
pub(crate) struct Sides<T> {
    pub(crate) serialize: Option<T>,
    pub(crate) deserialize: Option<T>,
}

impl<T> Default for Sides<T> {
    fn default() -> Self {
        Self { serialize: None, deserialize: None }
    }
}

impl<T> Sides<T> {
    /// Adds what another word says; the two sides may come from two words.
    fn add(&mut self, cx: &Ctxt, word: &Word, more: Self) {
        let twice = self.serialize.is_some() && more.serialize.is_some()
            || self.deserialize.is_some() && more.deserialize.is_some();
        if twice {
            cx.error(word, format_args!("`{}` is given twice in `#[serde(…)]`: keep one", word.name()));
            return;
        }
        self.serialize = more.serialize.or(self.serialize.take());
        self.deserialize = more.deserialize.or(self.deserialize.take());
    }
}

/// Words that serde takes more than once.
const REPEATABLE: &[&str] = &[RENAME, RENAME_ALL, ALIAS, SERDE_BOUND, BORROW];

/// What serde says about a struct or enum.
#[derive(Default)]
pub(crate) struct SerdeContainer {
    pub(crate) rename_all: Sides<RenameRule>,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) transparent: bool,
}

/// What takes the place of a value that is not there.
#[derive(Clone)]
pub(crate) enum DefaultValue {
    /// That of the type.
    OfType,
    /// What a function returns.
    Path(ExprPath),
}

impl DefaultValue {
    /// `default` or `default = "path"`.
    fn from_word(word: &Word) -> Self {
        let Value::Is(tokens) = &word.value else {
            return Self::OfType;
        };
        // serde reports a value that is no path.
        let path = syn::parse2::<LitStr>(tokens.clone()).and_then(|text| text.parse());
        path.map_or(Self::OfType, Self::Path)
    }
}

/// What serde says about a field.
#[derive(Default)]
pub(crate) struct SerdeField {
    pub(crate) rename: Sides<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) flatten: Option<Span>,
    pub(crate) skip: bool,
    pub(crate) skip_serializing_if: Option<Span>,
    /// Function of `skip_serializing_if`.
    pub(crate) skip_if: Option<ExprPath>,
    /// Whether a missing value gets a default: the field's, or its struct's.
    pub(crate) default: bool,
    /// The default of the field itself.
    pub(crate) own_default: Option<DefaultValue>,
    /// Whether serde never reads the field.
    pub(crate) unread: bool,
    /// Words such as `with`, that change what is on the wire.
    pub(crate) with: Vec<Word>,
}

/// What serde says about a variant.
#[derive(Default)]
pub(crate) struct SerdeVariant {
    pub(crate) rename: Sides<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) skip: bool,
    pub(crate) unread: bool,
}

impl SerdeContainer {
    pub(crate) fn from_ast(cx: &Ctxt, attrs: &[Attribute], is_struct: bool) -> Self {
        let mut serde = Self::default();
        for word in without_duplicates(cx, attribute_words(cx, attrs, SERDE), SERDE, REPEATABLE) {
            match word.name().as_str() {
                RENAME_ALL => serde.rename_all.add(cx, &word, rename_all(cx, &word)),
                DEFAULT => serde.default = Some(DefaultValue::from_word(&word)),
                TRANSPARENT => serde.transparent = word.flag(cx),
                RENAME => {}
                SERDE_TAG if is_struct => cx.error(
                    &word,
                    "serde's `tag` writes a key that is no field: make it a field, or remove the word",
                ),
                name => refuse(cx, &word, name),
            }
        }
        serde
    }
}

impl SerdeField {
    pub(crate) fn from_ast(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut serde = Self::default();
        let (mut unwritten, mut unread) = (None, false);
        for word in without_duplicates(cx, attribute_words(cx, attrs, SERDE), SERDE, REPEATABLE) {
            match word.name().as_str() {
                RENAME => serde.rename.add(cx, &word, sides(cx, &word, |text| Some(text.value()))),
                ALIAS => serde.aliases.extend(word.string(cx, "alias = \"…\"").map(|text| text.value())),
                FLATTEN => serde.flatten = word.flag(cx).then(|| word.ident.span()),
                SKIP => serde.skip = true,
                SKIP_SERIALIZING => unwritten = Some(word),
                SKIP_DESERIALIZING => unread = true,
                SKIP_SERIALIZING_IF => {
                    serde.skip_serializing_if = Some(word.ident.span());
                    let function = word.string(cx, "skip_serializing_if = \"…\"");
                    serde.skip_if = function.and_then(|function| function.parse().ok());
                }
                DEFAULT => serde.own_default = Some(DefaultValue::from_word(&word)),
                WITH | SERIALIZE_WITH | DESERIALIZE_WITH => serde.with.push(word),
                name => refuse(cx, &word, name),
            }
        }
        match unwritten {
            Some(_) if unread => serde.skip = true,
            Some(word) if !serde.skip => cx.error(
                &word,
                "`skip_serializing` keeps the key out of every record that serde writes, so the column would \
                 hold nulls: write `#[serde(skip)]` if the field is no column, or remove `skip_serializing`",
            ),
            _ => {}
        }
        // serde fills the field with its default, so its own rows read back.
        serde.default = unread || serde.own_default.is_some();
        serde.unread = unread;
        serde
    }

    /// The function that writes the value: of `serialize_with`, or in the module of `with`.
    pub(crate) fn serialize_with(&self, cx: &Ctxt) -> Option<ExprPath> {
        self.function(cx, DESERIALIZE_WITH, SERIALIZE)
    }

    /// The function that reads the value: of `deserialize_with`, or in the module of `with`.
    pub(crate) fn deserialize_with(&self, cx: &Ctxt) -> Option<ExprPath> {
        self.function(cx, SERIALIZE_WITH, DESERIALIZE)
    }

    fn function(&self, cx: &Ctxt, of_other_side: &str, name: &str) -> Option<ExprPath> {
        let word = self.with.iter().find(|word| word.ident != of_other_side)?;
        let mut path: ExprPath = word.string(cx, "with = \"…\"")?.parse().ok()?;
        if word.ident == WITH {
            let name = syn::Ident::new(name, Span::call_site());
            path.path.segments.push(syn::parse_quote!(#name));
        }
        Some(path)
    }
}

impl SerdeVariant {
    pub(crate) fn from_ast(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut serde = Self::default();
        for word in attribute_words(cx, attrs, LAKE) {
            let fix = "takes no `#[lake(…)]`: its word is serde's, `#[serde(rename = \"…\")]` and `alias`";
            cx.error(&word, format_args!("a variant {fix}"));
        }
        let (mut unwritten, mut unread) = (None, false);
        for word in without_duplicates(cx, attribute_words(cx, attrs, SERDE), SERDE, REPEATABLE) {
            match word.name().as_str() {
                RENAME => serde.rename.add(cx, &word, sides(cx, &word, |text| Some(text.value()))),
                ALIAS => serde.aliases.extend(word.string(cx, "alias = \"…\"").map(|text| text.value())),
                SKIP => serde.skip = true,
                SKIP_SERIALIZING => unwritten = Some(word),
                SKIP_DESERIALIZING => unread = true,
                RENAME_ALL => {}
                name => refuse(cx, &word, name),
            }
        }
        match unwritten {
            Some(_) if unread => serde.skip = true,
            Some(word) if !serde.skip => cx.error(
                &word,
                "`skip_serializing` leaves the variant without a word to store: write `#[serde(skip)]`, or \
                 make it an `alias` of another variant",
            ),
            _ => {}
        }
        serde.unread = unread;
        serde
    }
}

fn rename_all(cx: &Ctxt, word: &Word) -> Sides<RenameRule> {
    sides(cx, word, |text| {
        let rule = RenameRule::parse(&text.value());
        if rule.is_none() {
            let rules = list(RENAME_RULES.iter().map(|(name, _)| *name));
            cx.error(
                text,
                format_args!("`rename_all` has no rule \"{}\": the rules are {rules}", text.value()),
            );
        }
        rule
    })
}

/// `word = "…"` for both sides, or `word(serialize = "…", deserialize = "…")`.
fn sides<T: Clone>(cx: &Ctxt, word: &Word, read: impl Fn(&LitStr) -> Option<T>) -> Sides<T> {
    let name = word.name();
    let Value::List(group) = &word.value else {
        let both = word.string(cx, &format!("{name} = \"…\"")).and_then(|text| read(&text));
        return Sides { serialize: both.clone(), deserialize: both };
    };
    let mut sides = Sides::default();
    for part in words(cx, group.stream(), &name) {
        let value = |side: &str| part.string(cx, &format!("{side} = \"…\"")).and_then(|text| read(&text));
        match part.name().as_str() {
            SERIALIZE => sides.serialize = value(SERIALIZE),
            DESERIALIZE => sides.deserialize = value(DESERIALIZE),
            other => {
                let advice = advice(other, &[SERDE_SIDES]);
                cx.error(&part, format_args!("unknown word `{other}` in `{name}(…)`: {advice}"));
            }
        }
    }
    sides
}

fn refuse(cx: &Ctxt, word: &Word, name: &str) {
    if SERDE_IGNORED.contains(&name) {
        return;
    }
    let fix = match name {
        FROM | TRY_FROM | INTO => {
            "the wire form is another type's, which lakebed cannot see: derive on that type, or leave out this \
             derive and store fields of this type with `#[lake(json)]` or `#[lake(as = \"…\")]`"
        }
        SERDE_TAG | CONTENT | UNTAGGED => {
            "a column has one type: leave out this derive and store fields of this type with `#[lake(json)]`"
        }
        REMOTE => "a remote definition has no values of its own: derive on a struct of your own",
        GETTER => "lakebed reads fields directly: derive on a struct of your own",
        OTHER => "a word that is none of the enum's would be lost: use a `String` field, or list the words",
        VARIANT_IDENTIFIER | FIELD_IDENTIFIER => "it is for deserializers by hand: leave out this derive",
        _ if [COLUMN_WORDS, TABLE_WORDS, SHARED_WORDS].iter().any(|words| words.contains(&name)) => {
            let fix = format_args!("`{name}` is a word of lakebed: write `#[lake({name}…)]`");
            return cx.error(word, fix);
        }
        _ if SERDE_WORDS.contains(&name) => "serde has no such word here: move or remove it",
        _ => {
            let advice = advice(name, &[SERDE_WORDS, SERDE_IGNORED]);
            return cx.error(word, format_args!("unknown serde word `{name}`: {advice}"));
        }
    };
    cx.error(word, format_args!("lakebed cannot honour serde's `{name}`: {fix}"));
}
