use super::*;
use crate::Layout;
use crate::artifacts::glue::OWNED;
use crate::layout::Granularity;
use crate::table::PartitionBy;
use crate::target::ColumnProjection;
use serde_json::json;

#[test]
fn statements_that_are_wrong_say_where() {
    for (text, message) in [
        ("", "line 1, column 1: expected CREATE, found the end"),
        ("CREATE TABLE t (a int)", "line 1, column 8: expected EXTERNAL, found `TABLE`"),
        ("CREATE EXTERNAL TABLE 't'", "line 1, column 23: expected a name, found the text 't'"),
        ("CREATE EXTERNAL TABLE t (a int,\n  b)", "line 2, column 4: expected a type, found `)`"),
        ("CREATE EXTERNAL TABLE t (a array<int)", "line 1, column 37: expected `>`, found `)`"),
        ("CREATE EXTERNAL TABLE t (a struct<b int>)", "line 1, column 37: expected `:`, found `int`"),
        ("CREATE EXTERNAL TABLE t (a decimal(x))", "line 1, column 36: expected a number, found `x`"),
        (
            "CREATE EXTERNAL TABLE t (a int) LOCATION x",
            "line 1, column 42: expected a text in quotes, found `x`",
        ),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 'x", "line 1, column 42: this text does not end"),
        ("CREATE EXTERNAL TABLE t (a int) /* x", "line 1, column 33: this comment does not end"),
        ("CREATE EXTERNAL TABLE `t", "line 1, column 23: this name does not end"),
        (
            "CREATE EXTERNAL TABLE t (a int) STORED AS XLS",
            "line 1, column 43: expected PARQUET or another format",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) COMMENT 'a' COMMENT 'b'",
            "line 1, column 45: COMMENT stands there twice",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) AS SELECT 1",
            "line 1, column 33: expected a clause or the end, found `AS`",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) TBLPROPERTIES (a='b')",
            "line 1, column 48: expected a text in quotes, found `a`",
        ),
    ] {
        let error = ddl::parse(text).unwrap_err();
        assert!(error.to_string().starts_with(message), "{text}: {error}");
        assert_eq!(error.rule, "ddl-syntax");
    }
    let deep = format!("CREATE EXTERNAL TABLE t (a {}", "array<".repeat(100_000));
    assert!(ddl::parse(&deep).unwrap_err().problem.contains("nested deeper"));
}

#[test]
fn every_clause() {
    let table =
        ddl::parse("-- a comment; with a sign\ncreate external table if not exists `db`.\"no\" (a int)");
    assert!(table.is_err(), "double quotes are texts, not names");
    let table = ddl::parse(
        r#"/* head */ CREATE EXTERNAL TABLE IF NOT EXISTS `db`.`T``x` (
            A Decimal ( 10 , 2 ) COMMENT "it's", -- first
            b MAP<string,struct<`Order`:int COMMENT 'c',X:array<string>>>)
        COMMENT 'a\'b' PARTITIONED BY (`dt` string)
        CLUSTERED BY (a, b) SORTED BY (a DESC, b) INTO 4 BUCKETS
        ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\' COLLECTION ITEMS TERMINATED BY '|'
            MAP KEYS TERMINATED BY ':' LINES TERMINATED BY '\n' NULL DEFINED AS ''
        STORED AS TEXTFILE LOCATION 's3://b/' TBLPROPERTIES ("k" = 'v',);"#,
    )
    .unwrap();
    assert!(table.if_not_exists);
    assert_eq!((table.database.as_deref(), table.name.as_str()), (Some("db"), "T`x"));
    assert_eq!(table.columns[0].ty, "decimal(10,2)");
    assert_eq!(table.columns[0].comment.as_deref(), Some("it's"));
    assert_eq!(table.columns[1].ty, "map<string,struct<Order:int,X:array<string>>>");
    assert_eq!(table.comment.as_deref(), Some("a'b"));
    let glue = table.to_glue();
    assert_eq!(glue.storage.number_of_buckets, 4);
    assert_eq!(glue.storage.sort_columns.iter().map(|sort| sort.order).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(glue.storage.serde_parameters["field.delim"], ",");
    assert_eq!(glue.storage.serde_parameters["escape.delim"], "\\");
    assert_eq!(glue.storage.serde_parameters["line.delim"], "\n");
    assert_eq!(glue.parameters["k"], "v");
    let findings = from_ddl("CREATE EXTERNAL TABLE t (a int) CLUSTERED BY (a) INTO 4 BUCKETS STORED AS PARQUET LOCATION 's3://b/'")
        .unwrap_err();
    assert!(findings.to_string().contains("has buckets"), "{findings}");
}

fn input(change: impl FnOnce(&mut serde_json::Value)) -> Result<Imported, Findings> {
    let mut input = json!({
        "Name": "t",
        "StorageDescriptor": {
            "Columns": [{"Name": "a", "Type": "int", "Comment": "Two  blanks "}],
            "Location": "s3://my-lake/x/t/",
            "InputFormat": Format::Parquet.input_format(),
            "OutputFormat": Format::Parquet.output_format(),
            "SerdeInfo": {"SerializationLibrary": Format::Parquet.serde()}
        },
        "PartitionKeys": [{"Name": "dt", "Type": "string"}, {"Name": "hour", "Type": "string"}],
        "Parameters": {
            "owner": "me",
            "projection.enabled": "true",
            "projection.dt.type": "date",
            "projection.dt.range": "2026-02-01,NOW+1DAY",
            "projection.dt.format": "yyyy-MM-dd",
            "projection.dt.interval": "1",
            "projection.dt.interval.unit": "DAYS",
            "projection.hour.type": "integer",
            "projection.hour.range": "0,23",
            "projection.hour.digits": "2"
        }
    });
    change(&mut input);
    from_json(&input)
}

#[test]
fn a_projection_of_ours_becomes_settings() {
    let imported = input(|_| {}).unwrap();
    assert_eq!(imported.format, Format::Parquet);
    assert_eq!(imported.target.lake.as_deref(), Some("s3://my-lake/x"));
    assert_eq!(imported.target.projection.from.as_deref(), Some("2026-02-01"));
    assert!(imported.target.projection.enabled);
    assert_eq!(imported.table.parameters.keys().collect::<Vec<_>>(), ["owner"]);
    let [partition] = &imported.table.partitions[..] else { panic!("one partition") };
    assert_eq!(partition.by, PartitionBy::Arrival);
    assert_eq!(partition.layout, Layout::parse("dt={yyyy-MM-dd}/hour={HH}", None).unwrap());
    assert_eq!(partition.layout.granularity(), Granularity::Hour);
    assert!(imported.notes.iter().any(|note| note.contains("`classification` = `parquet`")));
    assert!(imported.notes.iter().any(|note| note.contains("comment `Time of arrival (UTC), {HH}`")));
}

#[test]
fn the_note_of_apply_is_not_declared() {
    let imported = input(|input| input["Parameters"][OWNED] = r#"{"version":1}"#.into()).unwrap();
    assert_eq!(imported.table.parameters.keys().collect::<Vec<_>>(), ["owner"]);
    assert!(!imported.notes.iter().any(|note| note.contains(OWNED)), "{:?}", imported.notes);
}

#[test]
fn a_projection_of_others_stays_as_it_is() {
    let imported = input(|input| {
        input["Parameters"]["projection.dt.range"] = "2026-02-01,NOW".into();
        input["Parameters"]["storage.location.template"] = "s3://my-lake/x/t/dt=${dt}/hour=${hour}".into();
    })
    .unwrap();
    assert!(!imported.target.projection.enabled);
    assert_eq!(imported.table.parameters["projection.dt.range"], "2026-02-01,NOW");
    assert_eq!(imported.table.partitions.len(), 1);
}

#[test]
fn values_and_comments() {
    let imported = input(|input| {
        input["PartitionKeys"] = json!([
            {"Name": "region", "Type": "string", "Comment": "Province."},
            {"Name": "lane", "Type": "string"},
            {"Name": "point", "Type": "string"}
        ]);
        input["Parameters"] = json!({
            "projection.enabled": "true",
            "projection.region.type": "enum",
            "projection.region.values": "be,nl",
            "projection.lane.type": "integer",
            "projection.lane.range": "1,9",
            "projection.point.type": "injected"
        });
    })
    .unwrap();
    assert_eq!(imported.table.columns.len(), 4);
    assert_eq!(imported.table.column("region").unwrap().comment.as_deref(), Some("Province."));
    assert_eq!(
        imported.target.projection.columns["region"],
        ColumnProjection::Values(vec!["be".into(), "nl".into()])
    );
    assert_eq!(imported.target.projection.columns["lane"], ColumnProjection::Range(1, 9));
    assert_eq!(imported.target.projection.columns["point"], ColumnProjection::Injected);

    // A key of the time that explains itself keeps its words.
    let imported = input(|input| input["PartitionKeys"][0]["Comment"] = "Day.".into()).unwrap();
    assert_eq!(imported.table.column("dt").unwrap().comment.as_deref(), Some("Day."));
    assert_eq!(imported.table.partitions.len(), 2);
}

#[test]
fn json_tables_keep_their_keys() {
    let imported = input(|input| {
        input["StorageDescriptor"] = json!({
            "Columns": [
                {"Name": "userName", "Type": "string"},
                {"Name": "ts", "Type": "bigint"},
                {"Name": "appid", "Type": "struct<Inner:int>"}
            ],
            "Location": "s3://my-lake/x/t",
            "InputFormat": Format::Json.input_format(),
            "OutputFormat": "org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": Format::Json.serde(),
                "Parameters": {"mapping.ts": "timestamp", "paths": "appId,timestamp,userName"}
            }
        });
    })
    .unwrap();
    assert_eq!(imported.format, Format::Json);
    assert_eq!(imported.table.parameters["classification"], "json");
    assert_eq!(Format::of(&imported.table), Format::Json);
    let keys: Vec<_> = imported.table.columns.iter().map(|column| column.key.as_str()).collect();
    assert_eq!(keys, ["userName", "timestamp", "appId"]);
    assert_eq!(imported.table.parameters["serde.paths"], "appId,timestamp,userName");
    assert_eq!(imported.table.parameters.get("serde.mapping.ts"), None);
    assert_eq!(imported.target.locations["t"], "s3://my-lake/x/t");
}

#[test]
fn missing_features_are_named() {
    let storage = "StorageDescriptor";
    type Change<'a> = &'a dyn Fn(&mut serde_json::Value);
    let refused: [(&str, Change<'_>); 16] = [
        ("import-type", &|t| t[storage]["Columns"][0]["Type"] = "uniontype<int,string>".into()),
        ("import-type", &|t| t[storage]["Columns"][0]["Type"] = "array<varchar(3)>".into()),
        ("import-key-type", &|t| t["PartitionKeys"][0]["Type"] = "int".into()),
        ("import-layout", &|t| {
            t["Parameters"]["storage.location.template"] = "s3://my-lake/x/t/${dt}/${hour}/".into();
        }),
        ("import-format", &|t| {
            t[storage]["SerdeInfo"]["SerializationLibrary"] =
                "org.apache.hadoop.hive.ql.io.orc.OrcSerde".into();
        }),
        ("import-format", &|t| t[storage]["InputFormat"] = Format::Json.input_format().into()),
        ("import-table-type", &|t| t["TableType"] = "VIRTUAL_VIEW".into()),
        ("import-table-type", &|t| t["Parameters"]["table_type"] = "ICEBERG".into()),
        ("import-format", &|t| t["Parameters"]["classification"] = "json".into()),
        ("parameter-clash", &|t| t["Parameters"]["classification"] = "csv".into()),
        ("import-storage", &|t| t[storage]["Compressed"] = true.into()),
        ("import-storage", &|t| t[storage]["Columns"][0]["Parameters"] = json!({"a": "b"})),
        ("import-compression", &|t| t["Parameters"]["parquet.compression"] = "LZO".into()),
        ("import-location", &|t| t[storage]["Location"] = serde_json::Value::Null),
        ("import-parameter", &|t| t["Parameters"]["serde.x"] = "y".into()),
        ("import-table", &|t| t["Name"] = "t-x".into()),
    ];
    for (rule, change) in refused {
        let findings = input(change).unwrap_err();
        assert_eq!(findings.0[0].rule, rule, "{findings}");
    }
}

#[test]
fn what_would_come_out_differently_is_found_out() {
    let original =
        GlueTable::from_json(&json!({"Name": "t", "Description": "x", "Parameters": {"a": "b"}})).unwrap();
    let mut changed = original.clone();
    changed.parameters.insert("classification".into(), "parquet".into());
    let comparison = compare::compare(&original, &changed);
    assert!(comparison.differences.is_empty() && comparison.additions.len() == 1);
    let changes: [&dyn Fn(&mut GlueTable); 7] = [
        &|t| t.name = "u".into(),
        &|t| t.description = None,
        &|t| drop(t.parameters.remove("a")),
        &|t| drop(t.parameters.insert("c".into(), "d".into())),
        &|t| drop(t.storage.serde_parameters.insert("c".into(), "d".into())),
        &|t| t.columns.push(Default::default()),
        &|t| t.storage.compressed = true,
    ];
    for change in changes {
        let mut changed = original.clone();
        change(&mut changed);
        assert_eq!(compare::compare(&original, &changed).differences.len(), 1);
    }
}
