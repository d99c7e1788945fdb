"""What a run costs: units times list prices."""

from dataclasses import dataclass

# List prices of us-east-1 in USD, written down in November 2026 without asking AWS; other regions cost more or less.
PRICES_AS_OF = "us-east-1 as known when this was written (November 2026), not asked of AWS"
KIB, GB = 1024, 1024**3


@dataclass(frozen=True)
class Price:
    what: str
    usd: float
    per: float
    unit: str
    source: str


FIREHOSE, S3, ATHENA, GLUE, CLOUDWATCH = (
    f"https://aws.amazon.com/{page}/pricing/" for page in ("firehose", "s3", "athena", "glue", "cloudwatch")
)
PRICES = {
    "ingested": Price("Firehose, records put directly, 5 KiB steps", 0.029, GB, "GB", FIREHOSE),
    "converted": Price("Firehose, record conversion", 0.018, GB, "GB", FIREHOSE),
    "partitioned": Price("Firehose, dynamic partitioning", 0.020, GB, "GB", FIREHOSE),
    "partition objects": Price("Firehose, objects of dynamic partitioning", 0.005, 1000, "1000", FIREHOSE),
    "jq hours": Price("Firehose, jq, taken as the life of the streams", 0.07, 1, "hour", FIREHOSE),
    "S3 writes": Price("S3, PUT and LIST", 0.005, 1000, "1000", S3),
    "S3 reads": Price("S3, GET", 0.0004, 1000, "1000", S3),
    "scanned": Price("Athena, 10 MB a query at least", 5.0, 1024**4, "TB", ATHENA),
    "catalog calls": Price("Glue catalog, beyond the first million", 1.0, 1e6, "million", GLUE),
    "logged": Price("CloudWatch Logs, taken in", 0.50, GB, "GB", CLOUDWATCH),
}

STREAM_HOURS = 0.25


def units(streams, queries, tables):
    """How much of everything a run uses, rather too much than too little."""
    dynamic = [stream for stream in streams if stream.dynamic]

    def size(some):
        return sum(5 * KIB * -(-max(1, len(data)) // (5 * KIB)) for stream in some for _, data in stream.records)

    return {
        "ingested": size(streams),
        "converted": size([stream for stream in streams if stream.columns]),
        "partitioned": size(dynamic),
        "partition objects": sum(len(stream.records) for stream in dynamic),
        "jq hours": len([stream for stream in dynamic if stream.query]) * STREAM_HOURS,
        # Objects of streams and queries, and a list every ten seconds for an hour.
        "S3 writes": sum(2 * len(stream.records) for stream in streams) + 10 * queries + 400,
        "S3 reads": sum(2 * len(stream.records) for stream in streams) + 20 * queries,
        "scanned": queries * 10 * 1024**2,
        "catalog calls": 20 * tables + 50 * queries,
        "logged": len(streams) * 10 * KIB,
    }


def lines(used):
    """What each unit costs: its price, how much of it is used, and the sum."""
    return [(PRICES[key], amount, PRICES[key].usd * amount / PRICES[key].per) for key, amount in used.items()]


def total(used):
    return sum(usd for _, _, usd in lines(used))
