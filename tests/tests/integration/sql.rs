//! The SQL that lakebed writes fits the grammars of the engines that run it.

use crate::readers::table as stock;
use crate::spark::{every_type, target};
use lakebed::Table;
use lakebed_schema::artifacts::{Artifact as _, athena_ddl::AthenaDdl};
use lakebed_tests::sql::{Dialect, Statement, check};

fn errors(statements: &[Statement<'_>]) -> Vec<String> {
    check(env!("CARGO_TARGET_TMPDIR"), statements).unwrap_or_else(|error| panic!("{error}"))
}

/// Tables of every shape; one whose names are words of SQL.
fn tables() -> Vec<Table> {
    let mut reserved = stock("traffic_snapshot");
    reserved.name = "select".into();
    for (column, word) in reserved.columns.iter_mut().skip(4).zip(["end", "order", "date", "user"]) {
        column.name = word.into();
        column.comment = Some("It's \"quoted\"; `so` \\ too – 晚上\nand a line".into());
    }
    reserved.latest_by = None;
    let names = ["traffic_measurement", "traffic_snapshot", "measuring_point"];
    names.into_iter().map(stock).chain([every_type(), reserved]).collect()
}

#[test]
fn generated_sql_fits_the_grammars() {
    let mut made = Vec::new();
    for table in tables() {
        for (what, mut target) in [("projected", target("s3://lake")), ("registered", target("s3://lake"))] {
            target.projection.enabled = what == "projected";
            target.stream.backup = true;
            for part in AthenaDdl.parts() {
                let rendered = AthenaDdl.render(part, &table, &target).unwrap_or_else(|e| panic!("{e}"));
                if let Some(rendered) = rendered {
                    let dialect = if part.name == "latest" { Dialect::Trino } else { Dialect::Hive };
                    let name = format!("{} {what} {}", table.name, part.name);
                    made.push((name, dialect, rendered.content.to_text()));
                }
            }
        }
    }
    let count = |dialect| made.iter().filter(|(_, other, _)| *other == dialect).count();
    assert!(count(Dialect::Hive) >= 2 * tables().len() && count(Dialect::Trino) >= 4, "{made:?}");
    let statements: Vec<_> = made
        .iter()
        .map(|(name, dialect, sql)| Statement { name: name.clone(), dialect: *dialect, sql })
        .collect();
    assert_eq!(errors(&statements), [""; 0]);
}

/// A judge that accepts everything proves nothing.
#[test]
fn the_grammars_notice_faults() {
    let table = stock("traffic_measurement");
    let target = target("s3://lake");
    let render = |name: &str| {
        let part = AthenaDdl.parts().iter().find(|part| part.name == name).expect("a part");
        let rendered = AthenaDdl.render(part, &table, &target).unwrap_or_else(|e| panic!("{e}"));
        rendered.expect("this table has it").content.to_text()
    };
    let (ddl, view) = (render("table"), render("latest"));
    let faults = [
        ("unknown type", Dialect::Hive, ddl.replacen(" smallint", " smalint", 1)),
        ("names in double quotes", Dialect::Hive, ddl.replace('`', "\"")),
        ("reserved name", Dialect::Hive, ddl.replace("`point_name`", "select")),
        ("keys without quotes", Dialect::Hive, ddl.replace("'classification'", "classification-x")),
        ("comma at the end", Dialect::Hive, ddl.replacen("\n)\n", ",\n)\n", 1)),
        ("clauses in another order", Dialect::Hive, swapped(&ddl)),
        ("open parenthesis", Dialect::Trino, view.replacen(')', "", 1)),
        ("FROM is missing", Dialect::Trino, view.replacen("FROM", "", 1)),
        ("backslash", Dialect::Trino, view.replacen("SELECT", "SELECT \\", 1)),
    ];
    let statements: Vec<_> = faults
        .iter()
        .map(|(name, dialect, sql)| Statement { name: (*name).to_owned(), dialect: *dialect, sql })
        .collect();
    let found = errors(&statements);
    for (name, _, sql) in &faults {
        assert!(*sql != ddl && *sql != view, "{name}: nothing was changed");
        assert!(found.iter().any(|error| error.starts_with(name)), "{name} is not noticed: {found:?}");
    }
}

/// `LOCATION` behind `TBLPROPERTIES`.
fn swapped(ddl: &str) -> String {
    let (head, rest) = ddl.split_once("LOCATION").expect("a location");
    let (location, properties) = rest.split_once('\n').expect("properties");
    format!("{head}{}\nLOCATION{location}\n", properties.trim_end().trim_end_matches(';'))
}
