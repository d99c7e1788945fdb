use crate::def::{Encoding, TimeUnit};
use crate::layout::Layout;
use crate::logical_type::{Element, EnumWord, LogicalType};
use crate::table::{Column, Partition, PartitionBy, Scalar, SortColumn, Table, TimeFormat};

const INSTANT: LogicalType = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };

fn partition(by: &str, layout: &str) -> Partition {
    Partition {
        by: PartitionBy::Column(by.into()),
        layout: Layout::parse(layout, Some(by)).unwrap(),
        null: None,
    }
}

fn table() -> Table {
    let mut speed = Column::new("car_speed", LogicalType::UInt8);
    speed.key = "voertuigsnelheid".into();
    speed.nullable = true;
    speed.rules.null_if = vec![Scalar::Int(251)];
    let mut mean = Column::new("car_speed_mean", LogicalType::UInt8);
    mean.nullable = true;
    mean.rules.null_with = Some("car_speed".into());
    let mut table = Table::new(
        "traffic",
        vec![
            Column::new("point_id", LogicalType::String),
            Column::new("observed_at", INSTANT),
            Column::new("region", LogicalType::String),
            Column::new("day", LogicalType::Date),
            speed,
            mean,
        ],
    );
    table.partitions =
        vec![partition("region", "region={region}"), partition("observed_at", "dt={yyyy-MM-dd}/hour={HH}")];
    table.key = vec!["point_id".into(), "region".into()];
    table.latest_by = Some("observed_at".into());
    table.sort = vec![SortColumn { column: "point_id".into(), descending: false }];
    table
}

fn problems(change: impl FnOnce(&mut Table)) -> String {
    let mut table = table();
    change(&mut table);
    table.validate().map_or_else(|problems| problems.to_string(), |()| "valid".into())
}

fn with_column(change: impl FnOnce(&mut Column)) -> String {
    problems(|table| {
        let mut column = Column::new("x", LogicalType::Int32);
        change(&mut column);
        table.columns.push(column);
    })
}

#[test]
fn a_good_table_is_valid() {
    assert_eq!(problems(|_| {}), "valid");
    assert_eq!(table().file_columns().count(), 5);
}

#[test]
fn every_problem_is_reported() {
    assert_eq!(
        problems(|table| {
            table.name = "Traffic".into();
            table.storage.row_group_rows = 0;
            table.columns[0].name = "pointId".into();
            table.columns[5].nullable = false;
        }),
        "table `Traffic`: `Traffic` is not a legal name: write `traffic`\n\
         table `Traffic`: row_group_rows is 0: write 1 or more\n\
         column `pointId`: `pointId` is not a legal name: write `point_id`\n\
         column `car_speed_mean`: null_with makes nulls, and the column has none: make the type an Option\n\
         table `Traffic`: key names `point_id`, which is no column: write `pointId`\n\
         table `Traffic`: sort names `point_id`, which is no column: write `pointId`"
    );
}

#[test]
fn settings() {
    assert!(
        problems(|t| drop(t.parameters.insert(String::new(), "x".into()))).contains("key of a parameter")
    );
    assert!(problems(|t| drop(t.parameters.insert("k".into(), "x".repeat(512_001)))).contains("too long"));
    assert!(problems(|t| t.xml = Some("a b".into())).contains("not the name of an XML element"));
    assert!(problems(|t| t.columns.clear()).contains("there are no columns"));
    assert!(problems(|t| t.database = Some("my-db".into())).contains("write `my_db`"));
}

#[test]
fn keys_and_names() {
    assert!(with_column(|c| c.name = "point_id".into()).contains("another column has this name"));
    assert!(with_column(|c| c.key = "Voertuigsnelheid".into()).contains("is read by `car_speed` too"));
    assert!(with_column(|c| c.aliases = vec!["DAY".into()]).contains("is read by `day` too"));
    assert_eq!(with_column(|c| c.aliases = vec!["X".into()]), "valid");
    for key in ["", "a b", &"k".repeat(1025)] {
        assert!(with_column(|c| c.key = key.into()).contains("cannot be a JSON key"), "{key}");
    }
}

#[test]
fn types() {
    let boxed = |ty| Box::new(Element { ty, nullable: false });
    let list = |ty| LogicalType::List { element: boxed(ty), length: None };
    let map = |key| LogicalType::Map { key: Box::new(key), value: boxed(LogicalType::Int8) };
    let words = |words: &[&str]| {
        let word = |word: &&str| EnumWord { word: (*word).to_owned(), aliases: vec!["alias".into()] };
        LogicalType::Enum(words.iter().map(word).collect())
    };
    for (ty, message) in [
        (LogicalType::Decimal { precision: 0, scale: 0 }, "there is no decimal(0,0)"),
        (LogicalType::Decimal { precision: 39, scale: 0 }, "there is no decimal(39,0)"),
        (list(LogicalType::Decimal { precision: 2, scale: 3 }), "there is no decimal(2,3)"),
        (LogicalType::Decimal { precision: 38, scale: 38 }, "valid"),
        (words(&[]), "no words"),
        (words(&[""]), "no words"),
        (words(&["a", "b"]), "`alias` stands in the enum twice"),
        (words(&["a"]), "valid"),
        (LogicalType::Struct { columns: vec![] }, "column `x`: there are no columns"),
        (
            LogicalType::Struct { columns: vec![Column::new("B", LogicalType::Int8)] },
            "column `x.B`: `B` is not",
        ),
        (map(LogicalType::Float64), "float64 cannot be the key of a map"),
        (map(list(LogicalType::Int8)), "list cannot be the key of a map"),
        (map(LogicalType::Date), "valid"),
        ((1..super::MAX_DEPTH).fold(LogicalType::Int8, |ty, _| list(ty)), "valid"),
        ((0..super::MAX_DEPTH).fold(LogicalType::Int8, |ty, _| list(ty)), "nested too deep"),
    ] {
        let found = with_column(|c| c.ty = ty.clone());
        assert!(found.contains(message), "{ty:?}: {found}");
    }
}

#[test]
fn partitions() {
    let with = |partition: Partition| problems(|table| table.partitions[1] = partition);
    for (by, layout, message) in [
        ("day", "dt={yyyy-MM-dd}", "valid"),
        ("day", "d={day}", "valid"),
        ("observed_at", "dt={yyyy}/h={HH}/m={mm}", "valid"),
        ("nowhere", "n={nowhere}", "partition `n={nowhere}`: partition names `nowhere`, which is no column"),
        ("point_id", "dt={yyyy}", "a date pattern needs a time, and `point_id` holds string"),
        ("day", "h={HH}", "`day` holds days, which have no hours"),
        ("observed_at", "o={observed_at}", "has no text fit for a path"),
        ("observed_at", "region={yyyy}", "`region` is a column of the file too"),
        ("point_id", "point_id=p-{point_id}", "`point_id` is a column of the file too"),
        ("point_id", "point_id={point_id}", "sort names `point_id`, which a partition takes out"),
        ("arrival", "dt={yyyy}", "taken for the time of arrival"),
    ] {
        let found = with(partition(by, layout));
        assert!(found.contains(message), "{by} {layout}: {found}");
    }
    assert!(
        problems(|t| t.partitions[0].layout = t.partitions[1].layout.clone())
            .contains("partition column already")
    );
    assert!(
        problems(|t| t.partitions[0].layout.text = "r={region}".into()).contains("not those of its text")
    );
    assert!(problems(|t| t.partitions[0].null = Some("a/b".into())).contains("`a/b` cannot stand in a path"));
    assert_eq!(problems(|t| t.partitions[0].null = Some("unknown".into())), "valid");
    let arrival = Partition {
        by: PartitionBy::Arrival,
        layout: Layout::parse("dt={yyyy-MM-dd}", None).unwrap(),
        null: Some("x".into()),
    };
    assert!(with(arrival).contains("never null"));
    let alone = problems(|t| {
        t.columns.retain(|c| c.name == "region");
        t.partitions.truncate(1);
        (t.key, t.latest_by, t.sort) = (vec![], None, vec![]);
    });
    assert!(alone.contains("partitions take every column out of the file"), "{alone}");
}

#[test]
fn named_columns() {
    let sort = |column: &str| SortColumn { column: column.into(), descending: true };
    assert!(problems(|t| t.sort.push(sort("point_id"))).contains("sort names `point_id` twice"));
    assert!(problems(|t| t.sort.push(sort("region"))).contains("a partition takes out of the file"));
    assert!(problems(|t| t.latest_by = Some("observed".into())).contains("latest_by names `observed`"));
    let found = problems(|t| {
        let element = Box::new(Element { ty: LogicalType::Int8, nullable: false });
        t.columns.push(Column::new("parts", LogicalType::List { element, length: None }));
        t.key.push("parts".into());
    });
    assert!(found.contains("key names `parts`, which holds a list"), "{found}");
}

#[test]
fn words() {
    let null_if = |ty: LogicalType, value: Scalar| {
        with_column(|c| {
            (c.ty, c.nullable) = (ty, true);
            c.rules.null_if = vec![value];
        })
    };
    assert_eq!(null_if(LogicalType::UInt8, Scalar::Int(255)), "valid");
    assert!(
        null_if(LogicalType::UInt8, Scalar::Int(256)).contains("null_if has 256, and the column holds uint8")
    );
    assert!(null_if(LogicalType::String, Scalar::Int(1)).contains("holds string"));
    let word = || Scalar::Text("NULL".into());
    assert_eq!(null_if(LogicalType::UInt8, word()), "valid");
    assert_eq!(null_if(LogicalType::Decimal { precision: 5, scale: 2 }, word()), "valid");
    assert_eq!(null_if(LogicalType::Float32, Scalar::Text(String::new())), "valid");
    assert!(null_if(LogicalType::Float32, Scalar::Text("-1,5".into())).contains("holds float32"));
    assert!(null_if(LogicalType::Boolean, word()).contains("holds boolean"));
    assert!(null_if(LogicalType::Float64, Scalar::Float(f64::NAN)).contains("cannot be compared exactly"));
    assert!(with_column(|c| c.rules.null_if = vec![Scalar::Int(1)]).contains("null_if makes nulls"));
    let null_with = |source: &str| {
        with_column(|c| {
            c.nullable = true;
            c.rules.null_with = Some(source.into());
        })
    };
    assert_eq!(null_with("car_speed"), "valid");
    assert!(null_with("day").contains("null_with names `day`, which has no null_if"));
    assert!(null_with("car_sped").contains("write `car_speed`"));
    assert!(with_column(|c| c.rules.time = vec![TimeFormat::Rfc3339]).contains("time(…) stands on int32"));
    let pattern = with_column(|c| {
        c.ty = INSTANT;
        c.rules.time = vec![TimeFormat::EpochMillis, TimeFormat::Pattern("dd-mm-yyyy".into())];
    });
    assert!(pattern.contains("time pattern `dd-mm-yyyy`, character 4: mm is the minute"), "{pattern}");
    let digits = |epoch: TimeFormat, pattern: &str| {
        with_column(|c| {
            c.ty = LogicalType::Date;
            c.rules.time = vec![TimeFormat::Pattern(pattern.into()), TimeFormat::Rfc3339, epoch.clone()];
        })
    };
    for epoch in [TimeFormat::EpochSeconds, TimeFormat::EpochMillis] {
        for pattern in ["yyyyMMdd", "ddMMyyyy", "-yyyyMMdd'00'", "yyyyMMddHHmmssSSS"] {
            assert_eq!(
                digits(epoch.clone(), pattern),
                format!(
                    "column `x`: times in the pattern `{pattern}` are digits alone, and so are epoch numbers: keep the \
                     pattern or the epoch, in a column each if both are sent"
                )
            );
        }
        for pattern in ["yyyy-MM-dd", "'d'yyyyMMdd", "yyyyMMdd-", "yyyyMMddX"] {
            assert_eq!(digits(epoch.clone(), pattern), "valid", "{pattern}");
        }
    }
    assert_eq!(digits(TimeFormat::Rfc3339, "yyyyMMdd"), "valid");
    assert_eq!(with_column(|c| c.rules.decimal_comma = true), "valid");
    let comma = with_column(|c| (c.ty, c.rules.decimal_comma) = (LogicalType::Date, true));
    assert!(comma.contains("decimal_comma stands on date"));
    assert!(
        with_column(|c| (c.ty, c.bloom) = (LogicalType::Boolean, true))
            .contains("boolean has no Bloom filter")
    );
    let encoding = with_column(|c| c.encoding = Some(Encoding::ByteStreamSplit));
    assert!(encoding.contains("use it on floating-point numbers"));
    assert!(
        with_column(|c| c.xml = Some("a//b".into()))
            .contains("XML path `a//b`: character 3: expected a name")
    );
}
