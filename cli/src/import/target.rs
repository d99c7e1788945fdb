//! The target that an import found, as a piece of `lakebed.toml`.

use crate::error::CliError;
use lakebed_schema::Target;
use std::fmt::Write as _;
use toml::{Table, Value};

/// The settings that differ from the defaults; nothing when there are none.
pub(crate) fn text(target: &Target) -> Result<Option<String>, CliError> {
    let defect = |error: &toml::ser::Error| {
        CliError::failed("a defect of lakebed", "the target that was found cannot be written").cause(error)
    };
    let values = |target: &Target| Table::try_from(target).map_err(|error| defect(&error));
    let mut found = values(target)?;
    without(&mut found, &values(&Target::default())?);
    if found.is_empty() {
        return Ok(None);
    }
    let mut text = String::new();
    write(&mut text, "", &found);
    Ok(Some(text))
}

/// Writes the values of a table, then the tables in it, each under its heading.
fn write(text: &mut String, path: &str, table: &Table) {
    let is_table = |value: &Value| matches!(value, Value::Table(_));
    let mut values = table.iter().filter(|(_, value)| !is_table(value)).peekable();
    if !path.is_empty() && (values.peek().is_some() || table.is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "[{path}]");
    }
    for (name, value) in values {
        let _ = writeln!(text, "{} = {}", key(name), shown(value));
    }
    for (name, value) in table {
        if let Value::Table(inner) = value {
            let dot = if path.is_empty() { "" } else { "." };
            write(text, &format!("{path}{dot}{}", key(name)), inner);
        }
    }
}

fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

/// Texts of JSON are texts of TOML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Array(values) => format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Table(inner) => {
            let members = inner.iter().map(|(name, value)| format!("{} = {}", key(name), shown(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Takes away what the defaults say too.
fn without(values: &mut Table, defaults: &Table) {
    values.retain(|key, value| match (value, defaults.get(key)) {
        (Value::Table(inner), Some(Value::Table(defaults))) => {
            without(inner, defaults);
            !inner.is_empty()
        }
        (value, default) => default != Some(value),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed_schema::target::ColumnProjection;

    #[test]
    fn only_what_is_no_default_is_written_and_it_is_read_again() {
        assert_eq!(text(&Target::default()).ok().flatten(), None);
        let mut target = Target { lake: Some("s3://lake/a".into()), ..Target::default() };
        target.locations.insert("t".into(), "s3://other/t/".into());
        target.projection.from = Some("2026-01-01".into());
        target.projection.columns.insert("n".into(), ColumnProjection::Range(1, 9));
        let text = text(&target).ok().flatten().unwrap_or_default();
        assert!(!text.contains("buffer"), "{text}");
        assert_eq!(toml::from_str::<Target>(&text).ok(), Some(target));
    }
}
