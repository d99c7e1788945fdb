"""Names of everything that a run makes, and JSON of it: all known from the prefix and the account."""

import re
import secrets
from dataclasses import dataclass

FORM = re.compile(r"lakebed-verify-[a-z0-9]{4,12}")
TAG = "lakebed-verify"


def new_prefix():
    """A prefix that no other run has."""
    return f"lakebed-verify-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Names:
    """Names of one run."""

    prefix: str
    account: str
    region: str

    def __post_init__(self):
        if not FORM.fullmatch(self.prefix):
            raise ValueError(f"{self.prefix}: a prefix is `lakebed-verify-` and 4 to 12 letters or digits")

    @property
    def bucket(self):
        return f"{self.prefix}-{self.account}"

    @property
    def database(self):
        return self.prefix.replace("-", "_")

    @property
    def artifacts_database(self):
        return f"{self.database}_made"

    @property
    def role(self):
        return f"{self.prefix}-firehose"

    @property
    def role_arn(self):
        return f"arn:aws:iam::{self.account}:role/{self.role}"

    @property
    def workgroup(self):
        return self.prefix

    @property
    def log_group(self):
        return f"/aws/kinesisfirehose/{self.prefix}"

    @property
    def tags(self):
        """The tag that says to which run a thing belongs."""
        return {TAG: self.prefix}

    @property
    def tag_list(self):
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]

    def trust(self):
        """Who may take on the role."""
        condition = {"StringEquals": {"sts:ExternalId": self.account}}
        principal = {"Service": "firehose.amazonaws.com"}
        return document({"Principal": principal, "Action": "sts:AssumeRole", "Condition": condition})

    def permissions(self):
        """What the role may do."""
        bucket, glue = f"arn:aws:s3:::{self.bucket}", f"arn:aws:glue:{self.region}:{self.account}"
        logs = f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.log_group}:log-stream:*"
        of_bucket = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
        of_objects = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        of_tables = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]
        tables = [f"{glue}:catalog", f"{glue}:database/{self.database}*", f"{glue}:table/{self.database}*/*"]
        return document(
            {"Action": of_bucket, "Resource": bucket},
            {"Action": of_objects, "Resource": f"{bucket}/*"},
            {"Action": of_tables, "Resource": tables},
            {"Action": "logs:PutLogEvents", "Resource": logs},
        )

    def target(self):
        """A lakebed.toml whose artifacts this run can make in the account as they are."""
        return f"""\
# Target of artifacts for verify_aws.py --prefix {self.prefix}. The stream delivers JSON, which every table allows; with
# `convert = true` it converts, for tables that need no normalising function.

lake = "s3://{self.bucket}/lake"
database = "{self.artifacts_database}"
catalog = "glue"
region = "{self.region}"
account = "{self.account}"

[projection]
from = "2026-01-01"

[stream]
role = "{self.role_arn}"
convert = false
"""


def document(*statements):
    """A policy document that allows what the statements say."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}
