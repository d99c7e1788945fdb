//! The list of settings: those of the target, and those of the commands.

use super::value;
use clap::ValueEnum;
use lakebed_schema::name::nearest;
use lakebed_schema::target::{SETTINGS, Setting};
use serde::{Deserialize, Serialize};

/// Section of the settings that only commands know.
pub(crate) const OWN_SECTION: &str = "generate";

const OWN: &[Setting] = &[
    Setting {
        key: "generate.out",
        example: "\"generated\"",
        is_default: false,
        about: "folder of generated files, from this file on: `generate --all` writes it, `check` compares it",
    },
    Setting {
        key: "generate.artifacts",
        example: "[\"contract\"]",
        is_default: false,
        about: "the artifacts that `generate --all` and `check` mean; every one when absent",
    },
    Setting {
        key: "generate.format",
        example: "\"json\"",
        is_default: true,
        about: "how artifacts that are JSON are written: json or yaml",
    },
];

/// Settings of `generate` and `check`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct GenerateSettings {
    pub(crate) out: Option<String>,
    pub(crate) artifacts: Option<Vec<String>>,
    pub(crate) format: Format,
}

/// How artifacts that are JSON are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    #[default]
    Json,
    Yaml,
}

/// Every setting, in the order of the file.
pub(crate) fn settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().chain(OWN)
}

/// The setting of that key.
pub(crate) fn find(key: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.key == key)
}

/// The setting that is a table and has the key as one of its members, and the member: `projection.columns` and `region`.
pub(crate) fn find_member(key: &str) -> Option<(&'static Setting, &str)> {
    let (table, member) = key.rsplit_once('.')?;
    find(table)
        .filter(|setting| value::example(setting).is_some_and(|example| example.is_table()))
        .map(|found| (found, member))
}

/// Name of the variable that gives a setting.
pub(crate) fn variable(setting: &Setting) -> String {
    format!("LAKEBED_{}", setting.key.to_ascii_uppercase().replace('.', "_"))
}

/// Why a key is none, with the near one.
pub(crate) fn unknown(key: &str) -> String {
    let keys = || settings().map(|setting| setting.key);
    let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
    let short = key.rsplit('.').next().unwrap_or(key);
    let near = nearest(key, keys()).or_else(|| keys().find(|known| last(known) == short));
    match near {
        Some(near) => format!("there is no setting `{key}`; did you mean `{near}`?"),
        None => format!("there is no setting `{key}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_variables_differ_and_examples_are_values() {
        let mut names: Vec<String> = settings().map(variable).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        for setting in settings() {
            assert!(value::from_text(setting, setting.example).is_ok(), "{}", setting.key);
        }
    }

    #[test]
    fn a_key_that_is_none_is_told_the_near_one() {
        for (key, near) in [
            ("stream.bufer_mib", "did you mean `stream.buffer_mib`?"),
            ("role", "did you mean `stream.role`?"),
            ("streams.kms_key", "did you mean `stream.kms_key`?"),
            ("colour", "there is no setting `colour`"),
        ] {
            assert!(unknown(key).ends_with(near), "{}", unknown(key));
        }
    }
}
