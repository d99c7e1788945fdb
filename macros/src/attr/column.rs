//! `#[lake(…)]` on a field.

use super::table::serde_word;
use super::{Name, comment, one_of};
use crate::ctxt::Ctxt;
use crate::symbol::*;
use crate::words::{Word, attribute_words, without_duplicates};
use lakebed_schema::date_pattern::DatePattern;
use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Lit, LitInt, LitStr, Token};

/// What `#[lake(…)]` says about a column.
#[derive(Default)]
pub(crate) struct ColumnAttrs {
    pub(crate) name: Option<LitStr>,
    pub(crate) comment: Option<String>,
    pub(crate) null_if: Vec<Null>,
    pub(crate) null_with: Option<Name>,
    pub(crate) decimal: Option<(u8, u8)>,
    pub(crate) decimal_comma: bool,
    pub(crate) time: Vec<TimeFormat>,
    pub(crate) unit: Option<Unit>,
    pub(crate) binary: bool,
    pub(crate) json: bool,
    pub(crate) as_: Option<As>,
    pub(crate) tags: Vec<String>,
    pub(crate) bloom: bool,
    /// Variant of `Encoding`.
    pub(crate) encoding: Option<&'static str>,
    pub(crate) xml: Option<LitStr>,
    /// The words that are there.
    pub(crate) words: Vec<Ident>,
}

/// A literal of `null_if(…)`.
#[derive(PartialEq)]
pub(crate) enum Null {
    Int(i128),
    Float(f64),
    Text(String),
    Bool(bool),
}

/// A spelling of `time(…)`.
#[derive(Clone, PartialEq)]
pub(crate) enum TimeFormat {
    Rfc3339,
    EpochSeconds,
    EpochMillis,
    Pattern(String),
}

/// A unit of time.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Millis,
    Micros,
}

/// The types of the word `as`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum As {
    Int8,
    Int16,
    Int32,
    Int64,
    Float64,
    String,
}

impl ColumnAttrs {
    pub(crate) fn from_ast(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut column = Self::default();
        let mut comment_word = None;
        for word in without_duplicates(cx, attribute_words(cx, attrs, LAKE), LAKE, &[]) {
            column.words.push(word.ident.clone());
            if word.ident == COMMENT {
                comment_word = word.string(cx, "comment = \"What the column holds\"");
            } else {
                column.set(cx, &word);
            }
        }
        column.comment = comment(attrs, comment_word);
        column
    }

    /// Whether a word is there.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|ident| ident == word)
    }

    fn set(&mut self, cx: &Ctxt, word: &Word) {
        match word.name().as_str() {
            NAME => self.name = word.string(cx, "name = \"car_speed\""),
            NULL_IF => self.null_if = null_if(cx, word),
            NULL_WITH => self.null_with = Name::parse(cx, word, "null_with = \"car_speed\""),
            DECIMAL => self.decimal = decimal(cx, word),
            DECIMAL_COMMA => self.decimal_comma = word.flag(cx),
            TIME => self.time = time(cx, word),
            UNIT => {
                self.unit = one_of(cx, word, &[("ms", Unit::Millis), ("us", Unit::Micros)], "unit = \"us\"");
            }
            BINARY => self.binary = word.flag(cx),
            JSON => self.json = word.flag(cx),
            AS => self.as_ = one_of(cx, word, AS_TYPES, "as = \"i64\""),
            TAG => self.tags = tags(cx, word),
            BLOOM => self.bloom = word.flag(cx),
            ENCODING => self.encoding = one_of(cx, word, ENCODINGS, "encoding = \"dictionary\""),
            XML => self.xml = word.string(cx, "xml = \"rekendata/onrustigheid\""),
            name => refuse(cx, word, name),
        }
    }
}

const AS_TYPES: &[(&str, As)] = &[
    ("i8", As::Int8),
    ("i16", As::Int16),
    ("i32", As::Int32),
    ("i64", As::Int64),
    ("f64", As::Float64),
    ("string", As::String),
];

const ENCODINGS: &[(&str, &str)] = &[
    ("dictionary", "Dictionary"),
    ("plain", "Plain"),
    ("delta_binary_packed", "DeltaBinaryPacked"),
    ("delta_byte_array", "DeltaByteArray"),
    ("byte_stream_split", "ByteStreamSplit"),
];

fn refuse(cx: &Ctxt, word: &Word, name: &str) {
    if TABLE_WORDS.contains(&name) || CONTAINER_WORDS.contains(&name) {
        cx.error(
            word,
            format_args!("`{name}` is a word of the struct: move `#[lake({name}…)]` above `struct`"),
        );
    } else if let Some(fix) = serde_word(name) {
        cx.error(word, fix);
    } else {
        cx.error(
            word,
            format_args!("unknown word `{name}`: {}", advice(name, &[COLUMN_WORDS, SHARED_WORDS])),
        );
    }
}

fn null_if(cx: &Ctxt, word: &Word) -> Vec<Null> {
    let example = "null_if(251, 252)";
    let mut nulls = Vec::new();
    for part in word.list(cx, example).unwrap_or_default() {
        match null(&part) {
            Some(null) if nulls.contains(&null) => {
                cx.error(&part, format_args!("`null_if` lists `{part}` twice: keep one"));
            }
            Some(Null::Int(value)) if i64::try_from(value).is_err() && u64::try_from(value).is_err() => {
                cx.error(
                    &part,
                    format_args!("`null_if`: `{part}` has more than 64 bits: write a smaller number"),
                );
            }
            Some(null) => nulls.push(null),
            None => cx.error(
                &part,
                format_args!(
                    "`null_if` takes numbers, texts and truth values: write `{example}` or `null_if(\"n/a\")`"
                ),
            ),
        }
    }
    nulls
}

fn null(part: &TokenStream) -> Option<Null> {
    let literal = |input: syn::parse::ParseStream| {
        let minus = input.parse::<Option<Token![-]>>()?;
        Ok((minus.is_some(), input.parse::<Lit>()?))
    };
    let (minus, literal) = syn::parse::Parser::parse2(literal, part.clone()).ok()?;
    #[allow(clippy::wildcard_enum_match_arm, reason = "other literals mean nothing here")]
    match literal {
        Lit::Int(int) => {
            let value = int.base10_parse::<i128>().ok()?;
            Some(Null::Int(if minus { -value } else { value }))
        }
        Lit::Float(float) => {
            let value = float.base10_parse::<f64>().ok().filter(|value| value.is_finite())?;
            Some(Null::Float(if minus { -value } else { value }))
        }
        Lit::Str(text) if !minus => Some(Null::Text(text.value())),
        Lit::Bool(truth) if !minus => Some(Null::Bool(truth.value())),
        _ => None,
    }
}

fn decimal(cx: &Ctxt, word: &Word) -> Option<(u8, u8)> {
    let example = "decimal(12, 2)";
    let parts = word.list(cx, example)?;
    let numbers: Vec<u8> = parts.iter().filter_map(number).collect();
    let (&[precision, scale], [first, second]) = (numbers.as_slice(), parts.as_slice()) else {
        cx.error(
            word,
            format_args!(
                "`decimal` takes two whole numbers, digits in all and digits after the point: write `{example}`"
            ),
        );
        return None;
    };
    if !(1..=38).contains(&precision) {
        cx.error(
            first,
            format_args!(
                "`decimal` holds 1 to 38 digits in all, not {precision}: write, for example, `{example}`"
            ),
        );
        return None;
    }
    if scale > precision {
        let fix = format_args!(
            "`decimal` cannot have {scale} digits after the point when it has {precision} in all: write `decimal(p, s)` with s ≤ p"
        );
        cx.error(second, fix);
        return None;
    }
    Some((precision, scale))
}

fn number(part: &TokenStream) -> Option<u8> {
    syn::parse2::<LitInt>(part.clone()).ok()?.base10_parse().ok()
}

fn time(cx: &Ctxt, word: &Word) -> Vec<TimeFormat> {
    let (mut formats, mut parts) = (Vec::new(), Vec::new());
    for part in word.list(cx, "time(rfc3339, epoch_seconds)").unwrap_or_default() {
        let Some(format) = time_format(cx, &part) else {
            continue;
        };
        if formats.contains(&format) {
            cx.error(&part, format_args!("`time` lists `{part}` twice: keep one"));
        } else {
            formats.push(format.clone());
            parts.push((part, format));
        }
    }
    let reads_epoch =
        formats.contains(&TimeFormat::EpochSeconds) || formats.contains(&TimeFormat::EpochMillis);
    for (part, format) in parts {
        if let TimeFormat::Pattern(pattern) = format
            && reads_epoch
            && DatePattern::parse(&pattern).is_ok_and(|parsed| parsed.is_digits())
        {
            let message = format!(
                "times in the pattern \"{pattern}\" are digits alone, and so are epoch numbers: keep one of them"
            );
            cx.error(part, message);
        }
    }
    formats
}

fn time_format(cx: &Ctxt, part: &TokenStream) -> Option<TimeFormat> {
    if let Ok(text) = syn::parse2::<LitStr>(part.clone()) {
        let pattern = text.value();
        if TIME_WORDS.contains(&pattern.as_str()) {
            cx.error(part, format_args!("`{pattern}` in quotes is a date pattern: write `time({pattern})`"));
            return None;
        }
        if let Err(problem) = DatePattern::parse(&pattern).and_then(|parsed| parsed.validate_for_time()) {
            cx.error(part, format_args!("`time` cannot read times with \"{pattern}\": {problem}"));
            return None;
        }
        return Some(TimeFormat::Pattern(pattern));
    }
    let name = part.to_string();
    match name.as_str() {
        RFC3339 => Some(TimeFormat::Rfc3339),
        EPOCH_SECONDS => Some(TimeFormat::EpochSeconds),
        EPOCH_MILLIS => Some(TimeFormat::EpochMillis),
        _ => {
            let advice = match lakebed_schema::name::nearest(&name, TIME_WORDS.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write `rfc3339`, `epoch_seconds`, `epoch_millis` or a pattern such as \
                         `\"yyyy-MM-dd HH:mm:ss\"`"
                    .to_owned(),
            };
            cx.error(part, format_args!("`time` knows no `{name}`: {advice}"));
            None
        }
    }
}

fn tags(cx: &Ctxt, word: &Word) -> Vec<String> {
    let example = "tag(\"personal\")";
    let mut tags: Vec<String> = Vec::new();
    for part in word.list(cx, example).unwrap_or_default() {
        match syn::parse2::<LitStr>(part.clone()) {
            Ok(text) if text.value().trim().is_empty() => cx.error(text, "`tag` is empty: give it a name"),
            Ok(text) if tags.contains(&text.value()) => {
                cx.error(&text, format_args!("`tag` lists \"{}\" twice: keep one", text.value()));
            }
            Ok(text) => tags.push(text.value()),
            Err(_) => cx.error(&part, format_args!("`tag` takes texts in quotes: write `{example}`")),
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::split;
    use quote::quote;

    #[test]
    fn reads_literals() {
        assert!(null(&quote!(251)) == Some(Null::Int(251)));
        assert!(null(&quote!(-9_999)) == Some(Null::Int(-9999)));
        assert!(null(&quote!(-0.5)) == Some(Null::Float(-0.5)));
        assert!(null(&quote!("n/a")) == Some(Null::Text("n/a".into())));
        assert!(null(&quote!(true)) == Some(Null::Bool(true)));
        assert!(null(&quote!(-true)).is_none());
        assert!(null(&quote!(1 + 1)).is_none());
        assert_eq!(split(quote!(a, b(c, d), e = 1,)).len(), 3);
    }
}
