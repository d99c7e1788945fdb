CREATE OR REPLACE VIEW "traffic"."traffic_snapshot_latest" AS
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
  "classes",
  "computed",
  "dt",
  "hour"
FROM (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY "point_id", "observed_at"
      ORDER BY "updated_at" DESC NULLS LAST
    ) AS "newest"
  FROM "traffic"."traffic_snapshot"
)
WHERE "newest" = 1
