"""The rows of one folder of Parquet files are those of another, read by an engine that has nothing to do with lakebed.

Usage: same_rows.py BEFORE AFTER

Values are compared, not types: a time is a moment whatever its unit, a number is one whatever its width.
"""

import datetime
import decimal
import sys
from pathlib import Path

import pyarrow.parquet as pq


def normal(value):
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | decimal.Decimal):
        return decimal.Decimal(value).normalize()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return sorted((name.lower(), normal(member)) for name, member in value.items())
    if isinstance(value, list):
        # Maps come as lists of pairs.
        return [normal(list(item) if isinstance(item, tuple) else item) for item in value]
    if hasattr(value, "to_pydatetime"):
        return normal(value.to_pydatetime())
    return value


def rows(folder):
    found = []
    for file in sorted(Path(folder).glob("*.parquet")):
        for row in pq.ParquetFile(file).read().to_pylist():
            found.append(repr(normal(row)))
    return sorted(found)


before, after = (rows(folder) for folder in sys.argv[1:])
if not before:
    sys.exit("there are no rows to compare")
if before != after:
    gone = [row for row in before if row not in after]
    come = [row for row in after if row not in before]
    sys.exit(f"{len(before)} rows before, {len(after)} after\ngone: {gone[:3]}\ncome: {come[:3]}")
print(f"{len(before)} rows are the same")
