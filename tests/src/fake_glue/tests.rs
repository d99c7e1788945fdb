//! The fake, asked over HTTP.

use super::*;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::time::Duration;

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/glue/aws4_request, \
                             SignedHeaders=host;x-amz-date, Signature=00";

/// One connection that is kept.
struct Client(TcpStream);

impl Client {
    fn of(fake: &FakeGlue) -> Self {
        let stream = TcpStream::connect(fake.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        Self(stream)
    }

    fn send(&mut self, operation: &str, input: &Value, authorization: &str) -> io::Result<(u16, Vec<u8>)> {
        let body = input.to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AWSGlue.{operation}\r\nX-Amz-Date: 20260101T000000Z\r\n\
             Authorization: {authorization}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes())?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).expect("a head in ASCII");
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).expect("a length");
        let mut body = vec![0; length.parse().expect("a number")];
        self.0.read_exact(&mut body)?;
        Ok((head[9..12].parse().expect("a status"), body))
    }

    /// The answer, or code and message of the refusal.
    fn ask(&mut self, operation: &str, input: Value) -> Result<Value, (String, String)> {
        let (status, body) = self.send(operation, &input, AUTHORIZATION).expect("an answer");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        if status == 200 {
            return Ok(body);
        }
        let code = body["__type"].as_str().expect("a type");
        let message = body["Message"].as_str().or(body["message"].as_str()).unwrap_or_default();
        Err((code.rsplit('#').next().unwrap_or_default().to_owned(), message.to_owned()))
    }

    fn done(&mut self, operation: &str, input: Value) -> Value {
        self.ask(operation, input.clone()).unwrap_or_else(|error| panic!("{operation} {input}: {error:?}"))
    }

    fn refused(&mut self, operation: &str, input: Value) -> String {
        self.ask(operation, input.clone()).expect_err(&format!("{operation} {input} is refused")).0
    }

    /// Every item of a list, over all pages.
    fn all(&mut self, operation: &str, mut input: Value, list: &str) -> Vec<Value> {
        let mut found = Vec::new();
        loop {
            let page = self.done(operation, input.clone());
            found.extend(page[list].as_array().expect("a list").clone());
            match page.get("NextToken") {
                None => return found,
                Some(token) => input["NextToken"] = token.clone(),
            }
        }
    }
}

fn column(name: &str, ty: &str) -> Value {
    json!({ "Name": name, "Type": ty })
}

fn table_input(name: &str) -> Value {
    json!({
        "Name": name,
        "StorageDescriptor": {
            "Columns": [column("Id", "bigint"), column("Inner", "struct<aB:int>")],
            "Location": "s3://lake/t/",
        },
        "PartitionKeys": [column("Day", "string"), column("Hour", "int")],
        "Parameters": { "Foreign": "Kept" },
    })
}

fn of(table: &str, more: Value) -> Value {
    let mut input = json!({ "DatabaseName": "db", "TableName": table });
    for (name, value) in more.as_object().expect("members") {
        input[name] = value.clone();
    }
    input
}

/// A fake with the table `db.t`.
fn with_table() -> (FakeGlue, Client) {
    let fake = FakeGlue::start().expect("a fake");
    let mut client = Client::of(&fake);
    client.done("CreateDatabase", json!({ "DatabaseInput": { "Name": "DB" } }));
    client.done("CreateTable", json!({ "DatabaseName": "Db", "TableInput": table_input("T") }));
    (fake, client)
}

#[test]
fn names_are_stored_in_lower_case() {
    let (_fake, mut client) = with_table();
    assert_eq!(client.done("GetDatabase", json!({ "Name": "dB" }))["Database"]["Name"], "db");
    let table = &client.done("GetTable", json!({ "DatabaseName": "DB", "Name": "T" }))["Table"];
    assert_eq!((&table["Name"], &table["DatabaseName"]), (&json!("t"), &json!("db")));
    let wanted = json!([column("id", "bigint"), column("inner", "struct<aB:int>")]);
    assert_eq!(table["StorageDescriptor"]["Columns"], wanted);
    assert_eq!(table["PartitionKeys"], json!([column("day", "string"), column("hour", "int")]));
    assert_eq!(table["Parameters"], json!({ "Foreign": "Kept" }));
    assert!(table["CreateTime"].is_f64() && !table[NEW_MEMBER].is_null(), "{table}");
    assert_eq!(
        client.refused("CreateTable", json!({ "DatabaseName": "db", "TableInput": { "Name": "t" } })),
        "AlreadyExistsException"
    );
    assert_eq!(
        client.refused("CreateDatabase", json!({ "DatabaseInput": { "Name": "db" } })),
        "AlreadyExistsException"
    );
}

#[test]
fn what_is_not_there_says_what_it_is() {
    let (_fake, mut client) = with_table();
    let mut message = |operation, input| client.ask(operation, input).expect_err("nothing is there");
    let not_found = |text: &str| ("EntityNotFoundException".to_owned(), text.to_owned());
    assert_eq!(
        message("GetTable", json!({ "DatabaseName": "db", "Name": "x" })),
        not_found("Table x not found.")
    );
    assert_eq!(
        message("GetTable", json!({ "DatabaseName": "y", "Name": "x" })),
        not_found("Database y not found.")
    );
    assert_eq!(
        message("CreateTable", json!({ "DatabaseName": "y", "TableInput": { "Name": "x" } })),
        not_found("Database y not found.")
    );
    assert_eq!(
        message("UpdateTable", json!({ "DatabaseName": "db", "TableInput": { "Name": "x" } })),
        not_found("Table x not found.")
    );
}

#[test]
fn an_update_names_the_version_it_was_made_for_and_replaces_everything() {
    let (_fake, mut client) = with_table();
    let update = |version: &str, skip: bool, description: &str| {
        let input = json!({ "Name": "t", "Description": description });
        json!({ "DatabaseName": "db", "TableInput": input, "VersionId": version, "SkipArchive": skip })
    };
    for absurd in ["1", "00", "x", "-1", " 0"] {
        let code = client.refused("UpdateTable", update(absurd, false, "lost"));
        assert_eq!(code, "ConcurrentModificationException", "{absurd}");
    }
    client.done("UpdateTable", update("0", false, "first"));
    assert_eq!(client.refused("UpdateTable", update("0", false, "lost")), "ConcurrentModificationException");
    client.done("UpdateTable", update("1", true, "second"));
    for version in 2..=10 {
        client.done("UpdateTable", update(&version.to_string(), false, "more"));
    }

    let table = &client.done("GetTable", json!({ "DatabaseName": "db", "Name": "t" }))["Table"];
    assert_eq!((&table["VersionId"], &table["Description"]), (&json!("11"), &json!("more")));
    assert!(table["Parameters"].is_null() && table["StorageDescriptor"].is_null(), "{table}");
    let versions = client.all("GetTableVersions", of("t", json!({})), "TableVersions");
    let numbers: Vec<_> = versions.iter().filter_map(|version| version["VersionId"].as_str()).collect();
    assert_eq!(numbers, ["9", "8", "7", "6", "5", "4", "3", "2", "11", "10", "0"], "1 was not archived");
    let first = client.done("GetTableVersion", of("t", json!({ "VersionId": "0" })));
    assert_eq!(first["TableVersion"]["Table"]["Parameters"], json!({ "Foreign": "Kept" }));
    assert_eq!(
        client.refused("GetTableVersion", of("t", json!({ "VersionId": "1" }))),
        "EntityNotFoundException"
    );

    let deleted =
        client.done("BatchDeleteTableVersion", of("t", json!({ "VersionIds": ["0", "1", "11", "2"] })));
    let codes: Vec<_> = deleted["Errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["VersionId"].clone(), error["ErrorDetail"]["ErrorCode"].clone()))
        .collect();
    assert_eq!(
        codes,
        [(json!("1"), json!("EntityNotFoundException")), (json!("11"), json!("InvalidInputException"))]
    );
    assert_eq!(client.all("GetTableVersions", of("t", json!({})), "TableVersions").len(), 9);
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    assert_eq!(
        client.refused("BatchDeleteTableVersion", of("t", json!({ "VersionIds": many }))),
        "ValidationException"
    );
}

#[test]
fn inputs_that_aws_refuses_are_refused() {
    let (_fake, mut client) = with_table();
    let mut code =
        |table: Value| client.refused("CreateTable", json!({ "DatabaseName": "db", "TableInput": table }));
    assert_eq!(code(json!({ "Name": "" })), "ValidationException");
    assert_eq!(code(json!({ "Name": "x".repeat(256) })), "ValidationException");
    assert_eq!(code(json!({ "Name": "x", "Description": "x".repeat(2049) })), "ValidationException");
    assert_eq!(
        code(json!({ "Name": "x", "Parameters": { "k": "x".repeat(512_001) } })),
        "ValidationException"
    );
    assert_eq!(
        code(json!({ "Name": "x", "StorageDescriptor": { "Location": "x".repeat(2057) } })),
        "ValidationException"
    );
    assert_eq!(code(json!({ "Name": "x", "VersionId": "0" })), "SerializationException");
    assert_eq!(code(json!({ "Name": "x", "Parameters": { "k": true } })), "SerializationException");
    let key = |ty: &str, parameters: Value| json!({ "Name": "x", "PartitionKeys": [{ "Name": "k", "Type": ty, "Parameters": parameters }] });
    assert_eq!(code(key("string", json!({ "a": "b" }))), "InvalidInputException");
    assert_eq!(code(key("array<int>", Value::Null)), "InvalidInputException");
    let lines =
        json!({ "Name": "x", "StorageDescriptor": { "Columns": [{ "Name": "a", "Comment": "a\nb" }] } });
    assert_eq!(code(lines), "ValidationException");
    assert_eq!(client.refused("MakeCoffee", json!({})), "UnknownOperationException");
    assert_eq!(
        client.refused("GetTables", json!({ "DatabaseName": "db", "Expression": "a*" })),
        "InvalidInputException"
    );
}

#[test]
fn lists_come_in_small_pages() {
    let (_fake, mut client) = with_table();
    for name in ["b", "c", "d", "e", "a"] {
        client.done("CreateTable", json!({ "DatabaseName": "db", "TableInput": { "Name": name } }));
    }
    let page = client.done("GetTables", json!({ "DatabaseName": "db" }));
    assert_eq!(page["TableList"], json!([]), "the first page is empty");
    let token = page["NextToken"].clone();
    assert_eq!(client.refused("GetDatabases", json!({ "NextToken": token })), "InvalidInputException");
    let page = client.done("GetTables", json!({ "DatabaseName": "db", "NextToken": token, "MaxResults": 1 }));
    assert_eq!(page["TableList"].as_array().map(Vec::len), Some(1));
    let all = client.all("GetTables", json!({ "DatabaseName": "db" }), "TableList");
    let mut names: Vec<_> = all.iter().filter_map(|table| table["Name"].as_str()).collect();
    assert!(!names.is_sorted(), "the API promises no order: {names:?}");
    names.sort_unstable();
    assert_eq!(names, ["a", "b", "c", "d", "e", "t"]);
    assert_eq!(
        client.refused("GetTables", json!({ "DatabaseName": "db", "MaxResults": 101 })),
        "ValidationException"
    );
}

#[test]
fn batches_answer_for_each_item() {
    let (_fake, mut client) = with_table();
    let partition = |day: &str, hour: &str| json!({ "Values": [day, hour], "StorageDescriptor": { "Columns": [column("A", "int")] } });
    let list =
        json!([partition("d1", "1"), { "Values": ["d1"] }, partition("d2", "1"), partition("d1", "1")]);
    let answer = client.done("BatchCreatePartition", of("t", json!({ "PartitionInputList": list })));
    let errors = json!([
        { "PartitionValues": ["d1"], "ErrorDetail": { "ErrorCode": "InvalidInputException", "ErrorMessage": "The number of partition keys do not match the number of partition values" } },
        { "PartitionValues": ["d1", "1"], "ErrorDetail": { "ErrorCode": "AlreadyExistsException", "ErrorMessage": "Partition already exists." } },
    ]);
    assert_eq!(answer, json!({ "Errors": errors }));
    let found = client.done("GetPartition", of("t", json!({ "PartitionValues": ["d2", "1"] })));
    assert_eq!(found["Partition"]["StorageDescriptor"]["Columns"], json!([column("a", "int")]));

    let entry = |day: &str| json!({ "PartitionValueList": [day, "1"], "PartitionInput": { "Values": [day, "1"], "Parameters": { "n": "1" } } });
    let answer =
        client.done("BatchUpdatePartition", of("t", json!({ "Entries": [entry("d9"), entry("d2")] })));
    assert_eq!(answer["Errors"][0]["PartitionValueList"], json!(["d9", "1"]));
    assert_eq!(answer["Errors"].as_array().map(Vec::len), Some(1));
    let found = client.done("GetPartition", of("t", json!({ "PartitionValues": ["d2", "1"] })));
    assert_eq!(found["Partition"]["Parameters"], json!({ "n": "1" }));
    assert!(found["Partition"]["StorageDescriptor"].is_null(), "an update replaces everything");

    let keys = json!([{ "Values": ["d1", "1"] }, { "Values": ["d3", "1"] }]);
    let answer = client.done("BatchDeletePartition", of("t", json!({ "PartitionsToDelete": keys })));
    assert_eq!(answer["Errors"][0]["ErrorDetail"]["ErrorCode"], "EntityNotFoundException");
    assert_eq!(client.all("GetPartitions", of("t", json!({})), "Partitions").len(), 1);

    for (operation, list, most, item) in [
        ("BatchCreatePartition", "PartitionInputList", 100, json!({ "Values": ["a", "1"] })),
        ("BatchUpdatePartition", "Entries", 100, entry("a")),
        ("BatchDeletePartition", "PartitionsToDelete", 25, json!({ "Values": ["a", "1"] })),
        ("BatchGetPartition", "PartitionsToGet", 1000, json!({ "Values": ["a", "1"] })),
    ] {
        let items = |count: usize| json!({ list: vec![item.clone(); count] });
        assert_eq!(client.refused(operation, of("t", items(most + 1))), "ValidationException", "{operation}");
        client.done(operation, of("t", items(most)));
    }
    let empty = json!({ "PartitionInputList": [{ "Values": ["", "1"] }] });
    assert_eq!(client.refused("BatchCreatePartition", of("t", empty)), "ValidationException");
}

#[test]
fn only_some_keys_are_looked_up_at_once() {
    let (_fake, mut client) = with_table();
    let values = |i: usize| json!({ "Values": [format!("d{i}"), "1"] });
    let list: Vec<_> = (0..10).map(values).collect();
    client.done("BatchCreatePartition", of("t", json!({ "PartitionInputList": list })));
    let wanted: Vec<_> = (5..15).map(values).collect();
    let answer = client.done("BatchGetPartition", of("t", json!({ "PartitionsToGet": wanted })));
    assert_eq!(
        answer["Partitions"].as_array().map(Vec::len),
        Some(5),
        "those that are there, of the first seven"
    );
    assert_eq!(answer["UnprocessedKeys"], json!([values(12), values(13), values(14)]));
}

#[test]
fn indexes_are_built_one_after_the_other_and_freeze_the_keys() {
    let (_fake, mut client) = with_table();
    let index =
        |name: &str, keys: &[&str]| of("t", json!({ "PartitionIndex": { "IndexName": name, "Keys": keys } }));
    let states = |client: &mut Client| -> Vec<Value> {
        let all = client.all("GetPartitionIndexes", of("t", json!({})), "PartitionIndexDescriptorList");
        all.iter().map(|index| index["IndexStatus"].clone()).collect()
    };
    client.done("CreatePartitionIndex", index("first", &["day"]));
    assert_eq!(client.refused("CreatePartitionIndex", index("second", &["hour"])), "InvalidInputException");
    assert_eq!(
        [states(&mut client), states(&mut client), states(&mut client)],
        [["CREATING"], ["CREATING"], ["ACTIVE"]]
    );
    assert_eq!(client.refused("CreatePartitionIndex", index("first", &["hour"])), "AlreadyExistsException");
    assert_eq!(client.refused("CreatePartitionIndex", index("second", &["day"])), "AlreadyExistsException");
    assert_eq!(client.refused("CreatePartitionIndex", index("second", &["id"])), "InvalidInputException");

    let keys = json!([column("day", "string")]);
    let update = json!({ "DatabaseName": "db", "TableInput": { "Name": "t", "PartitionKeys": keys } });
    assert_eq!(client.refused("UpdateTable", update), "InvalidInputException");
    let wrong = of("t", json!({ "PartitionInput": { "Values": ["d", "noon"] } }));
    assert_eq!(client.refused("CreatePartition", wrong), "InvalidInputException");

    for (name, keys) in [("second", ["hour"].as_slice()), ("third", &["hour", "day"])] {
        client.done("CreatePartitionIndex", index(name, keys));
        states(&mut client);
        states(&mut client);
    }
    let fourth = index("fourth", &["day", "hour"]);
    assert_eq!(
        client.refused("CreatePartitionIndex", fourth.clone()),
        "ResourceNumberLimitExceededException"
    );
    client.done("DeletePartitionIndex", of("t", json!({ "IndexName": "second" })));
    assert_eq!(client.refused("CreatePartitionIndex", fourth.clone()), "InvalidInputException");
    while states(&mut client).contains(&json!("DELETING")) {}
    client.done("CreatePartitionIndex", fourth);
    assert_eq!(
        client.refused("DeletePartitionIndex", of("t", json!({ "IndexName": "x" }))),
        "EntityNotFoundException"
    );
}

#[test]
fn faults_come_as_planned_and_the_journal_tells() {
    let (fake, mut client) = with_table();
    fake.take_journal();
    let get = || json!({ "DatabaseName": "db", "Name": "t" });
    for (fault, code) in [
        (Fault::Throttle, "ThrottlingException"),
        (Fault::Internal, "InternalServiceException"),
        (Fault::Timeout, "OperationTimeoutException"),
        (Fault::ExpiredToken, "ExpiredTokenException"),
        (Fault::UnrecognizedClient, "UnrecognizedClientException"),
        (Fault::AccessDenied, "AccessDeniedException"),
    ] {
        fake.plan(When::next("GetTable", fault));
        assert_eq!(client.refused("GetTable", get()), code);
        client.done("GetTable", get());
    }
    fake.plan(When::next("GetTable", Fault::Unavailable));
    let (status, body) = client.send("GetTable", &get(), AUTHORIZATION).expect("an answer");
    assert_eq!((status, body.first()), (503, Some(&b'<')));
    fake.plan(When::next("GetTable", Fault::Malformed));
    let (status, body) = client.send("GetTable", &get(), AUTHORIZATION).expect("an answer");
    assert!(status == 200 && serde_json::from_slice::<Value>(&body).is_err());
    fake.plan(When::next("GetTable", Fault::Slow(Duration::from_millis(60))));
    let since = std::time::Instant::now();
    client.done("GetTable", get());
    assert!(since.elapsed() >= Duration::from_millis(60));
    assert_eq!(fake.faults_left(), 0);
    let journal = fake.take_journal();
    assert_eq!(journal.len(), 15);
    assert_eq!(journal[0].outcome, Outcome::Refused("ThrottlingException".to_owned()));
    assert_eq!((&journal[1].outcome, &journal[1].input), (&Outcome::Done, &get()));
    assert!(
        journal.iter().all(|call| call.authorization.as_deref() == Some(AUTHORIZATION) && !call.writes())
    );
}

#[test]
fn a_reset_comes_before_or_after_the_deed() {
    let (fake, mut client) = with_table();
    fake.take_journal();
    let update =
        |version: &str| json!({ "DatabaseName": "db", "TableInput": { "Name": "t" }, "VersionId": version });
    for (fault, outcome, done) in
        [(Fault::ResetBefore, Outcome::Dropped, false), (Fault::ResetAfter, Outcome::DoneUnanswered, true)]
    {
        fake.plan(When::next("UpdateTable", fault));
        let error = client.send("UpdateTable", &update("0"), AUTHORIZATION).expect_err("no answer");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        client = Client::of(&fake);
        let version =
            client.done("GetTable", json!({ "DatabaseName": "db", "Name": "t" }))["Table"]["VersionId"]
                .clone();
        assert_eq!(version == "1", done);
        let call = fake.take_journal().swap_remove(0);
        assert_eq!((call.was_done(), call.writes(), call.outcome), (done, true, outcome));
        assert_eq!(call.input, update("0"));
    }
}

#[test]
fn items_of_a_batch_fail_as_planned() {
    let (fake, mut client) = with_table();
    let error = ApiError::new("InternalServiceException", "try again");
    fake.plan(When::next("BatchCreatePartition", Fault::Items { every: 2, error }));
    let list: Vec<_> = (0..5).map(|i| json!({ "Values": [format!("d{i}"), "1"] })).collect();
    let answer = client.done("BatchCreatePartition", of("t", json!({ "PartitionInputList": list })));
    let failed: Vec<_> = answer["Errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["PartitionValues"][0].clone())
        .collect();
    assert_eq!(failed, ["d0", "d2", "d4"]);
    assert_eq!(client.all("GetPartitions", of("t", json!({})), "Partitions").len(), 2);
}

#[test]
fn requests_have_to_be_signed_for_glue() {
    let fake = FakeGlue::start_with(Settings { region: Some("eu-west-1".to_owned()), ..Settings::default() })
        .expect("a fake");
    let mut client = Client::of(&fake);
    let mut status =
        |authorization: &str| client.send("GetDatabases", &json!({}), authorization).expect("an answer").0;
    assert_eq!(status(AUTHORIZATION), 200);
    for (part, other) in
        [("AWS4-HMAC-SHA256", "Basic"), ("/glue/", "/s3/"), ("eu-west-1", "us-east-1"), ("Signature=", "S=")]
    {
        assert_eq!(status(&AUTHORIZATION.replace(part, other)), 400, "{other}");
    }
}

#[test]
fn dropping_it_frees_the_port() {
    let (fake, client) = with_table();
    let address = fake.address;
    drop(fake);
    assert!(TcpListener::bind(address).is_ok() || TcpStream::connect(address).is_err());
    drop(client);
}

fn definition(more: &str) -> Value {
    json!(format!("{{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":\"{more}\"}}"))
}

#[test]
fn schema_versions_are_checked_in_the_background() {
    let fake = FakeGlue::start().expect("a fake");
    let mut client = Client::of(&fake);
    client.done("CreateRegistry", json!({ "RegistryName": "r" }));
    assert_eq!(client.refused("CreateRegistry", json!({ "RegistryName": "r" })), "AlreadyExistsException");
    let create = |name: &str, definition: Value| json!({ "RegistryId": { "RegistryName": "r" }, "SchemaName": name, "DataFormat": "JSON", "SchemaDefinition": definition });
    assert_eq!(client.refused("CreateSchema", create("s", json!("{"))), "InvalidInputException");
    let modern = json!("{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"}");
    assert_eq!(client.refused("CreateSchema", create("s", modern)), "InvalidInputException");
    assert_eq!(client.refused("CreateSchema", create("a b", definition("1"))), "ValidationException");
    let made = client.done("CreateSchema", create("s", definition("1")));
    assert_eq!(
        (&made["Compatibility"], &made["SchemaVersionStatus"]),
        (&json!("BACKWARD"), &json!("PENDING"))
    );
    assert_eq!(client.refused("CreateSchema", create("s", definition("1"))), "AlreadyExistsException");

    let id = json!({ "RegistryName": "r", "SchemaName": "s" });
    let register = |text: &str| json!({ "SchemaId": id, "SchemaDefinition": definition(text) });
    let same = client.done("RegisterSchemaVersion", register("1"));
    assert_eq!(same["SchemaVersionId"], made["SchemaVersionId"]);
    let second = client.done("RegisterSchemaVersion", register("2"));
    assert_eq!((&second["VersionNumber"], &second["Status"]), (&json!(2), &json!("PENDING")));
    fake.plan(When::next("RegisterSchemaVersion", Fault::Incompatible));
    let third = client.done("RegisterSchemaVersion", register("3"));
    for (version, end) in [(&second, "AVAILABLE"), (&third, "FAILURE")] {
        let read = |client: &mut Client| {
            client.done("GetSchemaVersion", json!({ "SchemaVersionId": version["SchemaVersionId"] }))["Status"].clone()
        };
        assert_eq!([read(&mut client), read(&mut client), read(&mut client)], ["PENDING", "PENDING", end]);
    }
    let schema = client.done("GetSchema", json!({ "SchemaId": id }));
    assert_eq!((&schema["LatestSchemaVersion"], &schema["NextSchemaVersion"]), (&json!(2), &json!(4)));
    let found = client.done("GetSchemaByDefinition", register("3"));
    assert_eq!(found["Status"], "FAILURE");
    let again = client.done("RegisterSchemaVersion", register("3"));
    assert_eq!(again["VersionNumber"], 4, "one that failed does not stand in the way");
    assert_eq!(client.refused("GetSchemaByDefinition", register("9")), "EntityNotFoundException");

    let all = client.all("ListSchemaVersions", json!({ "SchemaId": id }), "Schemas");
    assert_eq!(all.len(), 4);
    assert_eq!(
        client.all("ListSchemas", json!({ "RegistryId": { "RegistryName": "r" } }), "Schemas").len(),
        1
    );
    let by_arn = json!({ "SchemaId": { "SchemaArn": schema["SchemaArn"] }, "SchemaVersionNumber": { "LatestVersion": true } });
    assert_eq!(client.done("GetSchemaVersion", by_arn)["VersionNumber"], 2);

    let disable = json!({ "SchemaId": id, "Compatibility": "DISABLED" });
    assert_eq!(client.refused("UpdateSchema", disable.clone()), "InvalidInputException");
    let mut with_checkpoint = disable;
    with_checkpoint["SchemaVersionNumber"] = json!({ "VersionNumber": 2 });
    client.done("UpdateSchema", with_checkpoint);
    assert_eq!(client.done("GetSchema", json!({ "SchemaId": id }))["SchemaCheckpoint"], 2);
    assert_eq!(client.refused("RegisterSchemaVersion", register("5")), "InvalidInputException");
    assert_eq!(client.done("RegisterSchemaVersion", register("2"))["VersionNumber"], 2);
    client.done("DeleteSchema", json!({ "SchemaId": id }));
    assert_eq!(client.refused("GetSchema", json!({ "SchemaId": id })), "EntityNotFoundException");
}

#[test]
fn schemas_without_a_registry_are_in_the_default_one() {
    let fake = FakeGlue::start().expect("a fake");
    let mut client = Client::of(&fake);
    let create = json!({ "SchemaName": "s", "DataFormat": "JSON", "SchemaDefinition": definition("1") });
    client.done("CreateSchema", create);
    let schema = client.done("GetSchema", json!({ "SchemaId": { "SchemaName": "s" } }));
    assert_eq!(schema["RegistryName"], "default-registry");
    let pair = |key: &str| json!({ "SchemaId": { "SchemaName": "s" }, "SchemaVersionNumber": { "VersionNumber": 1 }, "MetadataKeyValue": { "MetadataKey": key, "MetadataValue": "v" } });
    for key in "abcdefghij".chars() {
        client.done("PutSchemaVersionMetadata", pair(&key.to_string()));
    }
    assert_eq!(client.refused("PutSchemaVersionMetadata", pair("a")), "AlreadyExistsException");
    assert_eq!(client.refused("PutSchemaVersionMetadata", pair("k")), "ResourceNumberLimitExceededException");
    let check = |text: &str| json!({ "DataFormat": "JSON", "SchemaDefinition": text });
    assert_eq!(client.done("CheckSchemaVersionValidity", check("{}")), json!({ "Valid": true }));
    assert_eq!(client.done("CheckSchemaVersionValidity", check("{"))["Valid"], false);
    let long = "x".repeat(170_001);
    assert_eq!(client.refused("CheckSchemaVersionValidity", check(&long)), "ValidationException");
}
