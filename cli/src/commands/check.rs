//! `lakebed check`

mod catalog;

pub(crate) use catalog::CatalogReport;

use super::Context;
use crate::catalog::open::CatalogArgs;
use crate::diff::{self, Change};
use crate::error::{CliError, Outcome};
use crate::generated::together::together;
use crate::generated::{Choice, FindingReport, Mode, Report, folder, make};
use crate::render;
use crate::tables::{self, Registry};
use crate::target::{Settings, TargetArgs};
use lakebed_schema::Table;
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};

/// Fail when structs, contract files, generated files and catalog differ
///
/// Compares content, not bytes: a contract may be laid out in any way. Generated files are compared when the target
/// says where they are, with the setting generate.out; the catalog when it is named, or when the folder `catalog` is
/// there, and is in step when `plan` has nothing to change. Tables are compared with each other too: no two may share
/// a place or a stream. Meant for CI.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lakebed check --against contracts

Exit codes:
  0  in step
  1  something differs, is missing or is left over
  2  failure or wrong usage")]
pub(crate) struct CheckArgs {
    /// Folder of the contract files, as `lakebed export` writes them
    #[arg(long, value_name = "DIR", default_value = tables::CONTRACTS)]
    against: PathBuf,

    /// Leave out the catalog, also when the target names it
    #[arg(long, conflicts_with = "catalog")]
    no_catalog: bool,

    /// Print the findings as one JSON document
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    catalog: CatalogArgs,

    #[command(flatten)]
    target: TargetArgs,
}

/// What a check found.
#[derive(Debug, Serialize)]
pub(crate) struct Findings {
    pub(crate) against: String,
    pub(crate) in_step: bool,
    pub(crate) tables: Vec<Finding>,
    /// The generated files, when the target says where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) generated: Option<Report>,
    /// The catalog, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) catalog: Option<CatalogReport>,
    /// What the tables take from each other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) together: Vec<FindingReport>,
}

/// One table, or one file without a table.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) table: String,
    pub(crate) file: String,
    pub(crate) state: State,
    /// From the contract file to the struct.
    pub(crate) changes: Vec<Change>,
    pub(crate) message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    InStep,
    Changed,
    /// No contract file.
    Missing,
    /// No struct.
    Orphaned,
    /// The file is no contract.
    Invalid,
}

pub(crate) fn execute(args: &CheckArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let tables = Registry::new(context.defs, &[])?.into_tables();
    let settings = Settings::load(&args.target, &context.around)?;
    for warning in super::generate::warnings(&settings, &tables) {
        context.io.complain(&render::warning(&warning));
    }
    let mut generated = generated(&tables, &settings, context)?;
    let together = together(&tables, &settings)?;
    if let Some(report) = &mut generated {
        // Told once, for the whole check.
        report.together.clear();
    }
    let catalog = catalog::check(&tables, args, &settings, context)?;
    let failed = catalog.as_ref().is_some_and(CatalogReport::has_failed);
    let mut findings = find(tables, &args.against)?;
    findings.in_step &= generated.as_ref().is_none_or(|report| report.ok)
        && catalog.as_ref().is_none_or(|report| report.in_step)
        && together.is_empty();
    (findings.generated, findings.catalog, findings.together) = (generated, catalog, together);
    let text =
        if args.json { render::document(&findings)? } else { render::findings(&findings, &context.program) };
    context.io.print(&text)?;
    Ok(match (failed, findings.in_step) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Done,
        (false, false) => Outcome::Findings,
    })
}

/// What `generate --all --check` finds.
fn generated(
    tables: &[Table],
    settings: &Settings,
    context: &Context<'_, '_>,
) -> Result<Option<Report>, CliError> {
    let resolved = settings.resolve(None)?;
    let Some(out) = &resolved.generate.out else { return Ok(None) };
    let out = settings.folder(resolved.origin("generate.out"), out, &context.around);
    let choice = Choice { artifacts: Vec::new(), part: None, format: resolved.generate.format };
    let made = make(tables, &choice, settings)?;
    let files = folder::check(&made, &out, &folder::Scope::default())?;
    Ok(Some(Report::new(Mode::Check, Some(out.shown), settings, files, made)))
}

fn find(tables: Vec<Table>, folder: &Path) -> Result<Findings, CliError> {
    let files = contract_files(folder).map_err(|error| {
        CliError::failed("cannot read the folder of contracts", folder.display().to_string())
            .cause(&error)
            .hint("name the folder with --against")
    })?;
    let mut found = Vec::new();
    for table in &tables {
        found.push(compare(table, &folder.join(tables::contract_file(&table.name)))?);
    }
    for file in files {
        let Some(name) = tables::named_after(&file) else { continue };
        if tables.iter().all(|table| table.name != name) {
            found.push(finding(name, &file, State::Orphaned));
        }
    }
    let in_step = found.iter().all(|finding| finding.state == State::InStep);
    Ok(Findings {
        against: folder.display().to_string(),
        in_step,
        tables: found,
        generated: None,
        catalog: None,
        together: Vec::new(),
    })
}

fn finding(table: &str, file: &Path, state: State) -> Finding {
    let (table, file) = (table.to_owned(), file.display().to_string());
    Finding { table, file, state, changes: Vec::new(), message: None }
}

fn compare(table: &Table, file: &Path) -> Result<Finding, CliError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(finding(&table.name, file, State::Missing));
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            let message = Some("it is no UTF-8 text".to_owned());
            return Ok(Finding { message, ..finding(&table.name, file, State::Invalid) });
        }
        Err(error) => {
            return Err(
                CliError::failed("cannot read a contract file", file.display().to_string()).cause(&error)
            );
        }
    };
    Ok(match Table::from_contract(&text) {
        Ok(contract) => {
            let changes = diff::changes(&contract, table)?;
            let state = if changes.is_empty() { State::InStep } else { State::Changed };
            Finding { changes, ..finding(&table.name, file, state) }
        }
        Err(error) => {
            Finding { message: Some(error.to_string()), ..finding(&table.name, file, State::Invalid) }
        }
    })
}

/// Contract files of a folder, by name; none when the folder does not exist.
fn contract_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use crate::tables::contract_file;
    use crate::tables::samples::{ORDERS, TRAFFIC};
    use lakebed_schema::{LogicalType, Table};
    use std::path::Path;

    fn check(folder: &Path) -> (u8, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut io = crate::Io::new(&mut out, &mut err);
        let against = folder.display().to_string();
        let code = crate::run([&TRAFFIC, &ORDERS], ["lakebed", "check", "--against", &against], &mut io);
        let text = anstream::adapter::strip_str(&String::from_utf8_lossy(&out)).to_string();
        (code, text.replace(&against, "contracts"))
    }

    #[test]
    fn differences_are_told_field_by_field() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let write = |table: &Table, name: &str| {
            std::fs::write(folder.path().join(contract_file(name)), table.to_contract())
        };
        let mut traffic = Table::try_from(&TRAFFIC).map_err(std::io::Error::other)?;
        let orders = Table::try_from(&ORDERS).map_err(std::io::Error::other)?;
        write(&traffic, "traffic")?;
        write(&orders, "orders")?;
        insta::assert_snapshot!(check(folder.path()).1, @"
        = traffic  contracts/traffic.lakebed.json  in step
        = orders  contracts/orders.lakebed.json  in step
        In step: 2 tables and contracts
        ");

        let gone = lakebed_schema::Column::new("weather", LogicalType::String);
        traffic.columns.insert(0, gone);
        traffic.columns[3].ty = LogicalType::UInt16;
        traffic.columns[3].nullable = false;
        traffic.columns.remove(1);
        write(&traffic, "traffic")?;
        write(&orders, "refunds")?;
        std::fs::remove_file(folder.path().join(contract_file("orders")))?;
        let (code, text) = check(folder.path());
        assert_eq!(code, 1);
        insta::assert_snapshot!(text, @r#"
        ~ traffic  contracts/traffic.lakebed.json  contract → struct
            - columns.weather  {"type":"string"}
            ~ columns.speed.type  "uint16" → "uint8"
            + columns.speed.nullable  true
            + columns.point_id  {"key":"unieke_id","type":"string"}
            2 added, 1 changed, 1 removed
        + orders  contracts/orders.lakebed.json  there is no contract file
        - refunds  contracts/refunds.lakebed.json  orphaned: no struct of this program declares it
        Not in step: 3 of 3 tables
          what to do: where the struct is right, run `lakebed export --out contracts`, delete what is orphaned, and commit;
                      where the contract is right, change the struct
        "#);
        Ok(())
    }

    #[test]
    fn the_catalog_is_in_step_when_a_plan_has_nothing_to_change() {
        use crate::catalog::{Archive, Catalog};
        let world = crate::commands::world::World::projected();
        let check = |args: &[&str]| {
            let contracts = world.path("contracts").display().to_string();
            let all = [&["check", "--against", &contracts], args].concat();
            let (code, text) = world.run(&[&TRAFFIC], &all);
            (code, text)
        };
        let (code, text) = check(&[]);
        assert_eq!(code, 0, "{text}");
        insta::assert_snapshot!(text, @"
        = traffic  ~/contracts/traffic.lakebed.json  in step
        In step: 1 table and ~/contracts

        The catalog, the folder catalog:
        = db.traffic  in step
        In step: 1 table
        ");
        world.by_hand(|table| table.columns[2].ty = "int".into());
        let (code, text) = check(&[]);
        assert_eq!(code, 1, "{text}");
        insta::assert_snapshot!(text, @"
        = traffic  ~/contracts/traffic.lakebed.json  in step
        In step: 1 table and ~/contracts

        The catalog, the folder catalog:
        ~ db.traffic  version 1
            ~ column `speed`  int → smallint  LB104  breaking
                why: files with int cannot be read as smallint: queries that touch them fail; queries that take its values for int fail; somebody changed it after the last apply, and this puts it back
                what to do: add a column of the new type under another name and fill both for a while; or write the old files again with the new type: read them with the old table, then convert
        Not in step: 1 of 1 table
          what to do: run `lakebed apply`; `lakebed drift` tells which side is out of step
        ");
        let (code, text) = check(&["--json"]);
        let document: serde_json::Value = serde_json::from_str(&text).expect("one document");
        assert_eq!((code, &document["catalog"]["tables"][0]["changes"][0]["code"]), (1, &"LB104".into()));
        let (code, text) = check(&["--no-catalog"]);
        assert!(code == 0 && !text.contains("catalog"), "{text}");
        // What others added is theirs.
        let catalog = world.catalog();
        let mut stored = catalog.table(&world.name()).expect("a catalog").expect("a table");
        stored.table.columns[2].ty = "smallint".into();
        stored.table.parameters.insert("team".into(), "roads".into());
        catalog.update_table("db", &stored.table, &stored.version, Archive::Keep).expect("an update");
        assert_eq!(check(&[]).0, 0);
        // A folder that was named is compared also when it is not there yet.
        let (code, text) = check(&["--catalog", "other"]);
        assert!(code == 1 && text.contains("+ db.traffic  new table"), "{text}");
    }

    #[test]
    fn tables_that_do_not_go_together_are_told_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "lake = \"s3://lake\"\ndatabase = \"db\"\nprojection = { from = \"2026-01-01\" }\n\
                    stream = { name = \"one\" }\ngenerate = { out = \"generated\", artifacts = [\"glue\"] }\n";
        std::fs::write(folder.path().join("lakebed.toml"), text).expect("a file");
        let run = |args: &[&str]| {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let mut io = crate::Io::new(&mut out, &mut err);
            let around =
                crate::surroundings::Surroundings { folder: folder.path().to_owned(), ..Default::default() };
            let args = std::iter::once("lakebed").chain(args.iter().copied());
            let code = crate::run_in(around, [&TRAFFIC, &ORDERS], args, &mut io);
            let text = String::from_utf8_lossy(&[out, err].concat()).into_owned();
            (code, anstream::adapter::strip_str(&text).to_string())
        };
        let against = folder.path().join("contracts").display().to_string();
        assert_eq!(run(&["export", "--out", &against]).0, 0);
        let (code, text) = run(&["generate", "--all"]);
        assert!(
            code == 1 && text.contains("[stream-shared]") && text.contains("traffic.glue.json"),
            "{text}"
        );
        let (code, text) = run(&["check", "--against", &against]);
        assert_eq!(code, 1, "{text}");
        assert_eq!(text.matches("[stream-shared]").count(), 1, "{text}");
        // Streams are no matter of the catalog.
        let (code, text) = run(&["plan", "--catalog", "catalog"]);
        assert!(code == 0 && !text.contains("[stream-shared]"), "{text}");
        let (code, text) = run(&["plan", "--set", "locations.orders=s3://lake/traffic/orders/"]);
        assert!(code == 1 && text.contains("[location-nested]"), "{text}");
    }
}
