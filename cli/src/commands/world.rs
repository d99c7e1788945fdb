//! A small world for tests of commands that compare: a lake, a catalog, contracts and a target.

use crate::catalog::{Archive, Catalog, FolderCatalog, TableName};
use crate::plan::{self, Wanted};
use crate::surroundings::Surroundings;
use crate::tables::samples::TRAFFIC;
use lakebed_schema::artifacts::glue::GlueTable;
use lakebed_schema::{Table, TableDef, Target};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with a lake, a catalog, contracts and a target, all in step.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new(target: &str) -> Self {
        let world = Self { folder: tempfile::tempdir().expect("a folder") };
        world.write("lakebed.toml", &format!("lake = \"lake\"\ndatabase = \"db\"\n{target}"));
        world.convert("a", &["2026-11-23T07:00:00Z", "2026-11-24T08:00:00Z", "2026-11-25T09:00:00Z"]);
        let contracts = world.path("contracts").display().to_string();
        world.ok(&[&TRAFFIC], &["export", "--out", &contracts]);
        let catalog = world.catalog();
        for wanted in Wanted::of(&world.table(), &world.target(target)).expect("a table of the catalog") {
            if catalog.database("db").expect("a catalog").is_none() {
                catalog.create_database(&wanted.database).expect("a database");
            }
            let plan = plan::diff(&wanted, &plan::read(&catalog, &wanted).expect("a catalog"));
            catalog.create_table("db", &plan.result.expect("a table")).expect("a table");
        }
        world
    }

    pub(crate) fn projected() -> Self {
        Self::new("[projection]\nfrom = \"2026-11-01\"\n")
    }

    pub(crate) fn registered() -> Self {
        let world = Self::new("[projection]\nenabled = false\n");
        world.ok(&[&TRAFFIC], &["partitions", "sync"]);
        world
    }

    pub(crate) fn target(&self, text: &str) -> Target {
        let text = format!("lake = \"lake\"\ndatabase = \"db\"\n{text}");
        toml::from_str(&text).expect("a target")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    pub(crate) fn table(&self) -> Table {
        Table::try_from(&TRAFFIC).expect("a table")
    }

    pub(crate) fn catalog(&self) -> FolderCatalog {
        FolderCatalog::new(self.path("catalog"))
    }

    pub(crate) fn name(&self) -> TableName {
        TableName::new("db", "traffic")
    }

    pub(crate) fn convert(&self, name: &str, times: &[&str]) {
        let line = |time: &&str| format!("{{\"unieke_id\":\"a\",\"tijd\":\"{time}\",\"snelheid\":90}}\n");
        self.write(&format!("{name}.json"), &times.iter().map(line).collect::<String>());
        let (input, lake) = (self.path(&format!("{name}.json")), self.path("lake"));
        let (input, lake) = (input.display().to_string(), lake.display().to_string());
        self.ok(&[&TRAFFIC], &["convert", &input, "--to", &lake]);
    }

    /// Changes the table in the catalog by hand.
    pub(crate) fn by_hand(&self, change: impl FnOnce(&mut GlueTable)) {
        let catalog = self.catalog();
        let mut stored = catalog.table(&self.name()).expect("a catalog").expect("a table");
        change(&mut stored.table);
        catalog.update_table("db", &stored.table, &stored.version, Archive::Keep).expect("an update");
    }

    pub(crate) fn run(&self, tables: &[&'static TableDef], args: &[&str]) -> (u8, String) {
        self.run_with(tables, args, None)
    }

    /// Runs over the traffic table, with somebody who answers.
    pub(crate) fn answering(&self, answers: &[u8], args: &[&str]) -> (u8, String) {
        self.run_with(&[&TRAFFIC], args, Some(answers))
    }

    fn run_with(
        &self,
        tables: &[&'static TableDef],
        args: &[&str],
        mut answers: Option<&[u8]>,
    ) -> (u8, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args = std::iter::once("lakebed").chain(args.iter().copied());
        let around = Surroundings { folder: self.folder.path().to_owned(), ..Surroundings::default() };
        let mut io = crate::Io::new(&mut out, &mut err);
        if let Some(answers) = &mut answers {
            io = io.with_answers(answers);
        }
        let code = crate::run_in(around, tables, args, &mut io);
        let text = String::from_utf8_lossy(&[out, err].concat()).into_owned();
        let text = anstream::adapter::strip_str(&text).to_string();
        (code, without_today(&text.replace(&self.folder.path().display().to_string(), "~")))
    }

    pub(crate) fn ok(&self, tables: &[&'static TableDef], args: &[&str]) {
        let (code, text) = self.run(tables, args);
        assert_eq!(code, 0, "{args:?}: {text}");
    }
}

/// Projections end where today does.
fn without_today(text: &str) -> String {
    let mut parts = text.split(" is not projected, which is ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (from, rest) = part.split_once(" to ").expect("a range");
        let (_, rest) = rest.split_once(',').expect("a step");
        out.push_str(&format!(" is not projected, which is {from} to TOMORROW,{rest}"));
    }
    out
}
