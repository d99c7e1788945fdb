"""Partition projection: which objects Athena must see, which it must not, and which properties it must refuse."""

import re
from dataclasses import replace
from datetime import timedelta

from cases import AGREES, DIFFERS, NOT_CHECKED, Result

# A refusal for one of these says nothing about projection.
NOT_PROJECTION = re.compile(r"not authorized|Access ?Denied|Insufficient Lake Formation|TOO_MANY_REQUESTS", re.I)
MIDNIGHT = "midnight passed between the objects and the query: run it again"

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


def table(names, case, number):
    """The Glue table of a case."""
    keys, location, properties = layout(case)
    base = f"s3://{names.bucket}/projection/{number:02}/"
    return {
        "Name": f"p{number:02}",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": key, "Type": ty} for key, ty in keys],
        "Parameters": {"classification": "json"} | {key: rebased(text, base) for key, text in properties.items()},
        "StorageDescriptor": {
            "Columns": [{"Name": "v", "Type": "string"}],
            "Location": rebased(location, base),
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
        },
    }


def judge(names, case, number, today, rows, refusal):
    """The case, and what Athena made of it: rows of one path each, or the reason of a refusal."""
    base = f"s3://{names.bucket}/projection/{number:02}/"
    told = ("projection", case["id"])
    if refusal and (refusal == MIDNIGHT or NOT_PROJECTION.search(refusal)):
        return Result(*told, NOT_CHECKED, case["verdict"], refusal, case["basis"])
    if case["verdict"] == "valid":
        paths = sorted(base + path for path in expected_paths(case, today))
        found = refusal or sorted(row[0] for row in rows)
        return Result(*told, AGREES if found == paths else DIFFERS, paths, found, case["basis"])
    wanted = words(case).replace("database_name.table_name", f"{names.database}.p{number:02}")
    found = refusal or f"Athena read {len(rows)} objects"
    verdict = AGREES if refusal and wanted in refusal else DIFFERS
    return Result(*told, verdict, wanted or f"refused: {case['why']}", found, case["basis"])


def words(case):
    """What a refusal must say. Only the guide's words are AWS's own; elsewhere any refusal will do."""
    return case.get("message", "").split(" (table")[0] if case["basis"] == "docs" else ""


def controlled(cases, results):
    """The same results; refusals in no certain words count only where a query of the same kind was answered."""
    valid = {case["id"] for case in cases if case["verdict"] == "valid"}
    if any(result.case in valid and isinstance(result.found, list) for result in results):
        return results
    wordless = {case["id"] for case in cases if case["verdict"] == "invalid" and not words(case)}
    why = "no query of this run was answered, so that a refusal says nothing; it was: "
    return [
        replace(result, verdict=NOT_CHECKED, found=f"{why}{result.found}") if result.case in wordless else result
        for result in results
    ]
