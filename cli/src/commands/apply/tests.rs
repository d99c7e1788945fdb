//! plan, apply and rollback as their users see them, on a catalog that is a folder.

mod unseen;

use crate::surroundings::Surroundings;
use crate::tables::samples::TRAFFIC;
use crate::{Io, run_in};
use lakebed_schema::{Column, LogicalType, Table};
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use tempfile::TempDir;

const TARGET: &str = "lake = \"s3://my-lake\"\ndatabase = \"mobility\"\n[projection]\nenabled = false\n";

struct World {
    folder: TempDir,
}

/// What a run showed.
struct Shown {
    code: u8,
    text: String,
}

impl World {
    fn new(columns: &[(&str, LogicalType)]) -> Self {
        let world = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(world.path("lakebed.toml"), TARGET).expect("a file");
        world.contract(columns);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The struct changes: after its own columns it has these.
    fn contract(&self, columns: &[(&str, LogicalType)]) {
        let mut table = Table::try_from(&TRAFFIC).expect("a table");
        table.columns.extend(columns.iter().map(|(name, ty)| Column::new(*name, ty.clone())));
        fs::write(self.path("traffic.lakebed.json"), table.to_contract()).expect("a file");
    }

    /// Runs a command; with answers there is somebody to ask.
    fn run(&self, line: &str, answers: Option<&str>) -> Shown {
        self.run_in("", line, answers)
    }

    /// The same from a folder inside.
    fn run_in(&self, inside: &str, line: &str, answers: Option<&str>) -> Shown {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut answers = answers.map(|text| Cursor::new(text.to_owned()));
        let mut io = Io::new(&mut out, &mut err);
        if let Some(answers) = &mut answers {
            io = io.with_answers(answers);
        }
        let around = Surroundings { folder: self.path(inside), ..Surroundings::default() };
        let contract = self.path("traffic.lakebed.json").display().to_string();
        let mut args: Vec<&str> = ["lakebed"].into_iter().chain(line.split(' ')).collect();
        if !(line.starts_with("apply") && line.contains("plan.json")) {
            args.extend(["--contract", &contract]);
        }
        let code = run_in(around, [], args, &mut io);
        let text = [out, err].map(|bytes| String::from_utf8(bytes).expect("text")).concat();
        let text = anstream::adapter::strip_str(&text).to_string();
        Shown { code, text: without_times(&text.replace(&*self.folder.path().to_string_lossy(), "FOLDER")) }
    }

    /// A colleague adds a parameter in the catalog's file.
    fn add_parameter(&self) {
        self.edit("\"classification\":", "\"team\": \"mobility\",\n    \"classification\":");
    }

    fn edit(&self, from: &str, to: &str) {
        let file = self.path("catalog/mobility/traffic/table.json");
        let text = fs::read_to_string(&file).expect("the table");
        assert!(text.contains(from), "{text}");
        fs::write(file, text.replacen(from, to, 1)).expect("a file");
    }
}

fn without_times(text: &str) -> String {
    let is_time = |word: &str| word.starts_with("20") && word.ends_with('Z');
    let line = |line: &str| {
        line.split(' ').map(|word| if is_time(word) { "TIME" } else { word }).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

fn shown(shown: &Shown) -> String {
    format!("exit {}\n{}", shown.code, shown.text)
}

#[test]
fn a_table_is_planned_applied_and_in_step() {
    let world = World::new(&[]);
    insta::assert_snapshot!(shown(&world.run("plan", None)), @r#"
    exit 0
    + mobility.traffic  new table
        + database `mobility`  mobility  LB001  safe
        + table `mobility.traffic`  3 columns, 2 partition keys, in s3://my-lake/traffic/  LB002  safe
    Plan: 2 to add, 0 to change, 0 to remove
    "#);
    insta::assert_snapshot!(shown(&world.run("apply", Some("yes\n"))), @r#"
    exit 0
    + mobility.traffic  new table
        + database `mobility`  mobility  LB001  safe
        + table `mobility.traffic`  3 columns, 2 partition keys, in s3://my-lake/traffic/  LB002  safe
    Plan: 2 to add, 0 to change, 0 to remove
    done mobility.traffic: created the database
    done mobility.traffic: created the table
    Applied: 1 table changed, 0 as planned already
    Change 1 table in the folder catalog? [yes/no]
    "#);
    insta::assert_snapshot!(shown(&world.run("plan --detailed-exit-code", None)), @r#"
    exit 0
    = mobility.traffic  in step
    Nothing to do: the catalog holds what 1 table says
    "#);
    world.contract(&[("lanes", LogicalType::Int32)]);
    assert_eq!(world.run("plan", None).code, 0);
    assert_eq!(world.run("plan --detailed-exit-code", None).code, 1);
    insta::assert_snapshot!(shown(&world.run("apply --yes", None)), @r#"
    exit 0
    ~ mobility.traffic  version 0
        + column `lanes`  int  LB101  safe
            why: Parquet columns are found by name; files without it give null
    Plan: 1 to add, 0 to change, 0 to remove
    done mobility.traffic: updated the table (replaces version 0)
    Applied: 1 table changed, 0 as planned already
    "#);
    assert_eq!(world.run("apply --yes", None).code, 0);
}

#[test]
fn nobody_is_overruled_nothing_is_done_without_a_yes() {
    let world = World::new(&[]);
    insta::assert_snapshot!(shown(&world.run("apply", None)), @r#"
    exit 2
    + mobility.traffic  new table
        + database `mobility`  mobility  LB001  safe
        + table `mobility.traffic`  3 columns, 2 partition keys, in s3://my-lake/traffic/  LB002  safe
    Plan: 2 to add, 0 to change, 0 to remove
    error: wrong usage
      this changes the catalog, and there is no terminal to ask on; nothing was changed
      what to do: look at the plan, then run the same command with --yes; or write the plan with `plan --out FILE` and give that file to apply
    "#);
    insta::assert_snapshot!(shown(&world.run("apply", Some("maybe\n"))), @r#"
    exit 1
    + mobility.traffic  new table
        + database `mobility`  mobility  LB001  safe
        + table `mobility.traffic`  3 columns, 2 partition keys, in s3://my-lake/traffic/  LB002  safe
    Plan: 2 to add, 0 to change, 0 to remove
    Change 1 table in the folder catalog? [yes/no] note: nothing was changed
    "#);
    assert_eq!(world.run("apply", Some("")).code, 1);
    assert_eq!(world.run("apply --json", Some("yes\n")).code, 2);
    assert!(!world.path("catalog").exists());
}

#[test]
fn breaking_changes_are_refused_by_name_until_they_are_allowed() {
    let world = World::new(&[("lanes", LogicalType::Int32)]);
    world.run("apply --yes", None);
    world.add_parameter();
    world.contract(&[]);
    let plan = world.run("plan", None);
    assert_eq!(plan.code, 1);
    insta::assert_snapshot!(shown(&world.run("apply --yes", None)), @r#"
    exit 1
    ~ mobility.traffic  version 1-43bf19cf
        - column `lanes`  int  LB102  breaking
            why: queries that name it fail; its values stay in the files that have them
            what to do: change those queries first; the column can come back later with the values of old files
        left alone, not of lakebed: parameter `team` = `mobility`
    Plan: 0 to add, 0 to change, 1 to remove; 1 breaking: apply needs --allow LB102
    ! mobility.traffic: refused, because of
        - column `lanes`  int  LB102  breaking
            why: queries that name it fail; its values stay in the files that have them
            what to do: change those queries first; the column can come back later with the values of old files
        not done: update the table (replaces version 1-43bf19cf)
        what to do: if that is meant, run the same command with --allow LB102
    Not all applied: 0 tables changed, 0 as planned already, 1 not carried out
    "#);
    insta::assert_snapshot!(shown(&world.run("apply --yes --allow LB999", None)), @r#"
    exit 2
    error: invalid value 'LB999' for '--allow <CODE>': there is no such code; the codes are LB001, LB002, LB101, LB102, LB103, LB104, LB105, LB111, LB112, LB113, LB114, LB201, LB202, LB301, LB401, LB402, LB403, LB501, LB502, LB503, LB601, LB602

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(shown(&world.run("apply --yes --allow lb102", None)), @r#"
    exit 0
    ~ mobility.traffic  version 1-43bf19cf
        - column `lanes`  int  LB102  breaking
            why: queries that name it fail; its values stay in the files that have them
            what to do: change those queries first; the column can come back later with the values of old files
        left alone, not of lakebed: parameter `team` = `mobility`
    Plan: 0 to add, 0 to change, 1 to remove; 1 breaking
    done mobility.traffic: updated the table (replaces version 1-43bf19cf)
    Applied: 1 table changed, 0 as planned already
    "#);
    assert!(
        fs::read_to_string(world.path("catalog/mobility/traffic/table.json")).unwrap().contains("\"team\"")
    );
}

#[test]
fn a_plan_file_is_carried_out_exactly_or_refused_as_stale() {
    let world = World::new(&[]);
    world.run("apply --yes", None);
    world.contract(&[("lanes", LogicalType::Int32)]);
    insta::assert_snapshot!(shown(&world.run("plan --out plan.json", None)), @r#"
    exit 0
    ~ mobility.traffic  version 0
        + column `lanes`  int  LB101  safe
            why: Parquet columns are found by name; files without it give null
    Plan: 1 to add, 0 to change, 0 to remove
    note: the plan is in plan.json; `lakebed apply plan.json` carries it out
    "#);
    let printed = world.run("plan --json", None).text;
    let written = fs::read_to_string(world.path("plan.json")).expect("the plan");
    assert_eq!(printed, written.replace(&*world.folder.path().to_string_lossy(), "FOLDER"));
    world.add_parameter();
    insta::assert_snapshot!(shown(&world.run("apply plan.json", None)), @r#"
    exit 1
    ~ mobility.traffic  version 0
        + column `lanes`  int  LB101  safe
            why: Parquet columns are found by name; files without it give null
    Plan: 1 to add, 0 to change, 0 to remove
    ! mobility.traffic: the plan is stale: it was made for version 0, and now there is version 1-49bd1e25
        not done: update the table (replaces version 0)
        what to do: plan again, look at the new plan, and apply that
    Not all applied: 0 tables changed, 0 as planned already, 1 not carried out
    "#);

    world.run("plan --out plan.json", None);
    insta::assert_snapshot!(shown(&world.run("apply plan.json --json", None)), @r#"
    exit 0
    {
      "lakebed_apply": 1,
      "catalog": "the folder catalog",
      "ok": true,
      "tables": [
        {
          "database": "mobility",
          "table": "traffic",
          "outcome": "applied",
          "done": [
            {
              "step": "update_table",
              "replaced": "1-49bd1e25"
            }
          ],
          "not_done": []
        }
      ],
      "not_planned": []
    }
    done mobility.traffic: updated the table (replaces version 1-49bd1e25)
    "#);
    insta::assert_snapshot!(shown(&world.run("apply plan.json", None)), @r#"
    exit 0
    ~ mobility.traffic  version 1-49bd1e25
        + column `lanes`  int  LB101  safe
            why: Parquet columns are found by name; files without it give null
        left alone, not of lakebed: parameter `team` = `mobility`
    Plan: 1 to add, 0 to change, 0 to remove
    = mobility.traffic: as planned already, nothing was done
    Nothing to do: 1 table as planned already
    "#);
    insta::assert_snapshot!(shown(&world.run("apply plan.json --catalog other", None)), @r#"
    exit 2
    error: the plan is for another catalog
      plan.json was made for the folder catalog (FOLDER/catalog), and this is the folder other (FOLDER/other)
      what to do: name the catalog of the plan, with --catalog or in the target; or plan again for this one
    "#);

    fs::write(world.path("plan.json"), "{\"version\": 1}").expect("a file");
    insta::assert_snapshot!(shown(&world.run("apply plan.json", None)), @r#"
    exit 2
    error: the file is no plan
      plan.json
      plan: is no plan of lakebed's: missing field `catalog` at line 1 column 14
      what to do: write it with `lakebed plan --out FILE`
    "#);
    assert_eq!(world.run("apply plan.json --table traffic", None).code, 2);
}

#[test]
fn the_command_that_the_plan_names_carries_it_out() {
    let world = World::new(&[]);
    world.run("apply --yes --catalog other", None);
    world.contract(&[("lanes", LogicalType::Int32)]);
    let line = "plan --out plan.json --catalog other --set lake=s3://my-lake --allow LB102";
    let planned = world.run(line, None);
    let named = planned.text.split('`').find(|text| text.starts_with("lakebed apply")).unwrap_or_default();
    assert_eq!(
        named, "lakebed apply plan.json --catalog other --set lake=s3://my-lake",
        "LB102 is no part of the plan: {}",
        planned.text
    );
    let applied = world.run(named.trim_start_matches("lakebed "), None);
    assert_eq!(applied.code, 0, "{}", applied.text);
    assert!(applied.text.contains("Applied: 1 table changed"), "{}", applied.text);
}

#[test]
fn tables_that_cannot_be_planned_do_not_stop_others() {
    let world = World::new(&[]);
    world.run("apply --yes", None);
    fs::write(world.path("catalog/mobility/traffic/table.json"), "{").expect("a file");
    insta::assert_snapshot!(shown(&world.run("plan", None)), @r#"
    exit 2
    ! mobility.traffic: not planned: GetTable of table `mobility.traffic`: FOLDER/catalog/mobility/traffic/table.json:1:1: it is not JSON: EOF while parsing an object
        what to do: correct the file or restore it from version control, then run the command again
    No table could be planned
    "#);
    insta::assert_snapshot!(shown(&world.run("apply --yes --set database=", None)), @r#"
    exit 1
    No table could be planned
    ! plan of traffic: not made, 1 finding
        database: is not set [setting]
            fix: write it into lakebed.toml, or give --set database=…
    "#);
}

#[test]
fn a_table_can_go_back() {
    let world = World::new(&[]);
    world.run("apply --yes", None);
    world.contract(&[("lanes", LogicalType::Int32)]);
    world.run("apply --yes", None);
    world.add_parameter();
    insta::assert_snapshot!(shown(&world.run("rollback traffic", None)), @r#"
    exit 0
    mobility.traffic: 2 versions in the folder catalog
    version 2-43bf19cf  (present)
        + column `lanes`  int
        + parameter `team`  mobility
    version 0  TIME
        the oldest that is kept
    what to do: `lakebed rollback mobility.traffic --to VERSION` shows the way back to one, and asks
    "#);
    insta::assert_snapshot!(shown(&world.run("rollback traffic --to 0 --yes", None)), @r#"
    exit 1
    ~ mobility.traffic  version 2-43bf19cf
        - column `lanes`  int         LB102  breaking
            why: queries that name it fail; its values stay in the files that have them
            what to do: change those queries first; the column can come back later with the values of old files
        - parameter `team`  mobility  LB501  safe
            why: no engine is known to read files otherwise because of it
    Plan: 0 to add, 0 to change, 2 to remove; 1 breaking: apply needs --allow LB102
    ! mobility.traffic: refused, because of
        - column `lanes`  int  LB102  breaking
            why: queries that name it fail; its values stay in the files that have them
            what to do: change those queries first; the column can come back later with the values of old files
        not done: update the table (replaces version 2-43bf19cf)
        what to do: if that is meant, run the same command with --allow LB102
    Not all applied: 0 tables changed, 0 as planned already, 1 not carried out
    "#);
    insta::assert_snapshot!(shown(&world.run("rollback traffic --to 0 --allow LB102", Some("yes\n"))), @r#"
    exit 0
    ~ mobility.traffic  version 2-43bf19cf
        - column `lanes`  int         LB102  breaking
            why: queries that name it fail; its values stay in the files that have them
            what to do: change those queries first; the column can come back later with the values of old files
        - parameter `team`  mobility  LB501  safe
            why: no engine is known to read files otherwise because of it
    Plan: 0 to add, 0 to change, 2 to remove; 1 breaking
    done mobility.traffic: updated the table (replaces version 2-43bf19cf)
    Applied: 1 table changed, 0 as planned already
    Change 1 table in the folder catalog? [yes/no] note: `lakebed apply` makes the table what the struct says again; change the struct too if this is to stay
    "#);
    insta::assert_snapshot!(shown(&world.run("rollback traffic --to 0 --yes --allow LB102", None)), @r#"
    exit 0
    = mobility.traffic  in step
    Nothing to do: the catalog holds what 1 table says
    "#);
    insta::assert_snapshot!(shown(&world.run("rollback traffic --to 9", None)), @r#"
    exit 2
    error: the catalog does not have it
      GetTableVersion of table `mobility.traffic`: version 9 is not there, or was not kept
      what to do: rollback without --to lists the versions that are kept; name one of them
    "#);
    insta::assert_snapshot!(shown(&world.run("rollback mobility.trafic --to 0", None)), @r#"
    exit 2
    error: the catalog does not have it
      GetTable of table `mobility.trafic`: the folder catalog has no such table
      what to do: check database and table, and with --catalog that it is the right catalog
    "#);
}

#[test]
fn a_catalog_is_the_same_wherever_it_is_called_from() {
    let world = World::new(&[]);
    world.run("plan --out plan.json", None);
    fs::create_dir_all(world.path("deep/er")).expect("a folder");
    fs::create_dir(world.path("other")).expect("a folder");
    // Its folder does not exist before the first apply.
    let ran = world.run_in("deep/er", "apply ../../plan.json --catalog ../../other", None);
    assert!(ran.code == 2 && ran.text.contains("the plan is for another catalog"), "{}", ran.text);
    let ran = world.run_in("deep/er", "apply ../../plan.json", None);
    assert_eq!(ran.code, 0, "{}", ran.text);
    let ran = world.run_in("deep/er", "apply ../../plan.json --catalog ../../catalog", None);
    assert!(ran.code == 0 && ran.text.contains("as planned already"), "{}", ran.text);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(world.path("catalog"), world.path("link")).expect("a link");
        let ran = world.run("apply plan.json --catalog link", None);
        assert_eq!(ran.code, 0, "{}", ran.text);
    }
}

#[test]
fn a_plan_file_that_somebody_edited_is_refused() {
    let world = World::new(&[("lanes", LogicalType::Int32)]);
    world.run("apply --yes", None);
    world.contract(&[]);
    world.run("plan --out plan.json", None);
    let text = fs::read_to_string(world.path("plan.json")).expect("the plan");
    fs::write(world.path("plan.json"), text.replace("\"breaking\"", "\"safe\"")).expect("a file");
    insta::assert_snapshot!(shown(&world.run("apply plan.json", None)), @r#"
    exit 1
    ~ mobility.traffic  version 0
        - column `lanes`  int  LB102  safe
            why: queries that name it fail; its values stay in the files that have them
            what to do: change those queries first; the column can come back later with the values of old files
    Plan: 0 to add, 0 to change, 1 to remove
    ! mobility.traffic: the plan does something else than it says: its file was edited, or written by another version
        LB102 remove column, column `lanes`: the plan says safe, and it is breaking
        not done: update the table (replaces version 0)
        what to do: plan again, look at the new plan, and apply that as it is
    Not all applied: 0 tables changed, 0 as planned already, 1 not carried out
    "#);
    let ran = world.run("apply plan.json --json --allow LB102", None);
    assert!(ran.code == 1 && ran.text.contains("\"outcome\": \"contradictory\""), "{}", ran.text);
    assert!(ran.text.contains("the plan says safe, and it is breaking"), "{}", ran.text);
}

#[test]
fn a_plan_file_is_stale_once_something_newer_was_applied() {
    let world = World::new(&[]);
    world.run("apply --yes", None);
    world.contract(&[("lanes", LogicalType::Int32)]);
    world.run("plan --out plan.json", None);
    world.contract(&[("lanes", LogicalType::Int32), ("width", LogicalType::Float64)]);
    assert_eq!(world.run("apply --yes", None).code, 0);
    insta::assert_snapshot!(shown(&world.run("apply plan.json", None)), @r#"
    exit 1
    ~ mobility.traffic  version 0
        + column `lanes`  int  LB101  safe
            why: Parquet columns are found by name; files without it give null
    Plan: 1 to add, 0 to change, 0 to remove
    ! mobility.traffic: the plan is stale: it was made for version 0, and now there is version 1
        changed since:
            + column `lanes`  int
            + column `width`  double
        not done: update the table (replaces version 0)
        what to do: plan again, look at the new plan, and apply that
    Not all applied: 0 tables changed, 0 as planned already, 1 not carried out
    "#);
}

#[test]
fn a_table_goes_back_over_several_versions_however_it_is_spelled() {
    let world = World::new(&[]);
    let columns =
        [("lanes", LogicalType::Int32), ("width", LogicalType::Float64), ("kind", LogicalType::String)];
    for count in 0..=columns.len() {
        world.contract(&columns[..count]);
        assert_eq!(world.run("apply --yes", None).code, 0);
    }
    let ran = world.run("rollback Mobility.TRAFFIC --to 1 --yes --allow LB102", None);
    assert!(ran.code == 0 && ran.text.contains("0 to add, 0 to change, 2 to remove"), "{}", ran.text);
    // Back is a version too, and from there the way leads forward again.
    let ran = world.run("rollback traffic --to 3 --yes", None);
    assert!(ran.code == 0 && ran.text.contains("2 to add, 0 to change, 0 to remove"), "{}", ran.text);
    let ran = world.run("rollback traffic", None);
    assert!(
        ran.text.starts_with("mobility.traffic: 6 versions in the folder catalog\nversion 5"),
        "{}",
        ran.text
    );
    assert_eq!(world.run("plan --detailed-exit-code", None).code, 0);
}

#[test]
fn one_table_that_cannot_be_changed_does_not_stop_the_other() {
    let world = World::new(&[]);
    let second = world.path("points.lakebed.json");
    let mut table = Table::try_from(&TRAFFIC).expect("a table");
    table.name = "points".into();
    fs::write(&second, table.to_contract()).expect("a file");
    let both = |line: &str| format!("{line} --contract {}", second.display());
    let ran = world.run(&both("plan --json"), None);
    assert_eq!(ran.text.matches("\"LB001\"").count(), 1, "{}", ran.text);
    let ran = world.run(&both("apply --yes --json"), None);
    assert!(ran.code == 0 && ran.text.matches("create_database").count() == 1, "{}", ran.text);
    world.edit("\"classification\":", "\"table_type\": \"ICEBERG\",\n    \"classification\":");
    world.contract(&[("lanes", LogicalType::Int32)]);
    table.columns.push(Column::new("lanes", LogicalType::Int32));
    fs::write(&second, table.to_contract()).expect("a file");
    let ran = world.run(&both("apply --yes"), None);
    assert_eq!(ran.code, 1, "{}", ran.text);
    for said in [
        "It is an Iceberg table: its metadata stand in files of their own.",
        "done mobility.points: updated the table (replaces version 0)",
        "Not all applied: 1 table changed, 0 as planned already, 1 not carried out",
    ] {
        assert!(ran.text.contains(said), "{said}: {}", ran.text);
    }
}

#[test]
fn what_was_allowed_for_a_plan_is_in_the_command_that_carries_it_out() {
    let world = World::new(&[]);
    world.contract(&[("lanes", LogicalType::Int32)]);
    assert_eq!(world.run("apply --yes", None).code, 0);
    world.contract(&[]);
    // LB104 is no part of the plan.
    let planned = world.run("plan --out plan.json --allow LB102 --allow LB104", None);
    assert_eq!(planned.code, 0, "{}", planned.text);
    let command = "`lakebed apply plan.json --allow LB102` carries it out";
    assert!(planned.text.contains(command), "{}", planned.text);
    assert_eq!(world.run("apply plan.json --allow LB102", None).code, 0);
}

#[test]
fn a_table_that_cannot_be_planned_is_not_well_in_json() {
    let world = World::new(&[]);
    let shown = world.run("apply --yes --json --set database=", None);
    assert_eq!(shown.code, 1, "{}", shown.text);
    let document = shown.text.split("! plan of").next().expect("a document");
    let document: serde_json::Value = serde_json::from_str(document).expect("one document");
    assert_eq!(document["ok"], false);
    let told = &document["not_planned"][0];
    assert_eq!((&told["table"], &told["place"]), (&"traffic".into(), &"database".into()), "{told}");
}
