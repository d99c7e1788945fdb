//! The tables and the target whose artifacts are committed in `tests/tests/golden`, to be reviewed by eye.

use crate::cases::click::Click;
use crate::cases::every_type::EveryType;
use crate::cases::parcel::Parcel;
use crate::cases::sensor_reading::SensorReading;
use crate::workspace;
use lakebed::artifacts::ARTIFACTS;
use lakebed::{Table, TableDef, Target};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The stock tables, and one for each way to partition and for every type.
pub fn defs() -> Vec<&'static TableDef> {
    let mut defs = lakebed_cli::domain::tables().to_vec();
    defs.extend(lakebed::tables![EveryType, Click, Parcel, SensorReading]);
    defs
}

/// The same as tables.
///
/// # Panics
/// When one is not valid.
pub fn tables() -> Vec<Table> {
    defs()
        .into_iter()
        .map(|def| Table::try_from(def).unwrap_or_else(|problems| panic!("{problems}")))
        .collect()
}

/// Their folder.
pub fn folder() -> PathBuf {
    workspace::root().join("tests/tests/golden")
}

/// File of the target: a normalising function in the stream, projection, a backup.
pub fn target_file() -> PathBuf {
    folder().join("lakebed.toml")
}

/// The target.
///
/// # Panics
/// When its file is not valid.
pub fn target() -> Target {
    read(&target_file())
}

/// Other targets, by the name of their file and of the folders for what they make otherwise.
///
/// # Panics
/// When a file is not valid.
pub fn other_targets() -> [(&'static str, Target); 2] {
    ["direct", "json"].map(|name| (name, read(&folder().join(format!("{name}.toml")))))
}

fn read(file: &Path) -> Target {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Everything that is made from a table, by name of the file: the artifacts, their notes, and the findings of those
/// that cannot be made.
pub fn made(table: &Table, target: &Target) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for artifact in ARTIFACTS {
        let (mut notes, mut findings) = (String::new(), Vec::<String>::new());
        for part in artifact.parts() {
            match artifact.render(part, table, target) {
                Ok(Some(rendered)) => {
                    let file = part.file_name(table);
                    notes.extend(rendered.notes.iter().map(|note| format!("{file}: {note}\n")));
                    files.insert(file, rendered.content.to_text());
                }
                Ok(None) => {}
                Err(refused) => {
                    for finding in refused.0.iter().map(|finding| format!("{finding}\n")) {
                        // Parts of one artifact mostly break the same rules.
                        if !findings.contains(&finding) {
                            findings.push(finding);
                        }
                    }
                }
            }
        }
        for (kind, text) in [("notes", notes), ("findings", findings.concat())] {
            if !text.is_empty() {
                files.insert(format!("{}.{kind}.txt", artifact.name()), text);
            }
        }
    }
    files
}
