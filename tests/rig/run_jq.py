"""Runs a jq program over JSON texts, one a line, as `jq --compact-output PROGRAM` does: one line for each output."""

import json
import sys

import jq


def main() -> int:
    try:
        program = jq.compile(sys.argv[1])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 3
    for line in sys.stdin:
        for output in program.input(text=line):
            print(json.dumps(output, ensure_ascii=False, separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
