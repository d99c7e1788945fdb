//! `lakebed registry push` and `lakebed registry check`

use super::{Which, asked_mode};
use crate::catalog::open::open_registry;
use crate::commands::Context;
use crate::diff::{self, Change};
use crate::error::{CliError, Outcome};
use crate::registry::{Proposal, Refusal, SchemaName, SchemaRegistry, Standing, Wanted, carry_out, propose};
use crate::render;
use crate::target::Settings;
use lakebed_schema::Table;
use lakebed_schema::artifacts::{Content, find};
use lakebed_schema::finding::Finding;
use lakebed_schema::target::Compatibility;
use serde::Serialize;

/// Register new versions of schemas
///
/// A schema that is not there is made. When one of them is refused, nothing is registered at all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed registry push --dry-run
  lakebed registry push --table orders --catalog glue

Exit codes:
  0  registered, or in step
  1  something is refused, and nothing was registered
  2  failure or wrong usage")]
pub(crate) struct PushArgs {
    #[command(flatten)]
    which: Which,

    /// What new versions must be compatible with: NONE, DISABLED, BACKWARD, FORWARD, FULL, or with _ALL
    ///
    /// The mode of a schema that is registered changes to it. Without it the setting registry.compatibility holds, else
    /// the mode that the schema has; new ones are BACKWARD.
    #[arg(long, value_name = "MODE")]
    compatibility: Option<Compatibility>,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// Fail when a push would be refused
///
/// Meant for CI.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lakebed registry check --catalog glue

Exit codes:
  0  a push would be accepted, or there is nothing to push
  1  a push would be refused
  2  failure or wrong usage")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    which: Which,

    /// What to check against instead of the mode that the schema has
    #[arg(long, value_name = "MODE")]
    compatibility: Option<Compatibility>,
}

/// What a push came to.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Where the registry is.
    pub(crate) at: String,
    pub(crate) ok: bool,
    /// Whether it was only said.
    pub(crate) dry_run: bool,
    pub(crate) schemas: Vec<Pushed>,
}

/// One schema.
#[derive(Debug, Serialize)]
pub(crate) struct Pushed {
    pub(crate) table: String,
    #[serde(flatten)]
    pub(crate) name: SchemaName,
    pub(crate) standing: Standing,
    pub(crate) mode: String,
    /// The mode of before, where it changes.
    pub(crate) mode_before: Option<String>,
    /// The version that it is, or was registered as.
    pub(crate) version: Option<u64>,
    /// The last version before.
    pub(crate) latest: Option<u64>,
    /// Versions that it was compared with.
    pub(crate) compared: Vec<u64>,
    /// From the last version to the new one.
    pub(crate) changes: Vec<Change>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) findings: Vec<Finding>,
    /// Whether it was carried out.
    pub(crate) done: bool,
    /// Whether it was tried in vain.
    pub(crate) failed: bool,
    /// The mode that it was left with when it failed, where that is not the one of before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode_left: Option<String>,
}

pub(super) fn push(args: &PushArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    run(&args.which, args.compatibility, args.dry_run, context)
}

pub(super) fn check(args: &CheckArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    run(&args.which, args.compatibility, true, context)
}

fn run(
    which: &Which,
    mode: Option<Compatibility>,
    dry_run: bool,
    context: &mut Context<'_, '_>,
) -> Result<Outcome, CliError> {
    let tables = which.tables(context)?;
    let settings = which.settings(context)?;
    for warning in crate::commands::generate::warnings(&settings, &tables) {
        context.io.complain(&render::warning(&warning));
    }
    let registry = open_registry(which.catalog.catalog.as_deref(), &settings, None, &context.around)?;
    let mut report = Report { at: registry.shown(), ok: true, dry_run, schemas: Vec::new() };
    let mut todo = Vec::new();
    for table in &tables {
        let (pushed, wanted) = proposed(registry.as_ref(), table, which, mode, &settings)?;
        report.ok &= pushed.findings.is_empty();
        todo.push(wanted);
        report.schemas.push(pushed);
    }
    let mut failure = None;
    if report.ok && !dry_run {
        for (pushed, wanted) in report.schemas.iter_mut().zip(&todo) {
            let Some((wanted, proposal)) = wanted else { continue };
            match carry_out(registry.as_ref(), wanted, proposal) {
                Ok(version) => {
                    pushed.done = !proposal.is_empty();
                    pushed.version = version.map(|version| version.number).or(pushed.version);
                }
                Err(failed) => {
                    report.ok = false;
                    pushed.failed = true;
                    pushed.mode_left = failed.mode_left.map(|mode| mode.to_string());
                    failure = Some(failed.error);
                    break;
                }
            }
        }
    }
    let text =
        if which.json { render::document(&report)? } else { render::pushed(&report, &context.program) };
    context.io.print(&text)?;
    match failure {
        Some(error) => Err(error.into()),
        None if report.ok => Ok(Outcome::Done),
        None => Ok(Outcome::Findings),
    }
}

/// What a table's schema comes to; nothing to carry out when it cannot be made.
fn proposed(
    registry: &dyn SchemaRegistry,
    table: &Table,
    which: &Which,
    mode: Option<Compatibility>,
    settings: &Settings,
) -> Result<(Pushed, Option<(Wanted, Proposal)>), CliError> {
    let resolved = settings.resolve(Some(&table.name))?;
    let name = which.name(table, &resolved);
    let mut pushed = Pushed {
        table: table.name.clone(),
        name: name.clone(),
        standing: Standing::New,
        mode: String::new(),
        mode_before: None,
        version: None,
        latest: None,
        compared: Vec::new(),
        changes: Vec::new(),
        refusals: Vec::new(),
        findings: Vec::new(),
        done: false,
        failed: false,
        mode_left: None,
    };
    let definition = match definition(table, &resolved.target) {
        Ok(definition) => definition,
        Err(findings) => {
            pushed.findings = findings;
            return Ok((pushed, None));
        }
    };
    let wanted = Wanted {
        name,
        compatibility: asked_mode(mode, &resolved),
        description: table.comment.as_deref().map(described),
        definition,
    };
    let proposal = propose(registry, &wanted)?;
    if let (Standing::Changed, Some((_, old)), Ok(new)) =
        (proposal.standing, &proposal.latest, serde_json::from_str(&wanted.definition))
    {
        pushed.changes = diff::values(old, &new);
    }
    pushed.standing = proposal.standing;
    pushed.mode = proposal.mode.to_string();
    pushed.mode_before = proposal.mode_before.map(|mode| mode.to_string());
    pushed.version = proposal.version;
    pushed.latest = proposal.latest.as_ref().map(|(number, _)| *number);
    pushed.compared.clone_from(&proposal.compared);
    pushed.refusals.clone_from(&proposal.refusals);
    pushed.findings.clone_from(&proposal.findings);
    Ok((pushed, Some((wanted, proposal))))
}

/// The text of the artifact, as `generate json-schema` writes it.
fn definition(table: &Table, target: &lakebed_schema::Target) -> Result<String, Vec<Finding>> {
    let artifact = find("json-schema");
    let part = artifact.and_then(|artifact| artifact.parts().iter().find(|part| part.name == "draft-07"));
    let (Some(artifact), Some(part)) = (artifact, part) else { return Ok(String::new()) };
    let made = artifact.render(part, table, target).map_err(|findings| findings.0)?;
    Ok(match made.map(|made| made.content) {
        Some(Content::Json(json)) => json.to_text(),
        Some(Content::Text(text)) => text,
        None => String::new(),
    })
}

/// A comment as a description, which has at most 2,048 characters.
fn described(comment: &str) -> String {
    comment.chars().take(2048).collect()
}
