//! A table through a year, as a team lives it, on a catalog that is a folder: it is created, gets columns, a wider type
//! and a member; a colleague and a crawler change it by hand; two engineers apply at once; a column is renamed.
//!
//! In every month the stream goes on in the shape before the change too, as Firehose does until its own settings follow.
//! After every step the plan is empty, and DuckDB, awswrangler and Spark read what their rules promise.

use lakebed_cli::catalog::{Archive, Catalog, FolderCatalog, TableName};
use lakebed_cli::{Io, run};
use lakebed_schema::artifacts::glue::GlueColumn;
use lakebed_tests::rig::Rig;
use lakebed_tests::server::{Emulator, Server};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Columns of a contract: name, type, and whether it may be null.
type Shape<'a> = &'a [(&'a str, Value)];

fn contract(shape: Shape<'_>) -> Value {
    let columns: Vec<_> = shape
        .iter()
        .map(|(name, ty)| json!({"name": name, "key": name, "type": ty, "nullable": !matches!(*name, "id" | "at")}))
        .collect();
    json!({
        "lakebed_contract": 1, "name": "trip", "columns": columns,
        "partitions": [{"by": "at", "layout": "dt={yyyy-MM-dd}/hour={HH}"}],
    })
}

fn members(names: &[&str]) -> Value {
    let member = |name: &&str| json!({"name": name, "key": name, "type": "float64", "nullable": true});
    json!({"struct": names.iter().map(member).collect::<Vec<_>>()})
}

/// The team, its lake and its catalog.
struct Team {
    folder: TempDir,
    /// Months that have passed.
    month: usize,
    /// Every row in the lake, with the columns that its file has.
    rows: Vec<Map<String, Value>>,
}

impl Team {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = "lake = \"s3://my-lake\"\ndatabase = \"mobility\"\ncatalog = \"catalog\"\n\
            [projection]\nenabled = false\n";
        fs::write(folder.path().join("lakebed.toml"), settings).expect("a file");
        Self { folder, month: 0, rows: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn catalog(&self) -> FolderCatalog {
        FolderCatalog::new(self.path("catalog"))
    }

    /// A command of lakebed, in this folder; its exit code and everything it says.
    fn lakebed(&self, args: &[&str]) -> (u8, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run([], [&["lakebed"], args].concat(), &mut Io::new(&mut out, &mut err));
        let said = [out, err].concat();
        (code, anstream::adapter::strip_str(&String::from_utf8_lossy(&said)).to_string())
    }

    /// A command about the table in a shape, with the team's settings.
    fn about(&self, command: &[&str], shape: Shape<'_>) -> (u8, String) {
        let (file, settings) = (self.contract(shape), self.path("lakebed.toml").display().to_string());
        self.lakebed(&[command, &["--contract", &file, "--target", &settings]].concat())
    }

    fn contract(&self, shape: Shape<'_>) -> String {
        let text = contract(shape).to_string();
        // One file a shape, since two engineers may work at once.
        let file = self.path(&format!("{}.lakebed.json", blake3::hash(text.as_bytes()).to_hex()));
        fs::write(&file, text).expect("a file");
        file.display().to_string()
    }

    /// Applies a shape, which must succeed.
    fn apply(&self, shape: Shape<'_>, allow: &[&str]) -> String {
        let (code, said) = self.about(&[&["apply", "--yes"], allow].concat(), shape);
        assert_eq!(code, 0, "{said}");
        said
    }

    /// What a plan for the shape says; it must be empty.
    fn in_step(&self, shape: Shape<'_>) -> String {
        let (code, said) = self.about(&["plan", "--detailed-exit-code"], shape);
        assert_eq!(code, 0, "the plan is empty: {said}");
        said
    }

    /// A month of records in each of the shapes, the older one first; their partitions are registered.
    fn record(&mut self, shapes: &[Shape<'_>], now: Shape<'_>) {
        self.month += 1;
        for (number, shape) in shapes.iter().enumerate() {
            let rows: Vec<_> = (0..2).map(|day| self.row(shape, number, day)).collect();
            let lines: Vec<_> = rows.iter().map(|row| Value::Object(row.clone()).to_string()).collect();
            let input = self.path(&format!("{}-{number}.json", self.month));
            fs::write(&input, lines.join("\n")).expect("a file");
            let (file, lake) = (self.contract(shape), self.path("lake").display().to_string());
            let input = input.display().to_string();
            let (code, said) = self.lakebed(&["convert", &input, "--contract", &file, "--to", &lake]);
            assert_eq!(code, 0, "{said}");
            self.rows.extend(rows);
        }
        let lake = self.path("lake").display().to_string();
        let (code, said) = self.about(&["partitions", "sync", "--yes", "--lake", &lake], now);
        assert_eq!(code, 0, "{said}");
    }

    fn row(&self, shape: Shape<'_>, number: usize, day: usize) -> Map<String, Value> {
        let wide = shape.iter().any(|(name, ty)| *name == "speed" && ty == "int64");
        let value = |name: &str, ty: &Value| match name {
            "id" => json!(format!("{}-{number}-{day}", self.month)),
            "at" => json!(format!("2026-{:02}-{:02}T{:02}:30:00Z", self.month, day + 1, number)),
            "speed" => json!(self.month * 10 + day + if wide { 5_000_000_000 } else { 0 }),
            "position" => {
                let names = ty["struct"].as_array().expect("members").iter();
                let number = |at: usize| json!(at as f64 + 0.5);
                let members = names.enumerate().map(|(at, name)| (name["name"].to_string(), number(at)));
                members.map(|(name, value)| (name.trim_matches('"').to_owned(), value)).collect()
            }
            other => json!(format!("{other} {}", self.month)),
        };
        shape.iter().map(|(name, ty)| ((*name).to_owned(), value(name, ty))).collect()
    }

    /// The table as the catalog has it.
    fn columns(&self) -> String {
        let stored = self.catalog().table(&trip()).expect("a catalog").expect("the table");
        let shown = |column: &GlueColumn| format!("{} {}", column.name, column.ty);
        stored.table.columns.iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    fn version(&self) -> String {
        self.catalog().table(&trip()).expect("a catalog").expect("the table").version
    }

    /// Keeps this moment for the readers, and compares what can be compared at once: the plan is empty, and every
    /// registered partition has the table's columns, as its files can be read.
    fn step(&self, name: &str, shape: Shape<'_>, columns: &str) -> String {
        let said = self.in_step(shape);
        assert_eq!(self.columns(), columns, "{name}");
        let catalog = self.catalog();
        let stored = catalog.table(&trip()).expect("a catalog").expect("the table");
        let partitions = catalog.partitions(&trip()).expect("a catalog");
        assert_eq!(partitions.len(), self.rows.len(), "each row has a folder of its own");
        let plain = |columns: &[GlueColumn]| -> Vec<_> {
            columns.iter().map(|column| (column.name.clone(), column.ty.clone())).collect()
        };
        for partition in partitions {
            // A column that left the table stays with partitions whose files have it; by name nobody looks at it.
            let has = plain(&partition.columns);
            let missing: Vec<_> =
                plain(&stored.table.columns).into_iter().filter(|column| !has.contains(column)).collect();
            assert_eq!(missing, [], "{name}: {:?}", partition.values);
        }

        let step = self.path("steps").join(name);
        copy(&self.path("lake/trip"), &step.join("lake"));
        let mut table = stored.table.clone();
        table.storage.location = Some("s3://my-lake/trip/".into());
        fs::write(step.join("table.json"), table.to_json().to_text()).expect("a file");
        let rows: Vec<_> = self.rows.iter().map(|row| promised(row, &stored.table.columns)).collect();
        fs::write(step.join("rows.json"), Value::Array(rows).to_string()).expect("a file");
        said
    }
}

fn trip() -> TableName {
    TableName::new("mobility", "trip")
}

/// A row as the engines promise it: by name, null where the file has nothing.
fn promised(row: &Map<String, Value>, columns: &[GlueColumn]) -> Value {
    let mut found = Map::new();
    for column in columns {
        let mut value = row.get(&column.name).cloned().unwrap_or_default();
        if let Some(inner) = column.ty.strip_prefix("struct<").and_then(|ty| ty.strip_suffix('>')) {
            let names = inner.split(',').filter_map(|member| member.split(':').next());
            value = names.map(|name| (name.to_owned(), value[name].clone())).collect();
        }
        found.insert(column.name.clone(), value);
    }
    let at = row["at"].as_str().expect("a time");
    let moment: chrono::DateTime<chrono::Utc> = at.parse().expect("a time");
    found.insert("at".into(), json!(moment.timestamp_millis()));
    found.insert("dt".into(), json!(&at[..10]));
    found.insert("hour".into(), json!(&at[11..13]));
    Value::Object(found)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("a copy");
        }
    }
}

/// Lets each engine read every step.
#[expect(clippy::print_stdout, reason = "where there is no Java, a line says that Spark was not run")]
fn read_by_all(steps: &Path, count: usize) {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let path = steps.display().to_string();
    let rig = Rig::install(folder).unwrap_or_else(|error| panic!("{error}"));
    let said = rig.run("story.py", [&path, "duckdb"]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(said.trim(), format!("duckdb: {count} steps read"));
    let moto = Server::start(Emulator::Moto, folder).unwrap_or_else(|error| panic!("{error}"));
    let said = moto.run("story.py", &[&path, "awswrangler"]).unwrap_or_else(|error| panic!("{error}"));
    // From the widening on its files have two types; it joins files of one type only.
    assert_eq!(said.trim(), format!("awswrangler: {count} steps read, {} of them file by file", count - 2));
    let rig = Rig::install_spark(folder).unwrap_or_else(|error| panic!("{error}"));
    let said = rig.run("story.py", [&path, "spark"]).unwrap_or_else(|error| panic!("{error}"));
    println!("{said}");
    assert!(
        said.contains(&format!("spark: {count} steps read")) || said.contains("there is no Java"),
        "{said}"
    );
}

#[test]
fn a_year_of_a_table() {
    let mut team = Team::new();
    let time = json!({"timestamp": {"unit": "millis", "instant": true}});
    let start = [("id", json!("string")), ("at", time)];
    let shape = |more: &[(&'static str, Value)]| [&start[..], more].concat();
    let (narrow, wide) = (("speed", json!("int32")), ("speed", json!("int64")));
    let (flat, high) =
        (("position", members(&["lon", "lat"])), ("position", members(&["lon", "lat", "alt"])));
    let (weather, lane, sky) =
        (("weather", json!("string")), ("lane", json!("string")), ("sky", json!("string")));
    let first = shape(&[narrow.clone(), flat.clone()]);
    let added = shape(&[narrow, flat.clone(), weather.clone()]);
    let widened = shape(&[wide.clone(), flat, weather.clone()]);
    let deeper = shape(&[wide.clone(), high.clone(), weather.clone()]);
    let both = shape(&[wide.clone(), high.clone(), weather, lane.clone()]);
    let renamed = shape(&[wide, high, sky, lane]);

    // January: the table.
    assert!(team.apply(&first, &[]).contains("LB002"));
    team.record(&[&first], &first);
    let base = "id string, at timestamp, speed int, position struct<lon:double,lat:double>";
    team.step("01", &first, base);

    // February: a column.
    assert!(team.apply(&added, &[]).contains("LB101"));
    team.record(&[&first, &added], &added);
    team.step("02", &added, &format!("{base}, weather string"));

    // March: a wider number.
    assert!(team.apply(&widened, &[]).contains("LB104"));
    team.record(&[&added, &widened], &widened);
    let base = "id string, at timestamp, speed bigint, position struct<lon:double,lat:double>";
    team.step("03", &widened, &format!("{base}, weather string"));

    // April: a member.
    assert!(team.apply(&deeper, &[]).contains("LB111"));
    team.record(&[&widened, &deeper], &deeper);
    let base = "id string, at timestamp, speed bigint, position struct<lon:double,lat:double,alt:double>";
    team.step("04", &deeper, &format!("{base}, weather string"));

    // May: a colleague writes a parameter by hand, which is nobody's business here.
    let catalog = team.catalog();
    let edit = |change: &dyn Fn(&mut lakebed_schema::artifacts::glue::GlueTable)| {
        let mut stored = catalog.table(&trip()).expect("a catalog").expect("the table");
        change(&mut stored.table);
        catalog.update_table("mobility", &stored.table, &stored.version, Archive::Keep).expect("an update");
    };
    edit(&|table| {
        table.parameters.insert("cost_centre".into(), "4711".into());
    });
    team.record(&[&deeper], &deeper);
    let said = team.step("05", &deeper, &format!("{base}, weather string"));
    assert!(said.contains("cost_centre"), "it is listed: {said}");

    // June: a crawler finds a column that no struct knows.
    edit(&|table| {
        let column = GlueColumn { name: "extra".into(), ty: "string".into(), ..GlueColumn::default() };
        table.columns.push(column);
    });
    let said = team.about(&["plan"], &deeper).1;
    assert!(said.contains("extra"), "it is listed: {said}");
    // The crawler leaves the registered partitions behind, which the next apply mends.
    team.apply(&deeper, &[]);
    team.record(&[&deeper], &deeper);
    team.step("06", &deeper, &format!("{base}, weather string, extra string"));

    // July: two engineers merge the same change, and both apply it.
    let before: u64 = team.version().parse().expect("a number");
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| team.apply(&both, &[]));
        }
    });
    assert_eq!(team.version(), (before + 1).to_string(), "one of them did it, once");
    team.record(&[&deeper, &both], &both);
    let after = |column| format!("{base}, {column} string, extra string, lane string");
    team.step("07", &both, &after("weather"));

    // August: a rename is refused, and nothing is changed.
    let before = team.version();
    let (code, said) = team.about(&["apply", "--yes"], &renamed);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("LB102") && said.contains("`weather`") && said.contains("--allow LB102"), "{said}");
    assert_eq!((team.version(), team.columns()), (before, after("weather")));
    // September: it is meant.
    team.apply(&renamed, &["--allow", "LB102"]);
    team.record(&[&both, &renamed], &renamed);
    // The crawler's column stays behind the one that it followed, or what was left of that.
    let said = team.step("08", &renamed, &format!("{base}, extra string, sky string, lane string"));
    assert!(said.contains("cost_centre") && said.contains("extra"), "what others did is still there: {said}");

    read_by_all(&team.path("steps"), 8);
}
