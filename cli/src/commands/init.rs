//! `lakebed init`

use super::Context;
use crate::error::{CliError, Outcome};
use crate::files::{self, Written};
use crate::render::{GOOD, WARN, paint, plain};
use crate::tables::Registry;
use crate::target::{self, file, list, needs};
use lakebed_schema::target::Setting;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Write a lakebed.toml with every setting of the target, commented
///
/// The target is where tables are deployed: lake, database, region, stream. What differs between a test account and
/// production stands there and nowhere else.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lakebed init
  lakebed init --set lake=s3://my-lake/traffic --set region=eu-west-1

Exit codes:
  0  written
  2  failure, or the file is there already")]
pub(crate) struct InitArgs {
    /// Setting to write with this value instead of as a comment; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// Where to write; `-` prints to standard output
    #[arg(long, value_name = "FILE", default_value = file::NAME)]
    out: PathBuf,

    /// Replace a file that is there already
    #[arg(long)]
    force: bool,

    /// Contract file of a table that is not compiled in; may be repeated
    #[arg(long, value_name = "FILE")]
    contract: Vec<PathBuf>,
}

pub(crate) fn execute(args: &InitArgs, context: &mut Context<'_, '_>) -> Result<Outcome, CliError> {
    let tables = Registry::new(context.defs, &args.contract)?.into_tables();
    let set = given(&args.set)?;
    let text = text(&set, &needs::needs(&tables));
    let read = file::parse(&text, file::NAME)?;
    if let Some(wrong) = read.wrong.first() {
        return Err(
            CliError::failed("a defect of lakebed", "the file it would write is not valid").hint(wrong)
        );
    }
    if args.out.as_os_str() == "-" {
        return context.io.print(&text).map(|()| Outcome::Done);
    }
    let (path, shown) = (context.around.folder.join(&args.out), args.out.display().to_string());
    if !args.force && path.symlink_metadata().is_ok() {
        return Err(CliError::failed("the file is there already", shown)
            .hint("edit it, or replace it with --force; `--out -` prints what would be written"));
    }
    let written = files::write(&path, &text).map_err(|error| {
        CliError::failed("cannot write the target", shown.clone())
            .cause(&error)
            .hint("check that the folder can be written; the file is as it was before")
    })?;
    let (sign, style, word) = match written {
        Written::Created => ("+", GOOD, "created"),
        Written::Changed => ("~", WARN, "replaced"),
        Written::Unchanged => ("=", GOOD, "unchanged"),
    };
    let needed = needs::needs(&tables).len();
    let next = match (set.is_empty(), needed) {
        (true, 1..) => "take away the `#` before the settings that are needed, and write your own values",
        _ => "check the values",
    };
    let program = &context.program;
    let text = format!(
        "{} {} {word}\n  what to do: {next}; `{program} generate --list` shows what can be made from it\n",
        paint(style, sign),
        plain(&shown)
    );
    context.io.print(&text).map(|()| Outcome::Done)
}

/// Values of `--set`, as they stand in TOML.
fn given(set: &[String]) -> Result<BTreeMap<&'static str, String>, CliError> {
    let mut given = BTreeMap::new();
    for flag in set {
        let wrong = |problem: String| {
            CliError::failed("a setting is wrong", format!("--set {problem}"))
                .hint("`lakebed init --out -` prints every setting with its meaning")
        };
        let Some((key, text)) = flag.split_once('=') else {
            return Err(wrong(format!("{flag}: expected KEY=VALUE, such as stream.buffer_mib=64")));
        };
        let key = key.trim();
        let setting = list::find(key).ok_or_else(|| wrong(format!("{key}: {}", list::unknown(key))))?;
        let value = target::value::from_text(setting, text).map_err(|why| wrong(format!("{key}: {why}")))?;
        // Texts of JSON are texts of TOML.
        let value = match value.as_str() {
            Some(text) => serde_json::Value::from(text).to_string(),
            None => text.trim().to_owned(),
        };
        given.insert(setting.key, value);
    }
    Ok(given)
}

const HEAD: &str = "\
# Where the tables are deployed: what no struct and no contract knows.
#
# A line counts once the # before it is taken away. Variables override this file (LAKEBED_STREAM_ROLE is stream.role), and flags
# override both (--set stream.role=…). `lakebed generate --list` shows what is made from it.
";

const SECTIONS: &str = "
# What differs between environments: any setting, chosen with --env prod or LAKEBED_ENV=prod.
#[env.prod]
#lake = \"s3://my-lake-prod/traffic\"
#[env.prod.stream]
#buffer_seconds = 900

# What one table has for itself; it goes before the environment. [env.prod.table.NAME] goes before both.
#[table.traffic_measurement.stream]
#name = \"traffic-measurement\"
";

/// The file.
fn text(set: &BTreeMap<&'static str, String>, needs: &BTreeMap<&'static str, Vec<&'static str>>) -> String {
    let mut text = HEAD.to_owned();
    let mut section = "";
    for setting in list::settings() {
        let (inside, key) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        if inside != section {
            section = inside;
            let _ = write!(text, "\n[{section}]");
        }
        text.push('\n');
        write_setting(&mut text, setting, key, set.get(setting.key), needs.get(setting.key));
    }
    text.push_str(SECTIONS);
    text
}

fn write_setting(
    text: &mut String,
    setting: &Setting,
    key: &str,
    value: Option<&String>,
    needed_by: Option<&Vec<&'static str>>,
) {
    let _ = writeln!(text, "# {}", capital(setting.about));
    if let Some(artifacts) = needed_by {
        let _ = writeln!(text, "# Needed by: {}", artifacts.join(", "));
    }
    let _ = match value {
        Some(value) => writeln!(text, "{key} = {value}"),
        None if setting.is_default => writeln!(text, "#{key} = {} # default", setting.example),
        None => writeln!(text, "#{key} = {}", setting.example),
    };
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::value;
    use lakebed_schema::Target;
    use lakebed_schema::target::SETTINGS;
    use serde::Deserialize as _;

    fn written(set: &[&str]) -> String {
        let set: Vec<String> = set.iter().map(|&flag| flag.to_owned()).collect();
        text(&given(&set).unwrap_or_else(|error| panic!("{}", error.render())), &BTreeMap::new())
    }

    #[test]
    fn what_is_written_means_nothing_until_somebody_edits_it() {
        let read = file::parse(&written(&[]), "lakebed.toml").expect("TOML");
        assert_eq!((read.given.len(), read.envs.len(), read.wrong), (0, 0, Vec::new()));
    }

    /// With every `#` before a setting taken away, the file holds every example, each default as it is.
    #[test]
    fn every_line_counts_once_its_sign_is_taken_away() {
        let uncommented: String = written(&[])
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let read = file::parse(&uncommented, "lakebed.toml").expect("TOML");
        assert_eq!((read.wrong, read.envs), (Vec::new(), vec!["prod".to_owned()]));
        let mut values = toml::Table::new();
        for given in &read.given {
            if given.scope == target::Scope::default() {
                value::put(&mut values, given.setting.key, given.value.clone());
            }
        }
        assert!(list::settings().all(|setting| value::get(&values, setting.key).is_some()));
        values.remove(list::OWN_SECTION);
        let target = Target::deserialize(toml::Value::Table(values)).expect("a target");
        let defaults = SETTINGS.iter().filter(|setting| setting.is_default).count();
        assert!(defaults > 5);
        assert_eq!(target.stream.buffer_mib, Target::default().stream.buffer_mib);
        assert_eq!(target.lake.as_deref(), Some("s3://my-lake/traffic"));
    }

    #[test]
    fn settings_that_are_given_are_in_force() {
        let text = written(&["lake=s3://it's \"mine\"", "stream.buffer_mib=64", "account=123456789012"]);
        let read = file::parse(&text, "lakebed.toml").expect("TOML");
        let found: Vec<_> = read.given.iter().map(|given| (given.setting.key, given.value.clone())).collect();
        assert_eq!(
            found,
            [
                ("lake", Some("s3://it's \"mine\"".into())),
                ("account", Some("123456789012".into())),
                ("stream.buffer_mib", Some(64.into()))
            ]
        );
        for (flag, said) in
            [("lak=x", "did you mean `lake`?"), ("stream.backup=7", "true or false"), ("x", "KEY=VALUE")]
        {
            let error = given(&[flag.to_owned()]).expect_err(flag).render();
            assert!(error.contains(said), "{error}");
        }
    }
}
