"""Delivery streams: made, fed, watched and deleted, some at a time."""

import time

from account import now, said, until
from botocore.exceptions import ClientError
from cases import Delivered

# A role is not known everywhere at once: until then Firehose says one of these.
NOT_YET = ("unable to assume role", "Access was denied when calling Glue")
ROLE_PATIENCE = 120
MADE_PATIENCE = 300
DELIVERED_PATIENCE = 600
GONE_PATIENCE = 300
PARQUET = ("MapredParquetInputFormat", "MapredParquetOutputFormat", "serde.ParquetHiveSerDe")


def destination(names, stream):
    """The destination of a stream, as CreateDeliveryStream takes it."""
    log = {"Enabled": True, "LogGroupName": names.log_group, "LogStreamName": stream.name}
    made = {
        "RoleARN": names.role_arn,
        "BucketARN": f"arn:aws:s3:::{names.bucket}",
        "BufferingHints": {"SizeInMBs": stream.buffer_mib, "IntervalInSeconds": 60},
        "CloudWatchLoggingOptions": log,
    }
    texts = {"Prefix": stream.prefix, "ErrorOutputPrefix": stream.error_prefix, "CustomTimeZone": stream.zone}
    made |= {key: text for key, text in texts.items() if text is not None}
    if stream.dynamic:
        made["DynamicPartitioningConfiguration"] = {"Enabled": True}
    if stream.query:
        parameters = {"MetadataExtractionQuery": stream.query, "JsonParsingEngine": "JQ-1.6"}
        listed = [{"ParameterName": key, "ParameterValue": value} for key, value in parameters.items()]
        processors = [{"Type": "MetadataExtraction", "Parameters": listed}]
        made["ProcessingConfiguration"] = {"Enabled": True, "Processors": processors}
    if stream.columns:
        schema = {"RoleARN": names.role_arn, "DatabaseName": names.database, "TableName": stream.table}
        made["DataFormatConversionConfiguration"] = {
            "Enabled": True,
            "SchemaConfiguration": {**schema, "Region": names.region, "VersionId": "LATEST"},
            "InputFormatConfiguration": {"Deserializer": {stream.serde: stream.options}},
            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
        }
    return made


def table(names, stream):
    """The Glue table that a stream converts by."""
    package = "org.apache.hadoop.hive.ql.io.parquet."
    input_format, output_format, serde = (package + name for name in PARQUET)
    return {
        "Name": stream.table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "parquet"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": stream.columns,
            "Location": f"s3://{names.bucket}/parity/{stream.name}/",
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"serialization.format": "1"}},
        },
    }


def create(account, name, **settings):
    """Makes a stream: nothing when it was made, else code and message of the refusal."""

    last = []

    def once():
        try:
            account.firehose.create_delivery_stream(
                DeliveryStreamName=name, Tags=account.names.tag_list, **settings
            )
        except ClientError as error:
            last.append(said(error))
            return not any(text in said(error)[1] for text in NOT_YET)
        last.clear()
        return True

    until(ROLE_PATIENCE, once)
    return last[-1] if last else None


def create_direct(account, stream):
    """Makes a stream that takes records directly, and first the table that it converts by."""
    if stream.columns:
        made = table(account.names, stream)
        try:
            account.glue.create_table(DatabaseName=account.names.database, TableInput=made)
        except ClientError as error:
            return said(error)
    account.logs.create_log_stream(logGroupName=account.names.log_group, logStreamName=stream.name)
    settings = {"ExtendedS3DestinationConfiguration": destination(account.names, stream)}
    return create(account, stream.name, DeliveryStreamType="DirectPut", **settings)


def status(account, name):
    """Status of a stream; `GONE` when there is none."""
    try:
        told = account.firehose.describe_delivery_stream(DeliveryStreamName=name)
    except ClientError as error:
        if said(error)[0] == "ResourceNotFoundException":
            return "GONE"
        raise
    return told["DeliveryStreamDescription"]["DeliveryStreamStatus"]


def active(account, name):
    """Waits until a stream takes records, and gives its last status."""
    until(MADE_PATIENCE, lambda: status(account, name) != "CREATING")
    return status(account, name)


def delete(account, names):
    """Deletes streams and waits until they are gone."""
    for name in names:
        until(60, lambda name=name: status(account, name) != "CREATING")
        try:
            account.firehose.delete_delivery_stream(DeliveryStreamName=name, AllowForceDelete=True)
        except ClientError as error:
            if said(error)[0] != "ResourceNotFoundException":
                raise
    for name in names:
        if not until(GONE_PATIENCE, lambda name=name: status(account, name) == "GONE"):
            raise TimeoutError(f"the delivery stream {name} is not gone after {GONE_PATIENCE} seconds")


def put(account, stream):
    """Puts the records of a stream, one call for each, so that one that is refused stands alone. Gives the refusals."""
    refusals = []
    for case, data in stream.records:

        def once(data=data):
            try:
                account.firehose.put_record(DeliveryStreamName=stream.name, Record={"Data": data})
            except ClientError as error:
                # A stream that is active is not known everywhere at once either.
                return None if said(error)[0] == "ResourceNotFoundException" else said(error)
            return "put"

        outcome = until(60, once) or ("ResourceNotFoundException", "for a minute")
        if outcome != "put":
            refusals.append(f"{case}: {': '.join(outcome)}")
    return refusals


def pour(account, batch, counted, tell):
    """Sends the records of some streams through them, and gives what came of each; the streams are gone then."""
    delivered = {stream.name: Delivered() for stream in batch}
    try:
        made = []
        for stream in batch:
            if refusal := create_direct(account, stream):
                delivered[stream.name].trouble = f"AWS did not make the stream: {': '.join(refusal)}"
            else:
                made.append(stream)
        tell(f"made {len(made)} of {len(batch)} streams, waiting until they are active")
        fed = []
        for stream in made:
            outcome, told = delivered[stream.name], active(account, stream.name)
            if told != "ACTIVE":
                outcome.trouble = f"the stream is {told}"
                continue
            outcome.put_from = now()
            refusals = put(account, stream)
            outcome.put_until = now()
            outcome.trouble = "; ".join(refusals) or None
            if len(refusals) < len(stream.records):
                fed.append((stream, len(stream.records) - len(refusals)))
        tell(f"put records into {len(fed)} streams, waiting for objects (a minute and more)")
        collect(account, fed, delivered, counted, tell)
    finally:
        delete(account, [stream.name for stream in batch])
    return delivered


def collect(account, fed, delivered, counted, tell):
    """Reads what the streams deliver until every record is there, or the patience is over."""
    open_streams, end = list(fed), time.monotonic() + DELIVERED_PATIENCE
    while open_streams and time.monotonic() < end:
        time.sleep(10)
        keys = account.keys()
        for stream, records in list(open_streams):
            objects = delivered[stream.name].objects
            for key in keys:
                if f"{stream.name}-1-" in key and key not in objects:
                    objects[key] = account.read(key)
            if counted[stream.part](stream, objects) >= records:
                open_streams.remove((stream, records))
    for stream, _ in open_streams:
        told = account.logs.get_log_events(
            logGroupName=account.names.log_group, logStreamName=stream.name, limit=3
        )
        log = " | ".join(event["message"] for event in told["events"]) or "its log is empty"
        trouble = f"not every record within {DELIVERED_PATIENCE} seconds; {log}"
        before = delivered[stream.name].trouble
        delivered[stream.name].trouble = f"{before}; {trouble}" if before else trouble
    tell(f"{len(fed) - len(open_streams)} of {len(fed)} streams delivered every record")
