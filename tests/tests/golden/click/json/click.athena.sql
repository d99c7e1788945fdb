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
  'parquet.compression' = 'SNAPPY'
)
