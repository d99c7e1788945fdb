CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`traffic_snapshot_raw` (
  `point_id` string COMMENT 'Key of the measuring point; digits so far, text by contract.',
  `point_name` string COMMENT 'Readable name of the point, such as H291L10; not unique.',
  `local_unit` string COMMENT 'Number of the local processing unit that reports the point.',
  `observed_at` string COMMENT 'Start of the measured minute. Can be years old when a unit restarted with a wrong clock.',
  `updated_at` string COMMENT 'When the feed last updated this record.',
  `recent` string COMMENT '1 when the observation was at most about 3 minutes old at publication, 0 when older.',
  `available` string COMMENT '1 when the point delivers data, 0 when not; also 1 for stale records, so look at recent too.',
  `defect_level` string COMMENT '0 no defect, 1 one of the two loops probably fails, 2 over 20 % bad counts.',
  `doubt_level` string COMMENT '0 regular data, 1 some doubt, 2 strong doubt, 3 strong doubt because of a failure. The feed calls it "valid", which suggests the opposite.',
  `classes` array<struct<`klasse_id`:string,`verkeersintensiteit`:string,`voertuigsnelheid_harmonisch`:string,`voertuigsnelheid_rekenkundig`:string>> COMMENT 'What passed, one entry for each vehicle class; the published XSD allows 0 to 5 of them.',
  `computed` struct<`bezettingsgraad`:string,`beschikbaarheidsgraad`:string,`onrustigheid`:string> COMMENT 'Values that the feed computes over all classes.'
)
COMMENT 'Records of traffic_snapshot as they came, one JSON document a line.'
PARTITIONED BY (
  `dt` string COMMENT 'observed_at (UTC), {yyyy-MM-dd}',
  `hour` string COMMENT 'observed_at (UTC), {HH}'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'TRUE',
  'ignore.malformed.json' = 'TRUE',
  'mapping.available' = 'beschikbaar',
  'mapping.classes' = 'meetdata',
  'mapping.computed' = 'rekendata',
  'mapping.defect_level' = 'defect',
  'mapping.doubt_level' = 'geldig',
  'mapping.local_unit' = 'lve_nr',
  'mapping.observed_at' = 'tijd_waarneming',
  'mapping.point_id' = 'unieke_id',
  'mapping.point_name' = 'beschrijvende_id',
  'mapping.recent' = 'actueel_publicatie',
  'mapping.updated_at' = 'tijd_laatst_gewijzigd',
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://my-lake/traffic/traffic_snapshot_raw/'
TBLPROPERTIES (
  'classification' = 'json'
)
