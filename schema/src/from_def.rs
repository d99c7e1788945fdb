//! From the constants that the derive emits to a [`Table`].
//!
//! Here the words of a column meet its type: `decimal(p, s)` and `unit` settle what the Rust type left open, also
//! inside lists and map values.

mod overlay;

use crate::def::{
    ColumnDef, ElementDef, Member, PartitionDef, ScalarDef, TableDef, TimeFormatDef, TimeUnit, TypeDef,
};
use crate::keywords::Keywords;
use crate::layout::Layout;
use crate::logical_type::{Element, EnumWord, LogicalType};
use crate::problem::{ProblemKind, Problems};
use crate::table::{
    Column, DEFAULT_TIME_UNIT, Partition, PartitionBy, Rules, Scalar, SortColumn, Storage, Table, TimeFormat,
};
use crate::validate::Collector;

impl TryFrom<&TableDef> for Table {
    type Error = Problems;

    /// The table, validated.
    ///
    /// # Errors
    /// Words that are missing or have nothing to apply to, then everything that [`Table::validate`] finds elsewhere.
    fn try_from(def: &TableDef) -> Result<Self, Problems> {
        let mut problems = Collector::default();
        let mut table = Self {
            name: def.name.to_owned(),
            database: def.database.map(str::to_owned),
            comment: def.comment.map(str::to_owned),
            columns: columns(def.members, "", &mut problems),
            partitions: partitions(def.partitions, &mut problems),
            key: owned(def.key),
            latest_by: def.latest_by.map(str::to_owned),
            sort: def
                .sort
                .iter()
                .map(|sort| SortColumn { column: sort.column.to_owned(), descending: sort.descending })
                .collect(),
            storage: storage(def),
            parameters: def
                .parameters
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            xml: def.xml.map(str::to_owned),
            records: owned(def.records),
            xml_json: def.xml_json,
        };
        if let Some(schema) = def.json_schema {
            overlay::apply(&mut table, &schema.0(), &mut problems);
        }
        let mut found = problems.finish().err().unwrap_or_default().0;
        if let Err(Problems(more)) = table.validate() {
            // A column whose type is not settled would only repeat itself.
            let unsettled: Vec<String> = found.iter().map(|problem| problem.path.clone()).collect();
            found.extend(more.into_iter().filter(|problem| !unsettled.contains(&problem.path)));
        }
        if found.is_empty() { Ok(table) } else { Err(Problems(found)) }
    }
}

impl TryFrom<TableDef> for Table {
    type Error = Problems;

    /// As for a reference.
    fn try_from(def: TableDef) -> Result<Self, Problems> {
        Self::try_from(&def)
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn storage(def: &TableDef) -> Storage {
    let default = Storage::default();
    Storage {
        compression: def.compression.unwrap_or(default.compression),
        row_group_rows: def.row_group_rows.unwrap_or(default.row_group_rows),
        row_group_bytes: def.row_group_bytes.unwrap_or(default.row_group_bytes),
    }
}

fn partitions(defs: &[PartitionDef], problems: &mut Collector) -> Vec<Partition> {
    let mut partitions = Vec::new();
    for def in defs {
        match Layout::parse(def.layout, def.by) {
            Ok(layout) => partitions.push(Partition {
                by: def.by.map_or(PartitionBy::Arrival, |by| PartitionBy::Column(by.to_owned())),
                layout,
                null: def.null.map(str::to_owned),
            }),
            Err(error) => problems.add(&format!("partition `{}`", def.layout), ProblemKind::Layout(error)),
        }
    }
    partitions
}

/// Columns of members, flattened ones in place; `prefix` is the path to the record, with a dot at its end.
fn columns(members: &[Member], prefix: &str, problems: &mut Collector) -> Vec<Column> {
    let mut out = Vec::new();
    for member in members {
        match member {
            Member::Column(def) => out.push(column(def, prefix, problems)),
            Member::Flatten { members, optional } => {
                let flattened = columns(members, prefix, problems);
                out.extend(
                    flattened
                        .into_iter()
                        .map(|column| Column { nullable: column.nullable || *optional, ..column }),
                );
            }
        }
    }
    out
}

fn column(def: &ColumnDef, prefix: &str, problems: &mut Collector) -> Column {
    let path = format!("{prefix}{}", def.name);
    let mut words =
        Words { decimal: Word::new(def.decimal), unit: Word::new(def.unit), path: &path, problems };
    let ty = words.apply(&def.ty, false);
    words.refuse_unused(&ty);
    Column {
        name: def.name.to_owned(),
        key: def.key.to_owned(),
        aliases: owned(def.aliases),
        ty,
        nullable: def.nullable,
        default: def.default,
        comment: def.comment.map(str::to_owned),
        rules: Rules {
            time: def.time.iter().map(time_format).collect(),
            null_if: def.null_if.iter().map(scalar).collect(),
            null_with: def.null_with.map(str::to_owned),
            decimal_comma: def.decimal_comma,
        },
        tags: owned(def.tags),
        bloom: def.bloom,
        encoding: def.encoding,
        xml: def.xml.map(str::to_owned),
        schema: Keywords::default(),
    }
}

fn time_format(def: &TimeFormatDef) -> TimeFormat {
    match def {
        TimeFormatDef::Rfc3339 => TimeFormat::Rfc3339,
        TimeFormatDef::EpochSeconds => TimeFormat::EpochSeconds,
        TimeFormatDef::EpochMillis => TimeFormat::EpochMillis,
        TimeFormatDef::Pattern(pattern) => TimeFormat::Pattern((*pattern).to_owned()),
    }
}

fn scalar(def: &ScalarDef) -> Scalar {
    match def {
        ScalarDef::Int(value) => Scalar::Int(*value),
        ScalarDef::Float(value) => Scalar::Float(*value),
        ScalarDef::Text(value) => Scalar::Text((*value).to_owned()),
        ScalarDef::Bool(value) => Scalar::Bool(*value),
    }
}

/// A word that must not stand there in vain.
struct Word<T> {
    value: Option<T>,
    used: bool,
}

impl<T: Copy> Word<T> {
    fn new(value: Option<T>) -> Self {
        Self { value, used: false }
    }

    fn take(&mut self) -> Option<T> {
        self.used = true;
        self.value
    }

    fn is_unused(&self) -> bool {
        self.value.is_some() && !self.used
    }
}

/// The words that settle a type.
struct Words<'a> {
    decimal: Word<(u8, u8)>,
    unit: Word<TimeUnit>,
    /// Path of the column.
    path: &'a str,
    problems: &'a mut Collector,
}

impl Words<'_> {
    fn place(&self) -> String {
        format!("column `{}`", self.path)
    }

    fn refuse_unused(&mut self, ty: &LogicalType) {
        let place = self.place();
        for (word, unused) in [("decimal", self.decimal.is_unused()), ("unit", self.unit.is_unused())] {
            if unused {
                self.problems.add(&place, ProblemKind::UnusedWord { word, found: ty.name() });
            }
        }
    }

    fn apply(&mut self, def: &TypeDef, map_key: bool) -> LogicalType {
        match def {
            TypeDef::Boolean => LogicalType::Boolean,
            TypeDef::Int8 => LogicalType::Int8,
            TypeDef::Int16 => LogicalType::Int16,
            TypeDef::Int32 => LogicalType::Int32,
            TypeDef::Int64 => LogicalType::Int64,
            TypeDef::UInt8 => LogicalType::UInt8,
            TypeDef::UInt16 => LogicalType::UInt16,
            TypeDef::UInt32 => LogicalType::UInt32,
            TypeDef::UInt64 => self.decimal("u64", map_key),
            TypeDef::UInt128 => self.decimal("u128", map_key),
            TypeDef::Int128 => self.decimal("i128", map_key),
            TypeDef::Decimal => self.decimal("a decimal", map_key),
            TypeDef::Float32 => LogicalType::Float32,
            TypeDef::Float64 => LogicalType::Float64,
            TypeDef::String => LogicalType::String,
            TypeDef::Char => LogicalType::Char,
            TypeDef::Uuid => LogicalType::Uuid,
            TypeDef::Enum(words) => LogicalType::Enum(
                words
                    .iter()
                    .map(|word| EnumWord { word: word.word.to_owned(), aliases: owned(word.aliases) })
                    .collect(),
            ),
            TypeDef::Json => LogicalType::Json,
            TypeDef::Binary => LogicalType::Binary,
            TypeDef::Date => LogicalType::Date,
            TypeDef::Timestamp { instant, offset } => {
                let unit = if map_key { None } else { self.unit.take() };
                LogicalType::Timestamp {
                    unit: unit.unwrap_or(DEFAULT_TIME_UNIT),
                    instant: *instant,
                    offset: *offset,
                }
            }
            TypeDef::List { element, length } => LogicalType::List {
                element: self.element(element),
                length: length.map(|length| length as u64),
            },
            TypeDef::Map { key, value } => {
                LogicalType::Map { key: Box::new(self.apply(key, true)), value: self.element(value) }
            }
            TypeDef::Struct(members) => {
                LogicalType::Struct { columns: columns(members, &format!("{}.", self.path), self.problems) }
            }
        }
    }

    fn element(&mut self, def: &ElementDef) -> Box<Element> {
        Box::new(Element { ty: self.apply(&def.ty, false), nullable: def.nullable })
    }

    fn decimal(&mut self, rust: &'static str, map_key: bool) -> LogicalType {
        let word = if map_key { None } else { self.decimal.take() };
        match word {
            Some((precision, scale)) => LogicalType::Decimal { precision, scale },
            None => {
                self.problems.add(&self.place(), ProblemKind::NeedsDecimal { rust, map_key });
                LogicalType::Decimal { precision: 38, scale: 0 }
            }
        }
    }
}

#[cfg(test)]
mod tests;
