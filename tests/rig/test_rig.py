"""The rig must notice what it is for: lakes made here by hand, one right, the others each with one fault."""

import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

import pyarrow
from pyarrow import dataset

from compare import compare
from expected_miv import TABLES, read
from read_lake import ENGINES

MIV = Path(__file__).parent.parent / "data" / "miv"
SOURCES = {
    "traffic_measurement": [MIV / "flat", MIV / "xml", MIV / "derived"],
    "traffic_snapshot": [MIV / "nested", MIV / "xml"],
    "measuring_point": [MIV / "config"],
}
TYPES = {
    "text": pyarrow.string(),
    "int16": pyarrow.int16(),
    "int32": pyarrow.int32(),
    "time": pyarrow.timestamp("ms", "UTC"),
}


def arrow(kind, types):
    """The Arrow type of a kind."""
    if isinstance(kind, list):
        return pyarrow.list_(arrow(kind[0], types))
    if isinstance(kind, dict):
        return pyarrow.struct([(name, arrow(member, types)) for name, member in kind.items()])
    if kind.startswith("decimal"):
        return pyarrow.decimal128(*map(int, kind.removeprefix("decimal").strip("()").split(",")))
    return types[kind]


class Rig(unittest.TestCase):
    def differences(self, change=lambda rows: None, types=TYPES, name="traffic_measurement"):
        """Writes a lake with one change, and gives the lines that `compare` prints about it."""
        table, sources = TABLES[name], SOURCES[name]
        rows = read(name, sources)
        change(rows)
        columns = [(name, arrow(kind, types)) for name, kind in table.kinds.items()]
        texts = [(name, pyarrow.string()) for name in table.partitions]
        hive = dataset.partitioning(pyarrow.schema(texts), flavor="hive") if texts else None
        with tempfile.TemporaryDirectory() as lake:
            folder = Path(lake) / name
            written = pyarrow.Table.from_pylist(rows, pyarrow.schema(columns + texts))
            dataset.write_dataset(written, folder, format="parquet", partitioning=hive)
            return compare(folder, sources)

    def noticed(self, found, where):
        """Every engine says so, at the expected place."""
        for engine in ENGINES:
            named = [line for line in found if line.startswith(f"{engine}: {where}")]
            self.assertTrue(named, f"{engine}: {found}")

    def test_right_lake(self):
        for name in TABLES:
            self.assertEqual(self.differences(name=name), [], name)

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

    def test_sentinel_kept_in_a_list(self):
        def keep(rows):
            classes = next(row["classes"] for row in rows if row["classes"][0]["speed"] is None)
            classes[0]["speed"] = 252

        found = self.differences(keep, name="traffic_snapshot")
        self.noticed(found, "/columns/classes/elements/members/speed/nulls")

    def test_wrong_digit_of_a_decimal(self):
        def change(rows):
            rows[0]["longitude"] += Decimal("0.000000001")

        self.noticed(self.differences(change, name="measuring_point"), "/columns/longitude/sum")

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
