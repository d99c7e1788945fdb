//! The JSON files of the catalog: read with errors that name the place, written so that readers see them whole.

use crate::catalog::rules::Call;
use crate::catalog::{CatalogError, CatalogErrorKind};
use lakebed_schema::json::Json;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Whether a file has to be on the disk before the call is over, or only before the system stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// It outlasts a power cut.
    Synced,
    /// It outlasts the end of the process.
    Written,
}

/// Reads a file; none when it does not exist.
pub(super) fn read(call: &Call, file: &Path) -> Result<Option<Value>, CatalogError> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(cannot("read", call, file, error)),
    };
    // Some editors write a mark in front.
    let json = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(json).map(Some).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let merge = bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"<<<<<<< "));
        let hint = if merge {
            "resolve the merge conflict in this file, then run the command again"
        } else if bytes.is_empty() {
            "the file is empty: restore it, or remove it if nothing needs it, then run the command again"
        } else {
            "correct the file or restore it from version control, then run the command again"
        };
        let problem = error.to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default();
        call.error(
            CatalogErrorKind::Unreadable,
            format!("{}:{line}:{column}: it is not JSON: {problem}", file.display()),
        )
        .with_hint(hint)
    })
}

/// Writes aside, then renames: a reader sees the old file or the new one, whole. Only for who holds the lock: the file
/// aside always has the same name, so that killed writers leave at most one.
pub(super) fn write(
    call: &Call,
    file: &Path,
    json: &Json,
    durability: Durability,
) -> Result<(), CatalogError> {
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let aside = folder.join(".lakebed.tmp");
    let attempt = || -> io::Result<()> {
        let mut out = match File::create(&aside) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(folder, durability)?;
                File::create(&aside)?
            }
            other => other?,
        };
        out.write_all(json.to_text().as_bytes())?;
        if durability == Durability::Synced {
            out.sync_all()?;
        }
        drop(out);
        fs::rename(&aside, file)?;
        // The name is in the folder, which is flushed by itself.
        if durability == Durability::Synced { flush(folder) } else { Ok(()) }
    };
    attempt().map_err(|error| {
        let _ = fs::remove_file(&aside);
        cannot("write", call, file, error)
    })
}

/// Makes a folder with those above it, each flushed into the one that holds it.
fn make(folder: &Path, durability: Durability) -> io::Result<()> {
    let new: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    fs::create_dir_all(folder)?;
    if durability == Durability::Synced {
        for above in new.into_iter().filter_map(Path::parent) {
            flush(above)?;
        }
    }
    Ok(())
}

/// Waits until the names in a folder are on the disk. Windows opens no folder as a file; its journal keeps names.
fn flush(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Removes a file; false when it was not there.
pub(super) fn remove(call: &Call, file: &Path) -> Result<bool, CatalogError> {
    match fs::remove_file(file) {
        Ok(()) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(cannot("remove", call, file, error)),
    }
}

/// Names in a folder that end so, without the ending, in order; none when there is no such folder.
pub(super) fn names(call: &Call, folder: &Path, ending: &str) -> Result<Vec<String>, CatalogError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(cannot("list", call, folder, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| cannot("list", call, folder, error))?;
        // Names that are no UTF-8 are none of ours.
        let Ok(name) = entry.file_name().into_string() else { continue };
        if let Some(name) = name.strip_suffix(ending)
            && !name.starts_with('.')
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// What the file system refused.
pub(super) fn cannot(what: &str, call: &Call, place: &Path, error: io::Error) -> CatalogError {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let (kind, hint) = if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) {
        (CatalogErrorKind::Denied, "check who may read and write the folder of the catalog")
    } else if matches!(error.kind(), StorageFull | QuotaExceeded) {
        (CatalogErrorKind::Limit, "make room on the disk, then run the command again")
    } else {
        (CatalogErrorKind::Other, "check the path and the disk of the catalog")
    };
    call.error(kind, format!("cannot {what} {}", place.display())).with_hint(hint).with_source(error)
}

/// Whether there is no such file, be it that something on the way to it is none of the catalog's folders.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
