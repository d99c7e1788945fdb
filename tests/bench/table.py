"""Ratios of runs, as Markdown. A ratio is made of two runs of the same round, so that slow minutes do not count."""

import statistics


class Runs:
    """Runs by tool and threads, one for each round; tools that failed or wrote other rows are in `refused`, with the reason."""

    def __init__(self):
        self.runs, self.refused, self.outputs = {}, {}, {}

    def of(self, tool, threads):
        return [] if tool in self.refused else self.runs.get((tool, threads), [])

    def median(self, tool, threads, what):
        found = self.of(tool, threads)
        return statistics.median(run[what] for run in found) if found else None

    def best(self, tools, threads, what):
        known = [(self.median(tool, threads, what), tool) for tool in tools if self.of(tool, threads)]
        return min(known)[1] if known else None


def base(runs, against, threads, what, peers):
    """The number of each round that ours is divided by, and its name."""
    column = lambda tool: [run[what] for run in runs.of(tool, threads)]
    if against == "best":
        tool = runs.best(peers, threads, what)
        return (column(tool), tool) if tool else ([], "no peer")
    if against == "duckdb - import":
        return [whole - start for whole, start in zip(column("duckdb"), column("import"))], "DuckDB less its import"
    if against == "inflate + 1.15 plain":
        return [inflate + 1.15 * plain for inflate, plain in zip(column("inflate"), column("plain"))], "inflate + 1.15 × plain"
    return column(against), against


def row(scenario, target, runs):
    ours = [run[target.what] for run in runs.of("ours", target.threads)]
    unit = {"wall": "wall", "cpu": "CPU", "rss": "peak memory"}[target.what]
    head = f"| {scenario.title} | {target.threads} | {unit} | "
    if not ours:
        return head + f"{target.against or '-'} | {target.limit:g} | not measured: {runs.refused.get('ours', 'no runs')} | | |"
    if not target.against:
        worst = max(ours)
        met = "yes" if worst <= target.limit else "**no**"
        return head + f"- | {target.limit:g} MB | {statistics.median(ours):.0f} MB ({min(ours):.0f} to {worst:.0f}) | {met} | |"
    theirs, name = base(runs, target.against, target.threads, target.what, scenario.tools)
    if not theirs:
        return head + f"{name} | {target.limit:g} | not measured: {runs.refused.get(target.against, 'no runs')} | | |"
    ratios = [one / other for one, other in zip(ours, theirs)]
    middle = statistics.median(ratios)
    met = "yes" if middle <= target.limit else "**no**"
    seconds = f"{statistics.median(ours):.2f} / {statistics.median(theirs):.2f}"
    return head + f"{name} | {target.limit:g} | {middle:.3f} ({min(ratios):.3f} to {max(ratios):.3f}) | {met} | {seconds} |"


HEAD = """| Work | threads | what | against | target at most | median (least to greatest) | met | seconds, ours / theirs |
|---|---|---|---|---|---|---|---|"""


def details(scenario, runs, mb):
    lines = [
        f"\n{scenario.title}, {mb:.0f} MB:\n",
        "| tool | threads | wall s | MB/s | CPU s | CPU s per GB | peak MB | output MB | wall, greatest / least |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for tool, threads in sorted(runs.runs, key=lambda key: (key[1], runs.median(*key, "wall") or 0)):
        if tool in runs.refused:
            continue
        wall, cpu, rss = (runs.median(tool, threads, what) for what in ("wall", "cpu", "rss"))
        times = [run["wall"] for run in runs.of(tool, threads)]
        size = f"{runs.outputs[tool] / 1e6:.2f}" if tool in runs.outputs else "-"
        lines.append(f"| {tool} | {threads} | {wall:.3f} | {mb / wall:.0f} | {cpu:.3f} | {1000 * cpu / mb:.2f} | {rss:.0f} | {size} | "
                     f"{max(times) / min(times):.2f} |")
    lines += [f"\nNot counted: {tool}, {reason}" for tool, reason in runs.refused.items()]
    return "\n".join(lines)
