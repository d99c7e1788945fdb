"""Partition projection: which objects Athena sees, and which properties it refuses."""

import re

from account import now, said, until
from botocore.exceptions import ClientError
from cases import AGREES, DIFFERS, NOT_CHECKED, Result
from locations import expected_paths, layout, objects, rebased

ENDED = {"SUCCEEDED", "FAILED", "CANCELLED"}
QUERY_PATIENCE = 120
# A refusal for one of these says nothing about projection.
NOT_PROJECTION = re.compile(r"not authorized|Access ?Denied|Insufficient Lake Formation|TOO_MANY_REQUESTS", re.I)


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


def query(account, sql):
    """Rows of a query; or the reason why it failed, as one text."""
    started = account.athena.start_query_execution(QueryString=sql, WorkGroup=account.names.workgroup)
    name = started["QueryExecutionId"]

    def ended():
        told = account.athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Status"]
        return told if told["State"] in ENDED else None

    told = until(QUERY_PATIENCE, ended, pause=2)
    if not told:
        account.athena.stop_query_execution(QueryExecutionId=name)
        return None, f"no answer within {QUERY_PATIENCE} seconds"
    if told["State"] != "SUCCEEDED":
        return None, told.get("StateChangeReason", told["State"])
    pages = account.athena.get_paginator("get_query_results").paginate(QueryExecutionId=name)
    rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
    return [[cell.get("VarCharValue") for cell in row] for row in rows[1:]], None


def asked(account, case, number):
    """Makes the table and its objects, and asks for the paths that Athena sees."""
    names, today = account.names, now().date()
    base = f"projection/{number:02}/"
    for key in objects(case, today):
        account.put(base + key, b'{"v": "x"}\n')
    made = table(names, case, number)
    try:
        account.glue.create_table(DatabaseName=names.database, TableInput=made)
    except ClientError as error:
        return None, "Glue: " + ": ".join(said(error))
    rows, refusal = query(account, f'SELECT DISTINCT "$path" FROM "{names.database}"."{made["Name"]}"')
    if "now" in case and now().date() != today:
        return None, "midnight passed between the objects and the query: run it again"
    return rows, refusal


def judge(account, case, number, rows, refusal):
    """The case, and what Athena made of it."""
    base = f"s3://{account.names.bucket}/projection/{number:02}/"
    told = ("projection", case["id"])
    if refusal and NOT_PROJECTION.search(refusal):
        return Result(*told, NOT_CHECKED, case["verdict"], refusal, case["basis"])
    if case["verdict"] == "valid":
        paths = [base + path for path in expected_paths(case, now().date())]
        found = sorted(row[0] for row in rows) if rows is not None else refusal
        verdict = AGREES if found == sorted(paths) else DIFFERS
        return Result(*told, NOT_CHECKED if "midnight" in (refusal or "") else verdict, paths, found, case["basis"])
    # Only the guide's own words are AWS's; elsewhere it is enough that the query is refused.
    wanted = case.get("message", "") if case["basis"] == "docs" else ""
    wanted = wanted.replace("database_name.table_name", f"{account.names.database}.p{number:02}")
    found = refusal or f"Athena read {len(rows)} objects"
    verdict = AGREES if refusal and wanted.split(" (table")[0] in refusal else DIFFERS
    return Result(*told, verdict, wanted or f"refused: {case['why']}", found, case["basis"])


def run(account, cases, results, tell):
    """Adds every case, and what Athena made of it."""
    for number, case in enumerate(cases):
        rows, refusal = asked(account, case, number)
        results.append(judge(account, case, number, rows, refusal))
        tell(f"projection {case['id']}: {results[-1].verdict}")
