"""A contract file of the benchmarks, as the peers and the readers need it. Standard library only."""

import json
from pathlib import Path


class Contract:
    def __init__(self, path):
        file = json.loads(Path(path).read_text())
        self.columns = file["columns"]
        self.by_hour = "partitions" in file
        self.order = [key["column"] for key in file.get("sort", [])]
        self.codec = file["storage"]["compression"]
        # The level that lakebed writes; the peers have others by default.
        self.level = 1 if self.codec == "zstd" else None

    def read_type(self, column, quoted):
        """How the column's values are written: "string" for quoted numbers, seconds for the time of partitions."""
        if self.by_hour and column["name"] == OBSERVED:
            return "int64"
        if quoted and column["type"] == "int32":
            return "string"
        return column["type"]


OBSERVED = "tijd_waarneming"


def kind(ty):
    """Name of a type and what is inside of it."""
    if isinstance(ty, str):
        return ty, None
    (name, inside), = ty.items()
    if name == "list":
        return name, inside["element"]["type"]
    return name, inside
