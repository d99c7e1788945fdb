ALTER TABLE `traffic`.`parcel_raw` ADD IF NOT EXISTS
PARTITION (`region` = 'north', `dt` = '2026-01-01')
LOCATION 's3://my-lake/traffic/parcel_raw/region=north/dt=2026-01-01/'
