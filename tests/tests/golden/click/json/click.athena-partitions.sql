ALTER TABLE `traffic`.`click` ADD IF NOT EXISTS
PARTITION (`dt` = '2026-01-01', `hour` = '00')
LOCATION 's3://my-lake/traffic/click/dt=2026-01-01/hour=00/'
