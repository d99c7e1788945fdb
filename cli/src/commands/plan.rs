//! `lakebed plan`

use super::Context;
use crate::apply::refusals;
use crate::error::{CliError, Outcome};
use crate::files;
use crate::plan::{Code, Plan};
use crate::planning::{self, Planned, PlanningArgs};
use crate::render;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Show what a catalog has to change so that it holds what the tables say
///
/// Reads, and changes nothing. `+` comes, `~` changes, `-` goes; each change has a code and a class: safe,
/// needs-rewrite (old files have to be written again), breaking, impossible. What others put into a table stays, and
/// is listed. A database is made when it is not there, and never changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed plan
  lakebed plan --table orders --catalog glue --out plan.json
  lakebed plan --detailed-exit-code

Exit codes:
  0  planned, and apply would do it
  1  the plan holds changes that apply refuses, or a table cannot be made;
     with --detailed-exit-code, or there is something to change
  2  failure or wrong usage")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    planning: PlanningArgs,

    /// Write the plan to this file, for `lakebed apply FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Code of breaking changes that are meant, such as LB102; may be repeated
    #[arg(long, value_name = "CODE", value_parser = planning::code)]
    allow: Vec<Code>,

    /// Exit with 1 when there is anything to change
    #[arg(long)]
    detailed_exit_code: bool,

    /// Print the plan as one JSON document, the same that --out writes
    #[arg(long)]
    json: bool,
}

pub(crate) fn execute(args: &PlanArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let planned = planning::plan(&args.planning, context)?;
    let allow: BTreeSet<Code> = args.allow.iter().copied().collect();
    let plan = Plan {
        catalog: planned.catalog.shown(),
        identity: planned.catalog.identity(),
        tables: planned.plans.iter().map(|(_, plan)| plan.clone()).collect(),
    };
    let document = render::document(&plan.to_json())?;
    let trouble = trouble(&planned, &context.program);
    if args.json {
        context.io.complain(&trouble);
        context.io.print(&document)?;
    } else {
        let mut text = render::table_plans(&plan.tables);
        text.push_str(&trouble);
        text.push_str(&render::plan_sum(&plan.tables, &allow));
        context.io.print(&text)?;
    }
    if let Some(out) = &args.out {
        let file = context.around.folder.join(out);
        files::write(&file, &document).map_err(|error| {
            CliError::failed("cannot write the plan", out.display().to_string())
                .cause(&error)
                .hint("check that the folder can be written; the catalog was only read")
        })?;
        let note = format!(
            "the plan is in {}; `{}` carries it out",
            out.display(),
            carries_out(args, out, &context.program)
        );
        context.io.complain(&render::note(&note));
    }
    let unsafe_plan = plan.tables.iter().any(|plan| !refusals(plan, &allow).is_empty());
    let changes = args.detailed_exit_code && plan.tables.iter().any(|plan| !plan.is_empty());
    Ok(if !planned.unread.is_empty() {
        Outcome::Failed
    } else if unsafe_plan || changes || !planned.findings.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}

/// The command that carries the plan out: it means the same catalog, and lets the same changes through.
fn carries_out(args: &PlanArgs, out: &Path, program: &str) -> String {
    let mut words = vec![program.to_owned(), "apply".to_owned(), out.display().to_string()];
    words.extend(args.planning.catalog.flags());
    words.extend(args.planning.target.flags());
    words.extend(args.allow.iter().flat_map(|code| ["--allow".to_owned(), code.to_string()]));
    words.iter().map(|word| for_shell(word)).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it, in quotes where it needs them.
fn for_shell(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,@%+".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Why tables could not be planned.
pub(crate) fn trouble(planned: &Planned, program: &str) -> String {
    let mut text = render::refusals(&planned.findings, (!planned.has_file).then_some(program));
    for (name, error) in &planned.unread {
        text.push_str(&render::unread(name, error));
    }
    text
}
