//! Properties over generated tables.
#![cfg(all(feature = "contract", feature = "arrow"))]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "Arrow has more types than tables, and most types take no rules"
)]

mod strategy;

use arrow_schema::DataType;
use lakebed_schema::Table;
use lakebed_schema::Target;
use lakebed_schema::artifacts::athena_ddl::create_table;
use lakebed_schema::artifacts::glue::GlueTable;
use lakebed_schema::artifacts::{ARTIFACTS, arrow::arrow_schema};
use lakebed_schema::hive_type::HiveType;
use lakebed_schema::import::{ddl, from_glue};
use lakebed_schema::sample::{SampleOptions, Sampler};
use lakebed_schema::target::ColumnProjection;
use proptest::prelude::*;

proptest! {
    #[test]
    fn generated_tables_are_valid(table in strategy::table()) {
        prop_assert_eq!(table.validate().map_err(|problems| problems.to_string()), Ok(()));
    }

    #[test]
    fn a_contract_gives_back_its_table(table in strategy::table()) {
        let contract = table.to_contract();
        let read = Table::from_contract(&contract).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read, &table);
        prop_assert_eq!(read.to_contract(), contract);
    }

    #[test]
    fn arrow_and_hive_agree(table in strategy::table()) {
        let schema = arrow_schema(&table);
        prop_assert_eq!(schema.fields().len(), table.file_columns().count());
        for (field, column) in schema.fields().iter().zip(table.file_columns()) {
            prop_assert_eq!(field.name(), &column.name);
            prop_assert!(field.is_nullable());
            prop_assert_eq!(hive_of(field.data_type()), HiveType::from(&column.ty));
        }
    }

    #[test]
    fn samples_are_objects_of_declared_keys(table in strategy::table(), seed: u64, edges in 0.0..0.5) {
        let options = SampleOptions { seed, edges, rows: 5, ..SampleOptions::default() };
        let sampler = Sampler::new(&table, options).map_err(|e| TestCaseError::fail(e.to_string()))?;
        for row in 0..5 {
            let (mut record, mut again) = (String::new(), String::new());
            sampler.write(row, &mut record);
            sampler.write(row, &mut again);
            prop_assert_eq!(&record, &again);
            let value: serde_json::Value = serde_json::from_str(&record)
                .map_err(|error| TestCaseError::fail(format!("{error}: {record}")))?;
            let object = value.as_object().expect("an object");
            for key in object.keys() {
                prop_assert!(table.columns.iter().any(|column| column.key == *key), "{}", key);
            }
            for column in &table.columns {
                let may_lack = column.nullable || column.default;
                prop_assert!(may_lack || object.contains_key(&column.key), "{}", column.key);
            }
        }
    }

    #[test]
    fn equal_tables_render_alike(table in strategy::table()) {
        for artifact in ARTIFACTS {
            for part in artifact.parts() {
                let target = Target::default();
                prop_assert_eq!(
                    artifact.render(part, &table, &target),
                    artifact.render(part, &table.clone(), &target.clone())
                );
            }
        }
    }
}

/// A target under which generated tables have everything they need: values that cannot be computed are injected.
fn target(projected: bool, convert: bool) -> Target {
    let mut target = Target { lake: Some("s3://my-lake/a".into()), ..Target::default() };
    (target.stream.convert, target.stream.backup) = (convert, convert);
    target.projection.enabled = projected;
    target.projection.from = Some("2026-01-01".into());
    for column in ["region", "zone", "minute"] {
        target.projection.columns.insert(column.into(), ColumnProjection::Injected);
    }
    target
}

proptest! {
    #[test]
    fn the_catalog_gives_back_its_table(
        table in strategy::table(),
        projected in any::<bool>(),
        convert in any::<bool>(),
        json in any::<bool>(),
    ) {
        let target = target(projected, convert);
        let mut table = table;
        if json {
            table.parameters.insert("classification".into(), "json".into());
        }
        let glue = match GlueTable::of(&table, &target) {
            Ok(glue) => Some(glue),
            // A name that stands for two keys is what the SerDe for JSON cannot map.
            Err(findings) if json => {
                prop_assert!(findings.0.iter().all(|finding| finding.rule == "openx-mapping"), "{}", findings);
                None
            }
            Err(findings) => return Err(TestCaseError::fail(findings.to_string())),
        };
        let raw = GlueTable::raw(&table, &target).map_err(|error| TestCaseError::fail(error.to_string()))?;
        // The target has a backup where the stream converts; a table of JSON is the raw one itself.
        prop_assert!(raw.is_some() || (json && !convert));
        for wanted in [glue, raw].into_iter().flatten() {
            let json = serde_json::from_str(&wanted.to_json().to_text()).expect("JSON");
            let read = GlueTable::from_json(&json).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(read.normal(), wanted.normal());
            let sql = create_table("db", &wanted).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let parsed = ddl::parse(&sql).map_err(|error| TestCaseError::fail(error.to_string()))?.to_glue();
            prop_assert_eq!(parsed.normal(), wanted.normal());
            for glue in [read, parsed] {
                let imported =
                    from_glue(&glue, None).map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(imported.table.validate(), Ok(()));
                let again = GlueTable::of(&imported.table, &imported.target)
                    .map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(again.normal(), wanted.normal());
            }
        }
    }

    #[test]
    fn no_statement_makes_the_reader_panic(text in "(CREATE EXTERNAL TABLE t \\(a )?[a-z<>(),:;'\"`\\\\ =\\-/*é]{0,24}") {
        let _ = ddl::parse(&text);
        let _ = ddl::unescape(&text);
    }
}

/// The catalog type that reads an Arrow type, after the table of Parquet types that Athena reads.
fn hive_of(ty: &DataType) -> HiveType {
    match ty {
        DataType::Boolean => HiveType::Boolean,
        DataType::Int8 => HiveType::TinyInt,
        DataType::Int16 => HiveType::SmallInt,
        DataType::Int32 => HiveType::Int,
        DataType::Int64 => HiveType::BigInt,
        DataType::Float32 => HiveType::Float,
        DataType::Float64 => HiveType::Double,
        DataType::Decimal128(precision, scale) => {
            HiveType::Decimal { precision: *precision, scale: scale.unsigned_abs() }
        }
        DataType::Utf8 => HiveType::String,
        DataType::Binary => HiveType::Binary,
        DataType::Date32 => HiveType::Date,
        DataType::Timestamp(..) => HiveType::Timestamp,
        DataType::List(element) => HiveType::Array(Box::new(hive_of(element.data_type()))),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(entry) => HiveType::Map(
                Box::new(hive_of(entry[0].data_type())),
                Box::new(hive_of(entry[1].data_type())),
            ),
            other => panic!("entries are {other}"),
        },
        DataType::Struct(members) => HiveType::Struct(
            members.iter().map(|member| (member.name().clone(), hive_of(member.data_type()))).collect(),
        ),
        other => panic!("no table has {other}"),
    }
}

#[test]
fn the_deepest_table_has_a_contract() {
    for ty in strategy::deepest() {
        let table = Table::new("deep", vec![lakebed_schema::Column::new("a", ty)]);
        assert_eq!(Table::from_contract(&table.to_contract()), Ok(table));
    }
}
