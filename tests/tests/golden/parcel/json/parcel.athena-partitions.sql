ALTER TABLE `traffic`.`parcel` ADD IF NOT EXISTS
PARTITION (`region` = 'north', `dt` = '2026-01-01')
LOCATION 's3://my-lake/traffic/parcel/region=north/dt=2026-01-01/'
