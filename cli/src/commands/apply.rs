//! `lakebed apply`

use super::Context;
use super::plan::trouble;
use crate::apply::{Ended, Job, Observer, Options, Report, Step, apply, refusals};
use crate::catalog::open::open;
use crate::catalog::{Archive, Catalog, CatalogError, TableName};
use crate::error::{CliError, Outcome};
use crate::generated::FindingReport;
use crate::io::Io;
use crate::plan::{Change, Class, Code, Plan, TablePlan};
use crate::planning::{self, Planned, PlanningArgs, again};
use crate::render;
use crate::target::Settings;
use lakebed_schema::json::Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Change a catalog so that it holds what the tables say
///
/// Without a file it plans, shows the plan and asks. With the file of `lakebed plan --out` it carries out exactly
/// that plan, and refuses it when the table has changed since. What others put into a table stays. Breaking changes
/// need --allow. It can be stopped at any point: running again does the rest, and nothing twice.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed apply
  lakebed apply --yes --allow LB102
  lakebed plan --out plan.json && lakebed apply plan.json

Exit codes:
  0  done, or nothing to do
  1  a plan was refused, is stale or was not confirmed, or a table cannot be made
  2  failure or wrong usage")]
pub(crate) struct ApplyArgs {
    /// File of a plan; what it says is done without asking
    #[arg(value_name = "PLAN", conflicts_with_all = ["table", "contract", "adopt", "skip_partitions"])]
    file: Option<PathBuf>,

    #[command(flatten)]
    planning: PlanningArgs,

    #[command(flatten)]
    how: HowArgs,
}

/// How plans are carried out.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct HowArgs {
    /// Do not ask
    ///
    /// When somebody changes the table meanwhile, the new plan is carried out only if what is new in it is safe and
    /// takes nothing away; with --adopt and for rollback, only if nothing is new in it.
    #[arg(long)]
    yes: bool,

    /// Code of breaking changes that are meant, such as LB102; may be repeated
    #[arg(long, value_name = "CODE", value_parser = planning::code)]
    allow: Vec<Code>,

    /// Do not keep the versions that are replaced; `rollback` cannot return to them
    #[arg(long)]
    skip_archive: bool,

    /// Print what was done as one JSON document; needs --yes, or a file
    #[arg(long)]
    pub(crate) json: bool,
}

impl HowArgs {
    fn options(&self) -> Options {
        Options {
            allow: self.allow.iter().copied().collect(),
            archive: if self.skip_archive { Archive::Skip } else { Archive::Keep },
            ..Options::default()
        }
    }
}

pub(crate) fn execute(args: &ApplyArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let Some(file) = &args.file else { return planned(args, context) };
    let plan = read(&context.around.folder.join(file), file)?;
    let settings = Settings::load(&args.planning.target, &context.around)?;
    let catalog = open(args.planning.catalog.catalog.as_deref(), &settings, None, &context.around)?;
    if plan.identity != catalog.identity() {
        return Err(CliError::failed(
            "the plan is for another catalog",
            format!(
                "{} was made for {} ({}), and this is {} ({})",
                file.display(),
                plan.catalog,
                plan.identity,
                catalog.shown(),
                catalog.identity()
            ),
        )
        .hint("name the catalog of the plan, with --catalog or in the target; or plan again for this one"));
    }
    if !args.how.json {
        let allow = args.how.allow.iter().copied().collect();
        context.io.print(&shown(&plan.tables, &allow))?;
    }
    let jobs = plan.tables.into_iter().map(Job::exactly).collect();
    carry_out(catalog.as_ref(), jobs, Unseen::Safe, &[], &args.how, context)
}

fn planned(args: &ApplyArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let planned = planning::plan(&args.planning, context)?;
    let trouble = trouble(&planned, &context.program);
    context.io.complain(&trouble);
    let not_planned = not_planned(&planned);
    let catalog = planned.catalog;
    let plans: Vec<TablePlan> = planned.plans.iter().map(|(_, plan)| plan.clone()).collect();
    let go = confirm(&plans, catalog.as_ref(), &args.how, context)?;
    let jobs = planned
        .plans
        .iter()
        .map(|(wanted, plan)| Job {
            plan: plan.clone(),
            again: Some(Box::new(|catalog: &dyn Catalog| {
                again(catalog, wanted, !args.planning.skip_partitions)
            })),
        })
        .collect();
    let outcome = if go {
        let unseen = if args.planning.adopt { Unseen::Nothing } else { Unseen::Safe };
        carry_out(catalog.as_ref(), jobs, unseen, &not_planned, &args.how, context)?
    } else {
        context.io.complain(&render::note("nothing was changed"));
        Outcome::Findings
    };
    Ok(if !planned.unread.is_empty() {
        Outcome::Failed
    } else if outcome == Outcome::Done && !planned.findings.is_empty() {
        Outcome::Findings
    } else {
        outcome
    })
}

/// Shows the plans, and asks where somebody has to say yes.
pub(crate) fn confirm(
    plans: &[TablePlan],
    catalog: &dyn Catalog,
    how: &HowArgs,
    context: &mut Context<'_, '_>,
) -> Result<bool, CliError> {
    let allow: BTreeSet<Code> = how.allow.iter().copied().collect();
    if !how.json {
        context.io.print(&shown(plans, &allow))?;
    }
    let can_be_done = |plan: &&TablePlan| !plan.is_empty() && refusals(plan, &allow).is_empty();
    let count = plans.iter().filter(can_be_done).count();
    if how.yes || count == 0 {
        return Ok(true);
    }
    if how.json || !context.io.can_ask() {
        let why = if how.json { "with --json nobody is asked" } else { "there is no terminal to ask on" };
        return Err(CliError::usage(format!("this changes the catalog, and {why}; nothing was changed")).hint(
            "look at the plan, then run the same command with --yes; or write the plan with `plan --out FILE` and \
             give that file to apply",
        ));
    }
    let tables = render::counted(count as u64, "table");
    Ok(context.io.ask(&format!("Change {tables} in {}?", catalog.shown())))
}

/// What a plan that was made again may do although nobody saw it and nobody is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// Nothing: the plan takes away what others put there, so that whatever is new may be somebody's work.
    Nothing,
    /// What is safe and takes nothing away.
    Safe,
}

impl Unseen {
    /// Whether a change that nobody saw may be made.
    fn lets(self, change: &Change) -> bool {
        let is_removal = change.before.is_some() && change.after.is_none();
        self == Self::Safe && change.class == Class::Safe && !is_removal
    }
}

/// Tables that no plan could be made for, and why, for the JSON document.
fn not_planned(planned: &Planned) -> Vec<Json> {
    let finding = |finding: &FindingReport| {
        Json::object([
            ("table", Json::from(&finding.table)),
            ("rule", finding.rule.into()),
            ("place", Json::from(&finding.place)),
            ("problem", Json::from(&finding.problem)),
            ("fix", Json::from(&finding.fix)),
        ])
    };
    let unread = |(name, error): &(TableName, CatalogError)| {
        Json::object([("table", Json::from(name.to_string())), ("error", error.to_string().into())])
    };
    planned.findings.iter().map(finding).chain(planned.unread.iter().map(unread)).collect()
}

/// Carries plans out and tells what was done; `not_planned` goes into the document beside it. With `--yes`, a plan that
/// had to be made again is carried out only as far as `unseen` lets its new changes.
pub(crate) fn carry_out(
    catalog: &dyn Catalog,
    jobs: Vec<Job<'_>>,
    unseen: Unseen,
    not_planned: &[Json],
    how: &HowArgs,
    context: &mut Context<'_, '_>,
) -> Result<Outcome, CliError> {
    let options = how.options();
    let mut teller = Teller { io: context.io, json: how.json, yes: how.yes, allow: &options.allow, unseen };
    let report = apply(catalog, jobs, &options, &mut teller);
    if how.json {
        context.io.print(&render::document(&report.to_json(&catalog.shown(), not_planned))?)?;
    } else if report.tables.iter().any(|table| !matches!(table.ended, Ended::NothingToDo)) {
        // Else the plan said so already.
        context.io.print(&render::applied(&report))?;
    }
    Ok(outcome(&report))
}

fn outcome(report: &Report) -> Outcome {
    if report.tables.iter().any(|table| table.ended.is_failure()) {
        Outcome::Failed
    } else if report.is_good() {
        Outcome::Done
    } else {
        Outcome::Findings
    }
}

fn shown(plans: &[TablePlan], allow: &BTreeSet<Code>) -> String {
    let mut text = render::table_plans(plans);
    text.push_str(&render::plan_sum(plans, allow));
    text
}

fn read(path: &Path, shown: &Path) -> Result<Plan, CliError> {
    let again = "write it with `lakebed plan --out FILE`";
    let text = std::fs::read_to_string(path).map_err(|error| {
        CliError::failed("cannot read the plan", shown.display().to_string()).cause(&error).hint(again)
    })?;
    Plan::from_json(&text).map_err(|findings| {
        let lines: Vec<String> =
            findings.0.iter().map(|finding| format!("{}: {}", finding.place, finding.problem)).collect();
        CliError::failed("the file is no plan", format!("{}\n{}", shown.display(), lines.join("\n")))
            .hint(again)
    })
}

/// Tells each step as it is done, so that whoever stops the command knows how far it came.
struct Teller<'a, 'io> {
    io: &'a mut Io<'io>,
    json: bool,
    yes: bool,
    allow: &'a BTreeSet<Code>,
    unseen: Unseen,
}

impl Observer for Teller<'_, '_> {
    fn done(&mut self, table: &TableName, step: &Step) {
        let text = render::step_done(table, step);
        if self.json {
            self.io.complain(&text);
        } else {
            // A reader that has gone away does not stop what was asked for.
            let _ = self.io.stream(&text);
        }
    }

    fn waits(&mut self, table: &TableName, busy: &str, longest: Duration) {
        let note = format!(
            "{table}: Glue still works on the partition index `{busy}`, and does one at a time; waiting for at most \
             {} seconds",
            longest.as_secs()
        );
        self.io.complain(&render::note(&note));
    }

    fn go_on(&mut self, plan: &TablePlan, news: &[&Change]) -> bool {
        let note = format!("{} changed meanwhile; the plan is now:", plan.name);
        self.io.complain(&render::note(&note));
        let text = shown(std::slice::from_ref(plan), self.allow);
        if self.json {
            self.io.complain(&text);
        } else {
            let _ = self.io.stream(&text);
        }
        if !self.yes {
            return self.io.ask("Go on with this plan?");
        }
        let kept: Vec<Change> =
            news.iter().filter(|change| !self.unseen.lets(change)).map(|change| (*change).clone()).collect();
        if !kept.is_empty() {
            let note = "--yes is for the plan that was shown first, which did not have this:";
            self.io.complain(&render::note(note));
            self.io.complain(&render::differences(&kept));
        }
        kept.is_empty()
    }
}

#[cfg(test)]
mod tests;
