"""jq queries: the partition keys that Firehose computes, seen in the keys of the objects."""

import json
import re

from cases import AGREES, DIFFERS, NOT_CHECKED, OBSERVED, Result, Stream
from compare import error_lines

TAG = "verify_case"
ERRORS = "jq-errors/"


def key_names(query):
    """Keys of the object that a query makes."""
    return re.findall(r"[{,]\s*\"?([A-Za-z_]\w*)\"?\s*:", query)


def streams(cases, prefix):
    """A stream for each query: cases that ask the same one share it."""
    groups = {}
    for case in cases:
        groups.setdefault(case["query"], []).append(case)
    made = []
    for number, (query, cases) in enumerate(groups.items()):
        name = f"{prefix}-j{number:02}"
        folders = [f"{key}=!{{partitionKeyFromQuery:{key}}}/" for key in key_names(query)]
        records = [(case["id"], json.dumps({**case["input"], TAG: case["id"]}).encode() + b"\n") for case in cases]
        made.append(
            Stream(
                name=name,
                part="jq",
                cases=cases,
                records=records,
                prefix=f"jq/{name}/" + "".join(folders),
                error_prefix=f"{ERRORS}{name}/!{{firehose:error-output-type}}/",
                dynamic=True,
                query=query,
                buffer_mib=64,
            )
        )
    return made


def outcomes(stream, objects):
    """What came of each record, by the id of its case: the folders it lies in, or the error."""
    start = f"jq/{stream.name}/"
    by_bytes = {data.strip(): case for case, data in stream.records}
    found = {}
    for key, data in objects.items():
        if key.startswith(ERRORS):
            for raw, error in error_lines(data):
                if case := by_bytes.get(raw.strip()):
                    found[case] = error | {"key": key}
            continue
        folders = key.removeprefix(start).rpartition("/")[0]
        for line in data.splitlines():
            if case := by_bytes.get(line.strip()):
                found[case] = {"folders": folders}
    return found


def counted(stream, objects):
    """How many records have come out of the stream."""
    return len(outcomes(stream, objects))


def expected(case):
    """What the case says: folders of texts that are not empty, an error for all else, nothing where none has looked."""
    outputs = case["jq_1_6"].get("outputs")
    if outputs is None:
        return {"error": "any"}
    values = outputs[0]
    if all(isinstance(value, str) and value for value in values.values()):
        return {"folders": "/".join(f"{key}={values[key]}" for key in key_names(case["query"]))}
    if all(value in (None, "") for value in values.values()):
        return {"error": "any"}
    return None


def judge(stream, delivered):
    """Each case of the stream, and what AWS made of it."""
    found = outcomes(stream, delivered.objects)
    results = []
    for case in stream.cases:
        wanted, outcome = expected(case), found.get(case["id"])
        if outcome is None:
            verdict, outcome = NOT_CHECKED, delivered.trouble
        elif wanted is None:
            verdict = OBSERVED
        elif "error" in wanted:
            verdict = AGREES if "error" in outcome else DIFFERS
        else:
            verdict = AGREES if wanted == outcome else DIFFERS
        results.append(Result("jq", case["id"], verdict, wanted, outcome, "jq 1.6"))
    return results
