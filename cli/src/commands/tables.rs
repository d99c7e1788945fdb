//! `lakebed tables`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::render::{self, BOLD, Grid, PLAIN, Side, thousands};
use crate::tables::{Known, Registry};
use serde::Serialize;
use std::path::PathBuf;

/// List the tables this program knows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lakebed tables --contract contracts/orders.lakebed.json")]
pub(crate) struct TablesArgs {
    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Print the list as one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    table: &'a str,
    columns: usize,
    layout: String,
    contract: Option<String>,
}

impl<'a> Line<'a> {
    fn new(known: &'a Known) -> Self {
        let layouts: Vec<&str> =
            known.table.partitions.iter().map(|part| part.layout.text.as_str()).collect();
        Self {
            table: &known.table.name,
            columns: known.table.columns.len(),
            layout: layouts.join("/"),
            contract: known.contract.as_ref().map(|file| file.display().to_string()),
        }
    }
}

pub(crate) fn execute(args: &TablesArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let registry = Registry::new(context.defs, &args.contract)?;
    let lines: Vec<Line<'_>> = registry.known().iter().map(Line::new).collect();
    let text = if args.json {
        render::document(&lines)?
    } else if lines.is_empty() {
        "No tables: none is compiled in, and no contract file is given (--contract).\n".to_owned()
    } else {
        let mut grid = Grid::new(&[
            ("table", Side::Left),
            ("columns", Side::Right),
            ("partitions", Side::Left),
            ("from", Side::Left),
        ]);
        for line in lines {
            let layout = if line.layout.is_empty() { "none".to_owned() } else { line.layout };
            grid.cells(vec![
                (line.table.to_owned(), BOLD),
                (thousands(line.columns as u64), PLAIN),
                (layout, PLAIN),
                (line.contract.unwrap_or_else(|| "struct".to_owned()), PLAIN),
            ]);
        }
        grid.render()
    };
    context.io.print(&text).map(|()| Outcome::Done)
}
