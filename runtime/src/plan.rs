//! A table made ready for decoding: one node for each column, in the order of [`Columns`](crate::columns::Columns).

use crate::columns::{ColumnId, Columns};
use crate::decimal::{parse_decimal, power_of_ten};
use crate::error::{Error, ErrorKind};
use crate::keys::Keys;
use crate::partition::PartitionPlan;
use crate::semantics::{Deserializer, Reading, Semantics};
use crate::time::TimePlan;
use arrow_schema::{DataType, SchemaRef};
use lakebed_schema::artifacts::arrow::{arrow_schema, arrow_type};
use lakebed_schema::firehose_view::firehose_view;
use lakebed_schema::xml_path::{XmlPath, XmlStep};
use lakebed_schema::{Column, Element, LogicalType, Rules, Scalar, Table, TimeUnit};
use std::borrow::Cow;
use std::sync::Arc;

/// How to decode the records of one table.
#[derive(Debug)]
pub struct Plan {
    pub(crate) nodes: Vec<Node>,
    pub(crate) partitions: PartitionPlan,
    /// Schema of the file.
    pub(crate) schema: SchemaRef,
    /// For each column of the file, its place among the record's members.
    pub(crate) projection: Vec<usize>,
    /// XML element that is a record.
    pub(crate) xml: Option<String>,
    /// Whose words rejects carry.
    pub(crate) deserializer: Option<Deserializer>,
    reading: Reading,
    /// Keys from the top of a JSON document to the records in it.
    pub(crate) records: Vec<Vec<String>>,
    /// Whether JSON may be XML turned into JSON.
    pub(crate) xml_json: bool,
    members: Vec<DataType>,
}

/// How to decode one column.
#[derive(Debug)]
pub(crate) struct Node {
    /// Name for messages: `rekendata.onrustigheid`, `classes[].count`.
    pub(crate) path: String,
    pub(crate) kind: Kind,
    /// Whether null is accepted.
    pub(crate) nullable: bool,
    pub(crate) sentinels: Sentinels,
    pub(crate) decimal_comma: bool,
    pub(crate) reading: Reading,
}

/// Values that mean null, in the terms of the coerced value.
#[derive(Debug, Default)]
pub(crate) struct Sentinels {
    pub(crate) ints: Vec<i128>,
    pub(crate) floats: Vec<f64>,
    pub(crate) texts: Vec<String>,
    pub(crate) bools: Vec<bool>,
}

/// What a column holds, with all that decoding needs to know.
#[derive(Debug)]
pub(crate) enum Kind {
    Boolean,
    Int { min: i64, max: i64 },
    Float32,
    Float64,
    Decimal { precision: u8, scale: u8 },
    String,
    Char,
    Uuid,
    Enum(Vec<(Vec<u8>, String)>),
    Json,
    Binary,
    Date(Option<TimePlan>),
    Time { plan: TimePlan, unit: TimeUnit },
    List { length: Option<u64> },
    Map,
    Struct(StructPlan),
}

impl Kind {
    /// Whether JSON made of XML may have put the value into a list, or may have written an empty one of those
    /// brackets for nothing.
    pub(crate) fn is_lone(&self, bracket: u8) -> bool {
        match self {
            Self::List { .. } | Self::Map | Self::Json | Self::Binary => false,
            Self::Struct(_) => bracket == b'[',
            Self::Boolean | Self::Int { .. } | Self::Float32 | Self::Float64 | Self::Decimal { .. } => true,
            Self::String | Self::Char | Self::Uuid | Self::Enum(_) | Self::Date(_) | Self::Time { .. } => {
                true
            }
        }
    }
}

/// Members of a record.
#[derive(Debug, Default)]
pub(crate) struct StructPlan {
    pub(crate) members: Vec<ColumnId>,
    pub(crate) keys: Keys,
    /// Members that a record must have.
    pub(crate) required: Vec<ColumnId>,
    /// Member that becomes null when the other one held a sentinel.
    pub(crate) null_with: Vec<(ColumnId, ColumnId)>,
    /// Where each member stands in an XML element, in the order of `members`.
    pub(crate) xml: Vec<XmlPath>,
}

impl Plan {
    /// Compiles a table for decoding as the table says.
    ///
    /// # Errors
    /// Everything that makes the table invalid.
    pub fn compile(table: &Table) -> Result<Self, Error> {
        Self::compile_with(table, Semantics::Schema)
    }

    /// Compiles a table for decoding by the rules of one semantics.
    ///
    /// # Errors
    /// Everything that makes the table invalid.
    pub fn compile_with(table: &Table, semantics: Semantics) -> Result<Self, Error> {
        table.validate().map_err(|problems| {
            Error::new(ErrorKind::Table, format!("table `{}`: {problems}", table.name))
        })?;
        let mut plan = Self {
            nodes: Vec::new(),
            partitions: PartitionPlan::default(),
            schema: Arc::new(arrow_schema(table)),
            projection: Vec::new(),
            xml: table.xml.clone(),
            deserializer: semantics.deserializer(),
            reading: semantics.reading(),
            records: table.records.iter().map(|p| p.split('/').map(str::to_owned).collect()).collect(),
            // Firehose knows neither word.
            xml_json: table.xml_json && semantics.deserializer().is_none(),
            members: table.columns.iter().map(|column| arrow_type(&column.ty)).collect(),
        };
        // Firehose knows the catalog's types and none of our rules; the files stay those of the table.
        let seen = plan.deserializer.map(|_| firehose_view(table));
        let table = seen.as_ref().unwrap_or(table);
        if plan.deserializer.is_some() {
            plan.records.clear();
        }
        plan.add_record(&table.columns, String::new());
        plan.partitions = PartitionPlan::new(table, &plan);
        for id in plan.partitions.text_sources() {
            if let Some(node) = plan.nodes.get_mut(id) {
                node.reading.plain_numbers = true;
            }
        }
        let columns = table.columns.iter().enumerate();
        plan.projection =
            columns.filter(|(_, column)| table.is_file_column(column)).map(|(index, _)| index).collect();
        Ok(plan)
    }

    /// Empty columns for this plan.
    pub fn columns(&self) -> Columns {
        Columns::new(&self.members)
    }

    /// Schema of the files: the table's columns but those that the path holds.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The record itself.
    pub(crate) fn root(&self) -> &StructPlan {
        self.record(0)
    }

    pub(crate) fn record(&self, id: ColumnId) -> &StructPlan {
        static NONE: std::sync::LazyLock<StructPlan> = std::sync::LazyLock::new(StructPlan::default);
        match self.nodes.get(id) {
            Some(Node { kind: Kind::Struct(plan), .. }) => plan,
            _ => &NONE,
        }
    }

    /// Id, name and primary key of each member of a record.
    pub(crate) fn names<'a>(
        &'a self,
        record: &'a StructPlan,
    ) -> impl Iterator<Item = (ColumnId, &'a str, Cow<'a, str>)> {
        record.keys.primary().map(|(id, key)| {
            let path = self.nodes.get(id).map_or("", |node| node.path.as_str());
            (id, path.rsplit('.').next().unwrap_or(path), String::from_utf8_lossy(key))
        })
    }

    /// The member of the record with that column name.
    pub(crate) fn member(&self, table: &Table, name: &str) -> Option<ColumnId> {
        let index = table.columns.iter().position(|column| column.name == name)?;
        self.root().members.get(index).copied()
    }

    fn add_record(&mut self, columns: &[Column], prefix: String) {
        let id = self.nodes.len();
        self.nodes.push(Node {
            path: prefix.clone(),
            kind: Kind::Struct(StructPlan::default()),
            nullable: false,
            sentinels: Sentinels::default(),
            decimal_comma: false,
            reading: self.reading,
        });
        let mut record = StructPlan::default();
        for column in columns {
            let path =
                if prefix.is_empty() { column.name.clone() } else { format!("{prefix}.{}", column.name) };
            let member = self.nodes.len();
            record.members.push(member);
            record.keys.add(&column.key, &column.aliases, member);
            if !column.nullable && !column.default {
                record.required.push(member);
            }
            let path_in_xml = column.xml.as_deref().unwrap_or(&column.key);
            let path_in_xml = path_in_xml.parse().unwrap_or_else(|_| child(path_in_xml));
            if let (true, [], Some(attribute)) =
                (self.xml_json, path_in_xml.steps.as_slice(), &path_in_xml.attribute)
            {
                record.keys.add_attribute(attribute, member);
            }
            record.xml.push(path_in_xml);
            self.add(&column.ty, &column.rules, column.nullable || column.default, path);
        }
        for (column, &member) in columns.iter().zip(&record.members) {
            let source = column.rules.null_with.as_ref();
            let source = source.and_then(|name| columns.iter().position(|other| &other.name == name));
            let source = source.and_then(|index| record.members.get(index));
            record.null_with.extend(source.map(|&source| (member, source)));
        }
        if let Some(node) = self.nodes.get_mut(id) {
            node.kind = Kind::Struct(record);
        }
    }

    fn add_element(&mut self, element: &Element, rules: &Rules, path: String) {
        self.add(&element.ty, rules, element.nullable, path);
    }

    fn add(&mut self, ty: &LogicalType, rules: &Rules, nullable: bool, path: String) {
        let kind = match ty {
            LogicalType::Struct { columns } => {
                let id = self.nodes.len();
                self.add_record(columns, path);
                if let Some(node) = self.nodes.get_mut(id) {
                    node.nullable = nullable;
                }
                return;
            }
            LogicalType::List { length, .. } => Kind::List { length: *length },
            LogicalType::Map { .. } => Kind::Map,
            LogicalType::Boolean => Kind::Boolean,
            LogicalType::Int8
            | LogicalType::Int16
            | LogicalType::Int32
            | LogicalType::Int64
            | LogicalType::UInt8
            | LogicalType::UInt16
            | LogicalType::UInt32 => {
                let (min, max) = ty.integer_range().unwrap_or((i64::MIN, i64::MAX));
                Kind::Int { min, max }
            }
            LogicalType::Float32 => Kind::Float32,
            LogicalType::Float64 => Kind::Float64,
            LogicalType::Decimal { precision, scale } => {
                Kind::Decimal { precision: *precision, scale: *scale }
            }
            LogicalType::String => Kind::String,
            LogicalType::Char => Kind::Char,
            LogicalType::Uuid => Kind::Uuid,
            LogicalType::Enum(words) => Kind::Enum(
                words
                    .iter()
                    .flat_map(|word| {
                        std::iter::once(&word.word)
                            .chain(&word.aliases)
                            .map(|spelling| (spelling.as_bytes().to_vec(), word.word.clone()))
                    })
                    .collect(),
            ),
            LogicalType::Json => Kind::Json,
            LogicalType::Binary => Kind::Binary,
            LogicalType::Date => {
                Kind::Date((!rules.time.is_empty()).then(|| TimePlan::new(&rules.time, true, false)))
            }
            LogicalType::Timestamp { unit, instant, offset } => {
                let plan = match self.deserializer {
                    Some(_) => TimePlan::firehose(),
                    None => TimePlan::new(&rules.time, *instant, *offset),
                };
                Kind::Time { plan, unit: *unit }
            }
        };
        let sentinels = Sentinels::new(&rules.null_if, ty);
        // A JSON value of null is a value of its own in Rust; the column then holds null.
        let nullable = nullable || matches!(kind, Kind::Json);
        let comma = rules.decimal_comma;
        let reading = self.reading;
        self.nodes.push(Node {
            path: path.clone(),
            kind,
            nullable,
            sentinels,
            decimal_comma: comma,
            reading,
        });
        if let LogicalType::List { element, .. } = ty {
            self.add_element(element, rules, format!("{path}[]"));
        } else if let LogicalType::Map { key, value } = ty {
            self.add(key, &Rules::default(), false, format!("{path} key"));
            self.add_element(value, rules, format!("{path}{{}}"));
        }
    }
}

/// The path of a child element whose name is no XML name, so that nothing is ever found there.
fn child(element: &str) -> XmlPath {
    XmlPath { steps: vec![XmlStep { element: element.to_owned(), condition: None }], attribute: None }
}

impl Sentinels {
    pub(crate) fn is_empty(&self) -> bool {
        self.ints.is_empty() && self.floats.is_empty() && self.texts.is_empty() && self.bools.is_empty()
    }

    fn new(values: &[Scalar], ty: &LogicalType) -> Self {
        let mut sentinels = Self::default();
        for value in values {
            match (value, ty) {
                (Scalar::Int(int), LogicalType::Decimal { scale, .. }) => {
                    sentinels.ints.extend(int.checked_mul(power_of_ten(u32::from(*scale))));
                }
                (Scalar::Float(float), LogicalType::Decimal { precision, scale }) => {
                    let text = float.to_string();
                    let scaled = parse_decimal(text.as_bytes(), *precision, *scale);
                    sentinels
                        .ints
                        .extend(scaled.filter(|scaled| !scaled.rounded).map(|scaled| scaled.unscaled));
                }
                #[allow(clippy::cast_precision_loss, reason = "compared with values of the same precision")]
                (Scalar::Int(int), LogicalType::Float32 | LogicalType::Float64) => {
                    sentinels.floats.push(*int as f64);
                }
                (Scalar::Int(int), _) => sentinels.ints.push(*int),
                (Scalar::Float(float), _) => sentinels.floats.push(*float),
                (Scalar::Text(text), _) => sentinels.texts.push(text.clone()),
                (Scalar::Bool(value), _) => sentinels.bools.push(*value),
            }
        }
        sentinels
    }
}
