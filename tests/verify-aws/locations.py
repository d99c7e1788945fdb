"""Which objects stand where for a projection case: those that a query must see, and those it must not."""

import re
from datetime import timedelta

# Partition values beside those of the case, just outside of it or written in another way: no query may see them.
STRAY_VALUES = {
    "int-plain": ["0", "4"],
    "int-digits-2": ["00", "04", "1"],
    "int-interval-2": ["2", "5"],
    "date-days": ["2019-12-31", "2020-01-04"],
    "date-months-by-2": ["2017-02", "2017-07"],
    "enum-listed-order": ["us-west-2"],
}
# The same for cases that say where their objects stand.
STRAY_FOLDERS = {
    "hive-layout-without-template": ["cloudfront/region=us-west-2/", "cloudfront/eu-west-2/"],
    "template-one-day-each": ["logs/2026-08-23/", "logs/2026-08-27/", "cloudfront/day=2026-08-24/"],
}
FILE = "one.json"


def layout(case):
    """Partition keys with their types, location and properties of the table; a case of one column has the key `c`."""
    if "column_type" in case:
        properties = {f"projection.c.{key}": text for key, text in case["properties"].items()}
        return [("c", case["column_type"])], "s3://lake/t/", {"projection.enabled": "true", **properties}
    return [(key, "string") for key in case["partition_keys"]], case["location"], case["table_properties"]


def rebased(text, base):
    """A location of the case below the run's own folder; any other text as it is."""
    return re.sub(r"^s3://[^/]+/", lambda _: base, text)


def values(case, today):
    """Values that the case projects. The one that ends now means today, not the day that its file names."""
    if "now" in case:
        return [(today - timedelta(days=1)).isoformat(), today.isoformat()]
    return case["values"]


def stray_values(case, today):
    """Values that it does not project."""
    if "now" in case:
        return [(today + timedelta(days=days)).isoformat() for days in (-2, 1)]
    return STRAY_VALUES[case["id"]]


def expected_paths(case, today):
    """Objects that a query sees, below the run's folder for the case."""
    if "values" in case:
        return [f"t/c={value}/{FILE}" for value in values(case, today)]
    return [rebased(folder, "") + FILE for folder in case["prefixes"]]


def objects(case, today):
    """Every object to be written for the case; one that must be refused has one too, which a query would find."""
    if case["verdict"] == "invalid":
        return [rebased(layout(case)[1], "") + FILE]
    stray = (
        [f"t/c={value}/{FILE}" for value in stray_values(case, today)]
        if "values" in case
        else [folder + FILE for folder in STRAY_FOLDERS[case["id"]]]
    )
    return expected_paths(case, today) + stray
