"""Compares a lake with its sources, through every engine; exit code 1 when any number differs.

Usage: compare.py LAKE/TABLE FILE_OR_FOLDER...
"""

import sys
from pathlib import Path

from expected_miv import expected
from read_lake import ENGINES, lake
from summary import differences


def compare(table, sources):
    """Every difference, named by its engine."""
    wanted = expected(table.name, sources)
    return [f"{engine}: {line}" for engine in ENGINES for line in differences(wanted, lake(table, engine))]


if __name__ == "__main__":
    table, *sources = (Path(argument) for argument in sys.argv[1:])
    found = compare(table, sources)
    rows = expected(table.name, sources)["rows"]
    print("\n".join(found) or f"{', '.join(ENGINES)}: all agree on {rows} rows")
    sys.exit(1 if found else 0)
