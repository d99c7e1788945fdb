"""Whole conversions, interleaved with those of peers; see `run`."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import data
import measure
import table
import tools
from contract import Contract
from scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__)
    parser.add_argument("--mb", type=int, default=500, help="size of the records of a scenario [500]")
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds after one that is not; fewer than 5 prove little [5]")
    parser.add_argument("--threads", default="1,2", help="numbers of threads; one thread is bound to one processor [1,2]")
    parser.add_argument("--only", help="scenarios, with commas between")
    parser.add_argument("--tools", help="peers, with commas between [all that can do the scenario]")
    parser.add_argument("--whole", type=int, default=70, help="compare all rows one by one up to this size in MB, else sums only [70]")
    parser.add_argument("--json", metavar="FILE", help="append every run, a line for each scenario")
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "bench", help="for records and outputs [target/bench]")
    parser.add_argument("--ours", type=Path, help="a built `lakebed` [built as released]")
    parser.add_argument("--peers", type=Path, help="built `lakebed-bench-peers` [built as released]")
    parser.add_argument("--verify-only", action="store_true", help="one round, compared and not measured")
    parser.add_argument("--list", action="store_true", help="name the scenarios")
    return parser.parse_args()


def build(args):
    cargo = ["cargo", "build", "--release", "--quiet"]
    packages = ["--package", "lakebed-bench-data"] + ([] if args.ours else ["--package", "lakebed-cli"])
    subprocess.run([*cargo, *packages], cwd=ROOT, check=True)
    if not args.peers:
        subprocess.run([*cargo, "--locked", "--manifest-path", "tests/bench/peers/Cargo.toml"], cwd=ROOT, check=True)
    release = ROOT / "target" / "release"
    return {
        "ours": args.ours or release / "lakebed",
        "peers": args.peers or ROOT / "tests/bench/peers/target/release/lakebed-bench-peers",
        "data": release / "lakebed-bench-data",
    }


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, args, scenario, binaries):
        self.args, self.scenario, self.binaries = args, scenario, binaries
        self.contract, self.inputs, self.plain = data.make(scenario, args.mb, args.folder / "records", binaries["data"])
        self.out = args.folder / "out"
        self.out.mkdir(parents=True, exist_ok=True)
        peers = [tool for tool in scenario.tools if not args.tools or tool in args.tools.split(",")]
        self.tools = ["ours", *peers, *scenario.beside]
        self.runs = table.Runs()

    def once(self, tool, threads, keep=False):
        out = self.out / (f"{tool}.parquet" if tool not in ("ours", "plain") and not Contract(self.contract).by_hour else tool)
        inputs = self.plain if tool == "plain" else self.inputs
        measure.remove(out)
        words = tools.command(tool, self.scenario, self.contract, inputs, out, threads, self.binaries)
        ran = measure.run(words, cpu=0 if threads == 1 else None)
        if ran["failed"]:
            self.runs.refused.setdefault(tool, ran["failed"])
        elif tool not in tools.SILENT:
            self.runs.outputs[tool] = measure.size(out)
        if not keep:
            measure.remove(out)
        return ran, out

    def verify(self):
        """Whoever writes other rows than ours is not measured; nobody is when ours fails."""
        outputs = {}
        for tool in self.tools:
            ran, out = self.once(tool, 2, keep=True)
            if not ran["failed"] and tool not in tools.SILENT:
                outputs[tool] = tools.rows_of(tool, out)
        if "ours" not in outputs:
            return
        theirs = {tool: path for tool, path in outputs.items() if tool != "ours"}
        size = sum(path.stat().st_size for path in self.plain) / 1e6
        whole = ["--whole"] if size <= self.args.whole else []
        script = Path(__file__).parent / "verify.py"
        words = [sys.executable, "-B", script, self.contract, outputs["ours"], *theirs.values(), *whole]
        ran = subprocess.run(words, capture_output=True, text=True)
        verdicts = ran.stdout.splitlines()
        if len(verdicts) != len(theirs):
            self.runs.refused["ours"] = (ran.stderr.strip().splitlines() or ["nothing was compared"])[-1]
        for tool, verdict in zip(theirs, verdicts):
            if verdict != "same":
                self.runs.refused[tool] = f"other rows than ours: {verdict}"
        for path in self.out.iterdir():
            measure.remove(path)

    def measure(self):
        threads = [int(number) for number in self.args.threads.split(",")]
        for round in range(self.args.rounds):
            data.warm([*self.inputs, *self.plain])
            # The first of a round has warm caches or not, depending on the last: so each is first at times.
            turn = round % len(self.tools)
            for number in threads:
                for tool in self.tools[turn:] + self.tools[:turn]:
                    if tool not in self.runs.refused:
                        ran, _ = self.once(tool, number)
                        self.runs.runs.setdefault((tool, number), []).append(ran)


def main():
    args = arguments()
    if args.list:
        for scenario in SCENARIOS:
            print(f"{scenario.name:14} {scenario.title}")
        return
    wanted = args.only.split(",") if args.only else [scenario.name for scenario in SCENARIOS]
    if unknown := set(wanted) - {scenario.name for scenario in SCENARIOS}:
        sys.exit(f"no scenario {', '.join(sorted(unknown))}; --list names them")
    binaries = build(args)
    rows, details, differ = [], [], []
    for scenario in (scenario for scenario in SCENARIOS if scenario.name in wanted):
        say(f"{scenario.name}: records, and whether all write the same")
        bench = Bench(args, scenario, binaries)
        bench.verify()
        for tool, reason in bench.runs.refused.items():
            say(f"{scenario.name}: {tool}: {reason}")
        # That a peer cannot read an input is no finding; that DuckDB reads other rows than ours is.
        if refused := {"ours", "duckdb"} & bench.runs.refused.keys():
            differ.append(f"{scenario.name}: " + "; ".join(f"{tool}, {bench.runs.refused[tool]}" for tool in sorted(refused)))
        if not args.verify_only:
            say(f"{scenario.name}: {args.rounds} rounds")
            bench.measure()
            size = sum(path.stat().st_size for path in bench.plain) / 1e6
            threads = [int(number) for number in args.threads.split(",")]
            rows += [table.row(scenario, target, bench.runs) for target in scenario.targets if target.threads in threads]
            details.append(table.details(scenario, bench.runs, size))
        if args.json:
            runs = [{"tool": tool, "threads": number, "runs": found} for (tool, number), found in bench.runs.runs.items()]
            line = {"scenario": scenario.name, "mb": args.mb, "runs": runs, "outputs": bench.runs.outputs, "refused": bench.runs.refused}
            with open(args.json, "a") as file:
                file.write(json.dumps(line) + "\n")
    if rows:
        print(f"{args.rounds} rounds, whole processes in turn, {args.mb} MB of JSON\n")
        print("\n".join([table.HEAD, *rows, *details]))
    if differ:
        sys.exit("\n".join(["", "Not the same rows, or no rows:", *differ]))
    if args.verify_only:
        print("the same rows in every scenario")


main()
