//! The catalog as a part of `check`: in step is what a plan has nothing to change in.

use super::super::Context;
use super::CheckArgs;
use crate::catalog::CatalogErrorKind;
use crate::catalog::open::open;
use crate::error::CliError;
use crate::generated::FindingReport;
use crate::plan::{Change, TablePlan, Wanted};
use crate::planning::{again, reports};
use crate::target::Settings;
use lakebed_schema::Table;
use serde::Serialize;

/// Folder of the catalog that is looked at when it exists, though nothing names it.
const USUAL: &str = "catalog";

/// The catalog against the tables.
#[derive(Debug, Serialize)]
pub(crate) struct CatalogReport {
    /// The catalog, as it calls itself.
    pub(crate) catalog: String,
    pub(crate) in_step: bool,
    pub(crate) tables: Vec<TableReport>,
    /// Why other tables cannot be in it.
    pub(crate) findings: Vec<FindingReport>,
}

/// One table.
#[derive(Debug, Serialize)]
pub(crate) struct TableReport {
    /// Full name.
    pub(crate) table: String,
    pub(crate) in_step: bool,
    /// What `apply` would change.
    pub(crate) changes: Vec<ChangeReport>,
    /// Why the catalog could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    #[serde(skip)]
    pub(crate) plan: Option<TablePlan>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ChangeReport {
    pub(crate) code: &'static str,
    pub(crate) class: &'static str,
    pub(crate) place: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl CatalogReport {
    /// Whether a table could not be compared.
    pub(crate) fn has_failed(&self) -> bool {
        self.tables.iter().any(|table| table.error.is_some())
    }
}

/// Compares the catalog with the tables; nothing when nobody keeps a catalog.
pub(super) fn check(
    tables: &[Table],
    args: &CheckArgs,
    settings: &Settings,
    context: &Context<'_, '_>,
) -> Result<Option<CatalogReport>, CliError> {
    let is_named = args.catalog.catalog.is_some() || settings.resolve(None)?.target.catalog.is_some();
    if args.no_catalog || !(is_named || settings.beside(USUAL, &context.around).path.is_dir()) {
        return Ok(None);
    }
    let catalog = open(args.catalog.catalog.as_deref(), settings, None, &context.around)?;
    let mut report =
        CatalogReport { catalog: catalog.shown(), in_step: true, tables: Vec::new(), findings: Vec::new() };
    for table in tables {
        let resolved = settings.resolve(Some(&table.name))?;
        let all = match Wanted::of(table, &resolved.target) {
            Ok(all) => all,
            Err(findings) => {
                report.findings.extend(reports("catalog", table, &resolved, findings));
                continue;
            }
        };
        for wanted in all {
            let (plan, error) = match again(catalog.as_ref(), &wanted, true) {
                Ok(plan) => (Some(plan), None),
                // Nothing else can be read either.
                Err(error) if error.kind() == CatalogErrorKind::Credentials => return Err(error.into()),
                Err(error) => (None, Some(CliError::from(error).render())),
            };
            report.tables.push(TableReport {
                table: wanted.name().to_string(),
                in_step: plan.as_ref().is_some_and(TablePlan::is_empty),
                changes: plan.iter().flat_map(|plan| &plan.changes).map(ChangeReport::from).collect(),
                error,
                plan,
            });
        }
    }
    report.in_step = report.findings.is_empty() && report.tables.iter().all(|table| table.in_step);
    Ok(Some(report))
}

impl From<&Change> for ChangeReport {
    fn from(change: &Change) -> Self {
        Self {
            code: change.code.number(),
            class: change.class.name(),
            place: change.place.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        }
    }
}
