//! The README's section on the catalog is what the commands print.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

const FROM: &str = "<!-- The blocks up to \"end of the catalog\"";
const TO: &str = "<!-- end of the catalog -->";
const BLOCK: &str = "```console\n";

const TRIP: &str = r#"{"lakebed_contract": 1, "name": "bike_trip", "comment": "One trip of a shared bicycle.", "columns": [
    {"name": "bike", "key": "bikeId", "type": "uint32", "comment": "Number of the bicycle."},
    {"name": "started_at", "type": {"timestamp": {"unit": "millis", "instant": true}}, "time": ["rfc3339", "epoch_seconds"]},
    {"name": "metres", "type": "int32", "nullable": true, "null_if": [-1]}],
    "partitions": [{"by": "started_at", "layout": "dt={yyyy-MM-dd}/hour={HH}"}]}"#;
const TRIPS: &str = r#"{"bikeId": "17", "started_at": "2026-05-01T09:15:00+02:00", "metres": 1250}
{"bikeId": "18", "started_at": "2026-05-01T10:15:00+02:00", "metres": -1}
"#;

/// Both streams, as a terminal shows them.
fn run(folder: &Path, line: &str) -> io::Result<String> {
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words.first(), Some(&"lakebed"), "{line}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lakebed"));
    let output = command.current_dir(folder).args(&words[1..]).env_clear().stdin(Stdio::null()).output()?;
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// What happens in the text before a block.
fn before(folder: &Path, block: usize) -> io::Result<()> {
    let wider = TRIP.replace(
        r#""int32", "nullable": true, "null_if": [-1]}"#,
        r#""int64", "nullable": true, "null_if": [-1]}, {"name": "helmet", "type": "boolean", "nullable": true}"#,
    );
    let contract = folder.join("bike_trip.lakebed.json");
    match block {
        0 => {
            fs::write(contract, TRIP)?;
            fs::write(folder.join("trips.ndjson"), TRIPS)?;
            let convert = "lakebed convert trips.ndjson --to lake --contract bike_trip.lakebed.json";
            run(folder, convert).map(drop)
        }
        1 => {
            fs::write(contract, &wider)?;
            let table = folder.join("catalog/mobility/bike_trip/table.json");
            let mut value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&table)?)?;
            value["Parameters"]["team"] = "bikes".into();
            let column = serde_json::json!({"Name": "weather", "Type": "string"});
            value["StorageDescriptor"]["Columns"].as_array_mut().expect("columns").push(column);
            fs::write(table, value.to_string())
        }
        2 => fs::write(
            folder.join("renamed.lakebed.json"),
            wider.replace(r#""name": "metres""#, r#""name": "distance", "key": "metres""#),
        ),
        5 => fs::write(
            folder.join("required.lakebed.json"),
            wider.replace(r#""boolean", "nullable": true"#, r#""boolean""#),
        ),
        _ => Ok(()),
    }
}

/// With the variable `UPDATE` the README is written again.
#[test]
fn the_section_on_the_catalog_is_what_the_commands_print() -> io::Result<()> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = fs::read_to_string(&readme)?;
    let (head, rest) = text.split_at(text.find(FROM).expect("the section"));
    let (section, tail) = rest.split_at(rest.find(TO).expect("the end of the section"));
    let folder = tempfile::tempdir()?;
    let mut blocks = section.split(BLOCK);
    let mut new = format!("{head}{}", blocks.next().unwrap_or_default());
    for (at, block) in blocks.enumerate() {
        before(folder.path(), at)?;
        let (commands, prose) = block.split_once("```\n").expect("the end of a block");
        new.push_str(BLOCK);
        for line in commands.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let shown = run(folder.path(), line)?;
            assert!(!shown.contains("wrong usage"), "{line}\n{shown}");
            new.push_str(&format!("$ {line}\n{shown}"));
        }
        new.push_str("```\n");
        new.push_str(prose);
    }
    new.push_str(tail);
    if std::env::var_os("UPDATE").is_some() {
        return fs::write(readme, new);
    }
    assert!(new == text, "README.md differs; UPDATE=1 writes it again:\n{new}");
    Ok(())
}
