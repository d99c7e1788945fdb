"""The account: its clients, and what every part of a run stands on."""

import json
import time
from datetime import UTC, datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from names import Names

QUIET = "One run of lakebed's verify_aws.py; may be deleted."


def now():
    return datetime.now(UTC)


def said(error):
    """Code and message of an answer that is an error."""
    return error.response["Error"]["Code"], error.response["Error"].get("Message", "")


def until(seconds, probe, pause=5):
    """What the probe gives, as soon as it gives something; nothing when the time is over."""
    end = time.monotonic() + seconds
    while True:
        if found := probe():
            return found
        if time.monotonic() >= end:
            return None
        time.sleep(pause)


class Account:
    """An account in a region, and the names of one run in it."""

    def __init__(self, prefix, region):
        session = boto3.Session(region_name=region)
        if not session.region_name:
            raise ValueError("no region: give --region")
        patient = Config(retries={"mode": "adaptive", "max_attempts": 8})

        def client(service):
            return session.client(service, config=patient)

        self.sts, self.s3, self.iam = client("sts"), client("s3"), client("iam")
        self.glue, self.firehose, self.athena = client("glue"), client("firehose"), client("athena")
        self.logs = client("logs")
        # Where the calls go: an emulator proves nothing, so the report names it.
        self.endpoint = self.firehose.meta.endpoint_url
        who = self.sts.get_caller_identity()
        self.caller = who["Arn"]
        self.names = Names(prefix, who["Account"], session.region_name)

    def check_unused(self):
        """Stops where something of the prefix is there: a run deletes only what it has made itself."""
        names = self.names
        try:
            self.s3.head_bucket(Bucket=names.bucket)
        except ClientError as error:
            if said(error)[0] not in ("404", "NoSuchBucket"):
                raise
        else:
            raise ValueError(f"{names.bucket} is there already: run --cleanup {names.prefix}, or take another prefix")

    def prepare(self):
        """Makes the bucket, the database, the role, the workgroup and the log group."""
        names = self.names
        place = {"LocationConstraint": names.region}
        settings = {} if names.region == "us-east-1" else {"CreateBucketConfiguration": place}
        self.s3.create_bucket(Bucket=names.bucket, **settings)
        self.s3.put_bucket_tagging(Bucket=names.bucket, Tagging={"TagSet": names.tag_list})
        self.glue.create_database(DatabaseInput={"Name": names.database, "Description": QUIET}, Tags=names.tags)
        self.iam.create_role(
            RoleName=names.role,
            AssumeRolePolicyDocument=json.dumps(names.trust()),
            Description=QUIET,
            Tags=names.tag_list,
        )
        policy = json.dumps(names.permissions())
        self.iam.put_role_policy(RoleName=names.role, PolicyName="deliver", PolicyDocument=policy)
        results = {"OutputLocation": f"s3://{names.bucket}/athena/"}
        # Ten megabytes is the least that Athena takes as a limit, and what it bills for a query at least.
        limits = {"ResultConfiguration": results, "BytesScannedCutoffPerQuery": 10_000_000}
        self.athena.create_work_group(
            Name=names.workgroup,
            Configuration={**limits, "EnforceWorkGroupConfiguration": True},
            Tags=names.tag_list,
        )
        self.logs.create_log_group(logGroupName=names.log_group, tags=names.tags)
        self.logs.put_retention_policy(logGroupName=names.log_group, retentionInDays=1)

    def keys(self, prefix=""):
        """Keys of the bucket."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.names.bucket, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]

    def read(self, key):
        """An object of the bucket."""
        return self.s3.get_object(Bucket=self.names.bucket, Key=key)["Body"].read()

    def put(self, key, data):
        """Writes an object into the bucket."""
        self.s3.put_object(Bucket=self.names.bucket, Key=key, Body=data)
