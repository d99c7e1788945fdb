//! The catalog that a command names.

use super::{Catalog, FolderCatalog};
use crate::error::CliError;
use crate::surroundings::Surroundings;
use crate::target::Settings;

/// Which catalog a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct CatalogArgs {
    /// The catalog: a folder of Glue JSON, or `glue`; the setting catalog when absent
    #[arg(long, value_name = "FOLDER|glue")]
    pub(crate) catalog: Option<String>,
}

pub(crate) fn open(
    choice: Option<&str>,
    settings: &Settings,
    table: Option<&str>,
    around: &Surroundings,
) -> Result<Box<dyn Catalog>, CliError> {
    let resolved = settings.resolve(table)?;
    let folder = match (choice, &resolved.target.catalog) {
        (Some(choice), _) => choice.to_owned(),
        (None, Some(setting)) => setting.clone(),
        (None, None) => "catalog".to_owned(),
    };
    if folder == "glue" {
        return Err(CliError::not_built("`--catalog glue`"));
    }
    Ok(Box::new(FolderCatalog::new(around.folder.join(&folder))))
}
