CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`parcel_raw` (
  `parcel_id` string COMMENT 'Number on its label.',
  `record_region` string COMMENT 'Where it is.',
  `scanned_at` string COMMENT 'When it was scanned.',
  `weight` string COMMENT 'Kilograms.',
  `labels` array<string> COMMENT 'Labels on it.'
)
COMMENT 'Records of parcel as they came, one JSON document a line.'
PARTITIONED BY (
  `region` string COMMENT 'Where it is.',
  `dt` string COMMENT 'scanned_at (UTC), {yyyy-MM-dd}'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'TRUE',
  'ignore.malformed.json' = 'TRUE',
  'mapping.parcel_id' = 'parcelid',
  'mapping.record_region' = 'region',
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://my-lake/traffic/parcel_raw/'
TBLPROPERTIES (
  'classification' = 'json'
)
