//! What Firehose's record format conversion sees of a table: the Glue columns and the key mappings, no rule of ours.

use crate::logical_type::{Element, LogicalType};
use crate::table::{Column, Rules, Table};

/// The table as Firehose knows it.
///
/// Integers have the range of their Hive type, texts are only texts, nothing is required, and no rule is left. The
/// JSON key of a column stays, since `ColumnToJsonKeyMappings` carries it. That of a member of a nested record does
/// not: there Firehose looks for the name.
///
/// ```
/// use lakebed_schema::firehose_view::firehose_view;
/// use lakebed_schema::{Column, LogicalType, Table};
///
/// let table = Table::new("traffic", vec![Column::new("speed", LogicalType::UInt8)]);
/// let seen = firehose_view(&table);
/// assert_eq!(seen.columns[0].ty, LogicalType::Int16);
/// assert!(seen.columns[0].nullable);
/// ```
pub fn firehose_view(table: &Table) -> Table {
    Table { columns: table.columns.iter().map(column).collect(), ..table.clone() }
}

fn column(column: &Column) -> Column {
    Column {
        aliases: Vec::new(),
        ty: logical_type(&column.ty),
        nullable: true,
        rules: Rules::default(),
        ..column.clone()
    }
}

fn member(member: &Column) -> Column {
    Column { key: member.name.clone(), ..column(member) }
}

fn element(element: &Element) -> Box<Element> {
    Box::new(Element { ty: logical_type(&element.ty), nullable: true })
}

fn logical_type(ty: &LogicalType) -> LogicalType {
    match ty {
        LogicalType::UInt8 => LogicalType::Int16,
        LogicalType::UInt16 => LogicalType::Int32,
        LogicalType::UInt32 => LogicalType::Int64,
        LogicalType::Char | LogicalType::Uuid | LogicalType::Enum(_) | LogicalType::Json => {
            LogicalType::String
        }
        LogicalType::Timestamp { unit, instant, .. } => {
            LogicalType::Timestamp { unit: *unit, instant: *instant, offset: false }
        }
        LogicalType::List { element: inner, .. } => {
            LogicalType::List { element: element(inner), length: None }
        }
        LogicalType::Map { key, value } => {
            LogicalType::Map { key: Box::new(logical_type(key)), value: element(value) }
        }
        LogicalType::Struct { columns } => {
            LogicalType::Struct { columns: columns.iter().map(member).collect() }
        }
        LogicalType::Boolean
        | LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::Float32
        | LogicalType::Float64
        | LogicalType::Decimal { .. }
        | LogicalType::String
        | LogicalType::Binary
        | LogicalType::Date => ty.clone(),
    }
}
