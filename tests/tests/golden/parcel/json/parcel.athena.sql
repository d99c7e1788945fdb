CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`parcel` (
  `parcel_id` bigint COMMENT 'Number on its label.',
  `scanned_at` timestamp COMMENT 'When it was scanned.',
  `weight` double COMMENT 'Kilograms.',
  `labels` array<string> COMMENT 'Labels on it.'
)
COMMENT 'One scan of a parcel.'
PARTITIONED BY (
  `region` string COMMENT 'Where it is.',
  `dt` string COMMENT 'scanned_at (UTC), {yyyy-MM-dd}'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://my-lake/traffic/parcel/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD'
)
