//! Limits of the Glue API.

use super::{GlueTable, MAX_COMMENT, MAX_DESCRIPTION};
use crate::finding::{Finding, Findings};
use crate::hive_type::HiveType;
use std::collections::{BTreeMap, BTreeSet};

/// Longest name of a table, column or SerDe.
const MAX_NAME: usize = 255;
/// Longest type text.
const MAX_TYPE: usize = 131_072;
/// Longest key of a parameter.
const MAX_KEY: usize = 255;
/// Longest value of a parameter.
const MAX_VALUE: usize = 512_000;
/// Longest LOCATION.
const MAX_LOCATION: usize = 2056;
/// Longest name of a format class.
const MAX_CLASS: usize = 128;
/// Longest text of a view.
const MAX_VIEW: usize = 409_600;

/// As the service counts: UTF-16 units.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

impl GlueTable {
    /// Every limit and rule of the Glue API that this value breaks.
    ///
    /// # Errors
    /// Names, types, comments, parameters and places that are too long or not legal, and partition keys that are
    /// also columns, have parts, or have parameters.
    pub fn check(&self) -> Result<(), Findings> {
        let mut found = Findings::default();
        name(&mut found, "name", &self.name);
        at_most(
            &mut found,
            "glue-description",
            "description",
            self.description.as_deref(),
            MAX_DESCRIPTION,
            "shorten it",
        );
        for (kind, columns) in [("column", &self.columns), ("partition key", &self.partition_keys)] {
            for column in columns {
                let place = format!("{kind} `{}`", column.name);
                name(&mut found, &place, &column.name);
                let fix = "store the inner part as JSON text";
                at_most(&mut found, "glue-type-length", &place, Some(&column.ty), MAX_TYPE, fix);
                let comment = column.comment.as_deref();
                at_most(&mut found, "glue-comment", &place, comment, MAX_COMMENT, "shorten it");
                if comment.is_some_and(|text| text.contains(['\n', '\r'])) {
                    found.push(Finding::new(
                        "glue-comment",
                        &place,
                        "its comment has several lines",
                        "write it on one",
                    ));
                }
                parameters(&mut found, &place, &column.parameters);
            }
        }
        self.check_keys(&mut found);
        parameters(&mut found, "parameters", &self.parameters);
        parameters(&mut found, "parameters of the SerDe", &self.storage.serde_parameters);
        parameters(&mut found, "parameters of the storage descriptor", &self.storage.parameters);
        self.check_storage(&mut found);
        for text in [&self.view_original_text, &self.view_expanded_text] {
            at_most(&mut found, "glue-view", "text of the view", text.as_deref(), MAX_VIEW, "shorten it");
        }
        found.or(|| ())
    }

    fn check_keys(&self, found: &mut Findings) {
        let mut seen = BTreeSet::new();
        for column in self.columns.iter().chain(&self.partition_keys) {
            if !seen.insert(column.name.to_lowercase()) {
                found.push(Finding::new(
                    "glue-column-twice",
                    format!("column `{}`", column.name),
                    "another column or partition key has this name (upper and lower case are the same here)",
                    "give one of them another name",
                ));
            }
        }
        for key in &self.partition_keys {
            let place = format!("partition key `{}`", key.name);
            if !key.parameters.is_empty() {
                let fix = "leave them out";
                found.push(Finding::new(
                    "glue-key-parameters",
                    &place,
                    "has parameters, which Glue refuses",
                    fix,
                ));
            }
            if key.ty.parse::<HiveType>().is_ok_and(|ty| !ty.is_primitive()) {
                found.push(Finding::new(
                    "glue-key-type",
                    &place,
                    format!("is {}, and keys have no parts", key.ty),
                    "use string",
                ));
            }
        }
    }

    fn check_storage(&self, found: &mut Findings) {
        let storage = &self.storage;
        let fix = "take a shorter prefix";
        at_most(found, "glue-location-length", "location", storage.location.as_deref(), MAX_LOCATION, fix);
        for (place, class) in
            [("input format", &storage.input_format), ("output format", &storage.output_format)]
        {
            at_most(found, "glue-class", place, class.as_deref(), MAX_CLASS, "write the class's own name");
        }
        let fix = "write the class's own name";
        at_most(found, "glue-class", "SerDe", storage.serde_library.as_deref(), MAX_NAME, fix);
        if let Some(problem) = storage.location.as_deref().and_then(location_problem) {
            found.push(Finding::new(
                "glue-location",
                "location",
                format!("`{}` {problem}", storage.location.as_deref().unwrap_or_default()),
                "write s3://BUCKET/PREFIX/ with single slashes",
            ));
        }
    }
}

/// What Athena does not read a location with.
fn location_problem(location: &str) -> Option<&'static str> {
    let path = match location.split_once("://") {
        None => location,
        Some(("s3", path)) => path,
        Some(_) => return Some("is no address that Athena reads: it knows only s3://"),
    };
    if path.is_empty() || path.starts_with('/') && location.contains("://") {
        Some("names no bucket")
    } else if path.contains("//") {
        Some("has an empty part between two slashes, under which Athena finds nothing")
    } else if path.contains(['*', '?']) {
        Some("has a wildcard, which Athena takes for a plain character")
    } else {
        None
    }
}

fn name(found: &mut Findings, place: &str, name: &str) {
    if name.is_empty() || length(name) > MAX_NAME || name.contains(['\n', '\r']) {
        found.push(Finding::new(
            "glue-name",
            place,
            format!("its name has {} characters, or several lines", length(name)),
            format!("names have 1 to {MAX_NAME} characters on one line"),
        ));
    }
}

fn at_most(found: &mut Findings, rule: &'static str, place: &str, text: Option<&str>, max: usize, fix: &str) {
    let found_length = text.map_or(0, length);
    if found_length > max {
        let problem = format!("{found_length} characters, and Glue takes {max}");
        found.push(Finding::new(rule, place, problem, fix));
    }
}

fn parameters(found: &mut Findings, place: &str, parameters: &BTreeMap<String, String>) {
    for (key, value) in parameters {
        if key.is_empty() || length(key) > MAX_KEY {
            found.push(Finding::new(
                "glue-parameter-key",
                place,
                format!("the key `{key}` has {} characters", length(key)),
                format!("keys have 1 to {MAX_KEY} characters: shorten the column's name, or the key"),
            ));
        }
        if length(value) > MAX_VALUE {
            found.push(Finding::new(
                "glue-parameter-value",
                place,
                format!("the value of `{key}` has {} characters, and Glue takes {MAX_VALUE}", length(value)),
                "list fewer values",
            ));
        }
    }
}
