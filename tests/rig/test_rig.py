"""The rig must notice what it is for: lakes made here by hand, one right, the others each with one fault."""

import sys
import tempfile
import unittest
from pathlib import Path

import pyarrow
from pyarrow import dataset

from compare import compare
from expected_miv import COLUMNS, PARTITIONS, read
from read_lake import ENGINES

SOURCES = [Path(__file__).parent.parent / "data" / "miv" / folder for folder in ("flat", "xml", "derived")]
TYPES = {
    "text": pyarrow.string(),
    "int16": pyarrow.int16(),
    "int32": pyarrow.int32(),
    "time": pyarrow.timestamp("ms", "UTC"),
}


class Rig(unittest.TestCase):
    def differences(self, change=lambda rows: None, types=TYPES):
        """Writes a lake with one change, and gives the lines that `compare` prints about it."""
        rows = read(SOURCES)
        change(rows)
        columns = [(name, types[kind]) for name, (kind, _) in COLUMNS.items()]
        texts = [(name, pyarrow.string()) for name in PARTITIONS]
        schema = pyarrow.schema(columns + texts)
        hive = dataset.partitioning(pyarrow.schema(texts), flavor="hive")
        with tempfile.TemporaryDirectory() as folder:
            table = pyarrow.Table.from_pylist(rows, schema)
            dataset.write_dataset(table, folder, format="parquet", partitioning=hive)
            return compare(Path(folder), SOURCES)

    def noticed(self, found, where):
        """Every engine says so, at the expected place."""
        for engine in ENGINES:
            named = [line for line in found if line.startswith(f"{engine}: {where}")]
            self.assertTrue(named, f"{engine}: {found}")

    def test_right_lake(self):
        self.assertEqual(self.differences(), [])

    def test_lost_row(self):
        self.noticed(self.differences(lambda rows: rows.pop()), "/rows:")

    def test_time_shifted_by_an_hour(self):
        def shift(rows):
            rows[0]["observed_at"] += 3_600_000

        self.noticed(self.differences(shift), "/columns/observed_at/sum")

    def test_time_off_by_a_millisecond(self):
        def shift(rows):
            rows[0]["updated_at"] += 1

        self.noticed(self.differences(shift), "/columns/updated_at/sum")

    def test_sentinel_kept(self):
        def keep(rows):
            next(row for row in rows if row["van_speed"] is None)["van_speed"] = 252

        self.noticed(self.differences(keep), "/columns/van_speed/nulls")

    def test_values_swapped_between_rows(self):
        def swap(rows):
            one, other = rows[0], next(row for row in rows if row["car_count"] != rows[0]["car_count"])
            one["car_count"], other["car_count"] = other["car_count"], one["car_count"]

        self.noticed(self.differences(swap), "/rows_digest")

    def test_wrong_partition(self):
        def move(rows):
            rows[0]["hour"] = "23"

        self.noticed(self.differences(move), "/partitions/")

    def test_wall_clock_instead_of_instant(self):
        types = TYPES | {"time": pyarrow.timestamp("ms")}
        self.noticed(self.differences(types=types), "/columns/observed_at/kind")

    def test_wrong_width(self):
        types = TYPES | {"int16": pyarrow.int32()}
        self.noticed(self.differences(types=types), "/columns/car_speed/kind")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
