CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`click` (
  `session` string COMMENT 'Session of the visitor.',
  `page` string COMMENT 'Path of the page.',
  `millis` bigint COMMENT 'Milliseconds until the page was shown.'
)
COMMENT 'One click on a page.'
PARTITIONED BY (
  `dt` string COMMENT 'Time of arrival (UTC), {yyyy-MM-dd}',
  `hour` string COMMENT 'Time of arrival (UTC), {HH}'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://my-lake/traffic/click/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'SNAPPY',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'projection.dt.range' = '2026-01-01,NOW+1DAY',
  'projection.dt.type' = 'date',
  'projection.enabled' = 'true',
  'projection.hour.digits' = '2',
  'projection.hour.range' = '0,23',
  'projection.hour.type' = 'integer'
)
