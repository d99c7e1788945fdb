CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`sensor_reading_raw` (
  `read_at` string COMMENT 'When it was read.',
  `sensor` string COMMENT 'Name of the sensor.',
  `celsius` string COMMENT 'Degrees Celsius.',
  `place` struct<`floor`:string,`room`:string> COMMENT 'Where it hangs.'
)
COMMENT 'Records of sensor_reading as they came, one JSON document a line.'
PARTITIONED BY (
  `dt` string COMMENT 'Time of arrival (UTC), {yyyy-MM-dd}',
  `hour` string COMMENT 'Time of arrival (UTC), {HH}'
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
  'classification' = 'json',
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
