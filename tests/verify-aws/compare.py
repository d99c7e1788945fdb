"""What was stored and what was refused, compared with what a case says."""

import base64
import datetime
import decimal
import json
import math


def plain(value):
    """A value of a Parquet row as the cases write it: times without zone and without zeros at their end."""
    match value:
        case datetime.datetime():
            text = value.replace(tzinfo=None).isoformat()
            return text.rstrip("0") if "." in text else text
        case datetime.date():
            return value.isoformat()
        case decimal.Decimal():
            return str(value)
        case float() if not math.isfinite(value):
            return str(value)  # JSON has no such number.
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {key: plain(one) for key, one in value.items()}
        case list() if value and all(isinstance(one, tuple) for one in value):
            return {key: plain(one) for key, one in value}  # A map.
        case list():
            return [plain(one) for one in value]
        case _:
            return value


def same(expected, found):
    """Whether two JSON values are one: unlike in Python, true is not 1."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same(expected[key], found[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    return isinstance(expected, bool) == isinstance(found, bool) and expected == found


def fits(expect, outcome):
    """Whether the row or the error of a record is what the case expects of it."""
    if "row" in expect:
        row = outcome.get("row")
        return row is not None and same(expect["row"], {name: row.get(name) for name in expect["row"]})
    error, wanted = outcome.get("error"), expect["error"]
    if error is None or error["code"] != wanted["code"]:
        return False
    if "message" in wanted:
        return error["message"] == wanted["message"]
    return error["message"].startswith(wanted.get("message_starts_with", ""))


def error_lines(data):
    """The records of an error object: for each the bytes that were put, and the error."""
    found = []
    for line in data.decode().splitlines():
        if line.strip():
            # Kinds of errors spell their members differently, and in different cases.
            one = {name.lower(): value for name, value in json.loads(line).items()}
            code = one.get("lasterrorcode", one.get("errorcode", ""))
            message = one.get("lasterrormessage", one.get("errormessage", ""))
            raw = base64.b64decode(one.pop("rawdata", None) or "")
            if not code:
                message = json.dumps(one)  # A shape that nobody has described: shown whole.
            found.append((raw, {"error": {"code": code, "message": message}}))
    return found
