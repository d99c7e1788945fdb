"""The same numbers from the files of a table, read by an engine that has nothing to do with lakebed.

Usage: read_lake.py LAKE/TABLE duckdb|polars|pyarrow

Partition columns are read as text: engines that guess make a date of `dt` and a number of `hour`. Each engine
turns its own timestamps into milliseconds since 1970, so that the zone of this machine shifts none of them.
"""

import json
import re
import sys
from pathlib import Path

from summary import summarise

# How the engines write the types in use; a timestamp must be an instant, in UTC.
KINDS = {
    "VARCHAR": "text",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "TIMESTAMP WITH TIME ZONE": "time",
    "String": "text",
    "Int16": "int16",
    "Int32": "int32",
    "Datetime(time_unit='ms', time_zone='UTC')": "time",
    "string": "text",
    "timestamp[ms, tz=UTC]": "time",
}


def kind(of):
    """A type of any engine: a word, a list of one kind, or the members of a struct."""
    import polars
    import pyarrow

    if getattr(of, "id", None) == "list":  # DuckDB
        return [kind(of.children[0][1])]
    if getattr(of, "id", None) == "struct":
        return {name: kind(member) for name, member in of.children}
    if isinstance(of, polars.List):
        return [kind(of.inner)]
    if isinstance(of, polars.Struct):
        return {member.name: kind(member.dtype) for member in of.fields}
    if isinstance(of, pyarrow.ListType):
        return [kind(of.value_type)]
    if isinstance(of, pyarrow.StructType):
        return {of[at].name: kind(of[at].type) for at in range(of.num_fields)}
    if match := re.fullmatch(r"[Dd](?:ecimal|ECIMAL)(?:128)?\(\D*(\d+),\D*(\d+)\)", str(of)):
        return f"decimal({match[1]},{match[2]})"
    return KINDS.get(str(of), str(of))


def with_duckdb(table, partitions):
    import duckdb

    types = "{" + ", ".join(f"'{name}': VARCHAR" for name in partitions) + "}"
    hive = f", hive_partitioning = true, hive_types = {types}" if partitions else ""
    source = f"read_parquet('{table}/**/*.parquet'{hive})"
    connection = duckdb.connect()
    relation = connection.sql(f"SELECT * FROM {source}")
    described = {name: kind(of) for name, of in zip(relation.columns, relation.types, strict=True)}
    columns = [
        f'epoch_ms("{name}") AS "{name}"' if str(of).startswith("TIMESTAMP") else f'"{name}"'
        for name, of in zip(relation.columns, relation.types, strict=True)
    ]
    rows = connection.sql(f"SELECT {', '.join(columns)} FROM {source}").fetchall()
    return described, [dict(zip(described, row, strict=True)) for row in rows]


def with_polars(table, partitions):
    import polars
    from polars import selectors

    texts = {name: polars.String for name in partitions}
    hive = {"hive_partitioning": True, "hive_schema": texts} if partitions else {}
    frame = polars.scan_parquet(table, glob=False, **hive).collect()
    described = {name: kind(of) for name, of in frame.schema.items()}
    return described, frame.with_columns(selectors.datetime().dt.epoch("ms")).to_dicts()


def with_pyarrow(table, partitions):
    import pyarrow
    from pyarrow import dataset

    texts = pyarrow.schema([(name, pyarrow.string()) for name in partitions])
    hive = dataset.partitioning(texts, flavor="hive")
    read = dataset.dataset(table, format="parquet", partitioning=hive).to_table()
    described = {field.name: kind(field.type) for field in read.schema}
    for at, field in enumerate(read.schema):
        if pyarrow.types.is_timestamp(field.type):
            as_millis = read.column(at).cast(pyarrow.timestamp("ms", field.type.tz)).cast(pyarrow.int64())
            read = read.set_column(at, field.name, as_millis)
    return described, read.to_pylist()


ENGINES = {"duckdb": with_duckdb, "polars": with_polars, "pyarrow": with_pyarrow}


def partition_columns(table):
    """Names of the partition columns, from the path of any file."""
    file = next(table.rglob("*.parquet"), None)
    if file is None:
        sys.exit(f"{table}: no Parquet file below this folder")
    return [part.partition("=")[0] for part in file.relative_to(table).parts[:-1]]


def lake(table, engine):
    partitions = partition_columns(table)
    described, rows = ENGINES[engine](str(table), partitions)
    kinds = {name: of for name, of in described.items() if name not in partitions}
    return summarise(rows, kinds, partitions)


if __name__ == "__main__":
    print(json.dumps(lake(Path(sys.argv[1]), sys.argv[2]), indent=2))
