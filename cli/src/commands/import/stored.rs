//! A table of a catalog.

use super::source::refuse_records;
use super::{ImportArgs, rename};
use crate::catalog::TableName;
use crate::catalog::open::open;
use crate::error::CliError;
use crate::import::Found;
use crate::import::detect::Kind;
use crate::surroundings::Surroundings;
use crate::target::Settings;
use lakebed_schema::import::from_glue;
use lakebed_schema::name::{check_name, nearest};
use lakebed_schema::{Finding, Findings};

/// A table of a catalog.
pub(super) fn in_catalog(
    args: &ImportArgs,
    choice: &str,
    around: &Surroundings,
) -> Result<Result<Found, Findings>, CliError> {
    refuse_records(args, Kind::Glue)?;
    if args.from.is_some_and(|kind| kind != Kind::Glue) {
        return Err(CliError::usage("a catalog holds tables of Glue, and nothing else")
            .hint("leave --from out, or name a file and leave --catalog out"));
    }
    let [typed] = args.sources.as_slice() else {
        return Err(CliError::usage("one table of a catalog is imported at a time"));
    };
    let typed = typed.to_string_lossy();
    let Some((database, table)) = typed
        .split_once('.')
        .filter(|(database, table)| check_name(&database.to_lowercase()).is_ok() && !table.is_empty())
    else {
        return Err(CliError::usage(format!("`{typed}` is no table of a catalog"))
            .hint("write DATABASE.TABLE, such as `web.clicks`; a file goes without --catalog"));
    };
    let settings = Settings::load(&args.target, around)?;
    let catalog = open(Some(choice), &settings, None, around)?;
    let name = TableName::new(database, table);
    let Some(stored) = catalog.table(&name)? else {
        let there: Vec<String> = catalog
            .tables(database)
            .unwrap_or_default()
            .into_iter()
            .map(|stored| stored.table.name)
            .collect();
        let near = nearest(&name.table, there.iter().map(String::as_str));
        let hint = match (near, there.len()) {
            (Some(near), _) => format!("did you mean `{database}.{near}`?"),
            (None, 0) => {
                format!("the catalog has no database `{database}`, or it is empty: check both names")
            }
            (None, 1..=20) => format!("its tables are {}", there.join(", ")),
            (None, _) => "check the name".to_owned(),
        };
        return Err(
            CliError::failed("no such table", format!("{} has no table {name}", catalog.shown())).hint(hint)
        );
    };
    if let Some(obstacle) = stored.obstacles.first() {
        return Ok(Err(Finding::new(
            "import-table-type",
            format!("table {name}"),
            obstacle.clone(),
            "keep the table as it is: lakebed does not describe it",
        )
        .into()));
    }
    let found = from_glue(&stored.table, Some(&stored.database)).map(Found::from);
    Ok(found.map(|mut found| {
        if let Some(name) = &args.table {
            rename(&mut found, name);
        }
        found
    }))
}
