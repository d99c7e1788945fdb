"""Deletes everything that a run made, known by its prefix and its tag and by nothing else."""

import time

import delivery
from account import said
from botocore.exceptions import ClientError
from names import TAG

GONE = {
    "EntityNotFoundException",
    "NoSuchBucket",
    "NoSuchEntity",
    "NoSuchUpload",
    "ResourceNotFoundException",
}


def own_streams(account):
    """Delivery streams that carry the run's tag. Names are not asked: a generated stream has the name of its table."""
    listed, start = [], {}
    while True:
        page = account.firehose.list_delivery_streams(Limit=100, **start)
        listed += page["DeliveryStreamNames"]
        if not page["HasMoreDeliveryStreams"] or not page["DeliveryStreamNames"]:
            break
        start = {"ExclusiveStartDeliveryStreamName": listed[-1]}
    return [name for name in listed if tag(account, name) == account.names.prefix]


def tag(account, stream):
    """To which run a stream belongs."""
    try:
        tags = account.firehose.list_tags_for_delivery_stream(DeliveryStreamName=stream)["Tags"]
    except ClientError as error:
        if said(error)[0] in GONE:
            return None
        raise
    return next((one.get("Value") for one in tags if one["Key"] == TAG), None)


def streams(account):
    delivery.delete(account, own_streams(account))


def database(account):
    account.glue.delete_database(Name=account.names.database)


def artifacts_database(account):
    account.glue.delete_database(Name=account.names.artifacts_database)


def workgroup(account):
    try:
        account.athena.delete_work_group(WorkGroup=account.names.workgroup, RecursiveDeleteOption=True)
    except ClientError as error:
        # Athena has no code of its own for it.
        if "not found" not in said(error)[1].lower():
            raise


def bucket(account):
    """Empties and deletes the bucket. A stream that was just deleted may still write: some rounds are allowed."""
    name = account.names.bucket
    for left in reversed(range(5)):
        for upload in account.s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
            account.s3.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
        keys = [{"Key": key} for key in account.keys()]
        for start in range(0, len(keys), 1000):
            account.s3.delete_objects(Bucket=name, Delete={"Objects": keys[start : start + 1000], "Quiet": True})
        try:
            account.s3.delete_bucket(Bucket=name)
            return
        except ClientError as error:
            if said(error)[0] != "BucketNotEmpty" or left == 0:
                raise
        time.sleep(10)


def role(account):
    name = account.names.role
    for policy in account.iam.list_role_policies(RoleName=name)["PolicyNames"]:
        account.iam.delete_role_policy(RoleName=name, PolicyName=policy)
    account.iam.delete_role(RoleName=name)


def log_group(account):
    account.logs.delete_log_group(logGroupName=account.names.log_group)


# Streams first: they write into all the rest.
STEPS = {
    "delivery streams": streams,
    "database": database,
    "database of the artifacts": artifacts_database,
    "workgroup": workgroup,
    "bucket": bucket,
    "role": role,
    "log group": log_group,
}


def run(account, tell):
    """Deletes what is there, each thing on its own, and gives what could not be deleted."""
    left = []
    for what, step in STEPS.items():
        try:
            step(account)
            tell(f"deleted: {what}")
        except ClientError as error:
            code, message = said(error)
            if code in GONE:
                tell(f"not there: {what}")
            else:
                left.append(f"{what}: {code}: {message}")
        except Exception as error:  # Whatever it is, the other things are still to be deleted.
            left.append(f"{what}: {type(error).__name__}: {error}")
    return left
