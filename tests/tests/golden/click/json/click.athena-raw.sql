CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`click_raw` (
  `session` string COMMENT 'Session of the visitor.',
  `page` string COMMENT 'Path of the page.',
  `millis` string COMMENT 'Milliseconds until the page was shown.'
)
COMMENT 'Records of click as they came, one JSON document a line.'
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
LOCATION 's3://my-lake/traffic/click_raw/'
TBLPROPERTIES (
  'classification' = 'json'
)
