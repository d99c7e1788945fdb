"""What lakebed generates for Spark and for Hive, used by Spark.

For each table a folder holds the generated files, canonical records (`NAME.json`) and lakes that were made of the same
records (`NAME.lake`). Spark must find in a lake exactly the types that the schema declares, read from the records the
very rows that it reads from the lake, and read them once more through the table that the generated SQL creates. Then
each of these is spoilt, and every fault must be noticed.
"""

import json
import re
import runpy
from collections import Counter

from pyspark.sql.types import StructType


def compact(text):
    """JSON as `StructType.json()` writes it."""
    return json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True)


def schemas(table):
    """The module, and how it differs from the generated JSON or that from what Spark itself would write."""
    module = runpy.run_path(str(table / "spark.py"))
    found = []
    for name, file in ("SCHEMA", "spark.json"), ("RECORDS", "spark-records.json"):
        text = (table / file).read_text()
        schema = StructType.fromJson(json.loads(text))
        if schema != module[name]:
            found.append(f"{file}: not what the Python module says")
        # Spark's writer escapes what is not ASCII, as `json.dumps` does.
        if schema.json() != compact(text):
            found.append(f"{file}: Spark writes it in another way: {schema.json()}")
    return module, found


def types(schema):
    return [(field.name, field.dataType.simpleString()) for field in schema]


def counted(rows):
    """Rows in no order."""
    return Counter(repr(row.asDict(recursive=True)) for row in rows.collect())


def rows_differ(what, found, wanted):
    missing, extra = list((wanted - found).elements()), list((found - wanted).elements())
    if not missing and not extra:
        return []
    return [f"{what}: {len(missing)} rows are missing, such as {missing[:1]}, and {len(extra)} are new: {extra[:1]}"]


def as_rows(spark, module, records):
    """Records as rows of the table, by the recipe of the generated module."""
    read = spark.read.schema(module["RECORDS"]).json(str(records), mode="FAILFAST")
    schema = module["SCHEMA"]
    return read.select(
        [read[f"`{key}`"].cast(schema[column].dataType).alias(column) for column, key in module["KEYS"].items()]
    )


def lake_differs(spark, module, lake, records):
    """How a lake differs from its schema, or from the records that it was made of."""
    schema = module["SCHEMA"]
    declared, found = types(schema), types(spark.read.option("mergeSchema", "true").parquet(str(lake)).schema)
    if declared != found:
        return [f"types: declared {sorted(set(declared) - set(found))}, found {sorted(set(found) - set(declared))}"]
    stored = spark.read.schema(schema).parquet(str(lake))
    if types(stored.schema) != declared:
        return [f"types: {types(stored.schema)}"]
    wanted = counted(stored.select(*module["KEYS"]))
    return rows_differ("records", counted(as_rows(spark, module, records)), wanted)


def hive_types(schema):
    """What the catalog makes of the types: it has one for moments and wall clocks."""
    return [(name, of.replace("timestamp_ntz", "timestamp")) for name, of in types(schema)]


def run(spark, sql, lake):
    """Runs a generated statement with the place of the lake in that of the bucket."""
    local = re.sub(r"'s3://[^/']+/[^/']+", f"'file:{lake}", sql)
    spark.sql(local.rstrip().removesuffix(";"))


def hive_differs(spark, module, lake, ddl, partitions):
    """How the table that the generated SQL creates differs from the schema, or shows other rows."""
    schema = module["SCHEMA"]
    database, name = re.match(r"CREATE EXTERNAL TABLE IF NOT EXISTS `(\w+)`\.`(\w+)`", ddl).groups()
    spark.sql(f"CREATE DATABASE IF NOT EXISTS `{database}`")
    spark.sql(f"DROP TABLE IF EXISTS `{database}`.`{name}`")
    try:
        run(spark, ddl, lake)
        if partitions:
            run(spark, partitions, lake)
        if "PARTITIONED BY" in ddl:
            spark.sql(f"MSCK REPAIR TABLE `{database}`.`{name}`")
        table = spark.table(f"`{database}`.`{name}`")
        if types(table.schema) != hive_types(schema):
            return [f"table: {types(table.schema)}"]
        stored = spark.read.schema(schema).parquet(str(lake))
        wanted = stored.selectExpr(
            *(f"cast(`{name}` AS {of}) AS `{name}`" for name, of in hive_types(schema)),
        )
        return rows_differ("table", counted(table), counted(wanted))
    except Exception as error:  # Of Java: its class says little, its first line what is wrong.
        return [f"table: {str(error).strip().splitlines()[0]}"]


def retyped(module, before, after):
    """The module with another type in its schema, at the first place where it is."""
    text = module["SCHEMA"].json()
    changed = text.replace(f'"type":"{before}"', f'"type":"{after}"', 1)
    assert changed != text, f"no {before}"
    return module | {"SCHEMA": StructType.fromJson(json.loads(changed))}


def unnoticed(spark, table, module, name, ddl, scratch):
    """Faults that are not seen."""
    lake, records = table / f"{name}.lake" / table.name, table / f"{name}.json"
    lines = records.read_text().splitlines(keepends=True)
    key = next(iter(module["KEYS"].values()))

    def spoilt(text):
        (scratch / "spoilt.json").write_text(text)
        return scratch / "spoilt.json"

    other_key = re.sub(f'"{re.escape(key)}":', '"other":', "".join(lines))
    faults = {  # Each with the word at which it must show.
        ("another type", "types: "): lake_differs(spark, retyped(module, "string", "binary"), lake, records),
        ("a record less", "records: 1 rows are missing"): lake_differs(spark, module, lake, spoilt("".join(lines[1:]))),
        ("a record twice", "records: 0 rows are missing"): lake_differs(spark, module, lake, spoilt("".join(lines + lines[:1]))),
        ("another key", "records: "): lake_differs(spark, module, lake, spoilt(other_key)),
        ("another type in SQL", "table: ["): hive_differs(spark, module, lake, ddl.replace(" string", " int", 1), None),
        ("a word too many in SQL", "table: [PARSE_SYNTAX_ERROR]"): hive_differs(spark, module, lake, ddl.replace("\n)\n", "\n) AND\n", 1), None),
    }
    return [
        f"{fault}: not noticed at {where!r}: {found}"
        for (fault, where), found in faults.items()
        if not any(line.startswith(where) for line in found)
    ]


def check(spark, folder, scratch):
    """Everything that is wrong below the folder."""
    found = []
    for table in sorted(path for path in folder.iterdir() if path.is_dir()):
        module, wrong = schemas(table)
        ddl = (table / "athena.sql").read_text()
        partitions = (table / "athena-partitions.sql").read_text() if (table / "athena-partitions.sql").exists() else None
        names = sorted(path.stem for path in table.glob("*.lake"))
        for name in names:
            lake, records = table / f"{name}.lake" / table.name, table / f"{name}.json"
            wrong += [f"{name}: {line}" for line in lake_differs(spark, module, lake, records)]
            wrong += [f"{name}: {line}" for line in hive_differs(spark, module, lake, ddl, partitions)]
        wrong = wrong or unnoticed(spark, table, module, names[0], ddl, scratch)
        print(f"spark: {table.name}, {', '.join(names)}")
        found += [f"{table.name}: {line}" for line in wrong]
    return found
