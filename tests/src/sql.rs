//! Grammars of SQL that share nothing with lakebed: Hive's, which Athena's statements for tables follow, and Trino's,
//! which its queries follow.

use crate::rig::{at, once, output, said, scripts, text};
use serde_json::json;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

/// What to do where it is missing.
const INSTALL: &str = "the tests check SQL with Node.js 20 or later, called `node`, and its `npm`";
/// What describes the packages, and what runs there.
const FILES: [&str; 4] = ["package.json", "package-lock.json", "resolve.mjs", "check.mjs"];

/// Whose grammar a statement must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Statements that create and change tables.
    Hive,
    /// Queries and views.
    Trino,
}

/// A statement and what to call it.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// What to call it.
    pub name: String,
    /// Its grammar.
    pub dialect: Dialect,
    /// Its text.
    pub sql: &'a str,
}

impl Dialect {
    fn name(self) -> &'static str {
        match self {
            Self::Hive => "hive",
            Self::Trino => "trino",
        }
    }
}

/// Gives what the grammars refuse, `NAME: LINE:COLUMN: why`, each statement on its own, all in one process. `folder` is
/// where the grammars are installed on first use; a test passes `env!("CARGO_TARGET_TMPDIR")`.
///
/// # Errors
/// Names what is missing: Node, npm, or the way to a package registry.
pub fn check(folder: &str, statements: &[Statement<'_>]) -> Result<Vec<String>, String> {
    let rig = install(folder)?;
    let input: Vec<_> = statements
        .iter()
        .map(|statement| json!({"dialect": statement.dialect.name(), "sql": statement.sql}))
        .collect();
    let input_file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    fs::write(&input_file, json!(input).to_string()).map_err(|error| at(input_file.path(), &error))?;
    let stdin = File::open(&input_file).map_err(|error| at(input_file.path(), &error))?;
    let ran = Command::new("node")
        .arg(rig.join("check.mjs"))
        .stdin(Stdio::from(stdin))
        .output()
        .map_err(|error| format!("{INSTALL}: {error}"))?;
    if !ran.status.success() {
        return Err(said(&ran));
    }
    let found: Vec<Vec<String>> =
        serde_json::from_str(&text(&ran.stdout)).map_err(|error| format!("{error}: {}", said(&ran)))?;
    if found.len() != statements.len() {
        return Err(format!("{} answers for {} statements", found.len(), statements.len()));
    }
    let named = |(statement, errors): (&Statement<'_>, Vec<String>)| {
        errors.into_iter().map(|error| format!("{}: {error}", statement.name)).collect::<Vec<_>>()
    };
    Ok(statements.iter().zip(found).flat_map(named).collect())
}

fn install(folder: &str) -> Result<std::path::PathBuf, String> {
    let source = scripts().join("sql");
    let read = |name| fs::read_to_string(source.join(name)).map_err(|error| at(&source.join(name), &error));
    let contents = FILES.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let wanted: Vec<&str> = contents.iter().map(String::as_str).collect();
    once(folder, "sql", &wanted, |made| create(made, &contents))
}

fn create(made: &Path, contents: &[String]) -> Result<(), String> {
    fs::create_dir_all(made).map_err(|error| at(made, &error))?;
    for (name, content) in FILES.iter().zip(contents) {
        fs::write(made.join(name), content).map_err(|error| at(&made.join(name), &error))?;
    }
    // The versions and hashes of the lock file, and none of the packages' own scripts.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(made);
    let installed = output(&mut npm).map_err(|error| format!("{INSTALL}: {error}"))?;
    if !installed.status.success() {
        let hint =
            "npm could not install the grammars; the first run needs a package registry that npm can reach";
        return Err(format!("{hint}:\n{}", said(&installed)));
    }
    Ok(())
}
