use super::server::{Reply, Server};
use super::{loader, open, open_with, options};
use crate::catalog::glue::{GlueCatalog, GlueOptions};
use crate::catalog::{
    Archive, Catalog as _, CatalogErrorKind, GlueDatabase, IndexState, ItemFault, MAX_CREATE, MAX_DELETE,
    MAX_DELETE_VERSIONS, MAX_GET, MAX_UPDATE, PartitionIndex, TableName,
};
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueTable};
use serde_json::{Value, json};

fn name() -> TableName {
    TableName::new("roads", "traffic")
}

fn table() -> GlueTable {
    let column = GlueColumn { name: "Speed".into(), ty: "int".into(), ..GlueColumn::default() };
    GlueTable { name: "Traffic".into(), columns: vec![column], ..GlueTable::default() }
}

fn partition(value: &str) -> GluePartition {
    GluePartition { values: vec![value.to_owned()], ..GluePartition::default() }
}

fn database_page(request: &Value) -> Reply {
    match request["NextToken"].as_str() {
        None => Reply::ok(r#"{"DatabaseList": [{"Name": "c"}, {"Name": "b"}], "NextToken": "1"}"#),
        Some("1") => Reply::ok(r#"{"DatabaseList": [], "NextToken": "2"}"#),
        Some("2") => Reply::ok(r#"{"DatabaseList": [{"Name": "a"}], "NextToken": ""}"#),
        Some(other) => Reply::error(400, "InvalidInputException", &format!("the token {other}")),
    }
}

#[test]
fn every_page_is_turned() {
    let server = Server::start(|request| database_page(&request.body));
    let names: Vec<_> =
        open(&server).databases().unwrap().into_iter().map(|database| database.name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(server.journal().len(), 3);
}

#[test]
fn a_list_that_goes_in_a_circle_is_an_error() {
    let server = Server::start(|_| Reply::ok(r#"{"TableList": [{"Name": "a"}], "NextToken": "again"}"#));
    let error = open(&server).tables("roads").unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Unavailable);
    assert_eq!(server.journal().len(), 2);
}

#[test]
fn every_list_turns_pages() {
    let server = Server::start(|request| {
        let (first, key, item) = match request.operation.as_str() {
            "GetTables" => ("TableList", "x", json!({"Name": "a"})),
            "GetTableVersions" => {
                let version = if request.body["NextToken"].is_null() { "9" } else { "10" };
                ("TableVersions", "x", json!({"Table": {"Name": "a"}, "VersionId": version}))
            }
            "GetPartitions" => ("Partitions", "x", json!({"Values": ["1"]})),
            "GetPartitionIndexes" => (
                "PartitionIndexDescriptorList",
                "x",
                json!({"IndexName": "i", "Keys": [{"Name": "dt", "Type": "string"}], "IndexStatus": "ACTIVE"}),
            ),
            other => return Reply::error(400, "UnknownOperationException", other),
        };
        let mut answer = json!({first: [item]});
        if request.body["NextToken"].is_null() {
            answer["NextToken"] = json!(key);
        }
        Reply::ok(&answer.to_string())
    });
    let catalog = open(&server);
    assert_eq!(catalog.tables("roads").unwrap().len(), 2);
    let versions: Vec<_> =
        catalog.table_versions(&name()).unwrap().into_iter().map(|version| version.version).collect();
    assert_eq!(versions, ["10", "9"], "newest first, as numbers");
    assert_eq!(catalog.partitions(&name()).unwrap().len(), 2);
    let indexes = catalog.partition_indexes(&name()).unwrap();
    let index = PartitionIndex { name: "i".into(), keys: vec!["dt".into()], state: IndexState::Active };
    assert_eq!(indexes, [index.clone(), index]);
}

#[test]
fn an_update_names_its_version_and_its_account() {
    let server = Server::start(|_| Reply::ok("{}"));
    let catalog = open(&server);
    catalog.update_table("Roads", &table(), "7", Archive::Skip).unwrap();
    catalog.update_table("Roads", &table(), "8", Archive::Keep).unwrap();
    let journal = server.journal();
    let body = &journal[0].body;
    assert_eq!(
        (&body["CatalogId"], &body["DatabaseName"], &body["VersionId"], &body["SkipArchive"]),
        (&json!("123456789012"), &json!("roads"), &json!("7"), &json!(true))
    );
    let input = &body["TableInput"];
    assert_eq!(input["Name"], "traffic");
    assert_eq!(input["StorageDescriptor"]["Columns"], json!([{"Name": "speed", "Type": "int"}]));
    assert_eq!(input["PartitionKeys"], json!([]), "Athena fails on tables without that member");
    assert_eq!(
        (&journal[1].body["VersionId"], &journal[1].body["SkipArchive"]),
        (&json!("8"), &json!(false))
    );
    assert!(journal[0].headers.to_lowercase().contains("app/lakebed"), "{}", journal[0].headers);
}

#[test]
fn an_update_without_a_version_is_not_sent() {
    let server = Server::start(|_| Reply::ok("{}"));
    let error = open(&server).update_table("roads", &table(), "", Archive::Keep).unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Invalid);
    assert!(server.journal().is_empty());
}

#[test]
fn without_an_account_the_catalog_is_that_of_the_credentials() {
    let server = Server::start(|_| Reply::ok(r#"{"Database": {"Name": "roads"}}"#));
    let catalog = open_with(loader(), GlueOptions { account: None, ..options(&server.url) });
    assert_eq!(catalog.database("Roads").unwrap(), Some(GlueDatabase::new("roads")));
    assert_eq!(server.journal()[0].body, json!({"Name": "roads"}));
    assert_eq!(catalog.shown(), "Glue in eu-west-1");
}

#[test]
fn what_is_not_there_is_none() {
    let server = Server::start(|_| Reply::error(400, "EntityNotFoundException", "Entity Not Found"));
    let catalog = open(&server);
    assert_eq!(catalog.database("roads").unwrap(), None);
    assert_eq!(catalog.table(&name()).unwrap(), None);
    assert_eq!(catalog.table_version(&name(), "3").unwrap(), None);
    assert_eq!(catalog.tables("roads").unwrap_err().kind(), CatalogErrorKind::NotFound);
    assert_eq!(catalog.partitions(&name()).unwrap_err().kind(), CatalogErrorKind::NotFound);
    assert_eq!(catalog.delete_table(&name()).unwrap_err().kind(), CatalogErrorKind::NotFound);
}

#[test]
fn an_empty_answer_is_no_table() {
    let server = Server::start(|_| Reply::ok("{}"));
    let catalog = open(&server);
    assert_eq!(catalog.table(&name()).unwrap_err().kind(), CatalogErrorKind::Unreadable);
    assert_eq!(catalog.database("roads").unwrap_err().kind(), CatalogErrorKind::Unreadable);
    assert_eq!(catalog.table_version(&name(), "1").unwrap_err().kind(), CatalogErrorKind::Unreadable);
}

/// Two of three keys are looked at by each call, and the last call in five gets nowhere.
#[test]
fn keys_that_were_not_looked_at_are_asked_for_again() {
    let server = Server::start({
        let mut calls = 0;
        move |request| {
            calls += 1;
            let keys = request.body["PartitionsToGet"].as_array().cloned().unwrap_or_default();
            let done = if calls == 2 { 0 } else { keys.len().min(2) };
            let found: Vec<_> = keys[..done].iter().map(|key| json!({"Values": key["Values"]})).collect();
            Reply::ok(&json!({"Partitions": found, "UnprocessedKeys": keys[done..]}).to_string())
        }
    });
    let values: Vec<Vec<String>> = (0..5).map(|value| vec![value.to_string()]).collect();
    let mut found: Vec<_> = open(&server)
        .partitions_of(&name(), &values)
        .unwrap()
        .into_iter()
        .map(|found| found.values)
        .collect();
    found.sort();
    assert_eq!(found, values);
    assert_eq!(server.journal().len(), 4);
}

#[test]
fn keys_that_are_never_looked_at_are_an_error() {
    let server = Server::start(|request| {
        let keys = request.body["PartitionsToGet"].clone();
        Reply::ok(&json!({"Partitions": [], "UnprocessedKeys": keys}).to_string())
    });
    let error = open(&server).partitions_of(&name(), &[vec!["1".into()]]).unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Throttled);
    assert_eq!(error.message(), "Glue did not look at 1 of 1 partitions");
}

#[test]
fn faults_of_a_batch_are_told_for_each_item() {
    let server = Server::start(|request| {
        let detail = |code: &str| json!({"ErrorCode": code, "ErrorMessage": "because"});
        let answer = match request.operation.as_str() {
            "BatchCreatePartition" => {
                json!({"Errors": [{"PartitionValues": ["1"], "ErrorDetail": detail("AlreadyExistsException")}]})
            }
            "BatchUpdatePartition" => {
                json!({"Errors": [{"PartitionValueList": ["2"], "ErrorDetail": detail("EntityNotFoundException")}]})
            }
            "BatchDeletePartition" => json!({"Errors": [{"PartitionValues": ["3"]}]}),
            _ => json!({"Errors": [{"VersionId": "4", "ErrorDetail": detail("InternalServiceException")}]}),
        };
        Reply::ok(&answer.to_string())
    });
    let catalog = open(&server);
    let fault = |item: &str, kind, message: &str| ItemFault {
        item: vec![item.to_owned()],
        kind,
        message: message.to_owned(),
    };
    assert_eq!(
        catalog.create_partitions(&name(), &[partition("1")]).unwrap(),
        [fault("1", CatalogErrorKind::AlreadyExists, "AlreadyExistsException: because")]
    );
    assert_eq!(
        catalog.update_partitions(&name(), &[partition("2")]).unwrap(),
        [fault("2", CatalogErrorKind::NotFound, "EntityNotFoundException: because")]
    );
    let entry = &server.journal()[1].body["Entries"][0];
    assert_eq!(
        (&entry["PartitionValueList"], &entry["PartitionInput"]["Values"]),
        (&json!(["2"]), &json!(["2"]))
    );
    assert_eq!(
        catalog.delete_partitions(&name(), &[vec!["3".into()]]).unwrap(),
        [fault("3", CatalogErrorKind::Other, "no reason was given")]
    );
    assert_eq!(
        catalog.delete_table_versions(&name(), &["4".into()]).unwrap(),
        [fault("4", CatalogErrorKind::Unavailable, "InternalServiceException: because")]
    );
}

#[test]
fn too_much_or_nothing_is_not_sent() {
    let server = Server::start(|_| Reply::ok("{}"));
    let catalog = open(&server);
    let partitions = |number: usize| vec![partition("1"); number];
    let keys = |number: usize| vec![vec!["1".to_owned()]; number];
    let create = |number| catalog.create_partitions(&name(), &partitions(number)).map(|_| ());
    let update = |number| catalog.update_partitions(&name(), &partitions(number)).map(|_| ());
    let delete = |number| catalog.delete_partitions(&name(), &keys(number)).map(|_| ());
    let get = |number| catalog.partitions_of(&name(), &keys(number)).map(|_| ());
    let versions = |number| catalog.delete_table_versions(&name(), &vec!["1".to_owned(); number]).map(|_| ());
    type Batch<'a> = &'a dyn Fn(usize) -> Result<(), crate::catalog::CatalogError>;
    let all: [(usize, Batch<'_>); 5] = [
        (MAX_CREATE, &create),
        (MAX_UPDATE, &update),
        (MAX_DELETE, &delete),
        (MAX_GET, &get),
        (MAX_DELETE_VERSIONS, &versions),
    ];
    for (most, batch) in all {
        batch(0).unwrap();
        assert_eq!(batch(most + 1).unwrap_err().kind(), CatalogErrorKind::Invalid);
    }
    assert!(server.journal().is_empty());
    for (most, batch) in all {
        batch(most).unwrap();
    }
    assert_eq!(server.journal().len(), all.len());
}

/// The SDK repeats a call whose answer was lost: the version makes the repetition harmless, and the caller reads again.
#[test]
fn a_write_whose_answer_was_lost_is_repeated_with_the_same_version() {
    let server = Server::start({
        let mut first = true;
        move |_| {
            if std::mem::take(&mut first) {
                return Reply::Reset;
            }
            Reply::error(
                400,
                "ConcurrentModificationException",
                "Update table failed due to concurrent modifications.",
            )
        }
    });
    let catalog = open_with(loader(), GlueOptions { attempts: Some(3), ..options(&server.url) });
    let error = catalog.update_table("roads", &table(), "7", Archive::Keep).unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Conflict);
    let journal = server.journal();
    assert_eq!(journal.len(), 2);
    assert_eq!(journal[0].body, journal[1].body);
    assert_eq!(journal[1].body["VersionId"], "7");
}

#[test]
fn throttling_is_waited_out() {
    let server = Server::start({
        let mut left = 2;
        move |_| {
            if left > 0 {
                left -= 1;
                return Reply::error(400, "ThrottlingException", "Rate exceeded");
            }
            Reply::ok(r#"{"Database": {"Name": "roads"}}"#)
        }
    });
    let catalog = open_with(loader(), GlueOptions { attempts: Some(3), ..options(&server.url) });
    assert!(catalog.database("roads").unwrap().is_some());
    assert_eq!(server.journal().len(), 3);
}

/// A later version of the service may tell more than we know.
#[test]
fn members_that_nobody_knows_are_passed_over() {
    let table = json!({"Table": {"Name": "traffic", "VersionId": "3", "DatabaseName": "roads", "Novelty": {"a": [1]},
        "UpdateTime": 1.767_225_6e9, "CreatedBy": "somebody", "IsRegisteredWithLakeFormation": false}});
    let server = Server::start(move |_| Reply::ok(&table.to_string()));
    let stored = open(&server).table(&name()).unwrap().unwrap();
    assert_eq!((stored.version.as_str(), stored.created_by.as_deref()), ("3", Some("somebody")));
    assert_eq!(stored.updated.as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(stored.obstacles, [""; 0]);
}

#[test]
fn an_index_in_a_state_of_tomorrow_is_told() {
    let server = Server::start(|_| {
        Reply::ok(
            r#"{"PartitionIndexDescriptorList": [{"IndexName": "i", "Keys": [], "IndexStatus": "RESTING"}]}"#,
        )
    });
    let error = open(&server).partition_indexes(&name()).unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Unreadable);
    assert_eq!(error.message(), "the index `i` is RESTING, which is no known state");
}

#[test]
fn catalogs_are_shared_by_threads() {
    let server = Server::start(|request| database_page(&request.body));
    let catalog: GlueCatalog = open(&server);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..8).map(|_| scope.spawn(|| catalog.databases().unwrap().len())).collect();
        for thread in running {
            assert_eq!(thread.join().unwrap(), 3);
        }
    });
}
