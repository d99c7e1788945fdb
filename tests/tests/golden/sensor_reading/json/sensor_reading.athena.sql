CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`sensor_reading` (
  `read_at` timestamp COMMENT 'When it was read.',
  `sensor` string COMMENT 'Name of the sensor.',
  `celsius` float COMMENT 'Degrees Celsius.',
  `place` struct<`floor`:int,`room`:string> COMMENT 'Where it hangs.'
)
COMMENT 'One reading of a sensor.'
PARTITIONED BY (
  `year` string COMMENT 'read_at (UTC), {yyyy}',
  `month` string COMMENT 'read_at (UTC), {MM}',
  `day` string COMMENT 'read_at (UTC), {dd}',
  `hour` string COMMENT 'read_at (UTC), {HH}'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://my-lake/traffic/sensor_reading/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'SNAPPY'
)
