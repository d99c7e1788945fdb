//! From a table of the catalog to a table of ours.

use super::compare::compare;
use super::{Imported, columns, partitions};
use crate::artifacts::glue::{CLASSIFICATION, Format, GlueStorage, GlueTable, OWNED, SERDE_PREFIX, codec};
use crate::def::Compression;
use crate::finding::{Finding, Findings};
use crate::name::check_name;
use crate::table::Table;
use crate::target::{Lake, Target};
use std::collections::BTreeMap;

/// Names by which SerDes are known, after a part of their class.
const SERDES: [(&str, &str); 9] = [
    ("RegexSerDe", "text taken apart by a regular expression"),
    ("OpenCSVSerde", "CSV"),
    ("LazySimpleSerDe", "delimited text"),
    ("hcatalog.data.JsonSerDe", "JSON read by Hive's own SerDe (lakebed writes that of OpenX)"),
    ("OrcSerde", "ORC"),
    ("IonHiveSerDe", "Ion"),
    ("CloudTrailSerde", "CloudTrail's own format"),
    ("AvroSerDe", "Avro"),
    ("GrokSerDe", "text taken apart by Grok patterns"),
];

pub(super) fn import(original: &GlueTable, database: Option<&str>) -> Result<Imported, Findings> {
    let mut original = original.clone();
    original.parameters.remove(OWNED);
    // Names keep their spelling for a while: it tells the JSON keys.
    let written = &original;
    let glue = original.normal();
    let mut findings = Findings::default();
    check_kind(&glue, &mut findings);
    let format = findings.take(format(&glue.storage)).unwrap_or(Format::Parquet);

    let mut serde = glue.storage.serde_parameters.clone();
    let mut table =
        Table::new(glue.name.clone(), columns::columns(written, format, &mut serde, &mut findings));
    table.comment.clone_from(&glue.description);
    let mut target = Target::default();
    let (mut notes, mut guesses) = (Vec::new(), Vec::new());
    findings.take(place(&glue, &mut target));
    match database {
        Some(name) if check_name(name).is_ok() => target.database = Some(name.to_owned()),
        Some(name) => notes.push(format!("`{name}` cannot be the name of a database: set it.")),
        None => {}
    }

    let mut parameters = glue.parameters.clone();
    match format {
        Format::Parquet => {
            let classification = parameters.get(CLASSIFICATION);
            if classification.is_some_and(|value| value == format.classification()) {
                parameters.remove(CLASSIFICATION);
            }
            findings.take(compression(&mut parameters, &mut table));
        }
        // Declared, it makes the table one of JSON.
        Format::Json => {
            parameters.entry(CLASSIFICATION.to_owned()).or_insert_with(|| format.classification().to_owned());
        }
    }
    findings.take(partitions::partitions(
        &glue,
        &mut parameters,
        &mut table,
        &mut target,
        (&mut notes, &mut guesses),
    ));
    findings.take(declare(parameters, serde, &mut table));
    if let Err(problems) = table.validate() {
        for problem in problems.0 {
            findings.push(Finding::new(
                "import-table",
                &problem.path,
                problem.kind.to_string(),
                problem.kind.fix(),
            ));
        }
    }
    std::mem::take(&mut findings).or(|| ())?;

    if Format::of(&table) != format {
        let found = table.parameters.get(CLASSIFICATION).cloned().unwrap_or_default();
        return Err(Finding::new(
            "import-format",
            format!("parameter `{CLASSIFICATION}`"),
            format!("is `{found}`, and the SerDe reads {}", format.classification()),
            format!("set it to {}", format.classification()),
        )
        .into());
    }
    let generated = GlueTable::of(&table, &target)?;
    let compared = compare(&original, &generated);
    for difference in compared.differences {
        findings.push(Finding::new(
            "import-differs",
            format!("table `{}`", glue.name),
            format!("{difference} would not come out again"),
            "describe the table by hand",
        ));
    }
    notes.extend(compared.additions.into_iter().map(|addition| format!("Generating adds {addition}.")));
    findings.or(|| Imported { table, target, format, notes, guesses })
}

/// What makes a table something else than columns over plain files.
fn check_kind(glue: &GlueTable, findings: &mut Findings) {
    let mut missing = |rule, place: &str, problem: String| {
        findings.push(Finding::new(
            rule,
            place,
            problem,
            "keep the table as it is: lakebed does not describe it",
        ));
    };
    if let Some(kind) = glue.table_type.as_deref().filter(|kind| *kind != "EXTERNAL_TABLE") {
        missing("import-table-type", "table type", format!("`{kind}` is no table over files"));
    }
    let other = glue.parameters.get("table_type").filter(|kind| !kind.is_empty());
    if let Some(kind) = other {
        missing(
            "import-table-type",
            "parameter `table_type`",
            format!("a table of {kind} has files of its own order"),
        );
    }
    let storage = &glue.storage;
    for (what, there) in [
        ("buckets", !storage.bucket_columns.is_empty() || storage.number_of_buckets > 0),
        ("sort columns", !storage.sort_columns.is_empty()),
        ("skewed values", storage.skewed.is_some() || storage.stored_as_sub_directories),
        ("parameters of the storage descriptor", !storage.parameters.is_empty()),
        ("the flag `Compressed`", storage.compressed),
        ("a retention", glue.retention != 0),
        ("parameters of columns", glue.columns.iter().any(|column| !column.parameters.is_empty())),
    ] {
        if there {
            missing(
                "import-storage",
                "storage descriptor",
                format!("has {what}, which lakebed does not write"),
            );
        }
    }
}

fn format(storage: &GlueStorage) -> Result<Format, Findings> {
    if let Some(format) = Format::of_storage(storage) {
        return Ok(format);
    }
    let mut findings = Findings::default();
    let serde = storage.serde_library.as_deref().unwrap_or_default();
    let input = storage.input_format.as_deref().unwrap_or_default();
    let ours = Format::ALL.into_iter().find(|format| format.serde() == serde);
    let fix = "lakebed describes Parquet, and JSON read by org.openx.data.jsonserde.JsonSerDe";
    if ours.is_none() {
        let what = match SERDES.iter().find(|(class, _)| serde.contains(class)) {
            Some((_, what)) => format!("`{serde}` reads {what}"),
            None => format!("`{serde}` is no format of lakebed's"),
        };
        findings.push(Finding::new("import-format", "SerDe", what, fix));
    }
    let known = Format::ALL.into_iter().any(|format| {
        input == format.input_format() && storage.output_format.as_deref() == Some(format.output_format())
    });
    if ours.is_some() || !known {
        let output = storage.output_format.as_deref().unwrap_or_default();
        let problem = format!("`{input}` with `{output}` is no pair of classes of lakebed's");
        findings.push(Finding::new("import-format", "input and output format", problem, fix));
    }
    Err(findings)
}

/// The location, as a lake when the table stands where lakebed would put it.
fn place(glue: &GlueTable, target: &mut Target) -> Result<(), Finding> {
    let Some(location) = &glue.storage.location else {
        return Err(Finding::new("import-location", "location", "is missing", "give the table a location"));
    };
    let root = location.strip_suffix(&format!("/{}/", glue.name)).filter(|root| Lake::parse(root).is_ok());
    match root {
        Some(root) => target.lake = Some(root.to_owned()),
        None => {
            target.locations.insert(glue.name.clone(), location.clone());
        }
    }
    Ok(())
}

/// The codec that Athena writes with.
fn compression(parameters: &mut BTreeMap<String, String>, table: &mut Table) -> Result<(), Finding> {
    const KEY: &str = "parquet.compression";
    let Some(text) = parameters.get(KEY) else { return Ok(()) };
    let all = [Compression::Snappy, Compression::Zstd, Compression::Gzip, Compression::Uncompressed];
    let Some(known) = all.into_iter().find(|compression| codec(*compression) == text) else {
        return Err(Finding::new(
            "import-compression",
            format!("parameter `{KEY}`"),
            format!("`{text}` is no codec that lakebed writes"),
            "write SNAPPY, ZSTD, GZIP or UNCOMPRESSED",
        ));
    };
    parameters.remove(KEY);
    table.storage.compression = known;
    Ok(())
}

/// The parameters that remain are declared by the table.
fn declare(
    parameters: BTreeMap<String, String>,
    serde: BTreeMap<String, String>,
    table: &mut Table,
) -> Result<(), Findings> {
    let mut findings = Findings::default();
    for key in parameters.keys().filter(|key| key.len() > SERDE_PREFIX.len() && key.starts_with(SERDE_PREFIX))
    {
        findings.push(Finding::new(
            "import-parameter",
            format!("parameter `{key}`"),
            format!("begins with `{SERDE_PREFIX}`, which lakebed keeps for parameters of the SerDe"),
            "give it another name",
        ));
    }
    table.parameters = parameters;
    table.parameters.extend(serde.into_iter().map(|(key, value)| (format!("{SERDE_PREFIX}{key}"), value)));
    findings.or(|| ())
}
