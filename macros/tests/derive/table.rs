//! The words of a table, on the record that the documentation shows.

use crate::recorder::row;
use chrono::{DateTime, Utc};
use lakebed::def::*;
use lakebed::{ColumnType, Record as _, tables};
use lakebed_macros::Record;
use serde::{Deserialize, Serialize};

/// One minute of traffic at one measuring point
/// (one lane).
#[derive(Debug, Clone, Serialize, Deserialize, Record)]
#[lake(table = "traffic_measurement", partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(key = "point_id, observed_at", latest_by = "updated_at", sort = "point_id, observed_at desc")]
#[lake(
    database = "traffic",
    compression = "zstd",
    row_group(rows = 1000, bytes = 1_000_000),
    xml = "meetpunt"
)]
#[lake(parameters("classification" = "parquet", "owner" = "roads"))]
struct Measurement {
    /// Key of the measuring point.
    #[serde(rename = "unieke_id")]
    #[lake(xml = "@unieke_id", tag("id", "public"), bloom, encoding = "dictionary")]
    point_id: String,
    #[serde(rename = "tijd_waarneming")]
    #[lake(time(rfc3339, epoch_seconds, "yyyy-MM-dd HH:mm"), unit = "us", name = "observed")]
    observed_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[lake(null_if(251, 252, 254), comment = "Harmonic mean")]
    car_speed: Option<u8>,
    #[lake(null_with = "car_speed")]
    car_speed_arithmetic: Option<u8>,
    #[lake(decimal_comma, null_if(-0.5))]
    unrest: Option<f64>,
}

const fn column<T: ColumnType>(name: &'static str, key: &'static str) -> ColumnDef {
    ColumnDef::new(name, key, T::TYPE, T::NULLABLE)
}

const TABLE: TableDef = TableDef {
    database: Some("traffic"),
    comment: Some("One minute of traffic at one measuring point (one lane)."),
    partitions: &[PartitionDef { by: Some("observed"), layout: "dt={yyyy-MM-dd}/hour={HH}", null: None }],
    key: &["point_id", "observed"],
    latest_by: Some("updated_at"),
    sort: &[
        SortDef { column: "point_id", descending: false },
        SortDef { column: "observed", descending: true },
    ],
    compression: Some(Compression::Zstd),
    row_group_rows: Some(1000),
    row_group_bytes: Some(1_000_000),
    parameters: &[("classification", "parquet"), ("owner", "roads")],
    xml: Some("meetpunt"),
    ..TableDef::new("traffic_measurement", MEMBERS)
};

const MEMBERS: &[Member] = &[
    Member::Column(ColumnDef {
        comment: Some("Key of the measuring point."),
        xml: Some("@unieke_id"),
        tags: &["id", "public"],
        bloom: true,
        encoding: Some(Encoding::Dictionary),
        ..column::<String>("point_id", "unieke_id")
    }),
    Member::Column(ColumnDef {
        time: &[
            TimeFormatDef::Rfc3339,
            TimeFormatDef::EpochSeconds,
            TimeFormatDef::Pattern("yyyy-MM-dd HH:mm"),
        ],
        unit: Some(TimeUnit::Micros),
        ..column::<DateTime<Utc>>("observed", "tijd_waarneming")
    }),
    Member::Column(column::<DateTime<Utc>>("updated_at", "updated_at")),
    Member::Column(ColumnDef {
        null_if: &[ScalarDef::Int(251), ScalarDef::Int(252), ScalarDef::Int(254)],
        comment: Some("Harmonic mean"),
        ..ColumnDef::new("car_speed", "car_speed", TypeDef::UInt8, true)
    }),
    Member::Column(ColumnDef {
        null_with: Some("car_speed"),
        ..column::<Option<u8>>("car_speed_arithmetic", "car_speed_arithmetic")
    }),
    Member::Column(ColumnDef {
        decimal_comma: true,
        null_if: &[ScalarDef::Float(-0.5)],
        ..column::<Option<f64>>("unrest", "unrest")
    }),
];

#[test]
fn a_table_is_a_constant() {
    assert_eq!(*Measurement::TABLE, TABLE);
    assert_eq!(tables![Measurement].map(|table| table.name), ["traffic_measurement"]);
}

#[test]
fn a_record_is_one_push_for_each_column() {
    let record = Measurement {
        point_id: "p".into(),
        observed_at: DateTime::from_timestamp(60, 5).unwrap(),
        updated_at: DateTime::UNIX_EPOCH,
        car_speed: Some(80),
        car_speed_arithmetic: None,
        unrest: Some(0.25),
    };
    assert_eq!(row(&record), ["text p", "time 60 5", "time 0 0", "int 80", "null", "f64 0.25"]);
}
