//! The workspace's own files.

use std::fs;
use std::path::{Path, PathBuf};

/// Folder of the workspace.
///
/// # Panics
/// Never: the package `lakebed-tests` is a member.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace stands above its member")
}

/// Folder of the Flemish traffic data.
pub fn miv() -> PathBuf {
    root().join("tests/data/miv")
}

/// Every file below a folder of the workspace, sorted; hidden and generated folders left out.
///
/// # Panics
/// When the folder cannot be read.
pub fn files(below: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(below), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let generated = matches!(&*name, "target" | "lake" | "__pycache__" | "node_modules");
        if generated || (name.starts_with('.') && name != ".ci") {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}
