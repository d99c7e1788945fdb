"""Makes a stack of a template, sends a record through it, changes the stack and deletes it; prints what it saw.

Arguments: the template, a file with one record, and, for a template that asks for a function, its program and the
contract that goes with it. The server is told by the environment, as the AWS tools take it.
"""

import io
import json
import sys
import time
import zipfile
from pathlib import Path

import boto3
from botocore.exceptions import ClientError
from pyarrow import parquet

STACK = "lake"
PATIENCE = 60


def until(what, probe):
    """What the probe gives, as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := probe():
            return found
        time.sleep(0.1)
    sys.exit(f"{what}: not within {PATIENCE} seconds")


def function(bootstrap, contract):
    """ARN of the normalising function: the program and its contract, packed as for Lambda."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w", zipfile.ZIP_DEFLATED) as file:
        program = zipfile.ZipInfo("bootstrap")
        program.external_attr = 0o755 << 16
        file.writestr(program, Path(bootstrap).read_bytes())
        file.write(contract, "contract.json")
    made = boto3.client("lambda").create_function(
        FunctionName="normalise",
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role="arn:aws:iam::000000000000:role/function",
        Code={"ZipFile": code.getvalue()},
    )
    return made["FunctionArn"]


def settled(cloudformation, call, parameters, **rest):
    """Calls for a change of the stack, and gives how it ended."""
    asked = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    call(StackName=STACK, Parameters=asked, Capabilities=["CAPABILITY_IAM"], **rest)

    def ended():
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack

    stack = until("the stack", ended)
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
        for event in events
        if "FAILED" in event["ResourceStatus"]
    ]
    return {
        "status": stack["StackStatus"],
        "failed": failed,
        "outputs": {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
    }


def keys(bucket, prefix):
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [one["Key"] for one in listed.get("Contents", [])]


def there(probe):
    """Whether the call finds what it asks for."""
    try:
        probe()
        return True
    except ClientError:
        return False


def main(template, record, bootstrap, contract):
    template, record = Path(template).read_text(), Path(record).read_bytes()
    cloudformation = boto3.client("cloudformation")
    parameters = {}
    if '"TransformArn"' in template or "TransformArn:" in template:
        parameters["TransformArn"] = function(bootstrap, contract)

    seen = {"made": settled(cloudformation, cloudformation.create_stack, parameters, TemplateBody=template)}
    outputs = seen["made"]["outputs"]
    if seen["made"]["status"] != "CREATE_COMPLETE":
        print(json.dumps(seen))
        return

    bucket, location = outputs["BucketName"], outputs["TableLocation"]
    prefix = location.removeprefix(f"s3://{bucket}/")
    if kinesis := outputs.get("KinesisArn"):
        boto3.client("kinesis").put_record(StreamARN=kinesis, PartitionKey="1", Data=record)
    else:
        boto3.client("firehose").put_record(
            DeliveryStreamName=outputs["DeliveryStreamName"], Record={"Data": record}
        )
    key = until("a delivered object", lambda: keys(bucket, ""))[0]
    seen["key"], seen["prefix"] = key, prefix
    body = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    if key.endswith(".parquet"):
        # The names and types in the file; pandas would change them.
        table = parquet.read_table(io.BytesIO(body))
        seen["rows"] = json.loads(json.dumps(table.to_pylist(), default=str))
    else:
        seen["text"] = body.decode(errors="replace")
    glue = boto3.client("glue")
    found = {"DatabaseName": outputs["DatabaseName"], "Name": outputs["TableName"]}
    seen["table"] = glue.get_table(**found)["Table"]
    policy = boto3.client("s3").get_public_access_block(Bucket=bucket)
    seen["public_access_block"] = policy["PublicAccessBlockConfiguration"]

    parameters["FreshnessSeconds"] = "1234"
    changed = settled(cloudformation, cloudformation.update_stack, parameters, TemplateBody=template)
    alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    changed["thresholds"] = {alarm["MetricName"]: alarm["Threshold"] for alarm in alarms}
    seen["changed"] = changed

    cloudformation.delete_stack(StackName=STACK)
    stream = {"DeliveryStreamName": outputs["DeliveryStreamName"]}
    firehose = boto3.client("firehose")
    until("the end of the stream", lambda: not there(lambda: firehose.describe_delivery_stream(**stream)))
    kept = {
        "bucket": there(lambda: boto3.client("s3").head_bucket(Bucket=bucket)),
        "object": there(lambda: boto3.client("s3").head_object(Bucket=bucket, Key=key)),
        "table": there(lambda: glue.get_table(**found)),
        "database": there(lambda: glue.get_database(Name=found["DatabaseName"])),
    }
    if kinesis:
        kept["kinesis"] = there(lambda: boto3.client("kinesis").describe_stream_summary(StreamARN=kinesis))
    seen["kept"] = kept
    print(json.dumps(seen, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
