"""Says which records each schema accepts.

json_schema.py SCHEMAS CASES: SCHEMAS holds one JSON list of schemas a line, CASES one JSON object a line, with the
number of such a list and a record as text. Prints for each case one digit a schema, 1 for accepted.
"""

import json
import re
import sys

import jsonschema
from jsonschema.validators import extend, validator_for


def pattern(validator, pattern, instance, schema):
    """As in ECMA 262, whose `$` is the end of the text only; in Python it is also the place before a last line feed."""
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    exact = pattern[:-1] + r"\Z" if ends else pattern
    if validator.is_type(instance, "string") and not re.search(exact, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def main(schemas, cases):
    compiled = []
    for line in open(schemas, encoding="utf-8"):
        row = []
        for schema in json.loads(line):
            plain = validator_for(schema, default=None)
            plain.check_schema(schema)
            row.append(extend(plain, {"pattern": pattern})(schema))
        compiled.append(row)
    for line in open(cases, encoding="utf-8"):
        case = json.loads(line)
        record = json.loads(case["record"])
        print("".join(str(int(validator.is_valid(record))) for validator in compiled[case["schemas"]]))


main(*sys.argv[1:])
