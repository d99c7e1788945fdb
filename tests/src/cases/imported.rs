//! Structs as `import` writes them, compiled: what each exports is compared with what was imported.
//!
//! The files are made by the test `import_source`; `UPDATE=1` writes them again. They are formatted with rustfmt's own
//! defaults, so they are included rather than modules of their own, which this workspace would format its way.

use lakebed::TableDef;

macro_rules! imported {
    ($($name:ident: $file:literal, $record:ident;)*) => {
        $(
            #[allow(missing_docs, non_snake_case, unreachable_pub, clippy::all, reason = "as a user would get them")]
            mod $name {
                include!($file);
            }
        )*

        /// Each by the name of its file, without the ending.
        pub const ALL: &[(&str, &str, &TableDef)] =
            &[$((stringify!($name), stringify!($record), <$name::$record as lakebed::Record>::TABLE),)*];
    };
}

imported! {
    cdk_projection_date: "imported/cdk_projection_date.rs", DateProjection;
    cloudfront_parquet: "imported/cloudfront_parquet.rs", CloudfrontLogs;
    contract_click: "imported/contract_click.rs", Click;
    contract_every_type: "imported/contract_every_type.rs", EveryType;
    contract_measuring_point: "imported/contract_measuring_point.rs", MeasuringPoint;
    contract_parcel: "imported/contract_parcel.rs", Parcel;
    contract_sensor_reading: "imported/contract_sensor_reading.rs", SensorReading;
    contract_traffic_measurement: "imported/contract_traffic_measurement.rs", TrafficMeasurement;
    contract_traffic_snapshot: "imported/contract_traffic_snapshot.rs", TrafficSnapshot;
    cost_and_usage_parquet_map: "imported/cost_and_usage_parquet_map.rs", CostAndUsage;
    foreign_arrow_decimals_fixed: "imported/foreign_arrow_decimals_fixed.rs", ArrowDecimalsFixed;
    foreign_arrow_decimals_integer: "imported/foreign_arrow_decimals_integer.rs", ArrowDecimalsInteger;
    foreign_arrow_dictionary: "imported/foreign_arrow_dictionary.rs", ArrowDictionary;
    foreign_arrow_int96: "imported/foreign_arrow_int96.rs", ArrowInt96;
    foreign_arrow_list_items: "imported/foreign_arrow_list_items.rs", ArrowListItems;
    foreign_arrow_names: "imported/foreign_arrow_names.rs", ArrowNames;
    foreign_arrow_times: "imported/foreign_arrow_times.rs", ArrowTimes;
    foreign_arrow_unsigned: "imported/foreign_arrow_unsigned.rs", ArrowUnsigned;
    foreign_spark_legacy: "imported/foreign_spark_legacy.rs", SparkLegacy;
    foreign_spark_nested: "imported/foreign_spark_nested.rs", SparkNested;
    openx_nested_deep: "imported/openx_nested_deep.rs", OpenxNestedDeep;
    openx_nested_mapping: "imported/openx_nested_mapping.rs", OpenxNestedMapping;
    parquet_flights: "imported/parquet_flights.rs", ParquetFlights;
    random_00: "imported/random_00.rs", Random;
    random_01: "imported/random_01.rs", Random;
    random_02: "imported/random_02.rs", Random;
    random_03: "imported/random_03.rs", Random;
    random_04: "imported/random_04.rs", Random;
    random_05: "imported/random_05.rs", Random;
    random_06: "imported/random_06.rs", Random;
    random_07: "imported/random_07.rs", Random;
    rds_engine_versions_nested: "imported/rds_engine_versions_nested.rs", RdsEngineVersions;
    resilience_assessments_nested: "imported/resilience_assessments_nested.rs", ResilienceAssessments;
    samples_flat: "imported/samples_flat.rs", Flat;
    samples_nested: "imported/samples_nested.rs", Nested;
    schema_traffic_measurement: "imported/schema_traffic_measurement.rs", TrafficMeasurement;
    workshop_party_power: "imported/workshop_party_power.rs", WorkshopPartyPower;
    workshop_quest_start: "imported/workshop_quest_start.rs", WorkshopQuestStart;
    workspaces_metrics: "imported/workspaces_metrics.rs", WorkspacesMetrics;
}
