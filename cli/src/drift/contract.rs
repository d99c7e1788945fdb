//! The struct against its contract file.

use super::voices::Voices;
use super::{Code, Contract, Drift, Finding, Sides};
use crate::diff::{self, Change};
use crate::render::shortened;
use serde_json::Value;
use std::collections::BTreeSet;

/// Longest value that is shown.
const LONGEST: usize = 80;

pub(super) fn compare(sides: &Sides<'_>, voices: &Voices, drift: &mut Drift) -> Result<(), String> {
    let program = sides.program;
    let export = format!("run `{program} export`, and commit the file");
    match sides.contract {
        None => {}
        Some(Contract::Missing(file)) => {
            drift.findings.push(Finding::new(Code::ContractMissing, file, "does not exist", export));
        }
        Some(Contract::Invalid(file, problem)) => {
            let problem = format!("is no contract: {}", problem.lines().next().unwrap_or_default());
            drift.findings.push(Finding::new(Code::ContractInvalid, file, problem, export));
        }
        Some(Contract::Table(_, contract)) => {
            let changes = diff::changes(contract, sides.table).map_err(|_| {
                format!("the contract of `{}` differs in nothing that shows", sides.table.name)
            })?;
            let mut alone = BTreeSet::new();
            for change in &changes {
                match column(change).filter(|column| voices.is_struct_alone(column)) {
                    Some(column) => {
                        alone.insert(column);
                    }
                    None => drift.findings.push(Finding::new(
                        Code::ContractDiffers,
                        format!("`{}`", change.path),
                        said(change),
                        export.clone(),
                    )),
                }
            }
            for column in alone {
                let says = voices.declared(column).map_or("is missing".to_owned(), |ty| format!("is {ty}"));
                drift.findings.push(Finding::new(
                    Code::StructDiffers,
                    format!("column `{column}`"),
                    format!("{says}; {}", voices.against(column)),
                    format!(
                        "build `{program}` from the sources that are deployed; if the struct is newer, run `{program} \
                         export`, then `{program} apply`"
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// The column that a change of a contract is about.
fn column(change: &Change) -> Option<&str> {
    change.path.strip_prefix("columns.").map(|rest| rest.split('.').next().unwrap_or(rest))
}

/// "is "int32"; struct says "int64""
fn said(change: &Change) -> String {
    let shown = |value: &Value| shortened(&value.to_string(), LONGEST);
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("is {}; struct says {}", shown(old), shown(new)),
        (Some(old), None) => format!("is {}; struct does not have it", shown(old)),
        (None, Some(new)) => format!("is missing; struct says {}", shown(new)),
        (None, None) => "differs from the struct".to_owned(),
    }
}
