ALTER TABLE `traffic`.`sensor_reading_raw` ADD IF NOT EXISTS
PARTITION (`year` = '2026', `month` = '01', `day` = '01', `hour` = '00')
LOCATION 's3://my-lake/traffic/sensor_reading_raw/year=2026/month=01/day=01/hour=00/'
