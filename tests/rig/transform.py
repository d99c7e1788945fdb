"""The least that a function in a delivery stream does: times in UTC, and the partition keys of each record.

It stands for the normalising function in tests of templates, and shares no code with lakebed.
"""

import base64
import json
import os
from datetime import datetime, timezone


def handler(event, context):
    return {"records": [record(one) for one in event["records"]]}


def record(one):
    document = json.loads(base64.b64decode(one["data"]))
    keys = {}
    key = os.environ.get("TIME_KEY")
    if key:
        time = datetime.fromisoformat(document[key]).astimezone(timezone.utc)
        document[key] = time.strftime("%Y-%m-%dT%H:%M:%SZ")
        keys = {"dt": time.strftime("%Y-%m-%d"), "hour": time.strftime("%H")}
    data = base64.b64encode(json.dumps(document).encode()).decode()
    return {"recordId": one["recordId"], "result": "Ok", "data": data, "metadata": {"partitionKeys": keys}}
