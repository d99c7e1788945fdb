CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`every_type` (
  `at` timestamp COMMENT 'Decides the partition.',
  `truth` boolean,
  `int8` tinyint,
  `int16` smallint,
  `int32` int,
  `int64` bigint,
  `uint8` smallint,
  `uint16` int,
  `uint32` bigint,
  `uint64` decimal(20,0),
  `narrow` bigint,
  `int128` decimal(38,0),
  `uint128` decimal(38,0),
  `float32` float,
  `float64` double,
  `price` decimal(12,2),
  `text` string,
  `letter` string,
  `uuid` string,
  `vehicle` string,
  `any` string,
  `blob` binary,
  `digest` binary,
  `shared` binary,
  `label` string,
  `day` date,
  `wall` timestamp,
  `instant` timestamp,
  `fine` timestamp,
  `zoned` timestamp,
  `epoch` timestamp,
  `maybe_text` string,
  `speed` smallint,
  `speed_quality` smallint,
  `ratio` double,
  `maybe_day` date,
  `tags` array<string>,
  `discount` decimal(12,2),
  `remark` string,
  `maybe_vehicle` string,
  `maybe_any` string,
  `maybe_blob` binary,
  `extra_number` int,
  `extra_list` array<string>,
  `shapes` struct<`list_of_numbers`:array<bigint>,`fixed_pair`:array<smallint>,`list_with_nulls`:array<string>,`maybe_list`:array<array<smallint>>,`by_text`:map<string,double>,`by_number`:map<int,string>,`by_vehicle`:map<string,date>,`prices`:array<decimal(12,2)>> COMMENT 'Lists and maps.',
  `crates` array<struct<`number`:bigint,`boxes`:map<string,struct<`packed`:timestamp,`items`:array<struct<`name`:string,`weight`:bigint,`marks`:map<bigint,array<string>>>>>>,`lid`:struct<`packed`:timestamp,`items`:array<struct<`name`:string,`weight`:bigint,`marks`:map<bigint,array<string>>>>>>> COMMENT 'The first of three levels, again and again.'
)
COMMENT 'A record with a column of every logical type; flattened groups keep its parts small.'
PARTITIONED BY (
  `dt` string COMMENT 'at (UTC), {yyyy-MM-dd}',
  `hour` string COMMENT 'at (UTC), {HH}'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://my-lake/traffic/every_type/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'SNAPPY'
)
