//! Where the files of a table are, for commands that look at them.

use crate::error::CliError;
use crate::location::{self, Place};
use crate::s3::S3Args;
use crate::surroundings::Surroundings;
use crate::target::{Resolved, Settings};
use lakebed::Location;
use lakebed::journal::compaction::generations;
use lakebed::store::{Store, StoreError};
use lakebed_schema::target::Lake as TargetLake;
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

/// The lake as typed.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct LakeArgs {
    /// Folder or s3:// address of the lake, or of a copy of it; the setting lake when absent
    #[arg(long, value_name = "LAKE")]
    lake: Option<OsString>,

    #[command(flatten)]
    s3: S3Args,
}

/// A folder of this machine or a prefix on S3.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    pub(crate) store: Arc<dyn Store>,
    /// As messages name it.
    pub(crate) shown: String,
}

/// Where the files of a table are.
#[derive(Clone, Debug)]
pub(crate) enum Whereabouts {
    /// The lake, when the table stands in it, and the table's folder.
    Here { lake: Option<Files>, folder: Files },
    /// At an address that this build cannot read, for that reason.
    Away(String, String),
    /// Nobody says where.
    Unknown,
}

impl Files {
    /// The files at that place, which messages call `shown`.
    ///
    /// # Errors
    /// An address on S3 that cannot be opened.
    pub(crate) fn open(
        location: &Location,
        shown: String,
        s3: &S3Args,
        around: &Surroundings,
    ) -> Result<Self, StoreError> {
        Ok(Self { store: s3.stores(around).open(location)?, shown })
    }

    /// Whether there is anything: a folder, also an empty one; a prefix with an object.
    ///
    /// # Errors
    /// Of the store.
    pub(crate) fn exists(&self) -> Result<bool, StoreError> {
        match self.store.root().as_path() {
            Some(path) => Ok(path.is_dir()),
            None => Ok(!self.store.names("")?.is_empty()),
        }
    }
}

/// Whether a table has anything: its folder, or one beside it, to which a compaction has switched readers. On S3
/// nothing is left of the first when all partitions were switched and their old files are gone.
///
/// # Errors
/// Of the store.
pub(crate) fn has_folder(lake: Option<&Files>, folder: &Files, table: &str) -> Result<bool, StoreError> {
    if folder.exists()? {
        return Ok(true);
    }
    let Some(lake) = lake else { return Ok(false) };
    Ok(!lake.store.names(&generations(table))?.is_empty())
}

impl LakeArgs {
    /// The lake that was typed, which must be there.
    pub(crate) fn check(&self, around: &Surroundings) -> Result<Option<(Location, String)>, CliError> {
        let Some(typed) = &self.lake else { return Ok(None) };
        let typed = location::location(typed, Place::Inspected)?;
        let shown = typed.to_string();
        let location = match typed {
            Location::Local(path) => Location::Local(around.folder.join(path)),
            s3 @ Location::S3 { .. } => s3,
        };
        let files = Files::open(&location, shown, &self.s3, around).map_err(StoreError::input)?;
        if files.exists().map_err(StoreError::input)? {
            return Ok(Some((location, files.shown)));
        }
        let what = match location.as_path() {
            Some(path) if path.exists() => "is a file",
            Some(_) => "does not exist",
            None => "holds nothing",
        };
        Err(CliError::failed("cannot read the lake", format!("{} {what}", files.shown))
            .hint("name the folder that `convert --to` wrote to with --lake"))
    }

    /// The lake as typed.
    pub(crate) fn typed(&self) -> Option<&OsStr> {
        self.lake.as_deref()
    }

    /// Where the files of the table of that name are: in the lake that was typed, else where the target says.
    ///
    /// # Errors
    /// An address on S3 that was typed and cannot be opened.
    pub(crate) fn whereabouts(
        &self,
        typed: Option<&(Location, String)>,
        table: &str,
        settings: &Settings,
        resolved: &Resolved,
        around: &Surroundings,
    ) -> Result<Whereabouts, CliError> {
        let open = |location: &Location, shown: String| Files::open(location, shown, &self.s3, around);
        let inside = |lake: &Location, shown: &str| {
            let folder = open(&lake.join(table), format!("{}/{table}", shown.trim_end_matches('/')))?;
            Ok(Whereabouts::Here { lake: Some(open(lake, shown.to_owned())?), folder })
        };
        let away = |address: &str, e: &StoreError| {
            let cause = std::error::Error::source(e).map(|cause| format!(": {cause}")).unwrap_or_default();
            Whereabouts::Away(address.to_owned(), format!("{e}{cause}"))
        };
        if let Some((lake, shown)) = typed {
            return inside(lake, shown).map_err(|e| StoreError::input(e).into());
        }
        if let Some(address) = resolved.target.locations.get(table) {
            let (location, shown) = if address.contains("://") {
                match Location::from_s3_uri(address) {
                    Some(location) => (location, address.clone()),
                    None => {
                        return Ok(Whereabouts::Away(address.clone(), "it is no address on S3".to_owned()));
                    }
                }
            } else {
                let folder = settings.folder(resolved.origin("locations"), address, around);
                (Location::Local(folder.path), folder.shown)
            };
            return Ok(match open(&location, shown) {
                Ok(folder) => Whereabouts::Here { lake: None, folder },
                Err(e) => away(address, &e),
            });
        }
        Ok(match resolved.target.lake() {
            Ok(TargetLake::Folder(folder)) => {
                let folder = settings.folder(resolved.origin("lake"), &folder, around);
                let lake = Location::Local(folder.path);
                inside(&lake, &folder.shown).unwrap_or_else(|e| away(&folder.shown, &e))
            }
            Ok(lake @ TargetLake::S3 { .. }) => {
                let address = lake.to_string();
                match Location::from_s3_uri(&address) {
                    Some(location) => inside(&location, &address)
                        .unwrap_or_else(|e| away(&format!("{address}{table}/"), &e)),
                    None => Whereabouts::Away(address, "it is no address on S3".to_owned()),
                }
            }
            Err(_) => Whereabouts::Unknown,
        })
    }
}
