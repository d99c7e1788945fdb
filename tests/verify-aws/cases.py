"""The cases that are replayed, as the files of tests/data have them."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"

# Part of the run, and the file that holds its cases.
FILES = {
    "parity": "firehose/format-conversion-cases.ndjson",
    "prefixes": "prefixes/prefix-cases.ndjson",
    "jq": "prefixes/jq-queries.ndjson",
    "projection": "projection/cases.ndjson",
}


def read(part):
    """The cases of a part, in the order of the file."""
    lines = (DATA / FILES[part]).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@dataclass
class Stream:
    """A delivery stream to be made, and the records that go through it."""

    name: str
    part: str
    # The cases that it serves, and for each the bytes to be put, with the case's id.
    cases: list
    records: list
    prefix: str | None = None
    error_prefix: str | None = None
    zone: str | None = None
    # Dynamic partitioning with this query.
    dynamic: bool = False
    query: str | None = None
    buffer_mib: int | None = None
    # Record conversion: deserializer, its options, and columns of the table, which has the stream's name.
    serde: str | None = None
    options: dict = field(default_factory=dict)
    columns: list | None = None

    @property
    def table(self):
        """Name of its Glue table."""
        return self.name.replace("-", "_")


@dataclass
class Delivered:
    """What came of a stream."""

    put_from: datetime | None = None
    put_until: datetime | None = None
    # Every object that Firehose wrote for the stream.
    objects: dict = field(default_factory=dict)
    # Why nothing, or not all, was delivered.
    trouble: str | None = None


AGREES, DIFFERS = "agrees", "differs"
# AWS was asked something that nobody has stated so far: the answer is news, neither right nor wrong.
OBSERVED = "observed"
# The question could not be asked, or was not answered.
NOT_CHECKED = "not checked"
VERDICTS = [AGREES, DIFFERS, OBSERVED, NOT_CHECKED]


@dataclass
class Result:
    """A case, and what AWS said to it."""

    part: str
    case: str
    verdict: str
    expected: object
    found: object
    basis: str = ""
