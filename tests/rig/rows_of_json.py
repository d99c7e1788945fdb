"""Lakes hold what DuckDB reads from the same JSON: every value of every row, in the same order where a lake has one.

Usage: rows_of_json.py CASES

CASES is a JSON array of objects: `name`, `contract` (a file), `input` (a file), `form` (`newline_delimited` or `unstructured`),
`lake` (the folder of the table), `ordered` (whether the rows of the lake come in the order of the input).
"""

import json
import sys
from pathlib import Path

import duckdb

PLAIN = {"int32": "INTEGER", "int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR"}


def type_of(ty):
    if isinstance(ty, str):
        return PLAIN[ty]
    (kind, inside), = ty.items()
    if kind == "list":
        return type_of(inside["element"]["type"]) + "[]"
    if kind == "struct":
        return "STRUCT(" + ", ".join(f'"{field["key"]}" {type_of(field["type"])}' for field in inside) + ")"
    assert kind == "timestamp", ty
    return "TIMESTAMPTZ"


def check(session, case):
    columns = json.loads(Path(case["contract"]).read_text())["columns"]
    types, read, stored = {}, [], []
    for column in columns:
        name, ty = column["name"], type_of(column["type"])
        seconds = "epoch_seconds" in column.get("time", [])
        types[column["key"]] = "BIGINT" if seconds else ty
        # Python gets instants as microseconds.
        instant = ty == "TIMESTAMPTZ"
        read.append(f'"{name}" * 1000000' if seconds else f'epoch_us("{name}")' if instant else f'"{name}"')
        stored.append(f'epoch_us("{name}")' if instant else f'"{name}"')
    spec = ", ".join(f"'{name}': '{ty}'" for name, ty in types.items())
    expected = session.execute(
        f"SELECT {', '.join(read)} FROM read_json('{case['input']}', columns = {{{spec}}}, format = '{case['form']}')"
    ).fetchall()
    files = f"{case['lake']}/**/*.parquet"
    found = session.execute(f"SELECT {', '.join(stored)} FROM read_parquet('{files}', hive_partitioning = false)").fetchall()
    if not case["ordered"]:
        expected, found = sorted(expected, key=repr), sorted(found, key=repr)
    if not expected:
        return "DuckDB found no rows"
    if len(expected) != len(found):
        return f"{len(expected)} rows in the JSON, {len(found)} in the lake"
    for number, (wanted, row) in enumerate(zip(expected, found)):
        for column, one, other in zip(columns, wanted, row):
            # Not a number is not equal to itself; none of the inputs holds it.
            if one != other or type(one) is not type(other):
                return f"row {number}, {column['name']}: {one!r} in the JSON, {other!r} in the lake"
    return None


session = duckdb.connect()
session.execute("SET TimeZone = 'UTC'")
cases = json.loads(Path(sys.argv[1]).read_text())
wrong = [f"{case['name']}: {found}" for case in cases if (found := check(session, case))]
if wrong:
    sys.exit("\n".join(wrong))
print(f"{len(cases)} lakes hold what DuckDB reads")
