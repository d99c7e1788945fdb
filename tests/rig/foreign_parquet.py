"""Writes tests/data/parquet: files of other writers, for what `import` makes of them.

    python tests/rig/foreign_parquet.py arrow tests/data/parquet     with the packages of requirements.txt
    python tests/rig/foreign_parquet.py spark tests/data/parquet     with those of requirements-spark.txt

The files are committed, so this runs only to make them anew.
"""

import datetime
import decimal
import sys
import tempfile
from pathlib import Path

NOON = datetime.datetime(2026, 11, 23, 12, 0, 0, 123456)


def arrow(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    def column(values, kind):
        return pa.array(values, type=kind)

    def write(name, columns, **options):
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", **options)

    noon = [NOON, None]
    utc = pa.timestamp("us", "UTC")
    times = {
        "seconds": column(noon, pa.timestamp("s")),
        "millis": column(noon, pa.timestamp("ms", "UTC")),
        "micros": column(noon, utc),
        "nanos": column(noon, pa.timestamp("ns")),
        "day": column([NOON.date(), None], pa.date32()),
    }
    write("arrow_times", times)
    write("arrow_int96", {"at": times["micros"], "nested": column([{"at": NOON}], pa.struct([("at", utc)])).take(
        pa.array([0, 0]))}, use_deprecated_int96_timestamps=True)
    write("arrow_list_items", {
        "numbers": column([[1, 2], None], pa.list_(pa.int32())),
        "points": column([[{"x": 1.5}], []], pa.list_(pa.struct([("x", pa.float64())]))),
    }, use_compliant_nested_type=False)
    digits = decimal.Decimal("1.25")
    decimals = {
        "small": column([digits], pa.decimal128(7, 2)),
        "large": column([digits], pa.decimal128(17, 2)),
        "huge": column([digits], pa.decimal128(38, 2)),
    }
    write("arrow_decimals_fixed", decimals)
    write("arrow_decimals_integer", decimals, store_decimal_as_integer=True)
    write("arrow_unsigned", {
        f"u{bits}": column([2**bits - 1], getattr(pa, f"uint{bits}")()) for bits in (8, 16, 32, 64)
    })
    write("arrow_dictionary", {
        "word": column(["a", "b", "a"], pa.string()).dictionary_encode(),
        "large": column(["a", "b", "a"], pa.large_string()),
        "bytes": column([b"a", b"b", b"c"], pa.binary(1)),
    })
    write("arrow_names", {
        name: column([1], pa.int64()) for name in ("Speed", "type", "self", "km per hour", "größe", "2nd", "a.b")
    })
    write("arrow_same_name", {"id": column([1], pa.int64()), "ID": column(["x"], pa.string())})
    write("arrow_no_type", {
        "clock": column([datetime.time(8, 15)], pa.time64("us")),
        "wide": column([decimal.Decimal(1)], pa.decimal256(50, 0)),
        "fine": column([1], pa.int64()),
    })


def spark(folder):
    from spark import session as start

    session = start()
    with tempfile.TemporaryDirectory() as scratch:

        def write(name, text, **options):
            for key, value in options.items():
                session.conf.set(f"spark.sql.parquet.{key}", value)
            made = Path(scratch) / name
            session.sql(text).coalesce(1).write.parquet(str(made))
            [part] = made.glob("*.parquet")
            (folder / f"{name}.parquet").write_bytes(part.read_bytes())

        row = """
            select 1 as Id, timestamp'2026-11-23 12:00:00.123456' as at,
                timestamp_ntz'2026-11-23 12:00:00.123456' as local_at, date'2026-11-23' as day,
                cast(1.25 as decimal(7,2)) as small, cast(1.25 as decimal(17,2)) as large,
                cast(1.25 as decimal(38,2)) as huge, cast(1 as tinyint) as tiny,
                array(1, 2) as numbers, array(named_struct('x', 1.5d, 'Tags', array('a'))) as points,
                map('a', named_struct('n', 1L)) as by_name, named_struct('inner', named_struct('type', 'x')) as outer"""
        write("spark_nested", row, outputTimestampType="TIMESTAMP_MICROS", writeLegacyFormat="false")
        write("spark_legacy", row, outputTimestampType="INT96", writeLegacyFormat="true")
        session.stop()


if __name__ == "__main__":
    writer, target = sys.argv[1:]
    {"arrow": arrow, "spark": spark}[writer](Path(target).absolute())
