//! Opening the catalog that a command works on.

use super::{Catalog, FolderCatalog};
use crate::error::CliError;
use crate::registry::{FolderRegistry, SchemaRegistry};
use crate::surroundings::Surroundings;
use crate::target::{Folder, Settings};
use lakebed_schema::Target;

/// The folder where nothing names another.
const FOLDER: &str = "catalog";
/// The word for the Glue Data Catalog.
const GLUE: &str = "glue";

/// Which catalog a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct CatalogArgs {
    /// The catalog: `glue`, or a folder of Glue JSON; the setting catalog when absent
    ///
    /// Without both it is the folder `catalog` beside lakebed.toml, or in the current folder. It is made when
    /// something is first written into it.
    #[arg(long, value_name = "FOLDER|glue")]
    pub(crate) catalog: Option<String>,
}

impl CatalogArgs {
    /// The flags as they were given, to name the same catalog again.
    pub(crate) fn flags(&self) -> Vec<String> {
        self.catalog.iter().flat_map(|catalog| ["--catalog".to_owned(), catalog.clone()]).collect()
    }
}

/// Opens what the flag names, else the setting, else the folder `catalog` beside lakebed.toml.
///
/// The setting may be the one of a single table.
pub(crate) fn open(
    choice: Option<&str>,
    settings: &Settings,
    table: Option<&str>,
    around: &Surroundings,
) -> Result<Box<dyn Catalog>, CliError> {
    match chosen(choice, settings, table, around)? {
        Chosen::Glue(target) => glue(&target),
        Chosen::Folder(folder) => Ok(Box::new(FolderCatalog::new(folder.path).with_shown(folder.shown))),
    }
}

/// Opens the registry of schemas that stands beside the catalog of [`open`].
pub(crate) fn open_registry(
    choice: Option<&str>,
    settings: &Settings,
    table: Option<&str>,
    around: &Surroundings,
) -> Result<Box<dyn SchemaRegistry>, CliError> {
    match chosen(choice, settings, table, around)? {
        Chosen::Glue(target) => glue_registry(&target),
        Chosen::Folder(folder) => Ok(Box::new(FolderRegistry::new(folder.path, folder.shown))),
    }
}

/// What was chosen.
enum Chosen {
    Glue(Box<Target>),
    Folder(Folder),
}

fn chosen(
    choice: Option<&str>,
    settings: &Settings,
    table: Option<&str>,
    around: &Surroundings,
) -> Result<Chosen, CliError> {
    let resolved = settings.resolve(table)?;
    let folder = match (choice, resolved.target.catalog.as_deref()) {
        (Some(GLUE), _) | (None, Some(GLUE)) => return Ok(Chosen::Glue(Box::new(resolved.target))),
        (Some(folder), _) => {
            check(folder, "--catalog", around)?;
            Folder { path: around.folder.join(folder), shown: folder.to_owned() }
        }
        (None, Some(folder)) => {
            let origin = resolved.origin("catalog");
            let place = origin.map_or_else(|| "catalog".to_owned(), ToString::to_string);
            check(folder, &place, around)?;
            settings.folder(origin, folder, around)
        }
        (None, None) => settings.beside(FOLDER, around),
    };
    if folder.path.exists() && !folder.path.is_dir() {
        return Err(CliError::failed(
            "the catalog is no folder",
            format!("{} is a file, and a catalog is a folder of Glue JSON", folder.shown),
        )
        .hint("name the folder with --catalog FOLDER, or write --catalog glue"));
    }
    Ok(Chosen::Folder(folder))
}

/// Refuses what nobody means as the name of a folder.
fn check(folder: &str, place: &str, around: &Surroundings) -> Result<(), CliError> {
    let wrong = |problem: String| {
        CliError::usage(format!("{place}: {problem}"))
            .hint("write `glue` for the Glue Data Catalog, or a folder such as `./catalog`")
    };
    if folder.is_empty() {
        return Err(wrong("expected `glue` or a folder, found nothing".to_owned()));
    }
    if folder.contains("://") {
        return Err(wrong(format!("expected `glue` or a folder, found the address `{folder}`")));
    }
    if folder.eq_ignore_ascii_case(GLUE) && !around.folder.join(folder).is_dir() {
        return Err(wrong(format!("there is no folder `{folder}`, and the Glue Data Catalog is `glue`")));
    }
    Ok(())
}

#[cfg(feature = "aws")]
fn options(target: &Target) -> super::GlueOptions {
    super::GlueOptions {
        region: target.region.clone(),
        account: target.account.clone(),
        ..super::GlueOptions::default()
    }
}

#[cfg(feature = "aws")]
fn glue(target: &Target) -> Result<Box<dyn Catalog>, CliError> {
    Ok(Box::new(super::GlueCatalog::open(options(target))?))
}

#[cfg(feature = "aws")]
fn glue_registry(target: &Target) -> Result<Box<dyn SchemaRegistry>, CliError> {
    Ok(Box::new(super::GlueRegistry::open(options(target))?))
}

#[cfg(not(feature = "aws"))]
fn glue(_target: &Target) -> Result<Box<dyn Catalog>, CliError> {
    Err(no_glue())
}

#[cfg(not(feature = "aws"))]
fn glue_registry(_target: &Target) -> Result<Box<dyn SchemaRegistry>, CliError> {
    Err(no_glue())
}

#[cfg(not(feature = "aws"))]
fn no_glue() -> CliError {
    CliError::failed("no Glue in this program", "it was built without the Glue Data Catalog").hint(
        "install it with `cargo install --path cli --features aws`, or turn on the feature `aws` of lakebed-cli \
         in your own; a folder of Glue JSON works without: --catalog FOLDER",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::TargetArgs;
    use std::fs;
    use std::path::Path;

    fn opened(choice: Option<&str>, folder: &Path) -> Result<String, String> {
        let around = Surroundings { folder: folder.to_owned(), ..Surroundings::default() };
        let settings = Settings::load(&TargetArgs::default(), &around).map_err(|error| error.render())?;
        let shown = |error: CliError| anstream::adapter::strip_str(&error.render()).to_string();
        open(choice, &settings, None, &around).map(|catalog| catalog.shown()).map_err(shown)
    }

    #[test]
    fn the_flag_goes_before_the_setting_and_the_setting_before_the_default() {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("below");
        fs::create_dir(&below).expect("a folder");
        assert_eq!(opened(None, &below), Ok("the folder catalog".to_owned()));
        fs::write(folder.path().join("lakebed.toml"), "region = \"eu-west-1\"\n").expect("a file");
        assert_eq!(opened(None, &below), Ok("the folder ../catalog".to_owned()));
        fs::write(folder.path().join("lakebed.toml"), "catalog = \"tables\"\n").expect("a file");
        assert_eq!(opened(None, &below), Ok("the folder ../tables".to_owned()));
        assert_eq!(opened(Some("./mine"), &below), Ok("the folder ./mine".to_owned()));
        assert_eq!(fs::read_dir(&below).expect("a folder").count(), 0, "opening makes nothing");
    }

    #[test]
    fn what_is_no_catalog_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("file"), "").expect("a file");
        let told: Vec<_> = ["", "s3://lake/catalog", "Glue", "file"]
            .iter()
            .map(|choice| opened(Some(choice), folder.path()).expect_err("no catalog"))
            .collect();
        insta::assert_snapshot!(told.join("\n"), @"
        error: wrong usage
          --catalog: expected `glue` or a folder, found nothing
          what to do: write `glue` for the Glue Data Catalog, or a folder such as `./catalog`

        error: wrong usage
          --catalog: expected `glue` or a folder, found the address `s3://lake/catalog`
          what to do: write `glue` for the Glue Data Catalog, or a folder such as `./catalog`

        error: wrong usage
          --catalog: there is no folder `Glue`, and the Glue Data Catalog is `glue`
          what to do: write `glue` for the Glue Data Catalog, or a folder such as `./catalog`

        error: the catalog is no folder
          file is a file, and a catalog is a folder of Glue JSON
          what to do: name the folder with --catalog FOLDER, or write --catalog glue
        ");
    }

    #[cfg(not(feature = "aws"))]
    #[test]
    fn glue_needs_a_program_that_has_it() {
        let told = opened(Some("glue"), Path::new("/")).expect_err("no Glue");
        insta::assert_snapshot!(told, @"
        error: no Glue in this program
          it was built without the Glue Data Catalog
          what to do: install it with `cargo install --path cli --features aws`, or turn on the feature `aws` of lakebed-cli in your own; a folder of Glue JSON works without: --catalog FOLDER
        ");
    }
}
