//! Where a command runs: the current folder and the variables it may look at. Handed on, so that tests need neither.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// What stands around a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The current folder.
    pub(crate) folder: PathBuf,
    /// Variables of lakebed, and those of AWS that name a region; no others are looked at.
    pub(crate) variables: BTreeMap<String, OsString>,
    /// Name of the user, and the command line: told to others who want the same table.
    pub(crate) user: String,
    pub(crate) command: String,
    /// Folder for files that need not stay.
    pub(crate) scratch: PathBuf,
    /// Variables of AWS, which may be secret.
    pub(crate) aws: AwsVariables,
}

/// Variables whose names start with `AWS_`; their values are never shown.
#[derive(Clone, Default)]
pub(crate) struct AwsVariables(BTreeMap<String, String>);

impl AwsVariables {
    /// The value of a variable that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Names and values of those that are not empty.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(_, value)| !value.is_empty())
    }
}

impl fmt::Debug for AwsVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl FromIterator<(String, String)> for AwsVariables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().filter(|(name, _)| name.starts_with("AWS_")).collect())
    }
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
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        let aws = std::env::vars_os().filter_map(text).collect();
        let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        Self {
            folder: std::env::current_dir().unwrap_or_else(|_| ".".into()),
            variables,
            user: user.unwrap_or_default(),
            command: String::new(),
            scratch: std::env::temp_dir(),
            aws,
        }
    }
}
