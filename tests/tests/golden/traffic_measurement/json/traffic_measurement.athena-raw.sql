CREATE EXTERNAL TABLE IF NOT EXISTS `traffic`.`traffic_measurement_raw` (
  `point_id` string COMMENT 'Key of the measuring point; digits so far, text by contract.',
  `point_name` string COMMENT 'Readable name of the point, such as H291L10; not unique.',
  `local_unit` string COMMENT 'Number of the local processing unit that reports the point.',
  `observed_at` string COMMENT 'Start of the measured minute. Can be years old when a unit restarted with a wrong clock.',
  `updated_at` string COMMENT 'When the feed last updated this record.',
  `recent` string COMMENT '1 when the observation was at most about 3 minutes old at publication, 0 when older.',
  `available` string COMMENT '1 when the point delivers data, 0 when not; also 1 for stale records, so look at recent too.',
  `defect_level` string COMMENT '0 no defect, 1 one of the two loops probably fails, 2 over 20 % bad counts.',
  `doubt_level` string COMMENT '0 regular data, 1 some doubt, 2 strong doubt, 3 strong doubt because of a failure. The feed calls it "valid", which suggests the opposite.',
  `motorcycle_count` string COMMENT 'Number of motorcycles in the minute (up to 1.00 m; the feed calls this class unreliable).',
  `motorcycle_speed` string COMMENT 'Harmonic mean speed of motorcycles, km/h, 0 to 200; null when no motorcycle passed (252 in the feed), it could not be computed (254) or nothing was computed yet (251).',
  `motorcycle_speed_arithmetic` string COMMENT 'Arithmetic mean speed of motorcycles, km/h; null where the harmonic one is a sentinel (the feed writes 0).',
  `car_count` string COMMENT 'Number of cars in the minute (1.00 to 4.90 m).',
  `car_speed` string COMMENT 'Harmonic mean speed of cars, km/h, 0 to 200; null when no car passed (252 in the feed), it could not be computed (254) or nothing was computed yet (251).',
  `car_speed_arithmetic` string COMMENT 'Arithmetic mean speed of cars, km/h; null where the harmonic one is a sentinel (the feed writes 0).',
  `van_count` string COMMENT 'Number of vans in the minute (4.90 to 6.90 m).',
  `van_speed` string COMMENT 'Harmonic mean speed of vans, km/h, 0 to 200; null when no van passed (252 in the feed), it could not be computed (254) or nothing was computed yet (251).',
  `van_speed_arithmetic` string COMMENT 'Arithmetic mean speed of vans, km/h; null where the harmonic one is a sentinel (the feed writes 0).',
  `rigid_lorry_count` string COMMENT 'Number of rigid lorries in the minute (6.90 to 12.00 m).',
  `rigid_lorry_speed` string COMMENT 'Harmonic mean speed of rigid lorries, km/h, 0 to 200; null when no rigid lorry passed (252 in the feed), it could not be computed (254) or nothing was computed yet (251).',
  `rigid_lorry_speed_arithmetic` string COMMENT 'Arithmetic mean speed of rigid lorries, km/h; null where the harmonic one is a sentinel (the feed writes 0).',
  `articulated_lorry_count` string COMMENT 'Number of articulated lorries and buses in the minute (over 12.00 m).',
  `articulated_lorry_speed` string COMMENT 'Harmonic mean speed of articulated lorries and buses, km/h, 0 to 200; null when no articulated lorry passed (252 in the feed), it could not be computed (254) or nothing was computed yet (251).',
  `articulated_lorry_speed_arithmetic` string COMMENT 'Arithmetic mean speed of articulated lorries and buses, km/h; null where the harmonic one is a sentinel (the feed writes 0).',
  `occupancy` string COMMENT 'Share of the minute in which the loop was covered by a vehicle, percent.',
  `availability` string COMMENT 'Share of the minute in which the point could detect vehicles reliably, percent.',
  `unrest` string COMMENT 'Unrest: variance of the speeds of all vehicles in the minute, (km/h) squared.'
)
COMMENT 'Records of traffic_measurement as they came, one JSON document a line.'
PARTITIONED BY (
  `dt` string COMMENT 'observed_at (UTC), {yyyy-MM-dd}',
  `hour` string COMMENT 'observed_at (UTC), {HH}'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'TRUE',
  'ignore.malformed.json' = 'TRUE',
  'mapping.articulated_lorry_count' = 'verkeersintensiteit_klasse5',
  'mapping.articulated_lorry_speed' = 'voertuigsnelheid_harmonisch_klasse5',
  'mapping.articulated_lorry_speed_arithmetic' = 'voertuigsnelheid_rekenkundig_klasse5',
  'mapping.availability' = 'rekendata_beschikbaarheidsgraad',
  'mapping.available' = 'beschikbaar',
  'mapping.car_count' = 'verkeersintensiteit_klasse2',
  'mapping.car_speed' = 'voertuigsnelheid_harmonisch_klasse2',
  'mapping.car_speed_arithmetic' = 'voertuigsnelheid_rekenkundig_klasse2',
  'mapping.defect_level' = 'defect',
  'mapping.doubt_level' = 'geldig',
  'mapping.local_unit' = 'lve_nr',
  'mapping.motorcycle_count' = 'verkeersintensiteit_klasse1',
  'mapping.motorcycle_speed' = 'voertuigsnelheid_harmonisch_klasse1',
  'mapping.motorcycle_speed_arithmetic' = 'voertuigsnelheid_rekenkundig_klasse1',
  'mapping.observed_at' = 'tijd_waarneming',
  'mapping.occupancy' = 'rekendata_bezettingsgraad',
  'mapping.point_id' = 'unieke_id',
  'mapping.point_name' = 'beschrijvende_id',
  'mapping.recent' = 'actueel_publicatie',
  'mapping.rigid_lorry_count' = 'verkeersintensiteit_klasse4',
  'mapping.rigid_lorry_speed' = 'voertuigsnelheid_harmonisch_klasse4',
  'mapping.rigid_lorry_speed_arithmetic' = 'voertuigsnelheid_rekenkundig_klasse4',
  'mapping.unrest' = 'rekendata_onrustigheid',
  'mapping.updated_at' = 'tijd_laatst_gewijzigd',
  'mapping.van_count' = 'verkeersintensiteit_klasse3',
  'mapping.van_speed' = 'voertuigsnelheid_harmonisch_klasse3',
  'mapping.van_speed_arithmetic' = 'voertuigsnelheid_rekenkundig_klasse3',
  'serialization.format' = '1'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://my-lake/traffic/traffic_measurement_raw/'
TBLPROPERTIES (
  'classification' = 'json'
)
