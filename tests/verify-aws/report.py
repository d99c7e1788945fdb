"""The report: evidence that can be committed."""

import json
import re
from collections import Counter

from cases import DIFFERS, NOT_CHECKED, VERDICTS

HIDDEN = "123456789012"


def document(results, *, date, account, region, endpoint, prefix):
    """Everything that was seen, as one JSON value; the account's number is replaced wherever it stands."""
    made = {
        "date": date,
        "region": region,
        "endpoint": endpoint,
        "prefix": prefix,
        "counts": dict(Counter(result.verdict for result in results)),
        "results": [vars(result) for result in results],
    }
    # Whole numbers only: the digits may stand in a longer one by chance.
    return json.loads(re.sub(rf"(?<!\d){account}(?!\d)", HIDDEN, json.dumps(made, default=str)))


def real(endpoint):
    """Whether the answers came from AWS."""
    return ".amazonaws.com" in endpoint


def cell(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("|", "\\|").replace("\n", " ")


def markdown(made):
    """The same for people: what differs first, in full, then all cases in a table."""
    lines = [f"# What AWS said, {made['date']}", ""]
    if not real(made["endpoint"]):
        lines += [f"**Not AWS: the answers came from {made['endpoint']} and prove nothing about it.**", ""]
    lines += [f"Region {made['region']}, prefix `{made['prefix']}`. The number of the account is replaced.", ""]
    counts = made["counts"]
    lines += [", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS) + ".", ""]
    for verdict in (DIFFERS, NOT_CHECKED):
        some = [one for one in made["results"] if one["verdict"] == verdict]
        if some:
            lines += [f"## {verdict.capitalize()}", ""]
        for one in some:
            lines += [f"### {one['part']}: {one['case']} ({one['basis']})", ""]
            for name in ("expected", "found"):
                text = json.dumps(one[name], indent=2, ensure_ascii=False)
                lines += [f"{name.capitalize()}:", "", "```json", text, "```", ""]
    lines += ["## All cases", "", "| Part | Case | Basis | Verdict | AWS said |", "|---|---|---|---|---|"]
    for one in made["results"]:
        fields = [one["part"], one["case"], one["basis"], one["verdict"], one["found"]]
        lines.append("| " + " | ".join(cell(field) for field in fields) + " |")
    return "\n".join(lines) + "\n"
