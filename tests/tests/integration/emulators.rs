//! Artifacts given to real tools: the AWS CLI creates tables and streams from them on two emulators and describes them
//! back, and awswrangler reads a lake through the table.
//!
//! What an emulator takes proves nothing about AWS, which refuses more; it shows that the JSON has the shape of the
//! API, which the CLI checks against its own model, and that nothing gets lost on the way.

use lakebed::artifacts::{Content, find};
use lakebed::projection::Projection;
use lakebed::{ConvertOptions, NoProgress, Table, Target};
use lakebed_tests::server::{Emulator, Server};
use lakebed_tests::{golden, workspace};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn start(emulator: Emulator) -> Server {
    Server::start(emulator, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"))
}

/// A part of an artifact, written to a file for the CLI; none where it does not apply.
fn written(
    folder: &Path,
    artifact: &str,
    part: &str,
    table: &Table,
    target: &Target,
) -> Option<(String, Value)> {
    let artifact = find(artifact).expect("an artifact");
    let part = artifact.parts().iter().find(|found| found.name == part).expect("a part");
    let made = artifact.render(part, table, target).unwrap_or_else(|findings| panic!("{findings}"))?;
    let Content::Json(json) = made.content else { panic!("{} is JSON", part.name) };
    let file = folder.join(part.file_name(table));
    fs::write(&file, json.to_text()).expect("a file that can be written");
    let value = serde_json::from_str(&json.to_text()).expect("JSON");
    Some((format!("file://{}", file.display()), value))
}

/// Where `found` differs from `wanted`; members that only `found` has are the server's own.
fn differences(place: &str, wanted: &Value, found: &Value) -> Vec<String> {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => wanted
            .iter()
            .flat_map(|(key, value)| {
                differences(&format!("{place}.{key}"), value, found.get(key).unwrap_or(&Value::Null))
            })
            .collect(),
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => wanted
            .iter()
            .zip(found)
            .enumerate()
            .flat_map(|(i, (wanted, found))| differences(&format!("{place}[{i}]"), wanted, found))
            .collect(),
        _ if wanted == found => Vec::new(),
        _ => vec![format!("{place}: {wanted} was sent, {found} came back")],
    }
}

/// The names under which a description gives back what the creation took.
fn as_described(stream: &Value, emulator: Emulator) -> Value {
    let mut destination = stream["ExtendedS3DestinationConfiguration"].clone();
    let backup = destination.as_object_mut().and_then(|members| members.remove("S3BackupConfiguration"));
    match emulator {
        Emulator::Moto => destination["S3BackupDescription"] = backup.unwrap_or_default(),
        // It takes the backup, and forgets all but its mode.
        Emulator::Ministack => {}
    }
    let mut described = json!({
        "DeliveryStreamName": stream["DeliveryStreamName"],
        "DeliveryStreamType": stream["DeliveryStreamType"],
        "Destinations": [{ "ExtendedS3DestinationDescription": destination }],
    });
    if let Some(kinesis) = stream.get("KinesisStreamSourceConfiguration") {
        described["Source"] = json!({ "KinesisStreamSourceDescription": kinesis });
    }
    described
}

/// Creates the database, every table and every stream of the committed artifacts, and compares what comes back.
fn creates_and_describes(emulator: Emulator) {
    let (server, folder) = (start(emulator), tempfile::tempdir().expect("a temporary folder"));
    let aws = |arguments: &[&str]| {
        server
            .aws(arguments)
            .unwrap_or_else(|error| panic!("{emulator}: aws {}:\n{error}", arguments.join(" ")))
    };
    let (tables, target) = (golden::tables(), golden::target());
    let written = |artifact, part, table| written(folder.path(), artifact, part, table, &target);

    let (file, database) = written("glue", "database", &tables[0]).expect("a database");
    let name = database["Name"].as_str().expect("a name");
    aws(&["glue", "create-database", "--database-input", &file]);
    let mut wanted = Vec::new();
    for table in &tables {
        for (file, input) in ["table", "raw"].iter().filter_map(|part| written("glue", part, table)) {
            aws(&["glue", "create-table", "--database-name", name, "--table-input", &file]);
            wanted.push(input);
        }
    }
    let found = aws(&["glue", "get-tables", "--database-name", name]);
    let found = found["TableList"].as_array().expect("tables");
    assert_eq!(found.len(), wanted.len());
    assert!(wanted.len() > tables.len(), "raw tables are among them");
    for input in &wanted {
        let table = found.iter().find(|table| table["Name"] == input["Name"]).expect("the table");
        assert_eq!(differences("TableInput", input, table), [""; 0], "{emulator}: {}", input["Name"]);
    }
    assert_eq!(
        differences("DatabaseInput", &database, &aws(&["glue", "get-database", "--name", name])["Database"]),
        [""; 0],
        "{emulator}"
    );

    // Streams are named after tables, so each target has a region of its own.
    let mut streams: Vec<_> = tables.iter().map(|table| (table, target.clone(), "eu-west-1")).collect();
    for (name, other) in golden::other_targets() {
        for (wanted, table, region) in [
            ("direct", "click", "eu-west-2"),
            ("json", "parcel", "eu-west-3"),
            ("json", "traffic_measurement", "eu-west-3"),
        ] {
            let table = tables.iter().find(|found| found.name == table).expect("a committed table");
            streams.extend((wanted == name).then(|| (table, other.clone(), region)));
        }
    }
    assert_eq!(streams.len(), tables.len() + 3);
    for (table, target, region) in streams {
        let made = self::written(folder.path(), "firehose", "stream", table, &target);
        let (file, input) = made.expect("a stream");
        let name = input["DeliveryStreamName"].as_str().expect("a name");
        let at = ["--region", region];
        aws(&[&["firehose", "create-delivery-stream", "--cli-input-json", &file], &at[..]].concat());
        let describe = ["firehose", "describe-delivery-stream", "--delivery-stream-name", name];
        let found = aws(&[&describe, &at[..]].concat());
        let found =
            differences("stream", &as_described(&input, emulator), &found["DeliveryStreamDescription"]);
        assert_eq!(found, [""; 0], "{emulator}: {name} in {region}");
    }
}

#[test]
fn moto_takes_tables_and_streams_unchanged() {
    creates_and_describes(Emulator::Moto);
}

#[test]
fn ministack_takes_tables_and_streams_unchanged() {
    creates_and_describes(Emulator::Ministack);
}

/// A real lake behind the generated table: awswrangler finds its rows by the catalog, and every folder of it is among
/// the locations that the table in the catalog projects.
#[test]
fn awswrangler_reads_the_lake_through_the_table() {
    let (server, folder) = (start(Emulator::Moto), tempfile::tempdir().expect("a temporary folder"));
    let aws = |arguments: &[&str]| {
        server.aws(arguments).unwrap_or_else(|error| panic!("aws {}:\n{error}", arguments.join(" ")))
    };
    let mut target = golden::target();
    // The oldest of the records.
    target.projection.from = Some("2016-01-01".into());
    let lake = folder.path().join("lake");
    let tables: Vec<Table> = golden::tables();
    aws(&[
        "s3api",
        "create-bucket",
        "--bucket",
        "my-lake",
        "--create-bucket-configuration",
        "LocationConstraint=eu-west-1",
    ]);
    aws(&["glue", "create-database", "--database-input", "Name=traffic"]);
    for (name, inputs) in [
        ("traffic_measurement", vec!["flat", "xml", "derived"]),
        ("traffic_snapshot", vec!["nested"]),
        ("measuring_point", vec!["config"]),
    ] {
        let table = tables.iter().find(|table| table.name == name).expect("a stock table");
        let inputs: Vec<_> = inputs.iter().map(|input| workspace::miv().join(input)).collect();
        let report = lakebed::convert(table, &ConvertOptions::new(inputs, lake.clone()), &NoProgress);
        let written = report.expect("the inputs are sound").total.written;
        assert!(written > 0);

        let (file, _) = self::written(folder.path(), "glue", "table", table, &target).expect("a table");
        aws(&["glue", "create-table", "--database-name", "traffic", "--table-input", &file]);
        let stored = aws(&["glue", "get-table", "--database-name", "traffic", "--name", name]);
        let location = stored["Table"]["StorageDescriptor"]["Location"].as_str().expect("a location");
        let files = lake.join(name);
        server
            .aws(&["s3", "cp", "--recursive", "--only-show-errors", &files.display().to_string(), location])
            .unwrap_or_else(|error| panic!("{error}"));
        let said = server.run("read_catalog.py", &["traffic", name, &files.display().to_string()]);
        let said = said.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(said.trim(), format!("{name}: {written} rows agree"));
        every_folder_is_projected(&stored["Table"], &files);
    }
    // The comparison notices other rows.
    let others = lake.join("traffic_snapshot").display().to_string();
    let said = server.run("read_catalog.py", &["traffic", "measuring_point", &others]).unwrap_err();
    assert!(said.contains("rows in the files"), "{said}");
}

/// Every folder with files is among the locations that the table of the catalog projects, and its values make the
/// location again.
fn every_folder_is_projected(table: &Value, files: &Path) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let keys = table["PartitionKeys"].as_array().expect("keys");
    let keys: Vec<_> = keys.iter().map(|key| (text(&key["Name"]), text(&key["Type"]))).collect();
    let parameters = table["Parameters"].as_object().expect("parameters");
    let parameters = parameters.iter().map(|(key, value)| (key.clone(), text(value))).collect();
    let location = text(&table["StorageDescriptor"]["Location"]);
    let projection = Projection::from_properties(&keys, &location, &parameters)
        .unwrap_or_else(|findings| panic!("{findings}"));
    let Some(projection) = projection else {
        assert!(keys.is_empty(), "partitions are projected");
        return;
    };
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time since 1970").as_secs();
    let now = i64::try_from(now).expect("a time of this age");
    let mut folders = 0;
    for folder in folders_of(files, files) {
        let values =
            projection.matches(&format!("{location}{folder}"), now).unwrap_or_else(|miss| panic!("{miss}"));
        assert_eq!(projection.location_of(&values), Some(format!("{location}{folder}")));
        folders += 1;
    }
    assert!(folders > 0);
}

/// Paths of the folders that hold files, as they follow a location.
fn folders_of(root: &Path, below: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(below).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(folders_of(root, &path));
        } else {
            found.push(format!("{}/", below.strip_prefix(root).expect("a folder below").display()));
        }
    }
    found.sort();
    found.dedup();
    found
}
