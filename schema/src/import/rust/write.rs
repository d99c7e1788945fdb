//! Writes the source.

use super::cases::{self, Of};
use super::layout::{WIDTH, Word, attributes, comment, derives, doc, literal};
use super::names::{self, Ident, TypeNames};
use super::types::{self, RustType};
use super::words::{self, Fields};
use super::{RustOptions, RustSource};
use crate::logical_type::{EnumWord, LogicalType};
use crate::table::{Column, PartitionBy, Table, TimeFormat};
use crate::validate::leaf;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Everything about the struct of a table.
pub(super) fn write(table: Table, options: &RustOptions, notes: Vec<String>) -> RustSource {
    let mut writer = Writer {
        options,
        names: TypeNames::default(),
        has_schema: any(&table.columns, &|column| !column.schema.is_empty()),
        has_defaults: any(&table.columns, &|column| {
            column.default && !column.nullable && is_made(&column.ty)
        }),
        has_ordered_words: any(&table.columns, &|column| has_words_as_keys(&column.ty)),
        imports: BTreeSet::from(["serde::Deserialize", "serde::Serialize"]),
        blocks: Vec::new(),
        made: Vec::new(),
        notes,
    };
    let name = match &options.name {
        Some(name) => {
            writer.names.take(name);
            name.clone()
        }
        None => writer.names.fresh(&table.name, "Table"),
    };
    writer.structure(&name, Some(&table), &table.columns, "");
    writer.notes_of(&table.columns, "");
    RustSource { text: writer.text(), name, features: writer.features(), notes: writer.notes, table }
}

struct Writer<'a> {
    options: &'a RustOptions,
    names: TypeNames,
    /// Whether some column has keywords of JSON Schema, so that every type needs a schema.
    has_schema: bool,
    /// Whether serde fills in a nested type, so that those need a default.
    has_defaults: bool,
    /// Whether words are keys of a map, so that they need an order.
    has_ordered_words: bool,
    /// Paths of what is imported.
    imports: BTreeSet<&'static str>,
    /// The types, each a piece of source; the table comes first.
    blocks: Vec<String>,
    /// Nested types that are there: what their name was made of, what they hold, and their name.
    made: Vec<(String, Made, String)>,
    notes: Vec<String>,
}

/// What a nested type holds.
#[derive(PartialEq)]
enum Made {
    Struct(Vec<Column>),
    Enum(Vec<EnumWord>),
}

/// Whether it is true of any column, nested ones included.
fn any(columns: &[Column], test: &dyn Fn(&Column) -> bool) -> bool {
    columns.iter().any(|column| test(column) || any(members(&column.ty), test))
}

/// Members of the record that a type holds in the end.
fn members(ty: &LogicalType) -> &[Column] {
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type holds columns")]
    match ty {
        LogicalType::Struct { columns } => columns,
        LogicalType::List { element, .. } => members(&element.ty),
        LogicalType::Map { value, .. } => members(&value.ty),
        _ => &[],
    }
}

/// Whether the default of a type is that of a type of the source.
fn is_made(ty: &LogicalType) -> bool {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type has a default without them")]
    match ty {
        LogicalType::Struct { .. } | LogicalType::Enum(_) => true,
        LogicalType::List { element, length: Some(_) } => !element.nullable && is_made(&element.ty),
        _ => false,
    }
}

fn has_words_as_keys(ty: &LogicalType) -> bool {
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type has keys")]
    match ty {
        LogicalType::Map { key, value } => {
            matches!(**key, LogicalType::Enum(_)) || has_words_as_keys(&value.ty)
        }
        LogicalType::List { element, .. } => has_words_as_keys(&element.ty),
        _ => false,
    }
}

impl Writer<'_> {
    /// Writes a struct, and after it what it holds.
    fn structure(&mut self, name: &str, table: Option<&Table>, columns: &[Column], path: &str) {
        let place = self.blocks.len();
        self.blocks.push(String::new());
        let by_arrival = table.is_some_and(|table| {
            table.partitions.iter().any(|partition| partition.by == PartitionBy::Arrival)
        });
        let reserved: &[&str] = if by_arrival { &["arrival"] } else { &[] };
        let idents = names::fields(columns.iter().map(|column| column.name.as_str()), reserved);
        let fields = Fields { columns, idents: &idents };
        let pairs: Vec<(&str, &str)> = idents
            .iter()
            .zip(columns)
            .map(|(ident, column)| (ident.name.as_str(), column.key.as_str()))
            .collect();
        let rule = cases::rule(&pairs, Of::Fields);

        let mut text = self.guesses(path, 0, table.is_some());
        match table {
            Some(table) => text.extend(table.comment.as_ref().and_then(|comment| doc(comment, 0))),
            None => text.push_str(&comment("///", &format!("A record in `{path}`."), 0)),
        }
        text.push_str(&self.derives(
            if table.is_some() { "Record" } else { "ColumnType" },
            &["Debug", "Clone", "PartialEq"],
        ));
        if idents.iter().any(|ident| names::is_unusual(&ident.name)) {
            text.push_str("#[allow(non_snake_case)]\n");
        }
        if let Some(rule) = rule {
            text.push_str(&attributes(
                "serde",
                &[Word::Plain(format!("rename_all = {}", literal(rule.name)))],
                0,
            ));
        }
        if let Some(table) = table {
            text.push_str(&attributes("lake", &words::table(table, &fields, self.has_schema), 0));
        }
        let _ = writeln!(text, "pub struct {name} {{");
        for (column, ident) in columns.iter().zip(&idents) {
            let below = format!("{path}{}{}", if path.is_empty() { "" } else { "." }, column.name);
            let renamed = rule.map_or_else(|| ident.name.clone(), |rule| Of::Fields.apply(rule, &ident.name));
            text.push_str(&self.guesses(&below, 4, true));
            text.extend(column.comment.as_ref().and_then(|comment| doc(comment, 4)));
            // With `with`, schemars would look for a schema of the module.
            let with = if self.has_schema { None } else { words::serde_with(column) };
            text.push_str(&attributes("serde", &words::serde(column, &renamed, with), 4));
            text.push_str(&attributes("schemars", &words::schemars(&column.schema), 4));
            text.push_str(&attributes("lake", &words::column(column, ident, &fields), 4));
            text.push_str(&self.field(column, ident, name, &below));
        }
        text.push_str("}\n");
        if let Some(block) = self.blocks.get_mut(place) {
            *block = text;
        }
    }

    /// The line of a field.
    fn field(&mut self, column: &Column, ident: &Ident, within: &str, path: &str) -> String {
        let ty = self.whole(&column.ty, &column.name, within, path).or_null(column.nullable);
        let line = |ty: &RustType| format!("    pub {}: {ty},", ident.source);
        if line(&ty).len() <= WIDTH {
            return line(&ty) + "\n";
        }
        let mut ty = ty;
        for (name, part) in types::shorten(&mut ty, WIDTH - 9, &mut self.names, &column.name, within) {
            self.blocks.push(format!("type {name} = {part};\n"));
        }
        if line(&ty).len() <= WIDTH {
            line(&ty) + "\n"
        } else {
            format!("    pub {}:\n        {ty},\n", ident.source)
        }
    }

    /// The type of a column without its nulls.
    fn whole(&mut self, ty: &LogicalType, wanted: &str, within: &str, path: &str) -> RustType {
        if *ty == LogicalType::Binary {
            return types::scalar(ty, true)
                .map_or_else(|| RustType::name("Bytes"), |(name, _)| RustType::name(name));
        }
        self.part(ty, wanted, within, path)
    }

    /// The type of a column, element, key or value without its nulls.
    fn part(&mut self, ty: &LogicalType, wanted: &str, within: &str, path: &str) -> RustType {
        if let Some((name, imports)) = types::scalar(ty, false) {
            self.imports.extend(imports);
            return RustType::name(name);
        }
        #[allow(
            clippy::wildcard_enum_match_arm,
            reason = "every other type is a scalar, which was written above"
        )]
        match ty {
            LogicalType::List { element, length } => {
                let one = names::singular(wanted);
                let inner = self.part(&element.ty, one, within, path).or_null(element.nullable);
                match length {
                    Some(length) => RustType::Array(Box::new(inner), *length),
                    None => RustType::Of("Vec", vec![inner]),
                }
            }
            LogicalType::Map { key, value } => {
                self.imports.insert("std::collections::BTreeMap");
                let key = self.part(key, &format!("{wanted}_key"), within, path);
                let one = names::singular(wanted);
                let value = self.part(&value.ty, one, within, path).or_null(value.nullable);
                RustType::Of("BTreeMap", vec![key, value])
            }
            LogicalType::Struct { columns } => {
                self.imports.insert("lakebed::ColumnType");
                let guessed = self.options.guesses.iter().any(|guess| guess.column.starts_with(path));
                self.nested(wanted, within, Made::Struct(columns.clone()), !guessed, |writer, name| {
                    writer.structure(name, None, columns, path);
                })
            }
            LogicalType::Enum(enum_words) => {
                self.imports.insert("lakebed::ColumnType");
                self.nested(wanted, within, Made::Enum(enum_words.clone()), true, |writer, name| {
                    writer.enumeration(name, enum_words, path);
                })
            }
            _ => RustType::name("Value"),
        }
    }

    /// The name of a nested type, which is written unless an equal one of that name is there.
    fn nested(
        &mut self,
        wanted: &str,
        within: &str,
        holds: Made,
        shared: bool,
        write: impl FnOnce(&mut Self, &str),
    ) -> RustType {
        let there = self.made.iter().find(|(made_of, made, _)| shared && made_of == wanted && *made == holds);
        if let Some((_, _, name)) = there {
            return RustType::name(name);
        }
        let name = self.names.fresh(wanted, within);
        self.made.push((wanted.to_owned(), holds, name.clone()));
        write(self, &name);
        RustType::name(name)
    }

    fn enumeration(&mut self, name: &str, enum_words: &[EnumWord], path: &str) {
        let variants = names::variants(enum_words.iter().map(|word| word.word.as_str()));
        let pairs: Vec<(&str, &str)> = variants
            .iter()
            .zip(enum_words)
            .map(|(variant, word)| (variant.as_str(), word.word.as_str()))
            .collect();
        let rule = cases::rule(&pairs, Of::Variants);
        let mut text = comment("///", &format!("A word in `{path}`."), 0);
        let order: &[&str] = if self.has_ordered_words { &["PartialOrd", "Ord"] } else { &[] };
        let plain = [&["Debug", "Clone", "Copy", "PartialEq", "Eq"], order].concat();
        text.push_str(&self.derives("ColumnType", &plain));
        if let Some(rule) = rule {
            text.push_str(&attributes(
                "serde",
                &[Word::Plain(format!("rename_all = {}", literal(rule.name)))],
                0,
            ));
        }
        let _ = writeln!(text, "pub enum {name} {{");
        for (at, (variant, word)) in variants.iter().zip(enum_words).enumerate() {
            let renamed = rule.map_or_else(|| variant.clone(), |rule| Of::Variants.apply(rule, variant));
            let rename = (renamed != word.word).then_some(("rename", &word.word));
            let said = rename.into_iter().chain(word.aliases.iter().map(|alias| ("alias", alias)));
            let said: Vec<Word> =
                said.map(|(name, text)| Word::Plain(format!("{name} = {}", literal(text)))).collect();
            if self.has_defaults && at == 0 {
                text.push_str("    #[default]\n");
            }
            text.push_str(&attributes("serde", &said, 4));
            let _ = writeln!(text, "    {variant},");
        }
        text.push_str("}\n");
        self.blocks.push(text);
    }

    fn derives(&mut self, ours: &'static str, plain: &[&'static str]) -> String {
        let mut names = plain.to_vec();
        if self.has_defaults && ours == "ColumnType" {
            names.push("Default");
        }
        names.extend(["Serialize", "Deserialize"]);
        if self.has_schema {
            names.push("JsonSchema");
            self.imports.insert("schemars::JsonSchema");
        }
        names.push(ours);
        self.imports.insert(if ours == "Record" { "lakebed::Record" } else { "lakebed::ColumnType" });
        derives(&names)
    }

    /// What is guessed about a column.
    fn guesses(&self, column: &str, indent: usize, there: bool) -> String {
        let guesses = self.options.guesses.iter().filter(|guess| there && guess.column == column);
        guesses.map(|guess| comment("//", &format!("guessed: {}", guess.text), indent)).collect()
    }

    /// What else to know of columns.
    fn notes_of(&mut self, columns: &[Column], prefix: &str) {
        for column in columns {
            let path = format!("{prefix}{}", column.name);
            let (inner, _) = leaf(column);
            if types::is_too_wide(inner) {
                self.notes.push(format!(
                    "`{path}` may hold more digits than rust_decimal's 28: values of the struct do not, records may."
                ));
            }
            if !serde_is_accepted(column, inner) && (self.has_schema || words::serde_with(column).is_none()) {
                self.notes.push(format!(
                    "serde writes `{path}` in a form that its column does not take: add `#[serde(with = …)]` before the \
                     struct produces records, or the spelling to `time(…)`."
                ));
            }
            self.notes_of(members(&column.ty), &format!("{path}."));
        }
    }

    /// Features of `lakebed` that the types need.
    fn features(&self) -> Vec<&'static str> {
        let crates: BTreeMap<&str, &str> = BTreeMap::from([
            ("bytes", "bytes"),
            ("chrono", "chrono"),
            ("rust_decimal", "rust_decimal"),
            ("schemars", "json-schema"),
            ("serde_json", "serde_json"),
            ("uuid", "uuid"),
        ]);
        let mut features: Vec<&str> =
            self.imports.iter().filter_map(|path| crates.get(path.split("::").next()?).copied()).collect();
        features.dedup();
        features
    }

    fn text(&self) -> String {
        let mut by_module: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in &self.imports {
            if let Some((module, name)) = path.rsplit_once("::") {
                by_module.entry(module).or_default().push(name);
            }
        }
        let mut text = String::new();
        for (module, names) in by_module {
            let _ = match names.as_slice() {
                [only] => writeln!(text, "use {module}::{only};"),
                several => writeln!(text, "use {module}::{{{}}};", several.join(", ")),
            };
        }
        for block in &self.blocks {
            text.push('\n');
            text.push_str(block);
        }
        text
    }
}

/// Whether what serde writes by itself is a spelling that the column takes.
fn serde_is_accepted(column: &Column, inner: &LogicalType) -> bool {
    let formats = &column.rules.time;
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type has spellings of time")]
    match inner {
        _ if formats.is_empty() => true,
        LogicalType::Timestamp { instant: true, .. } => formats.contains(&TimeFormat::Rfc3339),
        LogicalType::Timestamp { .. } | LogicalType::Date => false,
        _ => true,
    }
}
