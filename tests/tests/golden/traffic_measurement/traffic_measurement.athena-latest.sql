CREATE OR REPLACE VIEW "traffic"."traffic_measurement_latest" AS
SELECT
  "point_id",
  "point_name",
  "local_unit",
  "observed_at",
  "updated_at",
  "recent",
  "available",
  "defect_level",
  "doubt_level",
  "motorcycle_count",
  "motorcycle_speed",
  "motorcycle_speed_arithmetic",
  "car_count",
  "car_speed",
  "car_speed_arithmetic",
  "van_count",
  "van_speed",
  "van_speed_arithmetic",
  "rigid_lorry_count",
  "rigid_lorry_speed",
  "rigid_lorry_speed_arithmetic",
  "articulated_lorry_count",
  "articulated_lorry_speed",
  "articulated_lorry_speed_arithmetic",
  "occupancy",
  "availability",
  "unrest",
  "dt",
  "hour"
FROM (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY "point_id", "observed_at"
      ORDER BY "updated_at" DESC NULLS LAST
    ) AS "newest"
  FROM "traffic"."traffic_measurement"
)
WHERE "newest" = 1
