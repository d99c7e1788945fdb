CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`measuring_point_raw` (
  `point_id` string COMMENT 'Key of the measuring point; digits so far, text by contract.',
  `point_name` string COMMENT 'Readable name of the point, such as H291L10; not unique.',
  `full_name` string COMMENT 'Name of the place, for people.',
  `road_number` string COMMENT 'Number of the road in the register of the road authority, such as A0140002.',
  `local_unit` string COMMENT 'Number of the local processing unit that reports the point.',
  `kilometre_point` string COMMENT 'Kilometre point along the road; null where the feed has nothing or the word NULL.',
  `lane` string COMMENT 'Lane: a letter (R, B, TR, P, W, S, A) and a number, such as R10.',
  `lambert_x` string COMMENT 'Belgian Lambert 72 coordinate to the east (EPSG:31370), metres.',
  `lambert_y` string COMMENT 'Belgian Lambert 72 coordinate to the north (EPSG:31370), metres.',
  `longitude` string COMMENT 'Longitude (WGS84, EPSG:4326), degrees.',
  `latitude` string COMMENT 'Latitude (WGS84, EPSG:4326), degrees.'
)
COMMENT 'Records of measuring_point as they came, one JSON document a line.'
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'TRUE',
  'ignore.malformed.json' = 'TRUE',
  'mapping.full_name' = 'volledige_naam',
  'mapping.kilometre_point' = 'kmp_rsys',
  'mapping.lambert_x' = 'x_coord_epsg_31370',
  'mapping.lambert_y' = 'y_coord_epsg_31370',
  'mapping.lane' = 'rijstrook',
  'mapping.latitude' = 'breedtegraad_epsg_4326',
  'mapping.local_unit' = 'lve_nr',
  'mapping.longitude' = 'lengtegraad_epsg_4326',
  'mapping.point_id' = 'unieke_id',
  'mapping.point_name' = 'beschrijvende_id',
  'mapping.road_number' = 'ident_8',
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://my-lake/traffic/measuring_point_raw/'
TBLPROPERTIES (
  'classification' = 'json'
)
