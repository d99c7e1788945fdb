"""What a run will do, in words and numbers; nothing is contacted for it."""

import math

import cases
import cost
import parity
import prefixes
import queries
import scope

PARTS = [*cases.FILES, "artifacts"]
POURED = {"parity": parity, "prefixes": prefixes, "jq": queries}
# Minutes that a batch of streams takes to be made, fed, awaited and deleted; that a query and that a stream take.
BATCH_MINUTES, QUERY_MINUTES, STREAM_MINUTES = 7, 0.2, 1


class Plan:
    """The parts of a run, each with its cases."""

    def __init__(self, prefix, parts, folders, batch):
        self.prefix, self.parts, self.folders, self.batch = prefix, parts, folders, batch
        self.cases = {part: cases.read(part) for part in parts if part in cases.FILES}
        self.streams = [
            stream
            for part, module in POURED.items()
            if part in parts
            for stream in module.streams(self.cases[part], prefix)
        ]
        self.refused = prefixes.refused(self.cases["prefixes"], prefix) if "prefixes" in parts else []
        self.projection = self.cases.get("projection", [])
        self.files = [scope.files(folder) for folder in folders] if "artifacts" in parts else []

    def generated(self, kind):
        """How many generated files of a kind there are."""
        return sum(len(found[kind]) for found in self.files)

    def used(self):
        """Units that are paid for."""
        converting = len([stream for stream in self.streams if stream.columns])
        tables = converting + len(self.projection) + self.generated("table")
        return cost.units(self.streams, len(self.projection), tables)

    def minutes(self):
        batches = math.ceil(len(self.streams) / self.batch)
        rest = len(self.projection) * QUERY_MINUTES + self.generated("stream") * STREAM_MINUTES
        return math.ceil(batches * BATCH_MINUTES + rest + len(self.refused) * 0.1 + 3)

    def unasked(self, results):
        """Cases that have no result, because the run broke off."""
        seen = {(result.part, result.case) for result in results}
        return [
            cases.Result(part, case["id"], cases.NOT_CHECKED, None, "the run broke off before", case.get("basis", ""))
            for part, read in self.cases.items()
            for case in read
            if (part, case["id"]) not in seen
        ]

    def text(self):
        """The plan as it is printed."""
        prefix = self.prefix
        lines = [f"Plan of a run with the prefix {prefix}", "", "Cases that are replayed:"]
        for part, read in self.cases.items():
            streams = [stream for stream in self.streams if stream.part == part]
            through = f"through {len(streams)} delivery streams" if streams else "by one Athena query each"
            lines.append(f"  {part:<11}{len(read):>3} of tests/data/{cases.FILES[part]}, {through}")
            if part == "prefixes":
                refused = f"{len(self.refused)} of them AWS must refuse: their streams are never made"
                lines.append(f"  {'':<11}    {refused}")
        if "artifacts" in self.parts:
            counted = ", ".join(f"{self.generated(kind)} {kind} files" for kind in scope.ENDINGS)
            lines.append(f"  {'artifacts':<11}    {counted if self.folders else 'none: no --artifacts'}")
        lines += ["", "What is made, tagged, and deleted at the end whatever happens (--keep keeps it):"]
        lines += [
            f"  bucket {prefix}-ACCOUNT, role {prefix}-firehose, workgroup {prefix},",
            f"  databases {prefix.replace('-', '_')}*, log group /aws/kinesisfirehose/{prefix},",
            f"  {len(self.streams) + self.generated('stream')} delivery streams, at most {self.batch} at a time",
            "",
            f"Time: about {self.minutes()} minutes.",
            "",
            f"Cost in USD, an assumption: list prices of {cost.PRICES_AS_OF}.",
            "Prices change; the pages at the right have those of today.",
        ]
        for price, amount, usd in cost.lines(self.used()):
            product = f"{amount / price.per:.6f} x {price.usd:<7}/ {price.unit:<8}= {usd:.4f}"
            lines.append(f"  {price.what:<48}{product}   {price.source}")
        # Upwards to the next cent.
        total = math.ceil(cost.total(self.used()) * 100) / 100
        lines.append(f"  {'total, an estimate':<78}{total:.2f}")
        return "\n".join(lines) + "\n"
