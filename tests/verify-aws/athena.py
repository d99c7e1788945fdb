"""Athena: asks which objects it sees through a projection."""

from account import now, said, until
from botocore.exceptions import ClientError
from projection import MIDNIGHT, controlled, judge, objects, table

ENDED = {"SUCCEEDED", "FAILED", "CANCELLED"}
QUERY_PATIENCE = 120


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
        return None, MIDNIGHT
    return rows, refusal


def run(account, cases, results, tell):
    """Adds every case, and what Athena made of it."""
    answers = []
    try:
        for number, case in enumerate(cases):
            rows, refusal = asked(account, case, number)
            today = now().date()
            answers.append(judge(account.names, case, number, today, rows, refusal))
            tell(f"projection {case['id']}: {answers[-1].verdict}")
    finally:
        results += controlled(cases, answers)
