"""The command of each tool for a scenario."""

import sys
from pathlib import Path

HERE = Path(__file__).parent

# Tools that write no rows of the scenario's input.
SILENT = ("inflate", "import")


def command(tool, scenario, contract, inputs, out, threads, binaries):
    inputs = [str(path) for path in inputs]
    words = ["--contract", str(contract), "--out", str(out), "--threads", str(threads)]
    if tool in ("ours", "plain"):
        convert = [str(binaries["ours"]), "convert", *inputs, "--to", str(out), "--contract", str(contract), "--table", "bench"]
        return [*convert, "--threads", str(threads)]
    if tool == "import":
        return [sys.executable, "-c", "import duckdb"]
    if tool in ("arrow-json", "sonic", "inflate"):
        return [str(binaries["peers"]), tool, "--shape", scenario.shape, *words, *inputs]
    quoted = ["--quoted"] if scenario.quoted else []
    return [sys.executable, "-B", str(HERE / "peer.py"), tool, *words, "--form", scenario.form, *quoted, *inputs]


def rows_of(tool, out):
    """Where the rows of a tool's output are."""
    return Path(out) / "bench" if tool in ("ours", "plain") else Path(out)
