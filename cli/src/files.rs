//! Files that commands write.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// What writing a file came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Created,
    Changed,
    /// It held the text already, and was not touched.
    Unchanged,
}

/// What writing `text` would come to.
pub(crate) fn compare(file: &Path, text: &str) -> io::Result<Written> {
    match fs::read(file) {
        Ok(old) if old == text.as_bytes() => Ok(Written::Unchanged),
        Ok(_) => Ok(Written::Changed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Written::Created),
        Err(error) => Err(error),
    }
}

/// Writes aside, then renames: a reader sees the old file or the new one, whole.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<Written> {
    let state = compare(file, text)?;
    if state == Written::Unchanged {
        return Ok(state);
    }
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    fs::create_dir_all(folder)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let aside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::File::create(&aside)
        .and_then(|mut aside| aside.write_all(text.as_bytes()).and_then(|()| aside.sync_all()))
        .and_then(|()| fs::rename(&aside, file));
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written.map(|()| state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_changed_and_leaves_nothing_aside() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let contracts = folder.path().join("new/contracts");
        let file = contracts.join("t.lakebed.json");
        assert!(write(&file, "1\n")? == Written::Created);
        assert!(write(&file, "1\n")? == Written::Unchanged);
        assert!(write(&file, "2\n")? == Written::Changed);
        assert_eq!(fs::read_to_string(&file)?, "2\n");
        assert_eq!(fs::read_dir(&contracts)?.count(), 1);
        Ok(())
    }
}
