"""S3 prefixes: the key under which an object lands, and the words in which a prefix is refused."""

import re

import keys
from cases import AGREES, DIFFERS, NOT_CHECKED, Result, Stream

# Records for the streams with dynamic partitioning: their queries give the keys that the cases evaluate with.
RECORDS = {
    "cds-cloudwatch": b'{"logGroup": "/aws/lambda/app"}\n',
    "fdmsantos-user": b'{"user_id": "u1"}\n',
    "localstack-from-query-only": b'{"tableName": "orders"}\n',
    "lindsaygelle-api": b'{"apiId": "a1b2"}\n',
}
PLAIN_RECORD = b'{"verify": 1}\n'


def stream(case, name):
    """The stream that a case describes."""
    dynamic = case["dynamic_partitioning"]
    return Stream(
        name=name,
        part="prefixes",
        cases=[case],
        records=[(case["id"], RECORDS[case["id"]] if dynamic and case["verdict"] == "valid" else PLAIN_RECORD)],
        prefix=case["prefix"],
        error_prefix=case["error_output_prefix"],
        zone=case.get("custom_time_zone"),
        dynamic=dynamic,
        query=case.get("metadata_extraction_query"),
        buffer_mib=case.get("buffer_mib", 64 if dynamic else 5),
    )


def streams(cases, prefix):
    """A stream for each prefix that AWS must take."""
    valid = [case for case in cases if case["verdict"] == "valid"]
    return [stream(case, f"{prefix}-p{number:02}") for number, case in enumerate(valid)]


def refused(cases, prefix):
    """A stream for each prefix that AWS must refuse."""
    invalid = [case for case in cases if case["verdict"] == "invalid"]
    return [stream(case, f"{prefix}-r{number:02}") for number, case in enumerate(invalid)]


def counted(_stream, objects):
    """How many records have come out of the stream: one, as soon as there is an object."""
    return min(1, len(objects))


def judge(stream, delivered):
    """The case, and the keys that Firehose wrote."""
    case = stream.cases[0]
    found = sorted(delivered.objects)
    if not found:
        return [Result("prefixes", case["id"], NOT_CHECKED, case["prefix"], delivered.trouble, case["basis"])]
    pattern = keys.object_key(stream, delivered, case["evaluates"].get("partition_keys"))
    verdict = AGREES if all(re.fullmatch(pattern, key) for key in found) else DIFFERS
    return [Result("prefixes", case["id"], verdict, pattern, found, case["basis"])]


def judge_refusal(stream, code, message):
    """The case, and the words of the refusal; no code when the stream was made."""
    case = stream.cases[0]
    found = f"{code}: {message}" if code else "AWS made the stream"
    verdict = AGREES if code == "InvalidArgumentException" and case["message"] in message else DIFFERS
    return Result("prefixes", case["id"], verdict, case["message"], found, case["basis"])
