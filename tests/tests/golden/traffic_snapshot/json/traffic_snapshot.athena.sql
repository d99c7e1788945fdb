CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`traffic_snapshot` (
  `point_id` string COMMENT 'Key of the measuring point; digits so far, text by contract.',
  `point_name` string COMMENT 'Readable name of the point, such as H291L10; not unique.',
  `local_unit` int COMMENT 'Number of the local processing unit that reports the point.',
  `observed_at` timestamp COMMENT 'Start of the measured minute. Can be years old when a unit restarted with a wrong clock.',
  `updated_at` timestamp COMMENT 'When the feed last updated this record.',
  `recent` smallint COMMENT '1 when the observation was at most about 3 minutes old at publication, 0 when older.',
  `available` smallint COMMENT '1 when the point delivers data, 0 when not; also 1 for stale records, so look at recent too.',
  `defect_level` smallint COMMENT '0 no defect, 1 one of the two loops probably fails, 2 over 20 % bad counts.',
  `doubt_level` smallint COMMENT '0 regular data, 1 some doubt, 2 strong doubt, 3 strong doubt because of a failure. The feed calls it "valid", which suggests the opposite.',
  `classes` array<struct<`class_id`:smallint,`count`:int,`speed`:smallint,`speed_arithmetic`:smallint>> COMMENT 'What passed, one entry for each vehicle class; the published XSD allows 0 to 5 of them.',
  `computed` struct<`occupancy`:smallint,`availability`:smallint,`unrest`:int> COMMENT 'Values that the feed computes over all classes.'
)
COMMENT 'One minute of traffic at one measuring point, with its vehicle classes as a list.'
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
LOCATION 's3://my-lake/traffic/traffic_snapshot/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'SNAPPY'
)
