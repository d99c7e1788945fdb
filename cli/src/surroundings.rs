//! Where a command runs: the current folder and the variables it may look at. Handed on, so that tests need neither.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// What stands around a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The current folder.
    pub(crate) folder: PathBuf,
    /// Variables of lakebed, and those of AWS that name a region; no others are looked at.
    pub(crate) variables: BTreeMap<String, OsString>,
}

impl Surroundings {
    /// Those of this process.
    pub(crate) fn of_this_process() -> Self {
        let ours =
            |name: &str| name.starts_with("LAKEBED_") || matches!(name, "AWS_REGION" | "AWS_DEFAULT_REGION");
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, value)| ours(name) && !value.is_empty())
            .collect();
        Self { folder: std::env::current_dir().unwrap_or_else(|_| ".".into()), variables }
    }
}
