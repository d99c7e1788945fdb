use super::*;
use crate::layout::Layout;
use crate::table::{Column, Partition, PartitionBy};
use crate::{LogicalType, TimeUnit};

fn table() -> Table {
    let moment = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let mut observed_at = Column::new("observed_at", moment);
    observed_at.comment = Some("The minute's \"start\".".into());
    let order = LogicalType::Struct { columns: vec![Column::new("order", LogicalType::Int32)] };
    let mut table = Table::new("traffic", vec![observed_at, Column::new("date", order)]);
    table.comment = Some("Traffic.\nPer minute.".into());
    table.partitions.push(Partition {
        by: PartitionBy::Column("observed_at".into()),
        layout: Layout::parse("dt={yyyy-MM-dd}/hour={HH}", Some("observed_at")).unwrap(),
        null: None,
    });
    table
}

fn target() -> Target {
    let mut target = Target { lake: Some("s3://my-lake".into()), ..Target::default() };
    target.database = Some("mobility".into());
    target.projection.from = Some("2026-02-03".into());
    target
}

fn text(part: &Part, table: &Table, target: &Target) -> Option<String> {
    AthenaDdl.render(part, table, target).unwrap().map(|rendered| rendered.content.to_text())
}

#[test]
fn create() {
    assert_eq!(
        text(&TABLE, &table(), &target()).unwrap(),
        "\
CREATE EXTERNAL TABLE IF NOT EXISTS `mobility`.`traffic` (
  `observed_at` timestamp COMMENT 'The minute\\'s \"start\".',
  `date` struct<`order`:int>
)
COMMENT 'Traffic.\\nPer minute.'
PARTITIONED BY (
  `dt` string COMMENT 'observed_at (UTC), {yyyy-MM-dd}',
  `hour` string COMMENT 'observed_at (UTC), {HH}'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://my-lake/traffic/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'SNAPPY',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'projection.dt.range' = '2026-02-03,NOW+1DAY',
  'projection.dt.type' = 'date',
  'projection.enabled' = 'true',
  'projection.hour.digits' = '2',
  'projection.hour.range' = '0,23',
  'projection.hour.type' = 'integer'
)
"
    );
}

#[test]
fn partitions_only_without_projection() {
    let mut target = target();
    assert_eq!(text(&PARTITIONS, &table(), &target), None);
    target.projection.enabled = false;
    assert_eq!(
        text(&PARTITIONS, &table(), &target).unwrap(),
        "\
ALTER TABLE `mobility`.`traffic` ADD IF NOT EXISTS
PARTITION (`dt` = '2026-02-03', `hour` = '00')
LOCATION 's3://my-lake/traffic/dt=2026-02-03/hour=00/'
"
    );
    assert_eq!(text(&PARTITIONS, &Table { partitions: Vec::new(), ..table() }, &target), None);
}

#[test]
fn partitions_of_raw_records_lie_where_the_stream_puts_them() {
    let mut target = target();
    target.projection.enabled = false;
    assert_eq!(text(&RAW_PARTITIONS, &table(), &target), None, "there are no raw records");
    target.stream.backup = true;
    // Example values of the table itself are none of the backup's, which lies by time of arrival.
    let words = crate::target::ColumnProjection::Values(vec!["never".into()]);
    target.projection.columns.insert("hour".into(), words);
    assert_eq!(
        text(&RAW_PARTITIONS, &table(), &target).unwrap(),
        "\
ALTER TABLE `mobility`.`traffic_raw` ADD IF NOT EXISTS
PARTITION (`dt` = '2026-02-03', `hour` = '00')
LOCATION 's3://my-lake/traffic_raw/dt=2026-02-03/hour=00/'
"
    );
    target.projection.columns.clear();
    (target.stream.backup, target.stream.convert) = (false, false);
    // The table's own place says nothing about that of raw records.
    target.locations.insert("traffic".into(), "s3://other/place".into());
    let months = Partition {
        by: PartitionBy::Column("observed_at".into()),
        layout: Layout::parse("month={yyyy-MM}", Some("observed_at")).unwrap(),
        null: None,
    };
    let by_month = Table { partitions: vec![months], ..table() };
    let raw = text(&RAW_PARTITIONS, &by_month, &target).unwrap();
    assert!(raw.ends_with("LOCATION 's3://my-lake/traffic_raw/month=2026-02/'\n"), "{raw}");
    let own = text(&PARTITIONS, &by_month, &target).unwrap();
    assert!(own.ends_with("LOCATION 's3://other/place/month=2026-02/'\n"), "{own}");
    target.projection.enabled = true;
    assert_eq!(text(&RAW_PARTITIONS, &by_month, &target), None, "Athena computes them");
}

#[test]
fn latest() {
    assert_eq!(text(&LATEST, &table(), &target()), None);
    let mut table = table();
    table.columns.push(Column::new("newest", LogicalType::Boolean));
    table.key = vec!["newest".into(), "observed_at".into()];
    assert_eq!(text(&LATEST, &table, &target()), None);
    table.latest_by = Some("observed_at".into());
    assert_eq!(
        text(&LATEST, &table, &target()).unwrap(),
        "\
CREATE OR REPLACE VIEW \"mobility\".\"traffic_latest\" AS
SELECT
  \"observed_at\",
  \"date\",
  \"newest\",
  \"dt\",
  \"hour\"
FROM (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY \"newest\", \"observed_at\"
      ORDER BY \"observed_at\" DESC NULLS LAST
    ) AS \"newest_\"
  FROM \"mobility\".\"traffic\"
)
WHERE \"newest_\" = 1
"
    );
}

#[test]
fn raw_only_with_a_backup() {
    let mut target = target();
    assert_eq!(text(&RAW, &table(), &target), None);
    target.stream.backup = true;
    let raw = text(&RAW, &table(), &target).unwrap();
    assert!(raw.contains("`traffic_raw`") && raw.contains("'ignore.malformed.json' = 'TRUE'"), "{raw}");
}

#[test]
fn what_sql_cannot_say() {
    let glue = GlueTable::of(&table(), &target()).unwrap();
    let changes: [&dyn Fn(&mut GlueTable); 7] = [
        &|t| t.storage.location = None,
        &|t| t.storage.compressed = true,
        &|t| t.storage.input_format = None,
        &|t| t.table_type = Some("VIRTUAL_VIEW".into()),
        &|t| drop(t.columns[0].parameters.insert("a".into(), "b".into())),
        &|t| drop(t.storage.parameters.insert("a".into(), "b".into())),
        &|t| t.retention = 1,
    ];
    for change in changes {
        let mut glue = glue.clone();
        change(&mut glue);
        assert_eq!(create_table("db", &glue).unwrap_err().0[0].rule, "athena-ddl");
    }
}

#[test]
fn statements_have_a_limit() {
    let mut table = table();
    table.parameters.insert("a".into(), "x".repeat(MAX_QUERY_BYTES));
    let findings = AthenaDdl.render(&TABLE, &table, &target()).unwrap_err();
    assert_eq!(findings.0[0].rule, "athena-query-length");
    assert_eq!(check_length(&TABLE, MAX_QUERY_BYTES), Ok(()));
    assert!(check_length(&TABLE, MAX_QUERY_BYTES + 1).is_err());
}
