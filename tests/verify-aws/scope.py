"""Generated files that a run may make: those that point at its own bucket, database and role."""

ENDINGS = {
    "database": (".glue-database.json",),
    "table": (".glue.json", ".glue-raw.json"),
    "stream": (".firehose.json",),
}


def files(folder):
    """The files of a folder by what they describe, in the order of their names."""
    found = sorted(path for path in folder.rglob("*.json"))
    return {kind: [path for path in found if path.name.endswith(ends)] for kind, ends in ENDINGS.items()}


def outside(names, content):
    """What in a file does not belong to the run; nothing when all of it does."""
    if destination := content.get("ExtendedS3DestinationConfiguration"):
        if "KinesisStreamSourceConfiguration" in content:
            return "it reads a Kinesis stream, which this script does not make"
        return of_destination(names, destination)
    if descriptor := content.get("StorageDescriptor"):
        location = descriptor.get("Location", "")
        return None if location.startswith(f"s3://{names.bucket}/") else f"its location is {location}"
    name = content.get("Name")
    return None if name == names.artifacts_database else f"its name is {name}"


def of_destination(names, destination):
    backup = destination.get("S3BackupConfiguration", {})
    conversion = destination.get("DataFormatConversionConfiguration", {}).get("SchemaConfiguration", {})
    wanted = [
        ("bucket", f"arn:aws:s3:::{names.bucket}", [destination.get("BucketARN"), backup.get("BucketARN")]),
        ("role", names.role_arn, [part.get("RoleARN") for part in (destination, backup, conversion)]),
        ("database", names.artifacts_database, [conversion.get("DatabaseName")]),
    ]
    for what, own, found in wanted:
        for one in found:
            if one not in (None, own):
                return f"its {what} is {one}"
    return None
