//! Files that are made by tests and committed: compared, or written again when the variable `UPDATE` is set.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Variable that makes tests write what they would compare.
const UPDATE: &str = "UPDATE";

fn updating() -> bool {
    std::env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0")
}

/// Asserts that a folder holds these files, by path below it, and nothing else but `others`.
///
/// # Panics
/// When a file is missing, differs or is left over; with `UPDATE=1` when it cannot be written.
pub fn assert_folder(folder: &Path, others: &[&str], wanted: &BTreeMap<String, String>) {
    let mut there = BTreeMap::new();
    collect(folder, folder, &mut there);
    there.retain(|path, _| !others.contains(&path.as_str()));
    let mut problems = String::new();
    for (path, text) in wanted {
        let file = folder.join(path);
        match there.get(path) {
            Some(old) if old == text => {}
            _ if updating() => write(&file, text),
            Some(old) => {
                let _ = writeln!(problems, "{path} differs: {}", first_difference(old, text));
            }
            None => {
                let _ = writeln!(problems, "{path} is missing");
            }
        }
    }
    for path in there.keys().filter(|path| !wanted.contains_key(*path)) {
        if updating() {
            fs::remove_file(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        } else {
            let _ = writeln!(problems, "{path} is left over");
        }
    }
    assert!(problems.is_empty(), "{}:\n{problems}{}", folder.display(), advice());
}

/// Asserts that a file holds this text between two markers, each on a line of its own.
///
/// # Panics
/// When it holds another, or lacks the markers; with `UPDATE=1` when it cannot be written.
pub fn assert_between(file: &Path, markers: (&str, &str), wanted: &str) {
    let shown = file.display();
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{shown}: {error}"));
    let (before, rest) = text.split_once(markers.0).unwrap_or_else(|| panic!("{shown}: no {}", markers.0));
    let (between, after) = rest.split_once(markers.1).unwrap_or_else(|| panic!("{shown}: no {}", markers.1));
    let wanted = format!("\n{}\n", wanted.trim());
    if between == wanted {
        return;
    }
    assert!(
        updating(),
        "{shown} between {} and {}: {}\n{}",
        markers.0,
        markers.1,
        first_difference(between, &wanted),
        advice()
    );
    write(file, &format!("{before}{}{wanted}{}{after}", markers.0, markers.1));
}

fn advice() -> String {
    format!("read the difference; to take it over, run the test again with {UPDATE}=1, and commit")
}

fn first_difference(old: &str, new: &str) -> String {
    let same = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("nothing more").to_owned();
    format!("line {}\n    committed: {}\n    made:      {}", same + 1, line(old), line(new))
}

fn write(file: &Path, text: &str) {
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(file, text));
    written.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            found.insert(
                name,
                String::from_utf8_lossy(&fs::read(&path).expect("a readable file")).into_owned(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    /// Runs without `UPDATE` only: with it, nothing fails.
    #[test]
    fn what_differs_is_missing_or_left_over_is_named() {
        if updating() {
            return;
        }
        let folder = tempfile::tempdir().expect("a folder");
        for (file, text) in [("a/same", "1\n"), ("a/other", "1\n2\n"), ("b", ""), ("kept", "")] {
            write(&folder.path().join(file), text);
        }
        let wanted = [("a/same", "1\n"), ("a/other", "1\n3\n"), ("c", "")];
        let wanted = wanted.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
        let message =
            catch_unwind(|| assert_folder(folder.path(), &["kept"], &wanted)).expect_err("differences");
        let message = message.downcast_ref::<String>().expect("a text");
        for said in
            ["a/other differs: line 2\n    committed: 2\n    made:      3", "c is missing", "b is left over"]
        {
            assert!(message.contains(said), "{said}: {message}");
        }
        assert!(!message.contains("same") && !message.contains("kept"), "{message}");

        let file = folder.path().join("doc.md");
        write(&file, "x\n<!-- a -->\nold\n<!-- /a -->\ny\n");
        let between =
            |wanted: &str| catch_unwind(|| assert_between(&file, ("<!-- a -->", "<!-- /a -->"), wanted));
        assert!(between("old").is_ok());
        assert!(between("new").is_err());
    }
}
