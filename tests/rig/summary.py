"""Numbers that two readers of the same rows must agree on."""

import hashlib
import json
from collections import Counter


def digest(value):
    """The first 64 bits of a hash; the same in every process."""
    text = json.dumps(value, default=lambda decimal: format(decimal.normalize(), "f"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def summarise(rows, columns, partitions):
    """Sums up rows.

    rows: dicts of str, int, Decimal, lists, dicts and None; times are milliseconds since 1970.
    columns: name to kind ("text", "int16", "int32", "time", "decimal(p,s)"; a list holds the kind of its elements,
    a dict the kinds of a struct's members), in the order of the file.
    partitions: names of the partition columns, in path order.
    """
    paths = Counter("/".join(f"{name}={row[name]}" for name in partitions) for row in rows)
    every = [*columns, *partitions]
    return {
        "rows": len(rows),
        # Order of rows does not count, but which values stand together in a row does.
        "rows_digest": sum(digest([row[name] for name in every]) for row in rows) % 2**64,
        "partitions": dict(sorted(paths.items())),
        "columns": {
            name: summarise_column(kind, [row[name] for row in rows]) for name, kind in columns.items()
        },
    }


def summarise_column(kind, values):
    present = [value for value in values if value is not None]
    numbers = {"kind": kind, "nulls": len(values) - len(present)}
    if isinstance(kind, list):
        elements = [one for value in present for one in value]
        return {"nulls": numbers["nulls"], "elements": summarise_column(kind[0], elements)}
    if isinstance(kind, dict):
        members = {name: summarise_column(of, [one[name] for one in present]) for name, of in kind.items()}
        return {"nulls": numbers["nulls"], "values": len(present), "members": members}
    if kind == "text":
        distinct = sorted(set(present))
        return numbers | {"distinct": len(distinct), "distinct_digest": digest(distinct)}
    numbers["sum"] = format(sum(present), "f") if kind.startswith("decimal") else sum(present)
    if kind == "time":
        numbers |= {"min": min(present, default=None), "max": max(present, default=None)}
    return numbers


def differences(expected, actual, path=""):
    """Every leaf that differs, as lines of text."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        names = [*expected, *(name for name in actual if name not in expected)]
        pairs = [(name, expected.get(name, "absent"), actual.get(name, "absent")) for name in names]
        return [line for name, *pair in pairs for line in differences(*pair, f"{path}/{name}")]
    return [] if expected == actual else [f"{path}: expected {expected}, found {actual}"]
