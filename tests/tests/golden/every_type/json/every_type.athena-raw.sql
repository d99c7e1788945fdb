CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`every_type_raw` (
  `at` string COMMENT 'Decides the partition.',
  `truth` string,
  `int8` string,
  `int16` string,
  `int32` string,
  `int64` string,
  `uint8` string,
  `uint16` string,
  `uint32` string,
  `uint64` string,
  `narrow` string,
  `int128` string,
  `uint128` string,
  `float32` string,
  `float64` string,
  `price` string,
  `text` string,
  `letter` string,
  `uuid` string,
  `vehicle` string,
  `any` string,
  `blob` string,
  `digest` string,
  `shared` string,
  `label` string,
  `day` string,
  `wall` string,
  `instant` string,
  `fine` string,
  `zoned` string,
  `epoch` string,
  `maybe_text` string,
  `speed` string,
  `speed_quality` string,
  `ratio` string,
  `maybe_day` string,
  `tags` array<string>,
  `discount` string,
  `remark` string,
  `maybe_vehicle` string,
  `maybe_any` string,
  `maybe_blob` string,
  `extra_number` string,
  `extra_list` array<string>,
  `shapes` struct<`listofnumbers`:array<string>,`fixedpair`:array<string>,`listwithnulls`:array<string>,`maybelist`:array<array<string>>,`bytext`:map<string,string>,`bynumber`:map<string,string>,`byvehicle`:map<string,string>,`prices`:array<string>> COMMENT 'Lists and maps.',
  `crates` array<struct<`number`:string,`boxes`:map<string,struct<`packed`:string,`items`:array<struct<`name`:string,`weight`:string,`marks`:map<string,array<string>>>>>>,`lid`:struct<`packed`:string,`items`:array<struct<`name`:string,`weight`:string,`marks`:map<string,array<string>>>>>>> COMMENT 'The first of three levels, again and again.'
)
COMMENT 'Records of every_type as they came, one JSON document a line.'
PARTITIONED BY (
  `dt` string COMMENT 'at (UTC), {yyyy-MM-dd}',
  `hour` string COMMENT 'at (UTC), {HH}'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'TRUE',
  'ignore.malformed.json' = 'TRUE',
  'mapping.int64' = 'int-64',
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://my-lake/traffic/every_type_raw/'
TBLPROPERTIES (
  'classification' = 'json'
)
