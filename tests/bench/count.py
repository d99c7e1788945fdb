"""Instructions for each record of small fixed inputs, held against `instructions.tsv`; see `count`."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
COMMITTED = HERE / "instructions.tsv"

# Name, words for the generator of records, records, words for the generator of the contract.
CASES = [
    ("strings", "strings", 6000, ""),
    ("strings-hive", "strings", 6000, "--by-hour"),
    ("numbers", "numbers", 6000, ""),
    ("nested", "nested", 6000, ""),
    ("nulls", "strings --nulls 10 --missing 10", 6000, ""),
    ("jumbled", "strings --jumbled 100", 3000, ""),
    ("distinct", "distinct", 10000, ""),
    ("floats", "floats", 6000, ""),
    ("sparse", "sparse", 3000, ""),
    ("texts", "texts", 3000, ""),
]


def convert(lakebed, contract, records, lake):
    return [lakebed, "convert", records, "--to", lake, "--contract", contract, "--table", "bench", "--threads", "1"]


def valgrind(words, folder):
    """Instructions of a run as callgrind counts them: those of the program, none of the kernel."""
    out = folder / "callgrind.out"
    # Callgrind's processor is the same on every machine, except that it has only what the real one has.
    run = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *words],
                         capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, cwd=folder)
    if run.returncode:
        sys.exit(f"{' '.join(map(str, words))} failed under valgrind:\n{run.stderr}")
    found = re.search(r"Collected : (\d+)", run.stderr)
    if not found:
        sys.exit(f"callgrind told no count:\n{run.stderr}")
    return int(found[1])


def counted(lakebed, generator, folder, name, records, rows, contract):
    shape = records.split()[0]
    table, text = folder / "contract.json", folder / "records.ndjson"
    subprocess.run([generator, shape, "--contract", table, *contract.split()], check=True)
    subprocess.run([generator, *records.split(), "--out", text, "--rows", str(rows)], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder / "lake", ignore_errors=True)
    return valgrind(convert(lakebed, table, text, folder / "lake"), folder) / rows


def committed():
    lines = COMMITTED.read_text().splitlines() if COMMITTED.exists() else []
    return {line.split("\t")[0]: float(line.split("\t")[1]) for line in lines if line and not line.startswith("#")}


HEAD = """\
# Instructions for each record, start and end of the program included, as callgrind counts them on x86-64 with AVX2.
# Made by `UPDATE=1 tests/bench/count`, compared by `tests/bench/count` (part of `.ci/run`): 5 % more is a failure.
# Compiler: """


def compiler():
    return subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def guard(args):
    before, now, worse = committed(), {}, []
    with tempfile.TemporaryDirectory(prefix="lakebed-count-") as folder:
        for name, records, rows, contract in CASES:
            if args.only and name not in args.only.split(","):
                continue
            now[name] = counted(args.lakebed, args.generator, Path(folder), name, records, rows, contract)
            was = before.get(name)
            change = f"{100 * (now[name] / was - 1):+.1f} %" if was else "new"
            print(f"{name:14} {now[name]:9.0f} instructions a record, {change}", flush=True)
            if was is None or now[name] > 1.05 * was:
                worse.append(name)
    if os.environ.get("UPDATE"):
        lines = [f"{name}\t{count:.0f}\n" for name, count in {**before, **now}.items()]
        COMMITTED.write_text(HEAD + compiler() + "\n" + "".join(lines))
        return
    if worse:
        if COMMITTED.exists() and compiler() not in COMMITTED.read_text():
            print(f"The committed numbers are those of another compiler than {compiler()}.", file=sys.stderr)
        sys.exit(f"more than 5 % above {COMMITTED.name}, or not in it: {', '.join(worse)}\n"
                 "Find out why (callgrind_annotate), or accept it: UPDATE=1 tests/bench/count")


def flat(args):
    """Instructions a record at two sizes. Under valgrind this takes many minutes; `perf` is used where it may count."""
    with tempfile.TemporaryDirectory(prefix="lakebed-flat-") as folder:
        folder = Path(folder)
        table = folder / "contract.json"
        subprocess.run([args.generator, "strings", "--contract", table], check=True)
        counts = []
        for mb in args.flat:
            text, lake = folder / f"{mb}.ndjson", folder / f"lake{mb}"
            made = subprocess.run([args.generator, "strings", "--out", text, "--mb", str(mb)], check=True, capture_output=True, text=True)
            words = convert(args.lakebed, table, text, lake)
            count = perf(words)
            if count is None:
                # It has converted all the same, and would find nothing to do.
                shutil.rmtree(lake, ignore_errors=True)
                count = valgrind(words, folder)
            counts.append(count / int(made.stdout))
            print(f"{mb} MB: {counts[-1]:.0f} instructions a record", flush=True)
            text.unlink()
            shutil.rmtree(lake)
    spread = 100 * (counts[-1] / counts[0] - 1)
    print(f"{spread:+.1f} % from {args.flat[0]} to {args.flat[-1]} MB")
    if abs(spread) > 5:
        sys.exit("not flat")


def perf(words):
    """Instructions in user space, or nothing where the machine does not let us count."""
    if not shutil.which("perf"):
        return None
    run = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", "--", *words], capture_output=True, text=True)
    found = re.search(r"^(\d+),", run.stderr, re.MULTILINE)
    return int(found[1]) if run.returncode == 0 and found else None


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/count", description=__doc__)
    parser.add_argument("--lakebed", required=True, help="the binary")
    parser.add_argument("--generator", required=True, help="lakebed-bench-data")
    parser.add_argument("--only", help="cases, with commas between")
    parser.add_argument("--flat", type=lambda text: [int(mb) for mb in text.split(",")], metavar="MB,MB",
                        help="compare two sizes with each other, such as 64,1000, instead of small inputs with the committed numbers")
    args = parser.parse_args()
    args.lakebed, args.generator = (str(Path(path).resolve()) for path in (args.lakebed, args.generator))
    flat(args) if args.flat else guard(args)


main()
