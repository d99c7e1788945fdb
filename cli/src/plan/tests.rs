mod explained;
mod reading_catalogs;

use super::*;
use lakebed_schema::artifacts::glue::{Format, GlueColumn};

/// A table of Parquet with these columns, `a:int b:string`.
pub(super) fn table(columns: &str) -> GlueTable {
    let column = |text: &str| {
        let (name, ty) = text.split_once(':').unwrap();
        GlueColumn { name: name.into(), ty: ty.into(), ..GlueColumn::default() }
    };
    let mut table = GlueTable {
        name: "traffic".into(),
        columns: columns.split_whitespace().map(column).collect(),
        table_type: Some("EXTERNAL_TABLE".into()),
        ..GlueTable::default()
    };
    table.parameters.insert("classification".into(), "parquet".into());
    table.storage.location = Some("s3://lake/traffic/".into());
    table.storage.input_format = Some(Format::Parquet.input_format().into());
    table.storage.output_format = Some(Format::Parquet.output_format().into());
    table.storage.serde_library = Some(Format::Parquet.serde().into());
    table.storage.serde_parameters.insert("serialization.format".into(), "1".into());
    table
}

pub(super) fn wanted(table: GlueTable) -> Wanted {
    Wanted { database: GlueDatabase::new("mobility"), table, indexes: Vec::new(), adopt: false }
}

/// A catalog that holds the table.
pub(super) fn holds(table: GlueTable) -> Actual {
    let stored = StoredTable {
        database: "mobility".into(),
        table,
        version: "3".into(),
        updated: None,
        created_by: None,
        obstacles: Vec::new(),
    };
    Actual { database: Some(GlueDatabase::new("mobility")), table: Some(stored), ..Actual::default() }
}

/// Codes, places and classes.
fn codes(plan: &TablePlan) -> Vec<String> {
    let shown = |change: &Change| format!("{} {} {}", change.code, change.place, change.class.name());
    plan.changes.iter().map(shown).collect()
}

#[test]
fn a_table_that_is_not_there_is_made_with_the_note() {
    let plan = diff(&wanted(table("a:int")), &Actual::default());
    assert_eq!(codes(&plan), ["LB001 database `mobility` safe", "LB002 table `mobility.traffic` safe"]);
    assert_eq!(plan.base, Base::Absent);
    let made = plan.result.unwrap();
    assert!(Owned::read(&made).is_some());
    assert!(diff(&wanted(table("a:int")), &holds(made)).is_empty());
}

#[test]
fn a_right_table_without_the_note_is_left_alone() {
    let plan = diff(&wanted(table("a:int")), &holds(table("a:int")));
    assert!(plan.is_empty() && plan.result.is_none(), "{plan:?}");
}

#[test]
fn what_left_the_struct_goes_and_what_others_added_stays() {
    let mut there =
        diff(&wanted(table("a:int b:int s:struct<x:int,y:int>")), &Actual::default()).result.unwrap();
    there.columns.insert(1, GlueColumn { name: "theirs".into(), ty: "int".into(), ..GlueColumn::default() });
    there.columns[3].ty = "struct<x:int,their:int,y:int>".into();
    there.parameters.insert("owner".into(), "mobility".into());
    let plan = diff(&wanted(table("a:bigint s:struct<x:int> c:int")), &holds(there));
    assert_eq!(
        codes(&plan),
        [
            "LB101 column `c` safe",
            "LB102 column `b` breaking",
            "LB104 column `a` needs-rewrite",
            "LB112 member `s.y` breaking",
        ]
    );
    assert!(matches!(&plan.base, Base::Version { version, .. } if version == "3"), "{:?}", plan.base);
    assert_eq!(
        plan.foreign,
        ["column `theirs` int", "member `s.their` int", "parameter `owner` = `mobility`"]
    );
    let sent = plan.result.unwrap();
    let columns: Vec<_> =
        sent.columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
    assert_eq!(columns, ["a:bigint", "theirs:int", "s:struct<x:int,their:int>", "c:int"]);
    assert_eq!(sent.parameters["owner"], "mobility");
    assert!(diff(&wanted(table("a:bigint s:struct<x:int> c:int")), &holds(sent)).is_empty());
}

#[test]
fn a_partition_key_among_the_columns_is_told() {
    let mut keyed = table("a:int");
    keyed.partition_keys.push(GlueColumn { name: "dt".into(), ty: "string".into(), ..GlueColumn::default() });
    let mut there = keyed.clone();
    there.columns.push(keyed.partition_keys[0].clone());
    let plan = diff(&wanted(keyed), &holds(there));
    assert_eq!(
        plan.foreign,
        ["column `dt` string, which is a partition key too: readers fail over a name in both places"]
    );
}

#[test]
fn what_is_more_than_files_is_refused_as_a_whole_and_left_alone_when_it_is_right() {
    let mut there = holds(table("a:int"));
    if let Some(stored) = &mut there.table {
        stored.obstacles = vec!["It is a link to a table of another catalog.".into()];
    }
    assert!(diff(&wanted(table("a:int")), &there).is_empty());
    let plan = diff(&wanted(table("a:int b:int")), &there);
    assert_eq!(codes(&plan), ["LB101 column `b` safe", "LB503 table `mobility.traffic` impossible"]);
    assert!(plan.result.is_none() && plan.partitions.is_empty());
}

#[test]
fn without_the_note_nothing_goes_until_it_is_adopted() {
    let mut there = table("a:int b:int");
    there.parameters.extend([("old".into(), "1".into()), ("numRows".into(), "7".into())]);
    let mut wanted = wanted(table("a:int"));
    let plan = diff(&wanted, &holds(there.clone()));
    assert!(plan.is_empty());
    assert_eq!(
        plan.foreign,
        ["column `b` int", "parameter `old` = `1`", "parameters of statistics: numRows"]
    );
    wanted.adopt = true;
    let plan = diff(&wanted, &holds(there));
    assert_eq!(codes(&plan), ["LB102 column `b` breaking", "LB501 parameter `old` safe"]);
    assert_eq!(plan.foreign, ["parameters of statistics: numRows"]);
}

#[test]
fn partition_keys_are_refused_with_the_way_out() {
    let mut keyed = table("a:int");
    keyed.partition_keys.push(GlueColumn { name: "dt".into(), ty: "string".into(), ..GlueColumn::default() });
    let plan = diff(&wanted(keyed), &holds(table("a:int")));
    assert_eq!(codes(&plan), ["LB201 partition keys impossible"]);
    assert_eq!(plan.result, None);
}

#[test]
fn an_index_too_many_is_left_out_and_the_rest_is_done() {
    let index = |name: &str| PartitionIndex {
        name: name.into(),
        keys: vec![name.into()],
        state: crate::catalog::IndexState::Active,
    };
    let mut keyed = table("a:int b:int");
    for key in ["p", "q", "r", "s"] {
        keyed.partition_keys.push(GlueColumn {
            name: key.into(),
            ty: "string".into(),
            ..GlueColumn::default()
        });
    }
    let mut there = keyed.clone();
    there.columns.pop();
    let wanted = Wanted { indexes: vec![index("p"), index("q")], ..wanted(keyed) };
    let actual =
        Actual { partitions: Some(Vec::new()), indexes: vec![index("r"), index("s")], ..holds(there) };
    let plan = diff(&wanted, &actual);
    assert_eq!(codes(&plan), ["LB101 column `b` safe", "LB602 partition index `p` safe"]);
    assert!(plan.result.is_some() && plan.indexes.len() == 1, "{plan:?}");
    let left = left_out(&wanted, &actual);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].place, "partition index over q");
}

#[test]
fn places_that_change_break_partitions_that_were_not_listed() {
    let keyed = |columns: &str, json: bool| {
        let mut table = table(columns);
        table.partition_keys.push(GlueColumn {
            name: "dt".into(),
            ty: "string".into(),
            ..GlueColumn::default()
        });
        if json {
            table.storage.serde_library = Some(Format::Json.serde().into());
        }
        table
    };
    for (before, after, json, expected) in [
        ("a:int", "z:int a:int", true, "LB101 column `z` breaking"),
        ("a:int", "a:int z:int", true, "LB101 column `z` safe"),
        ("a:int b:int", "b:int a:int", true, "LB103 columns breaking"),
        ("a:int", "z:int a:int", false, "LB101 column `z` safe"),
        ("s:struct<x:int>", "s:struct<w:int,x:int>", false, "LB111 member `s.w` breaking"),
        ("s:struct<x:int>", "s:struct<x:int,y:int>", false, "LB111 member `s.y` safe"),
        ("s:struct<x:int,y:int>", "s:struct<y:int,x:int>", false, "LB113 members of `s` breaking"),
    ] {
        let there = diff(&wanted(keyed(before, json)), &Actual::default()).result.unwrap();
        let plan = diff(&wanted(keyed(after, json)), &holds(there.clone()));
        assert_eq!(codes(&plan), [expected], "{before} -> {after}");
        let is_safe = plan.changes[0].class == Class::Safe;
        assert!(is_safe || plan.changes[0].remedy.as_deref().unwrap().contains("--skip-partitions"));
        assert_eq!(contradictions(&plan, &holds(there.clone())), [""; 0]);
        let listed = Actual { partitions: Some(Vec::new()), ..holds(there) };
        let plan = diff(&wanted(keyed(after, json)), &listed);
        assert!(plan.changes.iter().all(|change| change.class == Class::Safe), "{plan:?}");
    }
}

#[test]
fn a_note_that_cannot_be_read_is_told_and_one_of_a_newer_lakebed_refused() {
    let made = diff(&wanted(table("a:int")), &Actual::default()).result.unwrap();
    let mut damaged = made.clone();
    damaged.parameters.insert(OWNED.into(), "{".into());
    let plan = diff(&wanted(table("a:int b:int")), &holds(damaged));
    assert_eq!(codes(&plan), ["LB101 column `b` safe"]);
    assert!(plan.foreign[0].contains("`lakebed.owned`, which cannot be read"), "{:?}", plan.foreign);
    let mut newer = made;
    newer.parameters.insert(OWNED.into(), r#"{"version":2,"things":[]}"#.into());
    for columns in ["a:int", "b:int"] {
        for adopt in [false, true] {
            let plan = diff(&Wanted { adopt, ..wanted(table(columns)) }, &holds(newer.clone()));
            let refused = plan.changes.last().unwrap();
            assert_eq!((refused.code, refused.class), (Code::TableType, Class::Impossible));
            assert_eq!(refused.remedy.as_deref(), Some("update lakebed"));
            assert_eq!(plan.result, None);
        }
    }
}

#[test]
fn the_note_forgets_what_is_neither_there_nor_wanted() {
    let mut with_team = table("a:int b:int");
    with_team.parameters.insert("team".into(), "mobility".into());
    let mut there = diff(&wanted(with_team), &Actual::default()).result.unwrap();
    // Somebody takes both away, and then they leave the struct.
    there.parameters.remove("team");
    there.columns.pop();
    let plan = diff(&wanted(table("a:int")), &holds(there.clone()));
    assert_eq!(codes(&plan), ["LB501 parameter `lakebed.owned` safe"]);
    assert_eq!(plan.changes[0].before.as_deref(), Some("claims column `b`, parameter `team`"));
    assert_eq!(contradictions(&plan, &holds(there)), [""; 0]);
    let mut corrected = plan.result.unwrap();
    assert!(diff(&wanted(table("a:int")), &holds(corrected.clone())).is_empty());
    // Somebody else has a parameter of that name: it is theirs.
    corrected.parameters.insert("team".into(), "governance".into());
    let plan = diff(&wanted(table("a:bigint")), &holds(corrected));
    assert_eq!(plan.result.unwrap().parameters["team"], "governance");
}

#[test]
fn a_reason_says_when_somebody_changed_what_the_last_apply_wrote() {
    let mut wanted = wanted(table("a:int b:string"));
    wanted.table.columns[0].comment = Some("Lanes.".into());
    let made = diff(&wanted, &Actual::default()).result.unwrap();
    let told = |there: &GlueTable| -> Vec<(Code, Class, bool)> {
        let plan = diff(&wanted, &holds(there.clone()));
        let told = |change: &Change| change.reason.contains("somebody changed it after the last apply");
        plan.changes.iter().map(|change| (change.code, change.class, told(change))).collect()
    };
    let mut there = made.clone();
    there.columns[0].ty = "string".into();
    assert_eq!(told(&there), [(Code::ColumnType, Class::Breaking, true)]);
    let mut there = made.clone();
    there.columns[0].comment = None;
    there.parameters.remove("classification");
    there.columns.pop();
    assert_eq!(
        told(&there),
        [
            (Code::AddColumn, Class::Safe, true),
            (Code::ColumnComment, Class::Safe, true),
            (Code::TableParameter, Class::Safe, true),
        ]
    );
    // Of another value the note cannot tell whose it is, and an older struct is nobody's fault.
    let mut there = made;
    there.columns[0].comment = Some("km/h".into());
    assert_eq!(told(&there), [(Code::ColumnComment, Class::Safe, false)]);
    let older = diff(&super::tests::wanted(table("a:smallint")), &Actual::default()).result.unwrap();
    assert!(told(&older).iter().all(|(.., told)| !told), "{:?}", told(&older));
}

#[test]
fn a_database_is_listed_once_with_a_table_that_can_be_made() {
    let mut plans: Vec<TablePlan> = ["a", "b", "c"]
        .into_iter()
        .map(|name| {
            let mut wanted = wanted(table("a:int"));
            wanted.table.name = name.into();
            diff(&wanted, &Actual::default())
        })
        .collect();
    plans[0].changes[1].class = Class::Impossible;
    super::list_databases_once(&mut plans);
    let listed = plans.iter().map(|plan| plan.changes[0].code == Code::CreateDatabase);
    assert_eq!(listed.collect::<Vec<_>>(), [false, true, false]);
    assert!(plans.iter().all(|plan| plan.create_database), "whichever comes first makes it");
}
