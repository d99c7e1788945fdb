"""One conversion by a Python peer, in a process of its own.

Usage: peer.py TOOL --contract FILE --out PATH [--threads N] [--form lines|pretty|glued] [--quoted] INPUT...

Each peer is told the whole schema, so that none has to guess, and writes the types of the contract. With partitions, PATH is a folder
with one for each hour; else it is a file. Whatever a peer cannot do, it ends with an error.
"""

import argparse
import os

from contract import OBSERVED, Contract, kind


def duckdb_type(ty):
    name, inside = kind(ty)
    if name == "list":
        return duckdb_type(inside) + "[]"
    if name == "struct":
        return "STRUCT(" + ", ".join(f'"{field["name"]}" {duckdb_type(field["type"])}' for field in inside) + ")"
    names = {"int32": "INTEGER", "int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "timestamp": "TIMESTAMPTZ"}
    return names[name]


def use_duckdb(contract, args):
    import duckdb

    # DuckDB turns quoted numbers into numbers by itself.
    types = {column["name"]: duckdb_type(contract.read_type(column, False)) for column in contract.columns}
    columns = ", ".join(f"'{name}': '{ty}'" for name, ty in types.items())
    form = "newline_delimited" if args.form == "lines" else "unstructured"
    inputs = ", ".join(f"'{path}'" for path in args.inputs)
    source = f"read_json([{inputs}], columns = {{{columns}}}, format = '{form}')"
    select, options = f"SELECT * FROM {source}", f"FORMAT parquet, COMPRESSION {contract.codec}"
    if contract.level:
        options += f", COMPRESSION_LEVEL {contract.level}"
    if contract.by_hour:
        select = (
            f"SELECT * REPLACE (to_timestamp({OBSERVED}) AS {OBSERVED}), strftime(to_timestamp({OBSERVED}), '%Y-%m-%d') AS date,"
            f" ({OBSERVED} // 3600) % 24 AS hour FROM {source}"
        )
        options += ", PARTITION_BY (date, hour)"
    if contract.order:
        select += " ORDER BY " + ", ".join(contract.order)
    session = duckdb.connect()
    session.execute(f"SET threads = {args.threads}")
    session.execute("SET TimeZone = 'UTC'")
    session.execute(f"COPY ({select}) TO '{args.out}' ({options})")


def use_polars(contract, args):
    os.environ["POLARS_MAX_THREADS"] = str(args.threads)
    import polars as pl

    if args.form != "lines" or any(path.endswith(".gz") for path in args.inputs):
        raise SystemExit("reads plain lines only")

    def type_of(ty):
        name, inside = kind(ty)
        if name == "list":
            return pl.List(type_of(inside))
        if name == "struct":
            return pl.Struct({field["name"]: type_of(field["type"]) for field in inside})
        return {"int32": pl.Int32, "int64": pl.Int64, "float64": pl.Float64, "string": pl.String, "timestamp": pl.String}[name]

    schema, later = {}, []
    for column in contract.columns:
        name, read = column["name"], contract.read_type(column, args.quoted)
        schema[name] = type_of(read)
        if kind(read)[0] == "timestamp":
            later.append(pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="ms"))
        elif read != column["type"]:
            seconds = name == OBSERVED
            later.append(pl.from_epoch(name, time_unit="s").cast(pl.Datetime("ms", "UTC")) if seconds else pl.col(name).cast(pl.Int32))
    frame = pl.scan_ndjson(args.inputs, schema=schema).with_columns(later)
    if contract.order:
        frame = frame.sort(contract.order)
    target = args.out
    if contract.by_hour:
        time = pl.col(OBSERVED)
        frame = frame.with_columns(time.dt.strftime("%Y-%m-%d").alias("date"), time.dt.hour().alias("hour"))
        target = pl.PartitionBy(args.out, key=["date", "hour"], include_key=False)
    frame.sink_parquet(target, mkdir=True, engine="streaming", compression=contract.codec, compression_level=contract.level)


def use_pyarrow(contract, args):
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    if contract.order or args.form == "glued":
        raise SystemExit("cannot do that in bounded memory, or at all")
    pa.set_cpu_count(args.threads)
    instant = pa.timestamp("ms", "UTC")

    def type_of(ty, written):
        name, inside = kind(ty)
        if name == "list":
            return pa.list_(type_of(inside, written))
        if name == "struct":
            return pa.struct([pa.field(field["name"], type_of(field["type"], written)) for field in inside])
        return {"int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64(), "string": pa.string(),
                "timestamp": instant if written else pa.string()}[name]

    read = pa.schema([(c["name"], type_of(contract.read_type(c, args.quoted), False)) for c in contract.columns])
    written = pa.schema([(c["name"], type_of(c["type"], True)) for c in contract.columns])
    options = pj.ParseOptions(explicit_schema=read, unexpected_field_behavior="ignore", newlines_in_values=args.form == "pretty")

    def convert(batch):
        columns = []
        for field, column in zip(written, batch.columns):
            if field.type == instant:
                if pa.types.is_integer(column.type):
                    column = pc.cast(column, pa.timestamp("s"))
                    column = pc.assume_timezone(column, "UTC")
                column = pc.cast(column, instant)
            columns.append(column if column.type == field.type else pc.cast(column, field.type))
        return pa.RecordBatch.from_arrays(columns, schema=written)

    def batches():
        for path in args.inputs:
            with pa.input_stream(path, compression="detect") as stream:
                for batch in pj.open_json(stream, pj.ReadOptions(block_size=16 << 20), options):
                    yield convert(batch)

    if contract.by_hour:
        keys = [("date", pa.string()), ("hour", pa.int64())]

        def keyed():
            for batch in batches():
                time = batch.column(OBSERVED)
                yield pa.RecordBatch.from_arrays(
                    [*batch.columns, pc.cast(pc.cast(time, pa.date32()), pa.string()), pc.hour(time)],
                    schema=pa.schema([*written, *keys]))

        reader = pa.RecordBatchReader.from_batches(pa.schema([*written, *keys]), keyed())
        form = ds.ParquetFileFormat()
        ds.write_dataset(reader, args.out, format=form, partitioning=ds.partitioning(pa.schema(keys), flavor="hive"),
                         file_options=form.make_write_options(compression=contract.codec, compression_level=contract.level))
        return
    with pq.ParquetWriter(args.out, written, compression=contract.codec, compression_level=contract.level) as writer:
        for batch in batches():
            writer.write_batch(batch)


TOOLS = {"duckdb": use_duckdb, "polars": use_polars, "pyarrow": use_pyarrow}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--contract", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--form", default="lines", choices=["lines", "pretty", "glued"])
    parser.add_argument("--quoted", action="store_true")
    arguments = parser.parse_args()
    TOOLS[arguments.tool](Contract(arguments.contract), arguments)
