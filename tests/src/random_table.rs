//! Random tables that have much in common, so that a plan from one to the other has something of everything.

use lakebed_schema::artifacts::glue::{GlueColumn, GlueTable};
use lakebed_schema::target::ColumnProjection;
use lakebed_schema::{
    Column, Element, Layout, LogicalType, Partition, PartitionBy, Scalar, Table, Target, TimeUnit,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Names of columns; none is one of a partition.
const NAMES: [&str; 9] = ["a", "b", "speed", "speeds", "lane", "lanes", "note", "observed_at", "lane_id"];
/// Names of members.
const MEMBERS: [&str; 5] = ["x", "y", "z", "lane_id", "lane_ids"];
/// Layouts, and the field they are made of: none for the time of arrival.
const LAYOUTS: [&[(&str, Option<&str>)]; 5] = [
    &[],
    &[("dt={yyyy-MM-dd}/hour={HH}", None)],
    &[("dt={yyyy-MM-dd}", None)],
    &[("region={region}", Some("region")), ("dt={yyyy-MM-dd}/hour={HH}", None)],
    &[("year={yyyy}/month={MM}/day={dd}", None)],
];

/// A table and where it is deployed: all that a plan needs.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// The table.
    pub table: Table,
    /// Its target.
    pub target: Target,
}

impl Deployed {
    /// What the catalog should hold.
    pub fn glue(&self) -> GlueTable {
        GlueTable::of(&self.table, &self.target).unwrap_or_else(|error| panic!("{error}\n{self:?}"))
    }
}

/// Two states of one table. In four of five pairs the partitions stay, so that the change is possible.
pub fn pair() -> impl Strategy<Value = (Deployed, Deployed)> {
    (deployed(), deployed(), prop::bool::weighted(0.8)).prop_map(|(before, mut after, same_partitions)| {
        if same_partitions {
            after.table.partitions.clone_from(&before.table.partitions);
        }
        (before, after)
    })
}

/// A table and a target that fit.
pub fn deployed() -> impl Strategy<Value = Deployed> {
    (columns(), 0..LAYOUTS.len(), comment(), parameters(), target()).prop_map(
        |(columns, layout, comment, parameters, target)| {
            let mut table = Table::new("traffic", columns);
            // Always there, so that every layout has its field.
            table.columns.push(Column::new("region", LogicalType::String));
            table.comment = comment;
            table.parameters = parameters.into_iter().collect();
            table.partitions = LAYOUTS[layout]
                .iter()
                .map(|(text, field)| Partition {
                    by: field.map_or(PartitionBy::Arrival, |field| PartitionBy::Column(field.to_owned())),
                    layout: Layout::parse(text, *field).expect("a layout"),
                    null: None,
                })
                .collect();
            table.validate().unwrap_or_else(|problems| panic!("{problems}"));
            Deployed { table, target }
        },
    )
}

fn target() -> impl Strategy<Value = Target> {
    let day = select(vec!["2025-01-01", "2026-01-01", "2026-06-30"]);
    let regions = prop_oneof![
        Just(ColumnProjection::Injected),
        subsequence(vec!["be", "nl", "lu"], 1..=3)
            .prop_map(|words| ColumnProjection::Values(words.into_iter().map(str::to_owned).collect())),
    ];
    (day, regions, prop::bool::weighted(0.7), prop::bool::weighted(0.9)).prop_map(
        |(day, regions, projected, same_lake)| {
            let lake = if same_lake { "s3://my-lake/a" } else { "s3://my-lake/b" };
            let mut target = Target { lake: Some(lake.to_owned()), ..Target::default() };
            target.database = Some("mobility".to_owned());
            target.projection.enabled = projected;
            target.projection.from = Some(day.to_owned());
            target.projection.columns.insert("region".to_owned(), regions);
            target
        },
    )
}

fn comment() -> impl Strategy<Value = Option<String>> {
    prop::option::of(select(vec!["Speed, km/h.", "Lane.", "One \"minute\".", "é"]).prop_map(str::to_owned))
}

fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let all = vec![
        ("team", "mobility"),
        ("team", "roads"),
        ("cost", "7"),
        ("classification", "json"),
        ("serde.ignore.malformed.json", "true"),
    ];
    subsequence(all, 0..=4)
        .prop_map(|some| some.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

fn columns() -> impl Strategy<Value = Vec<Column>> {
    subsequence(NAMES.to_vec(), 1..=7).prop_shuffle().prop_flat_map(|names| {
        let columns: Vec<_> = names.into_iter().map(column).collect();
        columns
    })
}

fn column(name: &'static str) -> impl Strategy<Value = Column> {
    (logical_type(), comment(), any::<bool>()).prop_map(move |(ty, comment, nullable)| {
        let mut column = Column { comment, nullable, ..Column::new(name, ty) };
        if nullable && column.ty == LogicalType::Int32 {
            column.rules.null_if = vec![Scalar::Int(251)];
        }
        column
    })
}

fn scalar() -> impl Strategy<Value = LogicalType> {
    select(vec![
        LogicalType::Boolean,
        LogicalType::Int8,
        LogicalType::Int16,
        LogicalType::Int32,
        LogicalType::Int64,
        LogicalType::Float32,
        LogicalType::Float64,
        LogicalType::Decimal { precision: 10, scale: 2 },
        LogicalType::Decimal { precision: 12, scale: 2 },
        LogicalType::String,
        LogicalType::Binary,
        LogicalType::Date,
        LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false },
    ])
}

/// A type, nested up to three levels deep.
pub fn logical_type() -> impl Strategy<Value = LogicalType> {
    let element = |ty: LogicalType| Box::new(Element { ty, nullable: true });
    scalar().prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            inner.clone().prop_map(move |ty| LogicalType::List { element: element(ty), length: None }),
            (select(vec![LogicalType::String, LogicalType::Int32]), inner.clone())
                .prop_map(move |(key, ty)| LogicalType::Map { key: Box::new(key), value: element(ty) }),
            members(inner),
        ]
    })
}

fn members(inner: BoxedStrategy<LogicalType>) -> impl Strategy<Value = LogicalType> {
    subsequence(MEMBERS.to_vec(), 1..=4).prop_shuffle().prop_flat_map(move |names| {
        let members: Vec<_> =
            names.into_iter().map(|name| inner.clone().prop_map(move |ty| Column::new(name, ty))).collect();
        members.prop_map(|columns| LogicalType::Struct { columns })
    })
}

/// What others put into a table: columns (place, name, type) and parameters of several kinds.
#[derive(Clone, Debug)]
pub struct Foreign {
    columns: Vec<(usize, String, &'static str)>,
    members: bool,
    parameters: Vec<(&'static str, &'static str)>,
}

/// Things that others put into a table.
pub fn foreign() -> impl Strategy<Value = Foreign> {
    let types = select(vec!["int", "string", "struct<p:int,q:string>", "timestamp with local time zone"]);
    let columns = prop::collection::vec((0_usize..10, 0_u8..20, types), 0..4).prop_map(|columns| {
        let mut named: Vec<(usize, String, &'static str)> = Vec::new();
        for (place, number, ty) in columns {
            let name = format!("their_{number}");
            if !named.iter().any(|(_, there, _)| *there == name) {
                named.push((place, name, ty));
            }
        }
        named
    });
    let parameters = vec![
        ("owner", "somebody"),
        ("numRows", "12"),
        ("UPDATED_BY_CRAWLER", "nightly"),
        ("transient_lastDdlTime", "1700000000"),
        ("EXTERNAL", "TRUE"),
        ("comment", "by SQL"),
    ];
    (columns, any::<bool>(), subsequence(parameters, 0..=6))
        .prop_map(|(columns, members, parameters)| Foreign { columns, members, parameters })
}

/// The member that [`Foreign::put_into`] adds to records.
pub const THEIR_MEMBER: &str = "their_member";

impl Foreign {
    /// Puts them into a table, as a colleague, a crawler or Athena would.
    pub fn put_into(&self, table: &mut GlueTable) {
        for (place, name, ty) in &self.columns {
            let column = GlueColumn {
                name: name.clone(),
                ty: (*ty).to_owned(),
                comment: Some("Theirs.".to_owned()),
                parameters: [("their".to_owned(), "1".to_owned())].into(),
            };
            table.columns.insert((*place).min(table.columns.len()), column);
        }
        if self.members {
            for column in table.columns.iter_mut().filter(|column| !column.name.starts_with("their_")) {
                column.ty = column.ty.replacen("struct<", &format!("struct<{THEIR_MEMBER}:int,"), 1);
            }
        }
        for (key, value) in &self.parameters {
            table.parameters.insert((*key).to_owned(), (*value).to_owned());
        }
        table.storage.parameters.insert("theirs".to_owned(), "1".to_owned());
        table.owner = Some("somebody".to_owned());
        table.retention = 9;
    }

    /// What of it is missing in a table; none when everything is still there, but for members of records that went.
    pub fn missing_in(&self, table: &GlueTable) -> Vec<String> {
        let mut missing = Vec::new();
        for (_, name, ty) in &self.columns {
            let is_there = |column: &GlueColumn| {
                column.name == *name && column.ty == *ty && column.parameters.contains_key("their")
            };
            if !table.columns.iter().any(is_there) {
                missing.push(format!("column {name}"));
            }
        }
        for (key, value) in &self.parameters {
            if table.parameters.get(*key).map(String::as_str) != Some(*value) {
                missing.push(format!("parameter {key}"));
            }
        }
        if !table.storage.parameters.contains_key("theirs") {
            missing.push("parameter of the storage descriptor".to_owned());
        }
        if table.owner.as_deref() != Some("somebody") || table.retention != 9 {
            missing.push("owner or retention".to_owned());
        }
        missing
    }
}
