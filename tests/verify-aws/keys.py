"""Prefix expressions: what the key of an object must look like.

Written apart from the Rust evaluator, and checked against the same cases, so that one stands in for the other here.
"""

import re
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

EXPRESSION = re.compile(r"!\{([^:}]*):([^}]*)\}")
DEFAULT_SUFFIX = "!{timestamp:yyyy/MM/dd/HH/}"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Stands for a random string until the regular expression is made.
ANY_RANDOM = "\0"
RANDOM = "[0-9A-Za-z-]{11}"
FORMATS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


def date_text(pattern, at):
    """A Java date pattern at a time, as far as the cases use such patterns."""
    text, rest = "", pattern
    while rest:
        if quoted := re.match(r"'([^']*)'", rest):
            text += quoted[1] or "'"
            rest = rest[quoted.end() :]
        elif letters := re.match(r"([A-Za-z])\1*", rest):
            if letters[0] not in FORMATS:
                raise ValueError(f"the letters {letters[0]} of {pattern} are not known here")
            text += at.strftime(FORMATS[letters[0]]).zfill(len(letters[0]))
            rest = rest[letters.end() :]
        else:
            text, rest = text + rest[0], rest[1:]
    return text


def evaluate(prefix, at, zone=None, keys=None, error_type=None, random=ANY_RANDOM):
    """The text of a prefix at a time; without an error type that of data, which can get the default suffix."""
    prefix = prefix or ""
    if error_type is None and not EXPRESSION.search(prefix):
        prefix += DEFAULT_SUFFIX
    local = at.astimezone(ZoneInfo(zone) if zone else UTC)

    def value(found):
        namespace, name = found[1], found[2]
        if namespace == "timestamp":
            return date_text(name, local)
        if (namespace, name) == ("firehose", "random-string"):
            return random
        if (namespace, name) == ("firehose", "error-output-type") and error_type is not None:
            return error_type
        if namespace == "partitionKeyFromQuery" and name in (keys or {}):
            return keys[name]
        raise ValueError(f"{found[0]} has no value in {prefix}")

    return EXPRESSION.sub(value, prefix)


def object_key(stream, delivered, keys=None, error_type=None):
    """A regular expression for the key of an object whose oldest record came while the records were put."""
    prefix = stream.prefix if error_type is None else stream.error_prefix
    texts, at = [], delivered.put_from - timedelta(seconds=2)
    # Clocks differ a little, so that a minute or a day may turn in between: each second is a candidate.
    while at <= delivered.put_until + timedelta(seconds=2):
        text = evaluate(prefix, at, stream.zone, keys, error_type)
        if text not in texts:
            texts.append(text)
        at += timedelta(seconds=1)
    escaped = "|".join(re.escape(text).replace(re.escape(ANY_RANDOM), RANDOM) for text in texts)
    return f"(?:{escaped}){re.escape(stream.name)}-1-\\d{{4}}(?:-\\d\\d){{5}}-{UUID}"
