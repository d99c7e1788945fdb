//! `lakebed partitions list`

use super::super::Context;
use crate::catalog::TableName;
use crate::catalog::open::{CatalogArgs, open};
use crate::error::{CliError, Outcome};
use crate::partitions::is_projected;
use crate::render::{self, Grid, PLAIN, Side, counted};
use crate::tables::Registry;
use crate::target::{Settings, TargetArgs};
use serde::Serialize;
use std::path::PathBuf;

/// List the registered partitions of a table with their places
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lakebed partitions list --table orders")]
pub(crate) struct ListArgs {
    /// Table whose partitions are listed [default: the only one there is]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Print the list as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    catalog: CatalogArgs,

    #[command(flatten)]
    target: TargetArgs,
}

#[derive(Serialize)]
struct Listed {
    table: String,
    catalog: String,
    /// Whether Athena computes the partitions, so that registered ones mean nothing to it.
    projected: bool,
    partitions: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    values: Vec<String>,
    location: Option<String>,
}

pub(super) fn execute(args: &ListArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let table = Registry::new(context.defs, &args.contract)?.choose(args.table.as_deref())?;
    let settings = Settings::load(&args.target, &context.around)?;
    let resolved = settings.resolve(Some(&table.name))?;
    let database = resolved.target.database(&table).map_err(|finding| {
        CliError::failed("the target says too little", format!("{}: {}", finding.place, finding.problem))
            .hint(finding.fix)
    })?;
    let catalog = open(args.catalog.catalog.as_deref(), &settings, Some(&table.name), &context.around)?;
    let name = TableName::new(database, &table.name);
    let stored = catalog.table(&name)?.ok_or_else(|| {
        CliError::failed(
            "the table is not in the catalog",
            format!("{} holds no table `{name}`", catalog.shown()),
        )
        .hint(format!("`{} apply` makes it; --catalog names another catalog", context.program))
    })?;
    let partitions = catalog.partitions(&name)?;
    let listed = Listed {
        table: name.to_string(),
        catalog: catalog.shown(),
        projected: is_projected(&stored.table),
        partitions: partitions
            .into_iter()
            .map(|partition| Line { values: partition.values, location: partition.storage.location })
            .collect(),
    };
    let text = if args.json { render::document(&listed)? } else { shown(&listed) };
    context.io.print(&text).map(|()| Outcome::Done)
}

fn shown(listed: &Listed) -> String {
    let count = counted(listed.partitions.len() as u64, "registered partition");
    let mut text = String::new();
    if !listed.partitions.is_empty() {
        let mut grid = Grid::new(&[("values", Side::Left), ("location", Side::Left)]);
        for line in &listed.partitions {
            let location = line.location.clone().unwrap_or_default();
            let plain = |text: &str| (render::plain(text), PLAIN);
            grid.cells(vec![plain(&line.values.join("/")), plain(&location)]);
        }
        text.push_str(&grid.render());
    }
    let projected =
        if listed.projected { "; Athena computes them itself and does not look at these" } else { "" };
    text.push_str(&format!("{count} of {} in {}{projected}\n", render::plain(&listed.table), listed.catalog));
    text
}
