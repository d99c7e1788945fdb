//! `#[lake(…)]` on a struct or enum.

use super::{Name, comment, one_of, rust};
use crate::ast::Derive;
use crate::ctxt::Ctxt;
use crate::symbol::*;
use crate::words::{Value, Word, attribute_words, without_duplicates, words};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitInt, LitStr, Path, Token, WherePredicate, parse_quote};

/// What `#[lake(…)]` says about a type.
pub(crate) struct ContainerAttrs {
    /// Path of the crate that holds `private`.
    pub(crate) krate: Path,
    /// Replaces the bounds that generics get.
    pub(crate) bound: Option<Vec<WherePredicate>>,
    /// Doc comment or the word `comment`.
    pub(crate) comment: Option<String>,
    /// The words of a table.
    pub(crate) table: TableAttrs,
}

/// The words of a table.
#[derive(Default)]
pub(crate) struct TableAttrs {
    pub(crate) table: Option<LitStr>,
    pub(crate) database: Option<LitStr>,
    pub(crate) partitions: Vec<PartitionAttrs>,
    pub(crate) key: Vec<Name>,
    pub(crate) latest_by: Option<Name>,
    pub(crate) sort: Vec<(Name, bool)>,
    pub(crate) rows: Option<u64>,
    pub(crate) bytes: Option<u64>,
    /// Variant of `Compression`.
    pub(crate) compression: Option<&'static str>,
    pub(crate) parameters: Vec<(LitStr, LitStr)>,
    pub(crate) xml: Option<LitStr>,
    pub(crate) records: Vec<LitStr>,
    pub(crate) xml_json: bool,
    /// Where the word stands.
    pub(crate) json_schema: Option<Span>,
}

/// One `partition(…)`.
pub(crate) struct PartitionAttrs {
    /// `None` is `arrival`.
    pub(crate) by: Option<Name>,
    pub(crate) layout: LitStr,
    pub(crate) null: Option<LitStr>,
}

impl ContainerAttrs {
    pub(crate) fn from_ast(cx: &Ctxt, attrs: &[Attribute], derive: Derive) -> Self {
        let mut krate = parse_quote!(::lakebed);
        let (mut bound, mut comment_word) = (None, None);
        let mut table = TableAttrs::default();
        for word in without_duplicates(cx, attribute_words(cx, attrs, LAKE), LAKE, &[PARTITION]) {
            let name = word.name();
            match name.as_str() {
                CRATE => krate = rust(cx, &word, "crate = \"path::to::lakebed\"").unwrap_or(krate),
                BOUND => {
                    bound = word.string(cx, "bound = \"T: ColumnType\"").and_then(|text| {
                        let parsed =
                            text.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated);
                        if parsed.is_err() {
                            cx.error(
                                &text,
                                "`bound` takes where-predicates: write `bound = \"T: ColumnType\"`",
                            );
                        }
                        Some(parsed.ok()?.into_iter().collect())
                    });
                }
                COMMENT if derive == Derive::Record => {
                    comment_word = word.string(cx, "comment = \"What the table holds\"");
                }
                _ if derive == Derive::Record && table.set(cx, &word) => {}
                _ => refuse(cx, &word, &name, derive),
            }
        }
        Self { krate, bound, comment: comment(attrs, comment_word), table }
    }
}

fn refuse(cx: &Ctxt, word: &Word, name: &str, derive: Derive) {
    let is_table_word = TABLE_WORDS.contains(&name) || SHARED_WORDS.contains(&name);
    if is_table_word {
        cx.error(
            word,
            format_args!(
                "`{name}` is a word of tables: derive `Record` instead of `ColumnType`, or leave it out"
            ),
        );
    } else if COLUMN_WORDS.contains(&name) {
        cx.error(word, format_args!("`{name}` is a word of columns: move `#[lake({name}…)]` to a field"));
    } else if let Some(fix) = serde_word(name) {
        cx.error(word, fix);
    } else {
        let known: &[&[&str]] = match derive {
            Derive::Record => &[TABLE_WORDS, SHARED_WORDS, CONTAINER_WORDS],
            Derive::ColumnType => &[CONTAINER_WORDS],
        };
        cx.error(word, format_args!("unknown word `{name}`: {}", advice(name, known)));
    }
}

/// The fix for a word that belongs into `#[serde(…)]`.
pub(super) fn serde_word(name: &str) -> Option<String> {
    let is_serde = [SERDE_WORDS, SERDE_REFUSED, SERDE_IGNORED].iter().any(|words| words.contains(&name));
    is_serde.then(|| {
        let also = if name == RENAME { "; the column name is `#[lake(name = \"…\")]`" } else { "" };
        format!("`{name}` is a word of serde: write `#[serde({name}…)]`{also}")
    })
}

impl TableAttrs {
    /// Takes a word, unless it is none of a table's.
    fn set(&mut self, cx: &Ctxt, word: &Word) -> bool {
        match word.name().as_str() {
            TABLE => self.table = word.string(cx, "table = \"traffic_measurement\""),
            DATABASE => self.database = word.string(cx, "database = \"traffic\""),
            PARTITION => self.partitions.extend(PartitionAttrs::parse(cx, word)),
            KEY => self.key = names(cx, word, "key = \"point_id, observed_at\""),
            LATEST_BY => self.latest_by = Name::parse(cx, word, "latest_by = \"updated_at\""),
            SORT => self.sort = sort(cx, word),
            ROW_GROUP => self.row_group(cx, word),
            COMPRESSION => {
                self.compression = one_of(
                    cx,
                    word,
                    &[
                        ("snappy", "Snappy"),
                        ("zstd", "Zstd"),
                        ("gzip", "Gzip"),
                        ("uncompressed", "Uncompressed"),
                    ],
                    "compression = \"snappy\"",
                );
            }
            PARAMETERS => self.parameters = parameters(cx, word),
            RECORDS => self.records = records(cx, word),
            XML_JSON => self.xml_json = word.flag(cx),
            JSON_SCHEMA => self.json_schema = word.flag(cx).then(|| word.ident.span()),
            XML => self.xml = word.string(cx, "xml = \"meetpunt\""),
            _ => return false,
        }
        true
    }

    fn row_group(&mut self, cx: &Ctxt, word: &Word) {
        let example = "row_group(rows = 262144, bytes = 134217728)";
        if word.list(cx, example).is_none() {
            return;
        }
        let Value::List(group) = &word.value else {
            return;
        };
        for part in without_duplicates(cx, words(cx, group.stream(), ROW_GROUP), ROW_GROUP, &[]) {
            match part.name().as_str() {
                ROWS => self.rows = positive(cx, &part, example),
                BYTES => self.bytes = positive(cx, &part, example),
                other => {
                    let advice = advice(other, &[ROW_GROUP_WORDS]);
                    cx.error(&part, format_args!("unknown word `{other}` in `row_group(…)`: {advice}"));
                }
            }
        }
    }
}

impl PartitionAttrs {
    fn parse(cx: &Ctxt, word: &Word) -> Option<Self> {
        let example = "partition(by = observed_at, layout = \"dt={yyyy-MM-dd}/hour={HH}\")";
        word.list(cx, example)?;
        let Value::List(group) = &word.value else {
            return None;
        };
        let before = cx.count();
        let (mut by, mut layout, mut null) = (None, None, None);
        for part in without_duplicates(cx, words(cx, group.stream(), PARTITION), PARTITION, &[]) {
            match part.name().as_str() {
                BY => by = Name::parse(cx, &part, "by = observed_at"),
                LAYOUT => layout = part.string(cx, "layout = \"dt={yyyy-MM-dd}/hour={HH}\""),
                NULL => null = part.string(cx, "null = \"unknown\""),
                other => {
                    let advice = advice(other, &[PARTITION_WORDS]);
                    cx.error(&part, format_args!("unknown word `{other}` in `partition(…)`: {advice}"));
                }
            }
        }
        if cx.count() > before {
            return None;
        }
        let Some(by) = by else {
            cx.error(word, "`partition` does not say by what: add `by = FIELD` or `by = arrival`");
            return None;
        };
        let Some(layout) = layout else {
            cx.error(word, "`partition` has no layout: add `layout = \"dt={yyyy-MM-dd}/hour={HH}\"`");
            return None;
        };
        let by = (by.text != "arrival").then_some(by);
        Some(Self { by, layout, null })
    }
}

/// `"a, b"`
fn names(cx: &Ctxt, word: &Word, example: &str) -> Vec<Name> {
    let Some(text) = word.string(cx, example) else {
        return Vec::new();
    };
    let names: Vec<Name> = text
        .value()
        .split(',')
        .map(|name| Name { text: name.trim().to_owned(), span: text.span() })
        .filter(|name| !name.text.is_empty())
        .collect();
    if names.is_empty() {
        cx.error(text, format_args!("`{}` names no field: write `{example}`", word.name()));
    }
    names
}

/// `"a, b desc"`
fn sort(cx: &Ctxt, word: &Word) -> Vec<(Name, bool)> {
    let mut sort = Vec::new();
    for name in names(cx, word, "sort = \"point_id, observed_at desc\"") {
        let mut parts = name.text.split_whitespace();
        let column = parts.next().unwrap_or_default().to_owned();
        let order = parts.next();
        if !matches!(order, None | Some("asc" | "desc")) || parts.next().is_some() {
            let fix = "after a field stands `desc`, `asc` or a comma: write `sort = \"point_id, observed_at desc\"`";
            cx.error_at(name.span, format_args!("`sort` cannot read `{}`: {fix}", name.text));
            continue;
        }
        sort.push((Name { text: column, span: name.span }, order == Some("desc")));
    }
    sort
}

fn positive(cx: &Ctxt, word: &Word, example: &str) -> Option<u64> {
    let tokens = word.tokens(cx, example)?;
    let number =
        syn::parse2::<LitInt>(tokens.clone()).ok().and_then(|number| number.base10_parse::<u64>().ok());
    let number = number.filter(|number| *number > 0);
    if number.is_none() {
        cx.error(tokens, format_args!("`{}` takes a whole number from 1: write `{example}`", word.name()));
    }
    number
}

/// `parameters("key" = "value")`: Glue parameter names contain dots, so both sides are in quotes.
fn parameters(cx: &Ctxt, word: &Word) -> Vec<(LitStr, LitStr)> {
    let example = "parameters(\"classification\" = \"parquet\")";
    let mut parameters: Vec<(LitStr, LitStr)> = Vec::new();
    for part in word.list(cx, example).unwrap_or_default() {
        let Some((key, value)) = parameter(&part) else {
            cx.error(
                &part,
                format_args!("`parameters` takes pairs with both sides in quotes: write `{example}`"),
            );
            continue;
        };
        if parameters.iter().any(|(earlier, _)| earlier.value() == key.value()) {
            cx.error(&part, format_args!("`parameters` sets \"{}\" twice: keep one", key.value()));
            continue;
        }
        parameters.push((key, value));
    }
    parameters
}

fn parameter(part: &TokenStream) -> Option<(LitStr, LitStr)> {
    let pair = syn::parse2::<syn::ExprAssign>(part.clone()).ok()?;
    Some((literal(&pair.left)?, literal(&pair.right)?))
}

fn literal(side: impl ToTokens) -> Option<LitStr> {
    syn::parse2(side.into_token_stream()).ok()
}

fn records(cx: &Ctxt, word: &Word) -> Vec<LitStr> {
    let example = "records(\"miv/meetpunt\")";
    let mut paths = Vec::new();
    for part in word.list(cx, example).unwrap_or_default() {
        match syn::parse2::<LitStr>(part.clone()) {
            Ok(path) => paths.push(path),
            Err(_) => cx.error(&part, format_args!("`records` takes paths in quotes: write `{example}`")),
        }
    }
    paths
}
