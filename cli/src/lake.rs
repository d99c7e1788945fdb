//! Where the files of a table are, for commands that look at them.

use crate::error::CliError;
use crate::location::{self, Place};
use crate::surroundings::Surroundings;
use crate::target::{Folder, Resolved, Settings};
use lakebed_schema::target::Lake;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The lake as typed.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct LakeArgs {
    /// Folder of the lake, or of a copy of it; the setting lake when absent
    #[arg(long, value_name = "LAKE")]
    lake: Option<OsString>,
}

/// Where the files of a table are.
#[derive(Clone, Debug)]
pub(crate) enum Whereabouts {
    /// The lake, when the table stands in it, and the table's folder.
    Here { lake: Option<PathBuf>, folder: Folder },
    /// At an address that is not read.
    Away(String),
    /// Nobody says where.
    Unknown,
}

impl LakeArgs {
    /// The lake that was typed, which must be a folder.
    pub(crate) fn check(&self, around: &Surroundings) -> Result<Option<Folder>, CliError> {
        let Some(typed) = &self.lake else { return Ok(None) };
        let path = location::path(typed, Place::Inspected)?;
        let folder = Folder { path: around.folder.join(&path), shown: path.display().to_string() };
        if folder.path.is_dir() {
            return Ok(Some(folder));
        }
        let what = if folder.path.exists() { "is a file" } else { "does not exist" };
        Err(CliError::failed("cannot read the lake", format!("{} {what}", folder.shown))
            .hint("name the folder that `convert --to` wrote to with --lake"))
    }

    /// The lake as typed.
    pub(crate) fn typed(&self) -> Option<&OsStr> {
        self.lake.as_deref()
    }
}

/// Where the files of the table of that name are: in the lake that was typed, else where the target says.
pub(crate) fn whereabouts(
    typed: Option<&Folder>,
    table: &str,
    settings: &Settings,
    resolved: &Resolved,
    around: &Surroundings,
) -> Whereabouts {
    let inside = |lake: Folder| {
        let shown = PathBuf::from(&lake.shown).join(table).display().to_string();
        let folder = Folder { path: lake.path.join(table), shown };
        Whereabouts::Here { lake: Some(lake.path), folder }
    };
    if let Some(lake) = typed {
        return inside(lake.clone());
    }
    if let Some(location) = resolved.target.locations.get(table) {
        return if location.contains("://") {
            Whereabouts::Away(location.clone())
        } else {
            let folder = settings.folder(resolved.origin("locations"), location, around);
            Whereabouts::Here { lake: None, folder }
        };
    }
    match resolved.target.lake() {
        Ok(Lake::Folder(folder)) => inside(settings.folder(resolved.origin("lake"), &folder, around)),
        Ok(lake @ Lake::S3 { .. }) => Whereabouts::Away(format!("{lake}{table}/")),
        Err(_) => Whereabouts::Unknown,
    }
}
