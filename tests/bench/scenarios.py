"""What is measured, and what each measurement should show."""

from dataclasses import dataclass, field

PYTHON = ("duckdb", "polars", "pyarrow")
RUST = ("arrow-json", "sonic")


@dataclass(frozen=True)
class Target:
    """At most `limit`, for runs on `threads` threads.

    `what`: wall, cpu or rss; `against`: a tool, "best" of all that can read the input, or "" for the number itself (rss, in MB).
    """

    threads: int
    what: str
    against: str
    limit: float


def wall(limit_one, limit_two, against="duckdb"):
    return [Target(1, "wall", against, limit_one), Target(2, "wall", against, limit_two)]


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    shape: str
    targets: list
    # Words for the generator: of the records, and of the contract.
    records: str = ""
    contract: str = ""
    form: str = "lines"
    tools: tuple = PYTHON + RUST
    # Compressed inputs, so many files.
    gzip: int = 0
    # Measured at this size at most, in MB.
    at_most: int = 0
    # Tools that are measured for a target and write nothing to compare.
    beside: tuple = field(default=())

    @property
    def quoted(self):
        return self.shape == "strings"


ODD = wall(1.05, 1.05, "best")
OTHER = wall(0.9, 0.9, "best")

SCENARIOS = [
    Scenario("strings", "A (strings) to one file", "strings",
             [*wall(0.22, 0.25), Target(1, "cpu", "sonic", 0.22), Target(2, "rss", "", 100)]),
    Scenario("strings-hive", "A by hour", "strings",
             [*wall(0.22, 0.28), Target(1, "rss", "", 300), Target(2, "rss", "", 300)], contract="--by-hour"),
    Scenario("numbers", "B (numbers) to one file", "numbers", wall(0.25, 0.25)),
    Scenario("numbers-hive", "B by hour", "numbers", wall(0.25, 0.25), contract="--by-hour"),
    Scenario("nested", "C (nested) to one file", "nested", wall(0.40, 0.40)),
    Scenario("nested-hive", "C by hour", "nested", wall(0.40, 0.40), contract="--by-hour"),
    Scenario("nulls", "A, 10 % nulls, 10 % missing keys", "strings", wall(0.30, 0.30), "--nulls 10 --missing 10"),
    Scenario("zstd", "A, ZSTD level 1", "strings", wall(0.25, 0.25), contract="--zstd"),
    Scenario("sorted", "A sorted, DuckDB with ORDER BY", "strings", wall(0.30, 0.30), contract="--sorted",
             tools=("duckdb", "polars")),
    Scenario("jumbled-10", "A, 10 % jumbled keys", "strings", ODD, "--jumbled 10"),
    Scenario("jumbled-100", "A, 100 % jumbled keys", "strings", ODD, "--jumbled 100"),
    Scenario("pretty", "A pretty-printed", "strings", ODD, "--pretty", form="pretty", tools=("duckdb", "pyarrow", "arrow-json")),
    Scenario("glued", "A glued", "strings", ODD, "--glued", form="glued", tools=("duckdb", "arrow-json")),
    Scenario("unknown", "A, unknown keys in 20 % of the records", "strings", ODD, "--unknown 20"),
    Scenario("escapes", "A, escapes in 50 % of the strings", "strings", ODD, "--escapes 50"),
    Scenario("missing-30", "A, 30 % missing keys", "strings", ODD, "--missing 30"),
    Scenario("gzip", "A in gzip, 8 files", "strings",
             [Target(1, "cpu", "inflate + 1.15 plain", 1.0), Target(2, "cpu", "inflate + 1.15 plain", 1.0)],
             gzip=8, tools=("duckdb", "pyarrow", "arrow-json", "sonic"), beside=("inflate", "plain")),
    Scenario("small", "A, 64 MB, cold start included", "strings", wall(0.20, 0.20, "duckdb - import"), at_most=64,
             beside=("import",)),
    Scenario("texts", "5 columns of long strings", "texts", OTHER),
    Scenario("sparse", "300 columns, some ten in a record", "sparse", OTHER, tools=("duckdb", "polars", "pyarrow", "arrow-json")),
    Scenario("deep", "eight levels of nesting", "deep", OTHER),
    Scenario("distinct", "strings and numbers that hardly repeat", "distinct", OTHER),
    Scenario("floats", "12 floating-point columns", "floats", OTHER),
]
