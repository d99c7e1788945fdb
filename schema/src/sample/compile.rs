//! A table made ready for sampling: for each column, what its values look like.

use super::SampleOptions;
use super::spelling::{self, Spelling};
use crate::finding::{Finding, Findings};
use crate::logical_type::{EnumWord, LogicalType};
use crate::table::{Column, PartitionBy, Rules, Scalar, Table};
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
        let number = || json.parse::<f64>().ok();
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
    Int {
        /// What the type holds.
        all: (i64, i64),
        /// What is usual.
        usual: (i64, i64),
    },
    Float {
        single: bool,
        comma: bool,
    },
    Decimal {
        precision: u8,
        scale: u8,
        comma: bool,
    },
    /// Texts that start with this.
    Text(String),
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
        length: Option<u64>,
    },
    Map {
        key: Box<Value>,
        value: Box<Value>,
        nullable: bool,
    },
    Struct(Vec<Field>),
}

/// Longest start of a text, so that a number behind it fits a path.
const MAX_STEM: usize = 64;
/// Where small integers end, unless the type ends before.
const USUAL_MAX: i64 = 100;

/// The columns of a table.
pub(super) fn fields(table: &Table, options: &SampleOptions, findings: &mut Findings) -> Vec<Field> {
    let fields = table.columns.iter().map(|column| {
        let partition = table
            .partitions
            .iter()
            .find(|partition| matches!(&partition.by, PartitionBy::Column(by) if *by == column.name));
        let role = if table.key.contains(&column.name) {
            Role::Key
        } else if partition.is_some() {
            Role::Path
        } else {
            Role::Plain
        };
        let mut field = field(column, role);
        if role == Role::Key || partition.is_some_and(|partition| partition.null.is_none()) {
            field.nullable = false;
            field.optional = false;
            field.value.takes_sentinels = false;
        }
        if partition.is_some_and(|partition| partition.layout.has_value())
            && let (Kind::Words(words), LogicalType::Enum(all)) = (&mut field.value.kind, &column.ty)
        {
            *words = path_words(all, column);
            if words.is_empty() {
                findings.push(Finding::new(
                    "sample-partition",
                    format!("column `{}`", column.name),
                    "none of its words can stand in a path",
                    "partition by a column whose words hold only A-Z a-z 0-9 . _ -",
                ));
            }
        }
        field
    });
    let mut fields: Vec<Field> = fields.collect();
    follow(&table.columns, &mut fields);
    if options.broken > 0.0
        && let Some(first) = fields.first_mut()
    {
        // It comes twice in some records, so it must be there.
        first.optional = false;
    }
    fields
}

/// Whether a thing can report more than once: its key holds a time, or a column tells which report is the latest.
pub(super) fn reports_again(table: &Table) -> bool {
    let is_time = |name: &String| {
        let column = table.column(name);
        column.is_some_and(|column| matches!(column.ty, LogicalType::Date | LogicalType::Timestamp { .. }))
    };
    table.latest_by.is_some() || table.key.iter().any(is_time)
}

fn field(column: &Column, role: Role) -> Field {
    Field {
        lead: format!("{}:", quoted(&column.key)),
        value: value(&column.ty, &column.rules, &column.name, role),
        nullable: column.nullable || column.default,
        optional: column.nullable || column.default,
        null_with: None,
    }
}

/// Tells fields whose sentinel makes them null.
fn follow(columns: &[Column], fields: &mut [Field]) {
    for (column, field) in columns.iter().zip(fields) {
        let source = column.rules.null_with.as_ref();
        field.null_with = source.and_then(|name| columns.iter().position(|other| other.name == *name));
    }
}

fn value(ty: &LogicalType, rules: &Rules, name: &str, role: Role) -> Value {
    let inner = |ty: &LogicalType| Box::new(value(ty, rules, name, Role::Plain));
    let kind = match ty {
        LogicalType::Boolean => Kind::Boolean,
        LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::UInt8
        | LogicalType::UInt16
        | LogicalType::UInt32 => {
            let all = ty.integer_range().unwrap_or((0, 0));
            Kind::Int { all, usual: (all.0.max(0), all.1.min(USUAL_MAX)) }
        }
        LogicalType::Float32 => Kind::Float { single: true, comma: rules.decimal_comma },
        LogicalType::Float64 => Kind::Float { single: false, comma: rules.decimal_comma },
        LogicalType::Decimal { precision, scale } => {
            Kind::Decimal { precision: *precision, scale: *scale, comma: rules.decimal_comma }
        }
        LogicalType::String => Kind::Text(stem(name)),
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
        LogicalType::Date => {
            Kind::Time { spellings: spelling::of_date(&rules.time), canonical: Spelling::Day, micros: false }
        }
        LogicalType::Timestamp { unit, instant, offset } => Kind::Time {
            spellings: spelling::of_timestamp(&rules.time, *instant, *offset),
            canonical: if *instant { Spelling::Utc } else { Spelling::WithoutZone },
            micros: *unit == crate::def::TimeUnit::Micros,
        },
        LogicalType::List { element, length } => {
            Kind::List { element: inner(&element.ty), nullable: element.nullable, length: *length }
        }
        LogicalType::Map { key, value: element } => Kind::Map {
            key: Box::new(value(key, &Rules::default(), name, Role::Key)),
            value: inner(&element.ty),
            nullable: element.nullable,
        },
        LogicalType::Struct { columns } => {
            let mut fields: Vec<_> = columns.iter().map(|column| field(column, Role::Plain)).collect();
            follow(columns, &mut fields);
            Kind::Struct(fields)
        }
    };
    let sentinels =
        if ty.is_scalar() { rules.null_if.iter().filter_map(sentinel).collect() } else { Vec::new() };
    Value { kind, role, takes_sentinels: !sentinels.is_empty(), sentinels }
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
