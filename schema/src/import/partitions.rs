//! Partition keys of the catalog as partitions of a table, and what Athena is told about them.

use super::rust::Guess;
use crate::artifacts::glue::{GlueColumn, GlueTable, arrival_comment};
use crate::date_pattern::{DatePattern, PatternItem};
use crate::finding::{Finding, Findings};
use crate::layout::Layout;
use crate::logical_type::LogicalType;
use crate::projection;
use crate::table::{Column, Partition, PartitionBy, Table};
use crate::target::{ColumnProjection, ProjectionTarget, Target};
use std::collections::BTreeMap;

const ENABLED: &str = "projection.enabled";
const TEMPLATE: &str = "storage.location.template";

/// Adds the partitions to the table, and their projection to the target or, where lakebed would write it another
/// way, to the parameters of the table. `parameters` are those of the catalog; what is described is taken out.
pub(super) fn partitions(
    glue: &GlueTable,
    parameters: &mut BTreeMap<String, String>,
    table: &mut Table,
    target: &mut Target,
    (notes, guesses): (&mut Vec<String>, &mut Vec<Guess>),
) -> Result<(), Findings> {
    let projected = parameters.get(ENABLED).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    let mut findings = Findings::default();
    for key in glue.partition_keys.iter().filter(|key| key.ty != "string") {
        findings.push(Finding::new(
            "import-key-type",
            format!("partition key `{}`", key.name),
            format!("is {}, and lakebed has partition keys of type string only", key.ty),
            "make the key a string: Athena reads the same folders",
        ));
    }
    if let Some(template) = parameters.get(TEMPLATE).filter(|_| projected) {
        findings.take(check_template(glue, template));
    }
    findings.or(|| ())?;

    let properties = |name: &str, word: &str| parameters.get(&format!("projection.{name}.{word}"));
    let mut group: Vec<(&GlueColumn, String)> = Vec::new();
    for key in &glue.partition_keys {
        match time_text(&|word| properties(&key.name, word), !group.is_empty()).filter(|_| projected) {
            Some(text) => group.push((key, text)),
            None => {
                add_group(table, std::mem::take(&mut group), notes, guesses);
                add_value(table, key, notes, guesses);
            }
        }
    }
    add_group(table, group, notes, guesses);
    if glue.partition_keys.is_empty() {
        return Ok(());
    }
    if !projected {
        target.projection.enabled = false;
        notes.push("Partitions are registered in the catalog: lakebed expects each in its folder, KEY=VALUE/, below the location.".into());
        return Ok(());
    }
    settle_projection(glue, parameters, table, target, notes);
    Ok(())
}

/// The template must be what lakebed writes anyway: `KEY=${KEY}/` for each key, below the location.
fn check_template(glue: &GlueTable, template: &str) -> Result<(), Finding> {
    let location = glue.storage.location.as_deref().unwrap_or_default();
    let keys: Vec<_> = glue.partition_keys.iter().map(|key| format!("{0}=${{{0}}}", key.name)).collect();
    let wanted = format!("{}/{}", location.trim_end_matches('/'), keys.join("/"));
    if template.trim_end_matches('/') == wanted {
        return Ok(());
    }
    Err(Finding::new(
        "import-layout",
        format!("parameter `{TEMPLATE}`"),
        format!(
            "`{template}` is no path of the form KEY=VALUE/ for each partition key in order, expected `{wanted}/`"
        ),
        "keep the table as it is, or move its files into such folders",
    ))
}

/// The part of the time of arrival that a projection enumerates, as a layout writes it.
fn time_text<'a>(property: &dyn Fn(&str) -> Option<&'a String>, follows: bool) -> Option<String> {
    let text = |word: &str| property(word).map(|value| value.trim());
    if text("type")?.eq_ignore_ascii_case("date") {
        return Some(format!("{{{}}}", property("format")?));
    }
    if !text("type")?.eq_ignore_ascii_case("integer") {
        return None;
    }
    let pattern = match (text("range")?, text("digits")?, follows) {
        ("1,12", "2", true) => "MM",
        ("1,31", "2", true) => "dd",
        ("0,23", "2", true) => "HH",
        ("0,59", "2", true) => "mm",
        (_, "4", false) => "yyyy",
        _ => return None,
    };
    Some(format!("{{{pattern}}}"))
}

/// Keys that enumerate one time together. Whatever is no layout of ours, or has a comment of its own, is taken for
/// plain values.
fn add_group(
    table: &mut Table,
    group: Vec<(&GlueColumn, String)>,
    notes: &mut Vec<String>,
    guesses: &mut Vec<Guess>,
) {
    if group.is_empty() {
        return;
    }
    let own_comment = group.iter().any(|(key, text)| {
        key.comment.as_ref().is_some_and(|comment| *comment != arrival_comment("UTC", text))
    });
    let segments: Vec<_> = group.iter().map(|(key, text)| format!("{}={text}", key.name)).collect();
    match Layout::parse(&segments.join("/"), None) {
        Ok(layout) if !own_comment => {
            notes.push(format!(
                "`{layout}` is taken for the time of arrival: name the column in partition(by = …) when it is the time of an event."
            ));
            guesses.push(Guess::new(
                "",
                format!("{layout} is the time of arrival: name the column in partition(by = …) when it is the time of an event"),
            ));
            table.partitions.push(Partition { by: PartitionBy::Arrival, layout, null: None });
        }
        Ok(_) | Err(_) => group.into_iter().for_each(|(key, _)| add_value(table, key, notes, guesses)),
    }
}

/// A key that holds the value of a column of its name.
fn add_value(table: &mut Table, key: &GlueColumn, notes: &mut Vec<String>, guesses: &mut Vec<Guess>) {
    let name = &key.name;
    // A name that no layout can hold is reported by the validation of the column.
    if let Ok(layout) = Layout::parse(&format!("{name}={{{name}}}"), Some(name)) {
        table.partitions.push(Partition { by: PartitionBy::Column(name.clone()), layout, null: None });
    }
    let mut column = Column::new(name.clone(), LogicalType::String);
    (column.nullable, column.comment) = (true, key.comment.clone());
    // A column of the files may be read from the key of this name already.
    while table.columns.iter().any(|other| other.key.eq_ignore_ascii_case(&column.key)) {
        column.key.push('_');
    }
    table.columns.push(column);
    notes.push(format!("Partition key `{name}` is taken for a value of the record."));
    guesses.push(Guess::new(name.clone(), "a value of the record, as the partition key has this name"));
}

/// Describes the projection by the target when that gives the same parameters; else the table keeps them.
fn settle_projection(
    glue: &GlueTable,
    parameters: &mut BTreeMap<String, String>,
    table: &Table,
    target: &mut Target,
    notes: &mut Vec<String>,
) {
    let is_projection = |key: &str| key.starts_with("projection.") || key == TEMPLATE;
    let original: BTreeMap<_, _> = parameters
        .iter()
        .filter(|(key, _)| is_projection(key))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let wanted = Target { projection: described(glue, &original), ..target.clone() };
    let again =
        projection::properties(table, &wanted).map(|list| list.into_iter().collect::<BTreeMap<_, _>>());
    if again.as_ref() == Ok(&original) {
        parameters.retain(|key, _| !is_projection(key));
        target.projection = wanted.projection;
    } else {
        target.projection.enabled = false;
        notes.push("Its projection stays as it is, among the parameters of the table: lakebed would write it another way.".into());
    }
}

/// The settings that the parameters could come from.
fn described(glue: &GlueTable, parameters: &BTreeMap<String, String>) -> ProjectionTarget {
    let mut settings = ProjectionTarget::default();
    for key in &glue.partition_keys {
        let property =
            |word: &str| parameters.get(&format!("projection.{}.{word}", key.name)).map(|v| v.trim());
        let numbers = || {
            let (first, last) = property("range")?.split_once(',')?;
            Some((first.trim().parse::<i64>().ok()?, last.trim().parse::<i64>().ok()?))
        };
        match property("type").map(str::to_lowercase).as_deref() {
            Some("injected") => {
                settings.columns.insert(key.name.clone(), ColumnProjection::Injected);
            }
            Some("enum") => {
                let values = property("values").unwrap_or_default().split(',').map(str::to_owned).collect();
                settings.columns.insert(key.name.clone(), ColumnProjection::Values(values));
            }
            Some("date") => {
                let first = property("range").and_then(|range| range.split(',').next());
                settings.from = settings.from.or_else(|| first_day(property("format")?, first?));
            }
            Some("integer") if property("digits") == Some("4") => {
                if let Some((first, last)) = numbers() {
                    settings.from.get_or_insert_with(|| format!("{first:04}-01-01"));
                    settings.years = u32::try_from(last - first + 1).unwrap_or(settings.years);
                }
            }
            Some("integer") if property("digits").is_none() => {
                if let Some((first, last)) = numbers() {
                    settings.columns.insert(key.name.clone(), ColumnProjection::Range(first, last));
                }
            }
            Some(_) | None => {}
        }
    }
    settings
}

/// The day that a text names in a pattern, `2026-01-01`; what the pattern leaves out is the first.
fn first_day(pattern: &str, text: &str) -> Option<String> {
    let (mut year, mut month, mut day) = (None, "01", "01");
    let mut rest = text.trim();
    for item in &DatePattern::parse(pattern).ok()?.items {
        match item {
            PatternItem::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
            PatternItem::Field { letter, count } => {
                let (digits, after) = rest.split_at_checked(*count)?;
                rest = after;
                match letter {
                    'y' | 'u' => year = Some(digits),
                    'M' => month = digits,
                    'd' => day = digits,
                    _ => {}
                }
            }
        }
    }
    Some(format!("{}-{month}-{day}", year?))
}
