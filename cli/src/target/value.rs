//! Values of settings: from text, and whether they fit.

use super::list::{GenerateSettings, OWN_SECTION};
use lakebed_schema::Target;
use lakebed_schema::artifacts::ARTIFACTS;
use lakebed_schema::name::nearest;
use lakebed_schema::target::Setting;
use serde::Deserialize as _;
use toml::{Table, Value};

/// Reads a value as TOML; where the setting is a text, quotes may be left out.
pub(crate) fn from_text(setting: &Setting, text: &str) -> Result<Value, String> {
    let text = text.trim();
    let quoted = text.starts_with(['"', '\'']);
    let value = match (example(setting), parse(text)) {
        (Some(Value::String(_)), parsed) => match parsed {
            Some(value) if quoted => value,
            _ => Value::String(text.to_owned()),
        },
        (_, Some(value)) => value,
        (_, None) => Value::String(text.to_owned()),
    };
    check(setting, &value).map(|()| value)
}

/// Reads the value of one member of a setting that is a table: `injected` of `projection.columns.point`.
pub(crate) fn member_from_text(setting: &Setting, member: &str, text: &str) -> Result<Value, String> {
    let text = text.trim();
    let value = parse(text).unwrap_or_else(|| Value::String(text.to_owned()));
    let table = Value::Table(Table::from_iter([(member.to_owned(), value)]));
    check(setting, &table).map(|()| table)
}

/// Whether a value fits a setting.
pub(crate) fn check(setting: &Setting, value: &Value) -> Result<(), String> {
    let key = setting.key;
    let example_value = example(setting);
    if example_value.as_ref().is_some_and(|example| kind(example) != kind(value)) {
        let expected = example_value.as_ref().map_or("a value", kind);
        let remedy = match (&example_value, value) {
            (
                Some(Value::String(_)),
                Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_),
            ) => "; put it in quotes",
            _ => "",
        };
        return Err(format!(
            "`{key}`: expected {expected}, such as {}, found {}{remedy}",
            setting.example,
            shown(value)
        ));
    }
    let mut alone = Table::new();
    put(&mut alone, key, Some(value.clone()));
    let read = match alone.remove(OWN_SECTION) {
        Some(own) => GenerateSettings::deserialize(own).map(drop),
        None => Target::deserialize(Value::Table(alone)).map(drop),
    };
    read.map_err(|error| unfit(setting, value, error.message()))?;
    names_of_artifacts(key, value)
}

/// Why a value of the right kind does not fit, from what serde says.
fn unfit(setting: &Setting, value: &Value, message: &str) -> String {
    let message = message.lines().next().unwrap_or_default().trim();
    let message = message.replace("expected u32", "expected a whole number from 0 to 4294967295");
    let near = slip(&message).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    match message.split_once(", expected ") {
        Some((_, expected)) if !value.is_table() => {
            format!("`{}`: expected {expected}, found {}{near}", setting.key, shown(value))
        }
        _ => format!("`{}`: {message}{near}; write it like {}", setting.key, setting.example),
    }
}

/// Names of artifacts are checked against the list of them.
fn names_of_artifacts(key: &str, value: &Value) -> Result<(), String> {
    if key != "generate.artifacts" {
        return Ok(());
    }
    for name in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
        if lakebed_schema::artifacts::find(name).is_none() {
            let names = || ARTIFACTS.iter().map(|artifact| artifact.name());
            let near = match nearest(name, names()) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => format!(", only {}", names().collect::<Vec<_>>().join(", ")),
            };
            return Err(format!("`{key}`: there is no artifact `{name}`{near}"));
        }
    }
    Ok(())
}

/// Puts a value at a key with dots, or takes it away. Members of a table join those that are there.
pub(crate) fn put(table: &mut Table, key: &str, value: Option<Value>) {
    match (key.split_once('.'), value) {
        (None, Some(Value::Table(new))) => match table.get_mut(key) {
            Some(Value::Table(old)) => old.extend(new),
            _ => drop(table.insert(key.to_owned(), Value::Table(new))),
        },
        (None, Some(value)) => drop(table.insert(key.to_owned(), value)),
        (None, None) => drop(table.remove(key)),
        (Some((section, rest)), value) => {
            let section = table.entry(section.to_owned()).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                put(section, rest, value);
            }
        }
    }
}

/// The value at a key with dots.
pub(crate) fn get<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        None => table.get(key),
        Some((section, rest)) => get(table.get(section)?.as_table()?, rest),
    }
}

/// The example, as a value.
pub(crate) fn example(setting: &Setting) -> Option<Value> {
    parse(setting.example)
}

fn parse(text: &str) -> Option<Value> {
    let mut table = format!("value = {text}").parse::<Table>().ok()?;
    let value = table.remove("value");
    value.filter(|_| table.is_empty())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// A value as people call it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text {text:?}"),
        Value::Integer(number) => format!("the whole number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(time) => format!("the date or time {time}"),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Table(table) => {
            let keys: Vec<&str> = table.keys().map(String::as_str).take(4).collect();
            format!("a table ({})", keys.join(", "))
        }
    }
}

/// The near name, when a message says "unknown … `a`, expected `b` or `c`".
fn slip(message: &str) -> Option<&str> {
    let mut words = message.strip_prefix("unknown ")?.split('`').skip(1).step_by(2);
    let found = words.next()?;
    nearest(found, words)
}
