//! Spark, the strictest reader: over real tables, and with what lakebed generates for it.

use crate::readers::{convert_all, table as stock};
use lakebed::{LogicalType, ReadRecord, Record as _, Table, Target, read};
use lakebed_cli::domain::{Measurement, MeasuringPoint, Snapshot};
use lakebed_schema::artifacts::{Artifact, athena_ddl::AthenaDdl, spark::Spark};
use lakebed_schema::sample::{SampleOptions, Sampler};
use lakebed_tests::cases::every_type::EveryType;
use lakebed_tests::lake::Bench;
use lakebed_tests::rig::Rig;
use serde::Serialize;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

pub(crate) fn every_type() -> Table {
    Table::try_from(EveryType::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A target with that lake, whose partitions are registered.
pub(crate) fn target(lake: &str) -> Target {
    let mut target =
        Target { lake: Some(lake.into()), database: Some("mobility".into()), ..Target::default() };
    target.projection.from = Some("2026-01-01".into());
    target
}

/// Writes the parts of an artifact that the table has, each into a file with its suffix for a name.
fn generate(artifact: &dyn Artifact, table: &Table, target: &Target, folder: &Path) {
    for part in artifact.parts() {
        let rendered = artifact.render(part, table, target).unwrap_or_else(|findings| panic!("{findings}"));
        if let Some(rendered) = rendered {
            fs::write(folder.join(part.suffix), rendered.content.to_text()).expect("a file");
        }
    }
}

/// Samples as their producers spell them into a lake, and beside it the same ones as canonical JSON.
fn sample(table: &Table, folder: &Path) {
    let lines = |canonical| {
        let options =
            SampleOptions { rows: 200, seed: 11, sentinels: 0.2, canonical, ..SampleOptions::default() };
        let sampler = Sampler::new(table, options).unwrap_or_else(|findings| panic!("{findings}"));
        let mut lines = String::new();
        for row in 0..200 {
            sampler.write(row, &mut lines);
            lines.push('\n');
        }
        lines
    };
    let bench = Bench::new();
    let input = bench.input("in.json", lines(false));
    let options = lakebed::ConvertOptions::new(vec![input], folder.join("sample.lake"));
    let report = lakebed::convert(table, &options, &lakebed::NoProgress).expect("a sound input");
    assert_eq!(report.total.written, 200, "{:?}", report.rejects);
    fs::write(folder.join("sample.json"), lines(true)).expect("a file");
}

/// Real records into a lake, and beside it what serde writes of them when they are read back, which is canonical
/// but for decimals: serde writes them as texts.
fn real<T: ReadRecord + Serialize>(sources: &[&str], folder: &Path) {
    let table = Table::try_from(T::TABLE).unwrap_or_else(|problems| panic!("{problems}"));
    let lake = folder.join("real.lake");
    convert_all(&table.name, sources, &lake);
    let records = read::<T>(&lake).map(|record| record.unwrap_or_else(|error| panic!("{error}")));
    let line = |record: T| {
        let mut line = serde_json::to_string(&record).expect("a record of JSON") + "\n";
        for column in &table.columns {
            let quoted = format!("\"{}\":\"", column.key);
            if let (LogicalType::Decimal { .. }, Some(at)) = (&column.ty, line.find(&quoted)) {
                let start = at + quoted.len() - 1;
                line.remove(start);
                let end = line[start..].find('"').expect("the end of a text");
                line.remove(start + end);
            }
        }
        line
    };
    fs::write(folder.join("real.json"), records.map(line).collect::<String>()).expect("a file");
}

/// One session for everything, as starting it takes longest. Faults made by hand are part of it.
#[test]
#[expect(clippy::print_stdout, reason = "where there is no Java, this line says that Spark was not run")]
fn spark_reads_tables_records_and_generated_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (lake, artifacts) = (folder.path().join("lake"), folder.path().join("artifacts"));
    let mut arguments = vec![OsString::from("--artifacts"), artifacts.clone().into(), lake.clone().into()];
    let sources = [
        ("traffic_measurement", &["flat", "xml", "derived"][..]),
        ("traffic_snapshot", &["nested", "xml"]),
        ("measuring_point", &["config"]),
    ];
    for (name, folders) in sources {
        for input in convert_all(name, folders, &lake) {
            let mut argument = OsString::from(format!("{name}="));
            argument.push(input);
            arguments.push(argument);
        }
    }
    for (number, table) in sources.iter().map(|(name, _)| stock(name)).chain([every_type()]).enumerate() {
        let folder = artifacts.join(&table.name);
        fs::create_dir_all(&folder).expect("a folder");
        let mut target = target("s3://lake");
        // Half of them compute their partitions, which Spark takes for any properties; the others register them.
        target.projection.enabled = number % 2 == 0;
        generate(&Spark, &table, &target, &folder);
        generate(&AthenaDdl, &table, &target, &folder);
        sample(&table, &folder);
    }
    real::<Measurement>(sources[0].1, &artifacts.join("traffic_measurement"));
    real::<Snapshot>(sources[1].1, &artifacts.join("traffic_snapshot"));
    real::<MeasuringPoint>(sources[2].1, &artifacts.join("measuring_point"));
    let rig = Rig::install_spark(env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    println!("{}", rig.run("compare_spark.py", arguments).unwrap_or_else(|found| panic!("{found}")));
}
