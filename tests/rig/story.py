"""What engines read of a table after each step of its life.

    story.py STEPS duckdb|awswrangler|spark

STEPS/NAME holds the table as the catalog has it (`table.json`, a TableInput), the files that stand in the lake
(`lake/`), and the rows that the rules of the engines promise (`rows.json`), one object a row, nulls written out and
moments as milliseconds since 1970. Exit code 1, with differing rows, when a step reads otherwise. The last line counts
the steps, and for awswrangler those that it reads only file by file.
"""

import json
import re
import sys
from datetime import timezone
from pathlib import Path


class Step:
    """One moment: catalog, files, promised rows."""

    def __init__(self, folder):
        self.name, self.lake = folder.name, folder / "lake"
        self.table = json.loads((folder / "table.json").read_text())
        self.rows = json.loads((folder / "rows.json").read_text())
        columns = self.table["StorageDescriptor"]["Columns"]
        self.columns = {column["Name"]: column["Type"] for column in columns}
        self.keys = [key["Name"] for key in self.table["PartitionKeys"]]
        self.apart = False

    def files(self):
        return sorted(str(file) for file in self.lake.rglob("*.parquet"))

    def row(self, found):
        """A row of the table: what no file has is null, and so is a member that a file's record lacks."""
        row = {name: found.get(name) for name in [*self.columns, *self.keys]}
        for name, ty in self.columns.items():
            if ty.startswith("struct<") and row[name] is not None:
                row[name] = {member: row[name].get(member) for member in re.findall(r"(\w+):", ty)}
        return row


def plain(value):
    """A value of any engine as JSON has it; a moment is its milliseconds since 1970."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if hasattr(value, "timestamp"):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return round(moment.timestamp() * 1000)
    return value


def with_duckdb(step, scratch):
    """By name over all files; a column that no file has is null."""
    import duckdb

    types = ", ".join(f"'{key}': VARCHAR" for key in step.keys)
    source = f"read_parquet({step.files()}, union_by_name = true, hive_partitioning = true, hive_types = {{{types}}})"
    moments = [f'epoch_ms("{name}") AS "{name}"' for name, ty in step.columns.items() if ty == "timestamp"]
    connection = duckdb.connect()
    relation = connection.sql(f"SELECT * REPLACE ({', '.join(moments)}) FROM {source}")
    names = relation.columns
    for row in relation.fetchall():
        yield step.row(dict(zip(names, row)))


def with_awswrangler(step, scratch):
    """Through the table of the catalog, which is created anew for each step. It joins files of the same types only; of
    others it reads one after the other."""
    import awswrangler as wr
    import boto3
    import pyarrow as pa

    s3, glue = boto3.client("s3"), boto3.client("glue")
    database, bucket = f"step_{step.name}", f"step-{step.name}".replace("_", "-")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    glue.create_database(DatabaseInput={"Name": database})
    table = json.loads(json.dumps(step.table))
    table["StorageDescriptor"]["Location"] = f"s3://{bucket}/t/"
    glue.create_table(DatabaseName=database, TableInput=table)
    for file in step.files():
        s3.upload_file(file, bucket, "t/" + str(Path(file).relative_to(step.lake)))
    options = {"dtype_backend": "pyarrow", "validate_schema": False}
    try:
        frames = [wr.s3.read_parquet_table(table["Name"], database, **options)]
    except pa.ArrowTypeError:
        step.apart = True
        frames = wr.s3.read_parquet_table(table["Name"], database, chunked=True, **options)
    for frame in frames:
        for row in pa.Table.from_pandas(frame, preserve_index=False).to_pylist():
            yield step.row(row)


def with_spark(step, spark):
    """Through a table of Hive with the catalog's columns, over partitions that are found by their folders."""
    columns = ", ".join(f"`{name}` {ty}" for name, ty in step.columns.items())
    keys = ", ".join(f"`{key}` string" for key in step.keys)
    spark.sql(
        f"CREATE EXTERNAL TABLE step_{step.name} ({columns}) PARTITIONED BY ({keys}) STORED AS PARQUET "
        f"LOCATION '{step.lake.resolve()}'"
    )
    spark.sql(f"MSCK REPAIR TABLE step_{step.name}")
    for row in spark.sql(f"SELECT * FROM step_{step.name}").collect():
        yield row.asDict(recursive=True)


ENGINES = {"duckdb": with_duckdb, "awswrangler": with_awswrangler, "spark": with_spark}


def check(step, engine, session):
    def shown(rows):
        return sorted(json.dumps(plain(row), sort_keys=True) for row in rows)

    wanted = shown(step.rows)
    try:
        found = shown(ENGINES[engine](step, session))
    except Exception as error:  # Whatever an engine says, the other steps are worth a try.
        return [f"step {step.name}: {engine} cannot read: {type(error).__name__}: {error}"]
    if wanted == found:
        return []
    missing, extra = [row for row in wanted if row not in found], [row for row in found if row not in wanted]
    return [f"step {step.name}: {engine}: {len(missing)} rows missing, {len(extra)} new", *missing[:2], *extra[:2]]


def main():
    steps, engine, session = Path(sys.argv[1]).resolve(), sys.argv[2], None
    if engine == "spark":
        import spark

        if spark.java() is None:
            sys.exit(print("spark: not run, there is no Java"))
        session = spark.session(hive=True)
    steps = [Step(folder) for folder in sorted(steps.iterdir())]
    if faults := [fault for step in steps for fault in check(step, engine, session)]:
        sys.exit("\n".join(faults))
    apart = sum(step.apart for step in steps)
    print(f"{engine}: {len(steps)} steps read" + (f", {apart} of them file by file" if apart else ""))


if __name__ == "__main__":
    main()
