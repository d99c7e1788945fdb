//! `lakebed inspect`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::lake::Files;
use crate::location::{self, Place};
use crate::render;
use crate::s3::S3Args;
use crate::surroundings::Surroundings;
use crate::tables::Registry;
use lakebed::Location;
use lakebed::inspect::report::TableReport;
use lakebed::inspect::{inspect, inspect_folder, tables_in};
use lakebed::store::StoreError;
use lakebed_schema::TableDef;
use serde::Serialize;
use std::ffi::OsString;
use std::path::PathBuf;

/// Tell what is in a lake: files, rows, partitions, schema, sizes, rows over time
///
/// Reads the footers of the Parquet files and the journal of the runs, and changes nothing. Files are compared with
/// the table of that name when this program knows one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed inspect lake
  lakebed inspect lake --table orders --contract contracts/orders.lakebed.json
  lakebed inspect some/folder/of/parquet
  lakebed inspect s3://bucket/lake --table orders

Exit codes:
  0  nothing is wrong; small files, skew, and columns that older files lack are told, and are no faults
  1  findings: a file that is broken, missing or no Parquet, a schema that does not fit, a folder that is no
     partition of the table
  2  failure or wrong usage")]
pub(crate) struct InspectArgs {
    /// Folder or s3:// address of a lake, of one of its tables, or of any Parquet files
    #[arg(value_name = "LAKE")]
    lake: OsString,

    /// Only this table [default: every table in the lake]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,

    #[command(flatten)]
    s3: S3Args,

    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
}

/// What an inspection found.
#[derive(Debug, Serialize)]
pub(crate) struct Inspection {
    pub(crate) lake: String,
    /// Whether something is wrong.
    pub(crate) findings: bool,
    pub(crate) tables: Vec<TableReport>,
}

pub(crate) fn execute(args: &InspectArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let inspection = look(args, context.defs, &context.around)?;
    let text = if args.json {
        render::document(&inspection)?
    } else {
        render::inspection(&inspection, context.io.width())
    };
    context.io.print(&text)?;
    Ok(if inspection.findings { Outcome::Findings } else { Outcome::Done })
}

fn look(
    args: &InspectArgs,
    defs: &[&'static TableDef],
    around: &Surroundings,
) -> Result<Inspection, CliError> {
    let location = location::location(&args.lake, Place::Inspected)?;
    let registry = Registry::new(defs, &args.contract)?;
    let open = |location: &Location| {
        Files::open(location, location.to_string(), &args.s3, around).map_err(StoreError::input)
    };
    let lake = open(&location)?;
    if !lake.exists().map_err(StoreError::input)? {
        let what = match location.as_path() {
            Some(path) if path.exists() => "is a file",
            Some(_) => "does not exist",
            None => "holds nothing",
        };
        return Err(CliError::failed("cannot inspect the lake", format!("{location} {what}"))
            .hint("name the folder that `convert --to` wrote to, or any folder of Parquet files"));
    }
    let tables = reports(&lake, &location, args.table.as_deref(), registry, &|above| Ok(open(above)?))?;
    let findings = tables.iter().any(TableReport::has_findings);
    Ok(Inspection { lake: lake.shown, findings, tables })
}

/// What stands above a table's folder, and the folder's name.
fn above(location: &Location) -> Option<(Location, String)> {
    match location {
        Location::Local(lake) => {
            let own = lake.canonicalize().ok()?;
            let name = own.file_name()?.to_str()?.to_owned();
            // As typed where that says it all; `.` does not.
            let above = if lake.ends_with(&name) { lake.parent() } else { own.parent() };
            Some((Location::Local(above?.to_owned()), name))
        }
        Location::S3 { bucket, key } => {
            let key = key.trim_end_matches('/');
            let (above, name) = key.rsplit_once('/').unwrap_or(("", key));
            Some((Location::S3 { bucket: bucket.clone(), key: above.to_owned() }, name.to_owned()))
        }
    }
}

fn reports(
    files: &Files,
    location: &Location,
    choice: Option<&str>,
    registry: Registry,
    open: &dyn Fn(&Location) -> Result<Files, CliError>,
) -> Result<Vec<TableReport>, CliError> {
    let lake = files.store.as_ref();
    let names = tables_in(lake)?;
    let plain = is_table_folder(files)?;
    if let Some(name) = choice {
        let table = registry.choose(Some(name))?;
        return if names.iter().any(|found| found == name) {
            Ok(vec![inspect(lake, name, Some(&table))?])
        } else if plain {
            Ok(vec![inspect_folder(lake, Some(&table))?])
        } else {
            let held = if names.is_empty() { "no table".to_owned() } else { names.join(", ") };
            let message = format!("{} holds no table `{name}`; it holds {held}", files.shown);
            Err(CliError::failed("cannot inspect the table", message).hint("check the name and the folder"))
        };
    }
    if plain {
        // The folder of one table: what stands above it is the lake, with the journal.
        let above = above(location);
        let known = above.as_ref().and_then(|(above, name)| Some((above, name, registry.find(name)?)));
        return Ok(vec![match known {
            Some((above, name, table)) => inspect(open(above)?.store.as_ref(), name, Some(table))?,
            None => inspect_folder(lake, registry.only_contract())?,
        }]);
    }
    if names.is_empty() {
        return Err(CliError::failed("nothing to inspect", format!("{} holds no tables", files.shown))
            .hint("name the folder that `convert --to` wrote to, or any folder of Parquet files"));
    }
    names.iter().map(|name| Ok(inspect(lake, name, registry.find(name))?)).collect()
}

/// Whether a folder holds files or partitions itself, rather than tables.
fn is_table_folder(folder: &Files) -> Result<bool, CliError> {
    let names = folder.store.names("").map_err(StoreError::input)?;
    let is_of_a_table = |name: &String| {
        !name.is_empty() && !name.starts_with(['.', '_']) && (name.contains('=') || !name.ends_with('/'))
    };
    Ok(names.iter().any(is_of_a_table))
}

#[cfg(test)]
mod tests {
    use crate::tables::samples::{ORDERS, TRAFFIC};
    use std::fs;
    use std::path::Path;
    use tempfile::TempDir;

    fn run(folder: &Path, args: &[&str]) -> (u8, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let paths: Vec<String> =
            args.iter().map(|arg| arg.replace('~', &folder.display().to_string())).collect();
        let args = std::iter::once("lakebed").chain(paths.iter().map(String::as_str));
        let code = crate::run([&TRAFFIC, &ORDERS], args, &mut crate::Io::new(&mut out, &mut err));
        let text = String::from_utf8_lossy(&[out, err].concat()).into_owned();
        (code, anstream::adapter::strip_str(&text).to_string().replace(&folder.display().to_string(), "~"))
    }

    /// A lake with four minutes of traffic and two orders.
    fn lake() -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let line =
            |(point, time): (&str, &str)| format!("{{\"unieke_id\":\"{point}\",\"tijd\":\"{time}\"}}\n");
        let minutes = [
            ("a", "2026-11-23T07:00:00Z"),
            ("b", "2026-11-23T07:01:00Z"),
            ("a", "2026-11-23T07:02:00Z"),
            ("a", "2026-11-25T09:00:00Z"),
        ];
        let inputs =
            [("traffic", minutes.map(line).concat()), ("orders", "{\"id\":1}\n{\"id\":2}\n".to_owned())];
        for (table, text) in inputs {
            fs::write(folder.path().join(format!("{table}.json")), text).expect("a file");
            let input = format!("~/{table}.json");
            let (code, text) = run(folder.path(), &["convert", &input, "--to", "~/lake", "--table", table]);
            assert_eq!(code, 0, "{text}");
        }
        folder
    }

    /// Sizes depend on the version that is written into each file.
    fn without_sizes(text: &str) -> String {
        let words: Vec<&str> = text.split_inclusive([' ', '\n']).collect();
        let mut out = String::new();
        for (at, word) in words.iter().enumerate() {
            let unit = words.get(at + 1).map_or("", |next| next.trim_end_matches([' ', '\n', ',', ':', ';']));
            out.push_str(if matches!(unit, "B" | "KiB" | "times") { "# " } else { word });
        }
        out.replace(env!("CARGO_PKG_VERSION"), "VERSION")
    }

    #[test]
    fn a_table_of_a_lake() {
        let folder = lake();
        let (code, text) = run(folder.path(), &["inspect", "~/lake", "--table", "traffic"]);
        assert_eq!(code, 0, "{text}");
        insta::assert_snapshot!(without_sizes(&text), @r"
        traffic in ~/lake/traffic: 4 rows in 2 files, # KiB of Parquet

          partitions  2, from dt=2026-11-23/hour=07/ to dt=2026-11-25/hour=09/
          row groups  2; rows 1 to 3, median 1; stored # B to # B, median # B
          sorted by   no order, say the files; the table declares none
          codec       snappy, as declared
          written by  lakebed version VERSION
          schema      as declared, in every file
          journal     1 run, 4 rows written, and as many in their files

        Size:
             # B of JSON
          # KiB of Parquet: # times larger than the JSON

        Rows per hour (UTC):
          2026-11-23 07:00  3  █████████████████████████████████████████████████████████
          ⋮ 49 hours without rows
          2026-11-25 09:00  1  ███████████████████

        Small files: # B a file on average, as there is little data.
          No partition has more than 1 file: there is nothing to merge.

        Nothing is wrong.
        ");
    }

    #[test]
    fn every_table_without_a_choice_and_one_folder_as_it_is() {
        let folder = lake();
        let (code, text) = run(folder.path(), &["inspect", "~/lake"]);
        assert_eq!(code, 0, "{text}");
        for said in
            ["orders in ~/lake/orders: 2 rows in 1 file", "traffic in ~/lake/traffic: 4 rows in 2 files"]
        {
            assert!(text.contains(said), "{text}");
        }
        // The folder of a table finds its table and its journal.
        let (code, text) = run(folder.path(), &["inspect", "~/lake/traffic"]);
        assert!(code == 0 && text.contains("1 run, 4 rows written, and as many in their files"), "{text}");
        // A folder of any name is compared with nothing, unless a table is named.
        fs::rename(folder.path().join("lake/traffic"), folder.path().join("copy")).expect("a move");
        let (code, text) = run(folder.path(), &["inspect", "~/copy"]);
        assert!(code == 0 && text.contains("not compared") && text.contains("Rows per hour"), "{text}");
        let (code, text) = run(folder.path(), &["inspect", "~/copy", "--table", "orders"]);
        assert!(code == 1 && text.contains("`point_id` is not declared (Utf8): in 2 of 2 files"), "{text}");
        // What the journal knows of is missed.
        let (code, text) = run(folder.path(), &["inspect", "~/lake"]);
        assert!(code == 1 && text.contains("2 files that runs have written and that are gone"), "{text}");
    }

    #[test]
    fn findings_are_exit_1_and_one_json_document() {
        let folder = lake();
        let stray = folder.path().join("lake/traffic/README\u{1b}[31m.txt");
        fs::write(stray, "not for readers").expect("a file");
        let (code, text) = run(folder.path(), &["inspect", "~/lake", "--table", "traffic"]);
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("README\\u{1b}[31m.txt is no Parquet file"), "{text}");
        let (code, text) = run(folder.path(), &["inspect", "~/lake", "--json"]);
        let document: serde_json::Value = serde_json::from_str(&text).expect("one document");
        assert_eq!((code, &document["findings"]), (1, &true.into()));
        assert_eq!(document["tables"][1]["timeline"]["points"][0]["at"], "2026-11-23T07");
        assert_eq!(document["tables"][1]["broken"][0]["bytes"], 15);
    }

    #[test]
    fn what_cannot_be_inspected_is_exit_2() {
        let folder = lake();
        fs::create_dir(folder.path().join("empty")).expect("a folder");
        for (args, said) in [
            (&["inspect", "~/nowhere"][..], "does not exist"),
            (&["inspect", "~/orders.json"], "is a file"),
            (&["inspect", "~/empty"], "holds no tables"),
            (&["inspect", "~/lake", "--table", "trafic"], "`--table traffic`?"),
            (&["inspect", "~/empty", "--table", "traffic"], "it holds no table"),
        ] {
            let (code, text) = run(folder.path(), args);
            assert!(code == 2 && text.contains(said), "{args:?}: {text}");
        }
    }
}
