//! Where a record goes on AWS, for people.

use super::{BAD, BOLD, DIM, GOOD, WARN, paint, plain, shortened};
use crate::delivery::Delivery;
use crate::target::{Settings, list};
use std::fmt::Write as _;

const LONGEST_EXPRESSION: usize = 160;

pub(crate) fn delivery(delivery: &Delivery, settings: &Settings, program: &str) -> String {
    let by = match (settings.file(), settings.env()) {
        (Some(file), Some(env)) => format!(", by {file}, environment {env}"),
        (Some(file), None) => format!(", by {file}"),
        (None, _) => String::new(),
    };
    let mut text = format!("\n{}{}\n", paint(BOLD, "On AWS"), plain(&by));
    keys(&mut text, delivery);
    if let Some(prefix) = &delivery.prefix {
        let _ = writeln!(text, "  Prefix of the stream: {}", plain(prefix));
    }
    if let Some(object) = &delivery.object {
        let _ = writeln!(text, "  Firehose writes to    {}", plain(object));
    }
    if let Some(errors) = &delivery.errors {
        let why = paint(BAD, "its conversion refuses the record");
        let _ = writeln!(text, "  Firehose writes to    {}: {why}", plain(errors));
    }
    if let Some(location) =
        delivery.location.as_ref().filter(|location| delivery.object.as_ref() != Some(location))
    {
        let _ = writeln!(text, "  `convert` writes to   {}", plain(location));
    }
    if let Some(athena) = &delivery.athena {
        let location = plain(&athena.location);
        // Named where it is not the table itself.
        let table = if delivery.location.as_ref() == Some(&athena.location) {
            String::new()
        } else {
            format!(", for {}", plain(&athena.table))
        };
        let _ = match (athena.projected, &athena.why_not) {
            (Some(true), _) => writeln!(
                text,
                "  Athena                {}{table}: projection has {location}",
                paint(GOOD, "looks there")
            ),
            (Some(false), why) => writeln!(
                text,
                "  Athena                {} in {location}{table}: {}",
                paint(BAD, "does not look"),
                plain(why.as_deref().unwrap_or_default())
            ),
            (None, _) => writeln!(
                text,
                "  Athena                {} it is registered in the catalog{table}, since there is no projection",
                paint(WARN, "looks there once")
            ),
        };
    }
    not_shown(&mut text, delivery, settings, program);
    text
}

fn keys(text: &mut String, delivery: &Delivery) {
    if delivery.keys.is_empty() {
        let _ = writeln!(text, "  Partition keys: none, the table is not partitioned");
        return;
    }
    let from = match (delivery.keys_from, delivery.after_function) {
        (Some("query"), false) => "by jq in the stream",
        (Some("query"), true) => "by jq in the stream, behind the function",
        (Some("lambda"), _) => "by the function in the stream",
        (Some(_), _) => "from the time of arrival of the oldest record in the object",
        (None, _) => "by nothing yet",
    };
    let _ = writeln!(text, "  Partition keys, {from}:");
    for key in &delivery.keys {
        let value =
            key.value.as_deref().map_or_else(|| paint(DIM, "none, since the record is refused"), plain);
        let _ = writeln!(text, "    {} = {value}", plain(&key.column));
        if let Some(expression) = &key.expression {
            let _ =
                writeln!(text, "      {}", paint(DIM, &plain(&shortened(expression, LONGEST_EXPRESSION))));
        }
    }
    let is_cut = |expression: &String| expression.chars().count() > LONGEST_EXPRESSION;
    if delivery.keys.iter().filter_map(|key| key.expression.as_ref()).any(is_cut) {
        let _ = writeln!(text, "    --json has the expressions whole");
    }
}

/// What is missing: settings by name, other findings in full.
fn not_shown(text: &mut String, delivery: &Delivery, settings: &Settings, program: &str) {
    let is_setting = |place: &str| list::find(place).is_some();
    let (unset, others): (Vec<_>, Vec<_>) = delivery
        .missing
        .iter()
        .partition(|finding| is_setting(&finding.place) && finding.problem == "is not set");
    for finding in others {
        let _ = writeln!(
            text,
            "  {}: {}; {}",
            plain(&finding.place),
            plain(&finding.problem),
            plain(&finding.fix)
        );
    }
    if !unset.is_empty() {
        let mut keys: Vec<&str> = unset.iter().map(|finding| finding.place.as_str()).collect();
        keys.dedup();
        let way = match settings.file() {
            Some(file) => format!("write it into {file}"),
            None => format!("`{program} init` writes a lakebed.toml for it"),
        };
        let _ =
            writeln!(text, "  More is shown when these are set: {}; {way}, or give --set", keys.join(", "));
    }
}
