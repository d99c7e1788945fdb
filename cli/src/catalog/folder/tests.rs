use super::*;
use crate::catalog::{Archive, GlueDatabase};
use lakebed_schema::artifacts::glue::GlueColumn;
use std::fs;
use tempfile::TempDir;

fn column(name: &str, ty: &str) -> GlueColumn {
    GlueColumn { name: name.into(), ty: ty.into(), ..GlueColumn::default() }
}

fn table(columns: &[&str]) -> GlueTable {
    GlueTable {
        name: "t".into(),
        columns: columns.iter().map(|name| column(name, "int")).collect(),
        partition_keys: vec![column("dt", "string")],
        ..GlueTable::default()
    }
}

fn name() -> TableName {
    TableName::new("d", "t")
}

/// A catalog with a table of one column, in version 0.
fn catalog() -> Result<(TempDir, FolderCatalog), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let catalog = FolderCatalog::new(folder.path().join("catalog")).with_shown("catalog");
    catalog.create_database(&GlueDatabase::new("d"))?;
    catalog.create_table("d", &table(&["a"]))?;
    Ok((folder, catalog))
}

type Tested = Result<(), Box<dyn std::error::Error>>;

fn version(catalog: &FolderCatalog) -> Result<String, CatalogError> {
    Ok(catalog.table(&name())?.map(|stored| stored.version).unwrap_or_default())
}

#[test]
fn the_files_are_what_people_read() -> Tested {
    let (_folder, catalog) = catalog()?;
    catalog.update_table("d", &table(&["a", "b"]), "0", Archive::Keep)?;
    let partition = GluePartition { values: vec!["2024-01-31".into()], ..GluePartition::default() };
    catalog.create_partitions(&name(), &[partition])?;
    let mut files = Vec::new();
    let mut folders = vec![catalog.folder.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(&catalog.folder)?.display().to_string());
            }
        }
    }
    files.sort();
    insta::assert_snapshot!(files.join("\n"), @"
    .gitignore
    .lakebed.lock
    d/database.json
    d/t/partitions/2024-01-31.json
    d/t/table.json
    d/t/version.json
    d/t/versions/0.json
    ");
    insta::assert_snapshot!(fs::read_to_string(catalog.folder.join("d/t/table.json"))?, @r#"
    {
      "Name": "t",
      "StorageDescriptor": {
        "Columns": [
          {
            "Name": "a",
            "Type": "int"
          },
          {
            "Name": "b",
            "Type": "int"
          }
        ],
        "Compressed": false,
        "NumberOfBuckets": -1,
        "SerdeInfo": {
          "Parameters": {}
        },
        "StoredAsSubDirectories": false
      },
      "PartitionKeys": [
        {
          "Name": "dt",
          "Type": "string"
        }
      ],
      "Parameters": {}
    }
    "#);
    Ok(())
}

#[test]
fn an_edit_by_hand_is_a_new_version() -> Tested {
    let (_folder, catalog) = catalog()?;
    let file = catalog.folder.join("d/t/table.json");
    let text = fs::read_to_string(&file)?;
    fs::write(&file, text.replace("\"int\"", "\"bigint\""))?;
    let edited = version(&catalog)?;
    assert!(edited.starts_with("1-"), "{edited}");
    let error = catalog.update_table("d", &table(&["a", "b"]), "0", Archive::Keep).unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Conflict);
    // Another edit is another version, though nothing was recorded between the two.
    fs::write(&file, text.replace("\"int\"", "\"string\""))?;
    assert_ne!(version(&catalog)?, edited);
    let error = catalog.update_table("d", &table(&["a", "b"]), &edited, Archive::Keep).unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Conflict);
    catalog.update_table("d", &table(&["a", "b"]), &version(&catalog)?, Archive::Keep)?;
    let versions = catalog.table_versions(&name())?;
    let numbers: Vec<_> = versions.iter().map(|stored| stored.version.as_str()).collect();
    assert_eq!(numbers, ["2", "1"]);
    assert_eq!(versions[1].table.columns[0].ty, "string");
    // What an older version held is one more version, too.
    fs::write(&file, text)?;
    assert!(version(&catalog)?.starts_with("3-"));
    Ok(())
}

#[test]
fn white_space_order_and_a_mark_in_front_are_no_edit() -> Tested {
    let (_folder, catalog) = catalog()?;
    let file = catalog.folder.join("d/t/table.json");
    let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
    fs::write(&file, format!("\u{feff}{}\r\n", serde_json::to_string(&value)?))?;
    assert_eq!(version(&catalog)?, "0");
    Ok(())
}

#[test]
fn an_answer_of_the_service_is_read() -> Tested {
    let (_folder, catalog) = catalog()?;
    let answer = serde_json::json!({"Table": {
        "Name": "T", "DatabaseName": "prod", "CreateTime": "2024-01-31T07:00:00+00:00", "VersionId": "17",
        "IsRegisteredWithLakeFormation": false, "StorageDescriptor": {"Columns": [{"Name": "A", "Type": "int"}]},
    }});
    fs::write(catalog.folder.join("d/t/table.json"), answer.to_string())?;
    let stored = catalog.table(&name())?.expect("a table");
    assert_eq!((stored.table.name.as_str(), stored.table.columns[0].name.as_str()), ("t", "a"));
    assert!(stored.version.starts_with("1-"), "{}", stored.version);
    Ok(())
}

#[test]
fn a_link_is_read_and_not_updated() -> Tested {
    let (_folder, catalog) = catalog()?;
    let file = catalog.folder.join("d/t/table.json");
    let answer = serde_json::json!({"Table": {
        "Name": "t", "TargetTable": {"Name": "other"}, "Parameters": {"TargetTable": "kept"},
    }});
    fs::write(&file, answer.to_string())?;
    let stored = catalog.table(&name())?.expect("a table");
    insta::assert_snapshot!(stored.obstacles.join("\n"), @"`Table.TargetTable` makes this a link to a table of another catalog, which lakebed does not describe.");
    assert!(stored.table.parameters.contains_key("TargetTable"));
    let error = catalog.update_table("d", &stored.table, &stored.version, Archive::Keep).unwrap_err();
    assert_eq!(error.kind(), CatalogErrorKind::Unreadable);
    assert_eq!(fs::read_to_string(&file)?, answer.to_string());
    Ok(())
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() -> Tested {
    let (folder, catalog) = catalog()?;
    let file = catalog.folder.join("d/t/table.json");
    let mut told = Vec::new();
    for text in [
        "{\n  \"Name\": \"t\",\n  \"StorageDescriptor\": {]\n}",
        "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n",
        "",
        "{\"Name\": \"t\", \"Colums\": []}",
        "{\"Name\": \"other\"}",
    ] {
        fs::write(&file, text)?;
        let error = catalog.table(&name()).unwrap_err();
        assert_eq!(error.kind(), CatalogErrorKind::Unreadable);
        told.push(format!("{error}\n  {}", error.hint().unwrap_or_default()));
    }
    fs::write(&file, table(&["a"]).to_json().to_text())?;
    fs::write(catalog.folder.join("d/t/version.json"), "{\"VersionId\": \"two\"}")?;
    let error = catalog.tables("d").unwrap_err();
    told.push(format!("{error}\n  {}", error.hint().unwrap_or_default()));
    let told = told.join("\n").replace(&folder.path().display().to_string(), "…");
    insta::assert_snapshot!(told, @"
    GetTable of table `d.t`: …/catalog/d/t/table.json:3:25: it is not JSON: key must be a string
      correct the file or restore it from version control, then run the command again
    GetTable of table `d.t`: …/catalog/d/t/table.json:1:1: it is not JSON: expected value
      resolve the merge conflict in this file, then run the command again
    GetTable of table `d.t`: …/catalog/d/t/table.json:1:0: it is not JSON: EOF while parsing a value
      the file is empty: restore it, or remove it if nothing needs it, then run the command again
    GetTable of table `d.t`: …/catalog/d/t/table.json: TableInput.Colums: nothing reads this member: leave it out [glue-input]
      correct the file or restore it from version control, then run the command again
    GetTable of table `d.t`: …/catalog/d/t/table.json: the table is called `other`, and its folder `t`
      call the folder `other`, or correct the name
    GetTables of database `d`: …/catalog/d/t/version.json: expected an object with the texts `VersionId`, a whole number, and `Content`
      restore the file, or remove it: the table gets a new version then
    ");
    // Removing does not need to read.
    catalog.delete_table(&name())?;
    assert!(catalog.table(&name())?.is_none());
    Ok(())
}

#[test]
fn an_update_that_was_killed_between_table_and_version_is_a_new_version() -> Tested {
    let (_folder, catalog) = catalog()?;
    let version_file = catalog.folder.join("d/t/version.json");
    let before = fs::read(&version_file)?;
    catalog.update_table("d", &table(&["a", "b"]), "0", Archive::Keep)?;
    fs::write(&version_file, before)?;
    let versions = catalog.table_versions(&name())?;
    assert!(versions[0].version.starts_with("1-"), "{}", versions[0].version);
    assert_eq!(versions[0].table.columns.len(), 2);
    assert_eq!(versions[1].version, "0");
    // Killed one step earlier: the old version is kept beside itself, and counts once.
    fs::write(catalog.folder.join("d/t/table.json"), table(&["a"]).to_json().to_text())?;
    assert_eq!(catalog.table_versions(&name())?.len(), 1);
    Ok(())
}

#[test]
fn without_a_version_file_no_version_is_given_twice() -> Tested {
    let (_folder, catalog) = catalog()?;
    catalog.update_table("d", &table(&["a", "b"]), "0", Archive::Keep)?;
    fs::remove_file(catalog.folder.join("d/t/version.json"))?;
    assert!(version(&catalog)?.starts_with("1-"));
    fs::remove_dir_all(catalog.folder.join("d/t/versions"))?;
    assert!(version(&catalog)?.starts_with("0-"));
    Ok(())
}

#[test]
fn files_of_others_stay_and_leftovers_do_not_come_back() -> Tested {
    let (_folder, catalog) = catalog()?;
    let table_folder = catalog.folder.join("d/t");
    for file in ["README.md", "partitions/notes.txt", "../notes.txt", "../../docs/notes.txt"] {
        let file = table_folder.join(file);
        fs::create_dir_all(file.parent().expect("a folder"))?;
        fs::write(file, "mine")?;
    }
    let partition = GluePartition { values: vec!["1".into()], ..GluePartition::default() };
    catalog.create_partitions(&name(), std::slice::from_ref(&partition))?;
    assert_eq!(catalog.tables("d")?.len(), 1);
    assert_eq!(catalog.databases()?.len(), 1);
    // As a removal that was killed after its first step.
    fs::remove_file(table_folder.join("table.json"))?;
    assert!(catalog.table(&name())?.is_none());
    assert_eq!(catalog.partitions(&name()).unwrap_err().kind(), CatalogErrorKind::NotFound);
    catalog.create_table("d", &table(&["a"]))?;
    assert!(catalog.partitions(&name())?.is_empty());
    catalog.delete_table(&name())?;
    for file in ["README.md", "partitions/notes.txt", "../notes.txt", "../../docs/notes.txt"] {
        assert_eq!(fs::read_to_string(table_folder.join(file))?, "mine");
    }
    Ok(())
}

#[test]
fn names_that_are_no_file_names_stay_inside() -> Tested {
    let (folder, catalog) = catalog()?;
    for odd in ["../../outside", "database.json", "a b", "zürich", "nul", ".hidden", &"x".repeat(255)] {
        catalog.create_database(&GlueDatabase::new(odd))?;
        catalog.create_table(odd, &GlueTable { name: odd.into(), ..GlueTable::default() })?;
        assert_eq!(catalog.tables(odd)?[0].table.name, odd);
        assert_eq!(catalog.database(odd)?.expect("a database").name, odd);
    }
    assert_eq!(catalog.databases()?.len(), 8);
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn a_folder_that_is_not_there_is_empty_and_reading_makes_nothing() -> Tested {
    let folder = tempfile::tempdir()?;
    let catalog = FolderCatalog::new(folder.path().join("none"));
    assert!(catalog.databases()?.is_empty());
    assert!(catalog.table(&name())?.is_none());
    assert_eq!(catalog.delete_table(&name()).unwrap_err().kind(), CatalogErrorKind::NotFound);
    assert_eq!(fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}

#[test]
fn a_partition_whose_file_has_another_name_is_named() -> Tested {
    let (folder, catalog) = catalog()?;
    let partitions = catalog.folder.join("d/t/partitions");
    fs::create_dir_all(&partitions)?;
    fs::write(partitions.join("copy.json"), "{\"Values\": [\"2024-01-31\"]}")?;
    let error = catalog.partitions(&name()).unwrap_err();
    let told = format!("{error}\n  {}", error.hint().unwrap_or_default());
    insta::assert_snapshot!(told.replace(&folder.path().display().to_string(), "…"), @r#"
    GetPartitions of table `d.t`: …/catalog/d/t/partitions/copy.json: the name of the file does not fit the values ["2024-01-31"]
      call the file `2024-01-31.json`, or correct its values
    "#);
    fs::rename(partitions.join("copy.json"), partitions.join("2024-01-31.json"))?;
    assert_eq!(catalog.partitions(&name())?.len(), 1);
    Ok(())
}
