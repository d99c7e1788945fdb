//! The target as commands get it: from `lakebed.toml`, the environment and flags, in rising order.
//!
//! Every setting is checked by itself, so that each wrong one is told with its place; what they come to is worked out
//! for each table, since a table may have settings of its own.

pub(crate) mod file;
pub(crate) mod list;
pub(crate) mod needs;
pub(crate) mod value;

use crate::error::CliError;
use crate::render::counted;
use crate::surroundings::Surroundings;
use lakebed_schema::Target;
use lakebed_schema::name::nearest;
use lakebed_schema::target::Setting;
use list::GenerateSettings;
use serde::Deserialize as _;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a command takes the target from.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    /// File with the settings of the target; without it the nearest lakebed.toml, from the current folder upward
    ///
    /// Variables override it: LAKEBED_STREAM_ROLE is the setting stream.role. `lakebed init` writes a file with every
    /// setting in it.
    #[arg(long, value_name = "FILE")]
    target: Option<PathBuf>,

    /// Environment: adds the settings of the file's section [env.NAME]; LAKEBED_ENV does the same
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// Setting that overrides file and variables, such as `stream.buffer_mib=64`; may be repeated
    ///
    /// Lists and tables are written as in TOML; text needs no quotes. `--set stream.role=` unsets.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl TargetArgs {
    /// The flags as they were given, to mean the same target again.
    pub(crate) fn flags(&self) -> Vec<String> {
        let target = self.target.iter().map(|file| ("--target", file.display().to_string()));
        let env = self.env.iter().map(|env| ("--env", env.clone()));
        let set = self.set.iter().map(|set| ("--set", set.clone()));
        target.chain(env).chain(set).flat_map(|(flag, value)| [flag.to_owned(), value]).collect()
    }
}

/// Where a setting was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A place in the file.
    File { shown: String, line: usize, column: usize },
    /// A variable.
    Variable(String),
    /// A flag.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { shown, line, column } => write!(f, "{shown}:{line}:{column}"),
            Self::Variable(name) => f.write_str(name),
            Self::Flag => f.write_str("--set"),
        }
    }
}

/// For which environment and table a setting holds; all when absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) env: Option<String>,
    pub(crate) table: Option<String>,
}

/// A setting that was given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given {
    pub(crate) setting: &'static Setting,
    /// None takes back what was given before.
    pub(crate) value: Option<toml::Value>,
    pub(crate) origin: Origin,
    pub(crate) scope: Scope,
}

/// Everything that was given, in rising order.
#[derive(Debug)]
pub(crate) struct Settings {
    given: Vec<Given>,
    file: Option<file::Place>,
    env: Option<String>,
    /// Slips that change nothing, each a sentence.
    pub(crate) warnings: Vec<String>,
}

/// The settings of one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    pub(crate) target: Target,
    pub(crate) generate: GenerateSettings,
    origins: BTreeMap<&'static str, Origin>,
}

impl Resolved {
    /// Where the setting of that key was given.
    pub(crate) fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.get(key)
    }
}

impl Settings {
    pub(crate) fn load(args: &TargetArgs, around: &Surroundings) -> Result<Self, CliError> {
        let place = file::find(args.target.as_deref(), &around.folder)?;
        let mut wrong = Vec::new();
        let mut given = Vec::new();
        for name in ["AWS_DEFAULT_REGION", "AWS_REGION"] {
            if let Some(value) = around.variables.get(name) {
                given.extend(from_text(
                    "region",
                    value.to_str(),
                    Origin::Variable(name.to_owned()),
                    &mut wrong,
                ));
            }
        }
        let mut envs = Vec::new();
        if let Some(place) = &place {
            let mut read = file::read(place)?;
            wrong.append(&mut read.wrong);
            envs = read.envs;
            // The more a section is about, the later it speaks; the order within stays.
            read.given.sort_by_key(|given| (given.scope.table.is_some(), given.scope.env.is_some()));
            given.append(&mut read.given);
        }
        for setting in list::settings() {
            let name = list::variable(setting);
            if let Some(value) = around.variables.get(&name) {
                given.extend(from_text(setting.key, value.to_str(), Origin::Variable(name), &mut wrong));
            }
        }
        for flag in &args.set {
            match flag.split_once('=') {
                Some((key, "")) if list::find(key.trim()).is_some() => given.extend(unset(key.trim())),
                Some((key, text)) => {
                    given.extend(from_text(key.trim(), Some(text), Origin::Flag, &mut wrong))
                }
                None => wrong.push(format!("--set {flag}: expected KEY=VALUE, such as stream.buffer_mib=64")),
            }
        }
        refuse(&wrong)?;
        let env = chosen_env(args, around, &envs, place.as_ref())?;
        given.retain(|given| given.scope.env.is_none() || given.scope.env == env);
        Ok(Self { given, file: place, env, warnings: unknown_variables(around) })
    }

    /// The file, as it was named or found.
    pub(crate) fn file(&self) -> Option<&str> {
        self.file.as_ref().map(|place| place.shown.as_str())
    }

    /// The environment that was chosen.
    pub(crate) fn env(&self) -> Option<&str> {
        self.env.as_deref()
    }

    /// Tables that have settings of their own.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &str> {
        self.given.iter().filter_map(|given| given.scope.table.as_deref())
    }

    /// What holds for a table, or for none in particular.
    pub(crate) fn resolve(&self, table: Option<&str>) -> Result<Resolved, CliError> {
        let mut values = toml::Table::new();
        let mut origins = BTreeMap::new();
        let holds = |given: &&Given| given.scope.table.is_none() || given.scope.table.as_deref() == table;
        for given in self.given.iter().filter(holds) {
            value::put(&mut values, given.setting.key, given.value.clone());
            match given.value {
                Some(_) => origins.insert(given.setting.key, given.origin.clone()),
                None => origins.remove(given.setting.key),
            };
        }
        let generate = values.remove(list::OWN_SECTION).unwrap_or_else(|| toml::Table::new().into());
        let defect = |error: &toml::de::Error| {
            CliError::failed("a defect of lakebed", "settings that are right alone do not go together")
                .cause(error)
        };
        let generate = GenerateSettings::deserialize(generate).map_err(|error| defect(&error))?;
        let target = Target::deserialize(toml::Value::Table(values)).map_err(|error| defect(&error))?;
        Ok(Resolved { target, generate, origins })
    }

    /// A folder that a setting names: from the file's folder on when it is written there, else from the current one.
    pub(crate) fn folder(&self, origin: Option<&Origin>, folder: &str, around: &Surroundings) -> Folder {
        match (origin, &self.file) {
            (Some(Origin::File { .. }), Some(place)) => {
                let shown = Path::new(&place.shown).parent().unwrap_or_else(|| Path::new("")).join(folder);
                let path = place.path.parent().unwrap_or_else(|| Path::new("")).join(folder);
                Folder { path, shown: shown.display().to_string() }
            }
            _ => Folder { path: around.folder.join(folder), shown: folder.to_owned() },
        }
    }

    /// The folder of that name beside the file, or in the current folder where there is no file.
    pub(crate) fn beside(&self, folder: &str, around: &Surroundings) -> Folder {
        let from = self.file.as_ref();
        let origin = from.map(|place| Origin::File { shown: place.shown.clone(), line: 1, column: 1 });
        self.folder(origin.as_ref(), folder, around)
    }
}

/// A folder, and how to call it.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
}

fn from_text(key: &str, text: Option<&str>, origin: Origin, wrong: &mut Vec<String>) -> Option<Given> {
    let shown = match &origin {
        Origin::Flag => format!("--set {key}"),
        other @ (Origin::File { .. } | Origin::Variable(_)) => other.to_string(),
    };
    let Some(text) = text else {
        wrong.push(format!("{shown}: expected text in UTF-8"));
        return None;
    };
    let read = match (list::find(key), list::find_member(key)) {
        (Some(setting), _) => value::from_text(setting, text).map(|value| (setting, value)),
        (None, Some((setting, member))) => {
            value::member_from_text(setting, member, text).map(|value| (setting, value))
        }
        (None, None) => Err(list::unknown(key)),
    };
    match read {
        Ok((setting, value)) => Some(Given { setting, value: Some(value), origin, scope: Scope::default() }),
        Err(problem) => {
            wrong.push(format!("{shown}: {problem}"));
            None
        }
    }
}

fn unset(key: &str) -> Option<Given> {
    list::find(key).map(|setting| Given {
        setting,
        value: None,
        origin: Origin::Flag,
        scope: Scope::default(),
    })
}

fn refuse(wrong: &[String]) -> Result<(), CliError> {
    if wrong.is_empty() {
        return Ok(());
    }
    let heading = if wrong.len() == 1 { "a setting is wrong" } else { "settings are wrong" };
    Err(CliError::failed(heading, wrong.join("\n"))
        .hint("`lakebed init --out -` prints every setting with its meaning"))
}

fn chosen_env(
    args: &TargetArgs,
    around: &Surroundings,
    envs: &[String],
    file: Option<&file::Place>,
) -> Result<Option<String>, CliError> {
    let variable = || around.variables.get("LAKEBED_ENV").map(|value| value.to_string_lossy().into_owned());
    let Some(env) = args.env.clone().or_else(variable) else { return Ok(None) };
    if envs.contains(&env) {
        return Ok(Some(env));
    }
    let message = match file {
        None => format!("there is no environment `{env}`: there is no lakebed.toml"),
        Some(place) if envs.is_empty() => {
            format!("there is no environment `{env}`: {} has no section [env.{env}]", place.shown)
        }
        Some(place) => format!(
            "there is no environment `{env}`\n{} in {}: {}",
            counted(envs.len() as u64, "environment"),
            place.shown,
            envs.join(", ")
        ),
    };
    Err(CliError::usage(message).hint(match nearest(&env, envs.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `--env {near}`?"),
        None => format!("add a section [env.{env}], or leave out --env and LAKEBED_ENV"),
    }))
}

/// Variables that look like a setting and are none.
fn unknown_variables(around: &Surroundings) -> Vec<String> {
    let mut known: Vec<String> = list::settings().map(list::variable).collect();
    known.push("LAKEBED_ENV".to_owned());
    around
        .variables
        .keys()
        .filter(|name| name.starts_with("LAKEBED_") && !known.contains(name))
        .filter_map(|name| {
            let near = nearest(name, known.iter().map(String::as_str))?;
            Some(format!("the variable {name} is no setting, and does nothing; did you mean {near}?"))
        })
        .collect()
}

#[cfg(test)]
mod tests;
