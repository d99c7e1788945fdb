"""Whether files of Parquet hold the same rows, whoever wrote them.

Usage: verify.py CONTRACT OURS THEIRS... [--whole]

Compares, for every column down to the leaves: rows, nulls, minimum, maximum, distinct values, and a sum over the bits of all values,
which neither order nor rounding changes. With --whole also all rows, as many times as each comes (for small outputs). A table with an
order is checked for it, file by file. Prints a line for each of THEIRS: "same" or what differs; ends with 1 if anything does.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contract import Contract


def files(path):
    path = Path(path)
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix == ".parquet")


def table(path, contract):
    names = [column["name"] for column in contract.columns]
    found = files(path)
    if not found:
        raise SystemExit(f"{path}: no files")
    tables = [pq.ParquetFile(file).read(columns=names) for file in found]
    return pa.concat_tables(tables, promote_options="permissive").select(names)


def leaves(name, column):
    """Leaves of a column, each with the nulls above it; lists add a leaf with their lengths."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    ty = column.type
    if pa.types.is_struct(ty):
        yield f"{name} (struct)", column.is_valid()
        for index in range(ty.num_fields):
            # `struct_field` and not `field`: nulls of the struct are nulls of its members.
            yield from leaves(f"{name}.{ty.field(index).name}", pc.struct_field(column, [index]))
    elif pa.types.is_list(ty) or pa.types.is_large_list(ty):
        yield f"{name} (lengths)", pc.list_value_length(column)
        yield from leaves(f"{name}[]", column.flatten())
    else:
        yield name, column


def bits(values):
    """Sum over the bits of all values that are not null."""
    ty = values.type
    if pa.types.is_boolean(ty) or pa.types.is_integer(ty):
        return int(np.asarray(values.cast(pa.int64())).view(np.uint64).sum(dtype=np.uint64))
    if pa.types.is_floating(ty):
        return int(np.asarray(values.cast(pa.float64())).view(np.uint64).sum(dtype=np.uint64))
    # Text: each distinct value weighs by a checksum of its own.
    import zlib

    counts = pc.value_counts(values.cast(pa.large_binary()))
    return sum(zlib.crc32(item["values"]) * item["counts"] for item in counts.to_pylist()) if len(counts) else 0


def all_leaves(found):
    """Leaves of all columns by name, in types that do not depend on the writer."""
    for name in found.column_names:
        for leaf, column in leaves(name, found.column(name)):
            if pa.types.is_timestamp(column.type):
                column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
            elif str(column.type) in ("string_view", "large_string"):
                column = column.cast(pa.string())
            elif pa.types.is_integer(column.type):
                column = column.cast(pa.int64())
            yield leaf, column


def summary(found):
    columns = {}
    for leaf, column in all_leaves(found):
        values = column.drop_null()
        low, high = (pc.min(values).as_py(), pc.max(values).as_py()) if len(values) else (None, None)
        columns[leaf] = {
            "values": len(column),
            "nulls": column.null_count,
            "least": low,
            "greatest": high,
            "distinct": pc.count_distinct(values).as_py(),
            "sum of bits": bits(values),
        }
    return columns


def whole(contract, ours, theirs):
    """Rows that one has more often than the other."""
    one, other = (dict(all_leaves(table(path, contract))) for path in (ours, theirs))
    if one.keys() == other.keys() and all(one[leaf].equals(other[leaf]) for leaf in one):
        return []  # The same in the same order.
    import duckdb

    names = ", ".join(f'"{column["name"]}"' for column in contract.columns)
    session = duckdb.connect()
    session.execute("SET TimeZone = 'UTC'")
    session.execute("SET threads = 1")

    def rows(path):
        paths = ", ".join(f"'{file}'" for file in files(path))
        return f"SELECT {names} FROM read_parquet([{paths}], hive_partitioning = false)"

    differences = []
    for what, one, other in (("only ours", ours, theirs), ("only theirs", theirs, ours)):
        more = session.execute(f"{rows(one)} EXCEPT ALL {rows(other)}").fetchmany(2)
        if more:
            differences.append(f"{what}: {more[0]}")
    return differences


def out_of_order(contract, path):
    # A table's order holds within each row group, which is what Parquet's `sorting_columns` say. DuckDB sorts the whole.
    keys = contract.order
    for file in files(path):
        parquet = pq.ParquetFile(file)
        for group in range(parquet.num_row_groups):
            found = parquet.read_row_group(group, columns=keys)
            rows = list(zip(*(found.column(key).to_pylist() for key in keys)))
            # Nulls first or last, as the writer likes; rows with one are left out.
            rows = [row for row in rows if None not in row]
            if any(before > after for before, after in zip(rows, rows[1:])):
                return [f"{file}, row group {group}, is not in the order of {', '.join(keys)}"]
    return []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("contract")
    parser.add_argument("ours")
    parser.add_argument("theirs", nargs="*")
    parser.add_argument("--whole", action="store_true")
    args = parser.parse_args()
    contract = Contract(args.contract)
    ours = summary(table(args.ours, contract))
    same = True
    if contract.order and (wrong := out_of_order(contract, args.ours)):
        sys.exit(wrong[0])
    for path in args.theirs:
        theirs = summary(table(path, contract))
        differences = [
            f"{leaf}: {what} {ours.get(leaf, {}).get(what)} of ours, {theirs.get(leaf, {}).get(what)} of theirs"
            for leaf in {**ours, **theirs}
            for what in ("values", "nulls", "least", "greatest", "distinct", "sum of bits")
            if ours.get(leaf, {}).get(what) != theirs.get(leaf, {}).get(what)
        ]
        if not differences and args.whole:
            differences = whole(contract, args.ours, path)
        same = same and not differences
        print("same" if not differences else "; ".join(differences[:3]), flush=True)
    sys.exit(not same)


if __name__ == "__main__":
    main()
