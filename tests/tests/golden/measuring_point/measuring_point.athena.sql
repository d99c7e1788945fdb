CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`measuring_point` (
  `point_id` string COMMENT 'Key of the measuring point; digits so far, text by contract.',
  `point_name` string COMMENT 'Readable name of the point, such as H291L10; not unique.',
  `full_name` string COMMENT 'Name of the place, for people.',
  `road_number` string COMMENT 'Number of the road in the register of the road authority, such as A0140002.',
  `local_unit` int COMMENT 'Number of the local processing unit that reports the point.',
  `kilometre_point` decimal(7,3) COMMENT 'Kilometre point along the road; null where the feed has nothing or the word NULL.',
  `lane` string COMMENT 'Lane: a letter (R, B, TR, P, W, S, A) and a number, such as R10.',
  `lambert_x` decimal(11,5) COMMENT 'Belgian Lambert 72 coordinate to the east (EPSG:31370), metres.',
  `lambert_y` decimal(11,5) COMMENT 'Belgian Lambert 72 coordinate to the north (EPSG:31370), metres.',
  `longitude` decimal(12,9) COMMENT 'Longitude (WGS84, EPSG:4326), degrees.',
  `latitude` decimal(12,9) COMMENT 'Latitude (WGS84, EPSG:4326), degrees.'
)
COMMENT 'One measuring point of the Flemish road network: one lane at one place.'
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://my-lake/traffic/measuring_point/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'SNAPPY'
)
