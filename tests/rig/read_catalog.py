"""Reads a table through the catalog with awswrangler, and compares it with the files that were put there.

    read_catalog.py DATABASE TABLE LAKE/TABLE

awswrangler takes the location, the columns' types and the partition keys from the Glue catalog, and lists the
location; it knows nothing of projection. The files are read by PyArrow alone. Exit code 1 when anything differs.
"""

import sys
from pathlib import Path

import awswrangler as wr
import pyarrow as pa
import pyarrow.parquet as pq


def files(table):
    """Rows of the files in the folder, with the values of the path as text."""
    parts = []
    for file in sorted(table.rglob("*.parquet")):
        part = pq.ParquetFile(file).read()
        for folder in file.relative_to(table).parent.parts:
            column, value = folder.split("=", 1)
            part = part.append_column(column, pa.array([value] * part.num_rows, pa.string()))
        parts.append(part)
    return pa.concat_tables(parts).to_pylist()


def catalog(database, table):
    """Rows of the table as awswrangler finds them, in Arrow's types."""
    frame = wr.s3.read_parquet_table(database=database, table=table, dtype_backend="pyarrow")
    differing = sorted(set(wr.catalog.get_table_types(database=database, table=table)) ^ set(frame.columns))
    if differing:
        sys.exit(f"columns of the catalog and of what was read differ: {differing}")
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    names = {name: pa.string() for name in rows.column_names if pa.types.is_dictionary(rows.schema.field(name).type)}
    for name, ty in names.items():
        rows = rows.set_column(rows.column_names.index(name), name, rows[name].cast(ty))
    return rows.to_pylist()


def shown(rows):
    """Rows as text, in one order on both sides."""
    return sorted(repr(sorted((name, str(value)) for name, value in row.items())) for row in rows)


def main():
    database, name, folder = sys.argv[1:]
    wanted, found = shown(files(Path(folder))), shown(catalog(database, name))
    if not wanted:
        sys.exit(f"{folder}: no rows")
    differing = [pair for pair in zip(wanted, found) if pair[0] != pair[1]]
    if len(wanted) != len(found) or differing:
        print(f"{name}: {len(wanted)} rows in the files, {len(found)} through the catalog")
        for one, other in differing[:3]:
            print(f"  files:   {one}\n  catalog: {other}")
        sys.exit(1)
    print(f"{name}: {len(found)} rows agree")


if __name__ == "__main__":
    main()
