CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`sensor_reading_raw` (
  `read_at` string COMMENT 'When it was read.',
  `sensor` string COMMENT 'Name of the sensor.',
  `celsius` string COMMENT 'Degrees Celsius.',
  `place` struct<`floor`:string,`room`:string> COMMENT 'Where it hangs.'
)
COMMENT 'Records of sensor_reading as they came, one JSON document a line.'
PARTITIONED BY (
  `year` string COMMENT 'read_at (UTC), {yyyy}',
  `month` string COMMENT 'read_at (UTC), {MM}',
  `day` string COMMENT 'read_at (UTC), {dd}',
  `hour` string COMMENT 'read_at (UTC), {HH}'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'TRUE',
  'ignore.malformed.json' = 'TRUE',
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://my-lake/traffic/sensor_reading_raw/'
TBLPROPERTIES (
  'classification' = 'json'
)
