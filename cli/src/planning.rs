//! From the tables that a command names to a plan for each.

use crate::catalog::open::{CatalogArgs, open};
use crate::catalog::{Catalog, CatalogError, CatalogErrorKind, TableName};
use crate::commands::Context;
use crate::error::CliError;
use crate::generated::FindingReport;
use crate::generated::together::{in_catalog, together};
use crate::plan::{Code, TablePlan, Wanted, diff, left_out, list_databases_once, read_with};
use crate::render;
use crate::tables::Registry;
use crate::target::{Resolved, Settings, TargetArgs};
use lakebed_schema::{Finding, Findings, Table};
use std::path::PathBuf;

/// Which tables are planned, against which catalog.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct PlanningArgs {
    /// Table to plan; may be repeated. Without it all tables that are known, or all of --contract
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    /// Treat everything that is in a table as lakebed's: what the struct does not have, goes
    #[arg(long)]
    pub(crate) adopt: bool,

    /// Leave registered partitions as they are, and do not list them
    #[arg(long)]
    pub(crate) skip_partitions: bool,

    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,

    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// A code as it is typed.
pub(crate) fn code(text: &str) -> Result<Code, String> {
    Code::from_number(text).ok_or_else(|| {
        let known: Vec<&str> = Code::all().map(Code::number).collect();
        format!("there is no such code; the codes are {}", known.join(", "))
    })
}

/// What planning came to.
pub(crate) struct Planned {
    pub(crate) catalog: Box<dyn Catalog>,
    /// What is wanted of each table that could be planned, with its plan.
    pub(crate) plans: Vec<(Wanted, TablePlan)>,
    /// Tables whose state could not be read.
    pub(crate) unread: Vec<(TableName, CatalogError)>,
    /// Why other tables could not be made.
    pub(crate) findings: Vec<FindingReport>,
    /// Whether the target has a file.
    pub(crate) has_file: bool,
}

/// Plans every table that the arguments mean.
pub(crate) fn plan(args: &PlanningArgs, context: &mut Context<'_, '_>) -> Result<Planned, CliError> {
    let tables = Registry::new(context.defs, &args.contract)?.several(&args.table)?;
    let settings = Settings::load(&args.target, &context.around)?;
    for warning in crate::commands::generate::warnings(&settings, &tables) {
        context.io.complain(&render::warning(&warning));
    }
    let catalog = open(args.catalog.catalog.as_deref(), &settings, None, &context.around)?;
    let mut planned = Planned {
        catalog,
        plans: Vec::new(),
        unread: Vec::new(),
        findings: Vec::new(),
        has_file: settings.file().is_some(),
    };
    planned.findings.extend(in_catalog(together(&tables, &settings)?));
    for table in &tables {
        let resolved = settings.resolve(Some(&table.name))?;
        match Wanted::of(table, &resolved.target) {
            Err(findings) => planned.findings.extend(reports("plan", table, &resolved, findings)),
            Ok(all) => {
                for wanted in all {
                    let wanted = Wanted { adopt: args.adopt, ..wanted };
                    match read_with(planned.catalog.as_ref(), &wanted, !args.skip_partitions) {
                        Ok(actual) => {
                            let left = Findings(left_out(&wanted, &actual));
                            planned.findings.extend(reports("partition index", table, &resolved, left));
                            let plan = diff(&wanted, &actual);
                            planned.plans.push((wanted, plan));
                        }
                        // Nothing else can be read either.
                        Err(error) if error.kind() == CatalogErrorKind::Credentials => {
                            return Err(error.into());
                        }
                        Err(error) => {
                            planned.unread.push((wanted.name(), error));
                        }
                    }
                }
            }
        }
    }
    let mut plans: Vec<TablePlan> = planned.plans.iter().map(|(_, plan)| plan.clone()).collect();
    list_databases_once(&mut plans);
    for ((_, plan), listed) in planned.plans.iter_mut().zip(plans) {
        *plan = listed;
    }
    Ok(planned)
}

/// Reads what is there, and plans.
pub(crate) fn again(
    catalog: &dyn Catalog,
    wanted: &Wanted,
    list_partitions: bool,
) -> Result<TablePlan, CatalogError> {
    Ok(diff(wanted, &read_with(catalog, wanted, list_partitions)?))
}

/// Why a table cannot be made, each finding with the place where its setting comes from.
pub(crate) fn reports(
    artifact: &'static str,
    table: &Table,
    resolved: &Resolved,
    findings: Findings,
) -> Vec<FindingReport> {
    let report = |finding: Finding| FindingReport {
        artifact,
        table: table.name.clone(),
        rule: finding.rule,
        set_at: resolved.origin(&finding.place).map(ToString::to_string),
        place: finding.place,
        problem: finding.problem,
        fix: finding.fix,
    };
    findings.0.into_iter().map(report).collect()
}
