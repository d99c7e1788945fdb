"""Record conversion: what Firehose makes of each record, as a row or as an error."""

import io
import json

from cases import AGREES, DIFFERS, NOT_CHECKED, Result, Stream
from compare import error_lines, fits, plain

# Column that tells the cases of one stream apart.
TAG = "verify_case"


def tagged(case):
    """The case's record, with its id as one more member where it is an object."""
    text = case["record"]
    if not text.rstrip().endswith("}"):
        return text.encode()
    head = text.rstrip()[:-1]
    comma = "" if head.rstrip().endswith("{") else ", "
    return f"{head}{comma}{json.dumps(TAG)}: {json.dumps(case['id'])}}}".encode()


def streams(cases, prefix):
    """As few streams as possible: cases share one as long as their columns do not contradict each other.

    What nobody has probed on AWS gets a stream for each set of columns. A column that AWS does not take would otherwise
    spoil the cases beside it.
    """
    groups = []
    for case in cases:
        probed = case["basis"] == "probed-on-aws"
        columns = {column["name"]: column["type"] for column in case["columns"]}
        kind = (case["serde"], json.dumps(case["serde_options"]), None if probed else json.dumps(columns))
        for kind_there, columns_there, cases_there in groups:
            agree = all(columns_there.get(name, ty) == ty for name, ty in columns.items())
            if kind == kind_there and agree:
                columns_there.update(columns)
                cases_there.append(case)
                break
        else:
            groups.append((kind, columns, [case]))
    made = []
    for number, (_, columns, cases) in enumerate(groups):
        name = f"{prefix}-c{number:02}"
        made.append(
            Stream(
                name=name,
                part="parity",
                cases=cases,
                records=[(case["id"], tagged(case)) for case in cases],
                prefix=f"parity/{name}/",
                error_prefix=f"parity-errors/{name}/!{{firehose:error-output-type}}/",
                buffer_mib=64,
                serde=cases[0]["serde"],
                options=cases[0]["serde_options"],
                columns=[{"Name": key, "Type": ty} for key, ty in {**columns, TAG: "string"}.items()],
            )
        )
    return made


def outcomes(stream, objects):
    """What came of each record: by the id of its case, and beside that what cannot be told apart."""
    from pyarrow import parquet

    by_bytes = {data: case for case, data in stream.records}
    found, strange = {}, []
    for key, data in objects.items():
        if key.startswith("parity-errors/"):
            for raw, error in error_lines(data):
                if raw in by_bytes:
                    found[by_bytes[raw]] = error
                else:
                    strange.append(error | {"record": raw.decode(errors="replace")})
            continue
        # Firehose names a compression of the whole object that it has not; the reader goes by the bytes.
        table = parquet.read_table(io.BytesIO(data), coerce_int96_timestamp_unit="us")
        for row in table.to_pylist():
            case = row.pop(TAG, None)
            row = {name: plain(value) for name, value in row.items()}
            if case is None:
                strange.append({"row": row})
            else:
                found[case] = {"row": row}
    return found, strange


def counted(stream, objects):
    """How many records have come out of the stream."""
    found, strange = outcomes(stream, objects)
    return len(found) + len(strange)


def judge(stream, delivered):
    """Each case of the stream, and what AWS made of it."""
    found, strange = outcomes(stream, delivered.objects)
    results = []
    for case in stream.cases:
        outcome = found.get(case["id"])
        if outcome is None:
            verdict = DIFFERS if strange else NOT_CHECKED
            outcome = {"trouble": delivered.trouble, "not told apart": strange}
        else:
            verdict = AGREES if fits(case["expect"], outcome) else DIFFERS
        results.append(Result("parity", case["id"], verdict, case["expect"], outcome, case["basis"]))
    return results
