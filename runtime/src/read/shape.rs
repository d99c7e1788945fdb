//! What the columns of a table hold, as a tree that arrays of a file are matched with.

use super::values::{Data, Values};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use lakebed_schema::{Column, LogicalType, PartitionBy, Table};

/// Columns, parents before their parts.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) nodes: Vec<Node>,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    /// Name for messages, such as `classes[].count`.
    pub(super) path: String,
    pub(super) kind: Kind,
    /// The type's name, for messages.
    pub(super) expected: String,
    /// One past its last part.
    pub(super) end: usize,
    /// Whether the path holds its value and the file does not.
    pub(super) in_path: bool,
    /// What stands in the path for a null.
    pub(super) path_null: Option<String>,
}

/// What a column holds, as far as reading tells kinds apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Int,
    Float32,
    Float64,
    Decimal,
    Text,
    Binary,
    Date,
    Timestamp,
    List,
    Map,
    Struct,
}

/// A column of a file that holds something else.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) node: usize,
    pub(super) found: String,
}

impl Shape {
    pub(super) fn new(table: &Table) -> Self {
        let mut shape = Self { nodes: Vec::new() };
        for column in &table.columns {
            let node = shape.add(&column.name, column.name.clone(), &column.ty);
            let by = |name: &str| name == column.name;
            let partition = table
                .partitions
                .iter()
                .find(|partition| matches!(&partition.by, PartitionBy::Column(name) if by(name)));
            let null = partition.and_then(|partition| partition.null.clone());
            if let Some(node) = shape.nodes.get_mut(node) {
                node.in_path = !table.is_file_column(column);
                node.path_null = null.filter(|_| column.nullable);
            }
        }
        shape
    }

    /// The top-level columns.
    pub(super) fn roots(&self) -> impl Iterator<Item = usize> {
        let next = |&id: &usize| self.nodes.get(id).map(|node| node.end);
        std::iter::successors(Some(0), next).take_while(|&id| id < self.nodes.len())
    }

    fn add(&mut self, name: &str, path: String, ty: &LogicalType) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Node {
            name: name.to_owned(),
            path: path.clone(),
            kind: kind(ty),
            expected: ty.name(),
            end: id + 1,
            in_path: false,
            path_null: None,
        });
        #[allow(clippy::wildcard_enum_match_arm, reason = "scalars have no parts")]
        match ty {
            LogicalType::Struct { columns } => {
                for Column { name, ty, .. } in columns {
                    self.add(name, format!("{path}.{name}"), ty);
                }
            }
            LogicalType::List { element, .. } => {
                self.add("element", format!("{path}[]"), &element.ty);
            }
            LogicalType::Map { key, value } => {
                self.add("key", format!("{path} key"), key);
                self.add("value", format!("{path}{{}}"), &value.ty);
            }
            _ => {}
        }
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(id) {
            node.end = end;
        }
        id
    }

    /// Takes the values of a column and its parts from an array; without one they are missing.
    pub(super) fn load(
        &self,
        id: usize,
        array: Option<&ArrayRef>,
        out: &mut Vec<Values>,
    ) -> Result<(), Mismatch> {
        let Some(node) = self.nodes.get(id) else { return Ok(()) };
        let Some(array) = array else {
            out.resize_with(node.end, || Values::new(None, Data::Missing));
            return Ok(());
        };
        let nulls = array.nulls().cloned();
        if array.data_type() == &DataType::Null {
            out.resize_with(node.end, || Values::new(None, Data::Null));
            return Ok(());
        }
        match (node.kind, array.data_type()) {
            (Kind::List, DataType::List(_)) => {
                let list = array.as_list::<i32>();
                out.push(Values::new(nulls, Data::Offsets(list.offsets().clone())));
                self.load(id + 1, Some(list.values()), out)
            }
            (Kind::Map, DataType::Map(..)) => {
                let map = array.as_map();
                out.push(Values::new(nulls, Data::Offsets(map.offsets().clone())));
                self.load(id + 1, Some(map.keys()), out)?;
                self.load(id + 2, Some(map.values()), out)
            }
            (Kind::Struct, DataType::Struct(fields)) => {
                let record = array.as_struct();
                out.push(Values::new(nulls, Data::Struct));
                let mut child = id + 1;
                while let Some(member) = self.nodes.get(child).filter(|_| child < node.end) {
                    let index = position(fields.iter().map(|field| field.name().as_str()), &member.name);
                    self.load(child, index.and_then(|index| record.columns().get(index)), out)?;
                    child = member.end;
                }
                Ok(())
            }
            (kind, data_type) => match scalar(kind, array) {
                Some(data) => {
                    out.push(Values::new(nulls, data));
                    Ok(())
                }
                None => Err(Mismatch { node: id, found: format!("a column of type {data_type}") }),
            },
        }
    }
}

/// The name that is equal, or else the first that is equal but for case: engines write lower case.
pub(super) fn position<'a>(names: impl Iterator<Item = &'a str> + Clone, name: &str) -> Option<usize> {
    let mut folded = names.clone();
    names
        .clone()
        .position(|other| other == name)
        .or_else(|| folded.position(|other| other.eq_ignore_ascii_case(name)))
}

fn kind(ty: &LogicalType) -> Kind {
    match ty {
        LogicalType::Boolean => Kind::Boolean,
        LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::UInt8
        | LogicalType::UInt16
        | LogicalType::UInt32 => Kind::Int,
        LogicalType::Float32 => Kind::Float32,
        LogicalType::Float64 => Kind::Float64,
        LogicalType::Decimal { .. } => Kind::Decimal,
        LogicalType::String
        | LogicalType::Char
        | LogicalType::Uuid
        | LogicalType::Enum(_)
        | LogicalType::Json => Kind::Text,
        LogicalType::Binary => Kind::Binary,
        LogicalType::Date => Kind::Date,
        LogicalType::Timestamp { .. } => Kind::Timestamp,
        LogicalType::List { .. } => Kind::List,
        LogicalType::Map { .. } => Kind::Map,
        LogicalType::Struct { .. } => Kind::Struct,
    }
}

/// Values of a column without parts. Integers of any width are taken for each other, since every value is checked
/// against its Rust type; so are text and bytes, and times of any unit.
fn scalar(kind: Kind, array: &ArrayRef) -> Option<Data> {
    macro_rules! widened {
        ($arrow:ty) => {
            array.as_primitive::<$arrow>().values().iter().map(|&value| i64::from(value)).collect()
        };
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "the file decides; every other pair is a mismatch")]
    let data = match (kind, array.data_type()) {
        (Kind::Boolean, DataType::Boolean) => Data::Bool(array.as_boolean().values().clone()),
        (Kind::Int | Kind::Decimal, DataType::Int8) => Data::Int(widened!(Int8Type)),
        (Kind::Int | Kind::Decimal, DataType::Int16) => Data::Int(widened!(Int16Type)),
        (Kind::Int | Kind::Decimal, DataType::Int32) => Data::Int(widened!(Int32Type)),
        (Kind::Int | Kind::Decimal, DataType::UInt8) => Data::Int(widened!(UInt8Type)),
        (Kind::Int | Kind::Decimal, DataType::UInt16) => Data::Int(widened!(UInt16Type)),
        (Kind::Int | Kind::Decimal, DataType::UInt32) => Data::Int(widened!(UInt32Type)),
        (Kind::Int | Kind::Decimal, DataType::Int64) => {
            Data::Int(array.as_primitive::<Int64Type>().values().clone())
        }
        (Kind::Decimal, DataType::Decimal128(_, scale)) => {
            let values = array.as_primitive::<Decimal128Type>().values().clone();
            Data::Decimal(values, u32::try_from(*scale).ok()?)
        }
        (Kind::Float32, DataType::Float32) => {
            Data::Float32(array.as_primitive::<Float32Type>().values().clone())
        }
        (Kind::Float64, DataType::Float32) => {
            let values = array.as_primitive::<Float32Type>().values();
            Data::Float64(values.iter().map(|&value| f64::from(value)).collect())
        }
        (Kind::Float64, DataType::Float64) => {
            Data::Float64(array.as_primitive::<Float64Type>().values().clone())
        }
        (Kind::Text | Kind::Binary, DataType::Utf8) => Data::Text(array.as_string::<i32>().clone()),
        (Kind::Text | Kind::Binary, DataType::Binary) => Data::Bytes(array.as_binary::<i32>().clone()),
        (Kind::Binary, DataType::FixedSizeBinary(_)) => Data::Fixed(array.as_fixed_size_binary().clone()),
        (Kind::Date, DataType::Date32) => Data::Int(widened!(Date32Type)),
        (Kind::Timestamp, DataType::Timestamp(unit, _)) => match unit {
            TimeUnit::Second => Data::Time(array.as_primitive::<TimestampSecondType>().values().clone(), 1),
            TimeUnit::Millisecond => {
                Data::Time(array.as_primitive::<TimestampMillisecondType>().values().clone(), 1_000)
            }
            TimeUnit::Microsecond => {
                Data::Time(array.as_primitive::<TimestampMicrosecondType>().values().clone(), 1_000_000)
            }
            TimeUnit::Nanosecond => {
                Data::Time(array.as_primitive::<TimestampNanosecondType>().values().clone(), 1_000_000_000)
            }
        },
        _ => return None,
    };
    Some(data)
}
