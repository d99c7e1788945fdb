ALTER TABLE `traffic`.`traffic_measurement_raw` ADD IF NOT EXISTS
PARTITION (`dt` = '2026-01-01', `hour` = '00')
LOCATION 's3://my-lake/traffic/traffic_measurement_raw/dt=2026-01-01/hour=00/'
