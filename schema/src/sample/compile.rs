//! A table made ready for sampling: for each column, what its values look like.

use super::SampleOptions;
use super::number::Numbers;
use super::spelling::{self, Spelling};
use super::texts::Texts;
use crate::def::TimeUnit;
use crate::finding::{Finding, Findings};
use crate::json::Json;
use crate::keywords::Keywords;
use crate::logical_type::{EnumWord, LogicalType};
use crate::table::{Column, Partition, PartitionBy, Rules, Scalar, Table};
use crate::validate::is_partition_text;

/// A member of a record.
#[derive(Debug)]
pub(super) struct Field {
    /// Its key in quotes, and the colon.
    pub(super) lead: String,
    pub(super) value: Value,
    /// Whether it may be null.
    pub(super) nullable: bool,
    /// Whether the key may be left out.
    pub(super) optional: bool,
    /// Place of the field whose sentinel makes this one null.
    pub(super) null_with: Option<usize>,
}

/// What the values of a column, list element or map value look like.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) kind: Kind,
    pub(super) role: Role,
    /// Values that mean null, as JSON.
    pub(super) sentinels: Vec<String>,
    /// Whether it may be one of them.
    pub(super) takes_sentinels: bool,
}

impl Value {
    /// Whether a value, as JSON, means null: a number by what it is worth, all else by how it is written.
    pub(super) fn is_sentinel(&self, json: &str) -> bool {
        let number = || json.trim_matches('"').replace(',', ".").parse::<f64>().ok();
        let is = |sentinel: &String| sentinel == json || number().is_some_and(|n| sentinel.parse() == Ok(n));
        !self.sentinels.is_empty() && self.sentinels.iter().any(is)
    }
}

/// What a value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Anything of its type.
    Plain,
    /// Neither extreme nor a sentinel, since a path is made of it.
    Path,
    /// Tells which thing reports, or when.
    Key,
}

/// The values of a type.
#[derive(Debug)]
pub(super) enum Kind {
    Boolean,
    Number(Numbers),
    Text(Texts),
    Char,
    Uuid,
    /// Words as JSON, each with its other spellings.
    Words(Vec<(String, Vec<String>)>),
    Json,
    Binary,
    /// A day or a moment.
    Time {
        spellings: Vec<Spelling>,
        /// The one of canonical records.
        canonical: Spelling,
        /// Whether the column keeps microseconds.
        micros: bool,
    },
    List {
        element: Box<Value>,
        nullable: bool,
        length: Length,
        /// Whether no two elements are equal.
        unique: bool,
    },
    Map {
        key: Box<Value>,
        value: Box<Value>,
        nullable: bool,
        length: Length,
    },
    Struct(Vec<Field>),
}

/// Fewest and most entries, where something says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

/// Longest start of a text, so that a number behind it fits a path.
const MAX_STEM: usize = 64;

/// The columns of a table, and what else to know: findings end it, notes are for people.
#[derive(Debug, Default)]
pub(super) struct Compiler {
    pub(super) findings: Findings,
    pub(super) notes: Vec<String>,
}

impl Compiler {
    /// The columns of a table.
    pub(super) fn fields(&mut self, table: &Table, options: &SampleOptions) -> Vec<Field> {
        let mut fields: Vec<Field> = table.columns.iter().map(|column| self.top(table, column)).collect();
        follow(&table.columns, &mut fields);
        if options.broken > 0.0
            && let Some(first) = fields.first_mut()
        {
            // It comes twice in some records, so it must be there.
            first.optional = false;
        }
        fields
    }

    /// A column of the table itself, which may be a key or make paths.
    fn top(&mut self, table: &Table, column: &Column) -> Field {
        let of_column =
            |partition: &&Partition| matches!(&partition.by, PartitionBy::Column(by) if *by == column.name);
        let partition = table.partitions.iter().find(of_column);
        let role = if table.key.contains(&column.name) {
            Role::Key
        } else if partition.is_some() {
            Role::Path
        } else {
            Role::Plain
        };
        let path = table.partitions.iter().filter(of_column).any(|partition| partition.layout.has_value());
        let mut field = self.field(column, role, path, "");
        let required = |partition: &Partition| partition.null.is_none();
        if role == Role::Key || table.partitions.iter().filter(of_column).any(required) {
            field.nullable = false;
            field.optional = false;
            field.value.takes_sentinels = false;
        }
        if path && let (Kind::Words(words), LogicalType::Enum(all)) = (&mut field.value.kind, &column.ty) {
            *words = path_words(all, column);
            if words.is_empty() {
                self.no_path_text(&column.name, "none of its words can stand in a path");
            }
        }
        field
    }

    fn no_path_text(&mut self, place: &str, problem: &str) {
        let fix = "partition by a column whose texts hold only A-Z a-z 0-9 . _ -";
        self.findings.push(Finding::new("sample-partition", format!("column `{place}`"), problem, fix));
    }

    fn field(&mut self, column: &Column, role: Role, path: bool, prefix: &str) -> Field {
        let place = format!("{prefix}{}", column.name);
        Field {
            lead: format!("{}:", quoted(&column.key)),
            value: self.value(&column.ty, &column.rules, &column.schema, role, path, &place),
            nullable: column.nullable || column.default,
            optional: column.nullable || column.default,
            null_with: None,
        }
    }

    /// `path` tells that paths hold the value as text.
    fn value(
        &mut self,
        ty: &LogicalType,
        rules: &Rules,
        keywords: &Keywords,
        role: Role,
        path: bool,
        place: &str,
    ) -> Value {
        let kind = match ty {
            LogicalType::Boolean => Kind::Boolean,
            LogicalType::Int8
            | LogicalType::Int16
            | LogicalType::Int32
            | LogicalType::Int64
            | LogicalType::UInt8
            | LogicalType::UInt16
            | LogicalType::UInt32
            | LogicalType::Float32
            | LogicalType::Float64
            | LogicalType::Decimal { .. } => {
                let comma = rules.decimal_comma && ty.integer_range().is_none();
                self.numbers(ty, keywords, comma, place)
            }
            LogicalType::String => self.texts(keywords, path, place),
            LogicalType::Char => Kind::Char,
            LogicalType::Uuid => Kind::Uuid,
            LogicalType::Enum(words) => {
                let spelled = |word: &EnumWord| {
                    (quoted(&word.word), word.aliases.iter().map(|alias| quoted(alias)).collect())
                };
                Kind::Words(words.iter().map(spelled).collect())
            }
            LogicalType::Json => Kind::Json,
            LogicalType::Binary => Kind::Binary,
            LogicalType::Date => Kind::Time {
                spellings: spelling::of_date(&rules.time),
                canonical: Spelling::Day,
                micros: false,
            },
            LogicalType::Timestamp { unit, instant, offset } => Kind::Time {
                spellings: spelling::of_timestamp(&rules.time, *instant, *offset),
                canonical: if *instant { Spelling::Utc } else { Spelling::WithoutZone },
                micros: *unit == TimeUnit::Micros,
            },
            LogicalType::List { element, length } => {
                let items = keywords.items.as_deref().cloned().unwrap_or_default();
                let fixed = Length { least: *length, most: *length };
                Kind::List {
                    element: Box::new(self.value(&element.ty, rules, &items, Role::Plain, false, place)),
                    nullable: element.nullable,
                    length: fixed.or(keywords, "minItems", "maxItems"),
                    unique: keywords.own.get("uniqueItems") == Some(&Json::Bool(true)),
                }
            }
            LogicalType::Map { key, value } => {
                let (no_rules, none) = (Rules::default(), Keywords::default());
                let values = keywords.values.as_deref().cloned().unwrap_or_default();
                Kind::Map {
                    key: Box::new(self.value(key, &no_rules, &none, Role::Key, false, place)),
                    value: Box::new(self.value(&value.ty, rules, &values, Role::Plain, false, place)),
                    nullable: value.nullable,
                    length: Length::default().or(keywords, "minProperties", "maxProperties"),
                }
            }
            LogicalType::Struct { columns } => {
                let prefix = format!("{place}.");
                let field = |column| self.field(column, Role::Plain, false, &prefix);
                let mut fields: Vec<_> = columns.iter().map(field).collect();
                follow(columns, &mut fields);
                Kind::Struct(fields)
            }
        };
        let sentinels =
            if ty.is_scalar() { rules.null_if.iter().filter_map(sentinel).collect() } else { Vec::new() };
        Value { kind, role, takes_sentinels: !sentinels.is_empty(), sentinels }
    }

    fn numbers(&mut self, ty: &LogicalType, keywords: &Keywords, comma: bool, place: &str) -> Kind {
        let numbers = Numbers::of(ty, keywords, comma).or_else(|| {
            let fix = "correct minimum, maximum and multipleOf in the type's JsonSchema";
            let problem = format!("its keywords leave no {}", ty.name());
            self.findings.push(Finding::new("sample-range", format!("column `{place}`"), problem, fix));
            Numbers::of(ty, &Keywords::default(), comma)
        });
        numbers.map_or(Kind::Json, Kind::Number)
    }

    fn texts(&mut self, keywords: &Keywords, path: bool, place: &str) -> Kind {
        let name = place.rsplit('.').next().unwrap_or(place);
        Kind::Text(Texts::of(stem(name), keywords, path).unwrap_or_else(|reason| {
            if path {
                self.no_path_text(place, &format!("it has {reason}"));
            } else {
                self.notes.push(format!("column `{place}` has {reason}, which its samples do not follow"));
            }
            Texts::free(stem(name))
        }))
    }
}

impl Length {
    /// What keywords say where nothing is said yet.
    fn or(self, keywords: &Keywords, least: &str, most: &str) -> Self {
        let count = |name: &str| match keywords.own.get(name) {
            Some(Json::Int(count)) => u64::try_from(*count).ok(),
            _ => None,
        };
        Self { least: self.least.or_else(|| count(least)), most: self.most.or_else(|| count(most)) }
    }
}

/// Whether a thing can report more than once: its key holds a time, or a column tells which report is the latest.
pub(super) fn reports_again(table: &Table) -> bool {
    let is_time = |name: &String| {
        let column = table.column(name);
        column.is_some_and(|column| matches!(column.ty, LogicalType::Date | LogicalType::Timestamp { .. }))
    };
    table.latest_by.is_some() || table.key.iter().any(is_time)
}

/// Tells fields whose sentinel makes them null.
fn follow(columns: &[Column], fields: &mut [Field]) {
    for (column, field) in columns.iter().zip(fields) {
        let source = column.rules.null_with.as_ref();
        field.null_with = source.and_then(|name| columns.iter().position(|other| other.name == *name));
    }
}

/// The words that a path can hold and that do not mean null.
fn path_words(words: &[EnumWord], column: &Column) -> Vec<(String, Vec<String>)> {
    let fits = |word: &&EnumWord| {
        is_partition_text(&word.word) && !column.rules.null_if.contains(&Scalar::Text(word.word.clone()))
    };
    words.iter().filter(fits).map(|word| (quoted(&word.word), Vec::new())).collect()
}

fn sentinel(value: &Scalar) -> Option<String> {
    match value {
        Scalar::Bool(value) => Some(value.to_string()),
        Scalar::Int(value) => Some(value.to_string()),
        Scalar::Float(value) => Some(format!("{value:e}")),
        Scalar::Text(text) => Some(quoted(text)),
    }
}

/// What texts of a column start with: its name, less an ending that only says it is a key.
fn stem(name: &str) -> String {
    let stem = ["_id", "_key", "_no", "_nr"].iter().find_map(|end| name.strip_suffix(end));
    let stem = stem.filter(|stem| !stem.is_empty()).unwrap_or(name);
    // Names are ASCII, so that any byte ends a character.
    stem.chars().take(MAX_STEM).collect()
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
