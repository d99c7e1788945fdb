"""Counts the rows of a lake with DuckDB. Arguments: a folder of Parquet, then the columns to group by.

Prints a JSON array of [value, ..., rows], in order; values are text.
"""

import json
import sys

import duckdb


def counts(folder, columns):
    names = ", ".join(f'"{column}"::VARCHAR' for column in columns)
    files = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = false)"
    with duckdb.connect() as connection:
        connection.sql("SET TimeZone = 'UTC'")
        return connection.sql(f"SELECT {names}, count(*) FROM {files} GROUP BY ALL ORDER BY ALL").fetchall()


if __name__ == "__main__":
    print(json.dumps(counts(sys.argv[1], sys.argv[2:])))
