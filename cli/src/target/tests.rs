use super::*;
use std::ffi::OsString;
use std::fs;

fn load(file: Option<&str>, flags: &[&str], variables: &[(&str, &str)]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(text) = file {
        fs::write(folder.path().join(file::NAME), text).expect("a file");
    }
    let variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(*value))).collect();
    let around = Surroundings { folder: folder.path().to_owned(), variables, ..Surroundings::default() };
    let mut args = TargetArgs::default();
    for flag in flags {
        match flag.strip_prefix("--env ") {
            Some(env) => args.env = Some(env.to_owned()),
            None => args.set.push((*flag).to_owned()),
        }
    }
    Settings::load(&args, &around).map_err(|error| anstream::adapter::strip_str(&error.render()).to_string())
}

fn resolved(file: &str, flags: &[&str], variables: &[(&str, &str)], table: &str) -> Resolved {
    let settings = load(Some(file), flags, variables).unwrap_or_else(|error| panic!("{error}"));
    settings.resolve(Some(table)).unwrap_or_else(|error| panic!("{}", error.render()))
}

#[test]
fn flags_go_before_variables_and_variables_before_the_file() {
    let file = "region = 'eu-west-1'\n[stream]\nbuffer_mib = 64\n";
    let found = resolved(file, &[], &[("AWS_REGION", "us-east-1")], "t");
    assert_eq!(found.target.region.as_deref(), Some("eu-west-1"));
    assert_eq!(found.target.stream.buffer_mib, 64);
    assert_eq!(
        found.origin("stream.buffer_mib").map(ToString::to_string).as_deref(),
        Some("lakebed.toml:3:1")
    );
    let variables = [("LAKEBED_REGION", "eu-west-3"), ("LAKEBED_STREAM_BUFFER_MIB", "100")];
    let found = resolved(file, &[], &variables, "t");
    assert_eq!((found.target.region.as_deref(), found.target.stream.buffer_mib), (Some("eu-west-3"), 100));
    assert_eq!(found.origin("region").map(ToString::to_string).as_deref(), Some("LAKEBED_REGION"));
    let found = resolved(file, &["region=eu-north-1", "stream.buffer_mib="], &variables, "t");
    assert_eq!((found.target.region.as_deref(), found.target.stream.buffer_mib), (Some("eu-north-1"), 128));
    assert_eq!(found.origin("stream.buffer_mib"), None);
}

#[test]
fn the_region_of_aws_counts_where_nothing_else_says_one() {
    let both = [("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_REGION", "us-west-2")];
    assert_eq!(resolved("", &[], &both, "t").target.region.as_deref(), Some("us-west-2"));
    assert_eq!(resolved("", &[], &both[..1], "t").target.region.as_deref(), Some("us-east-1"));
}

#[test]
fn the_more_a_section_is_about_the_later_it_speaks() {
    let file = "
        [table.t.stream]
        name = 'of-t'
        role = 'of-t'
        [env.prod]
        lake = 's3://prod'
        [env.prod.stream]
        name = 'of-prod'
        transform = 'of-prod'
        [env.prod.table.t.stream]
        role = 'of-prod-and-t'
        [env.test]
        lake = 's3://test'
        [stream]
        name = 'of-all'
        transform = 'of-all'
    ";
    let stream = |flags: &[&str], table: &str| {
        let found = resolved(file, flags, &[], table).target;
        let texts = [found.stream.name, found.stream.role, found.stream.transform, found.lake];
        texts.map(|text| text.unwrap_or_else(|| "-".into())).join(" ")
    };
    assert_eq!(stream(&[], "u"), "of-all - of-all -");
    assert_eq!(stream(&[], "t"), "of-t of-t of-all -");
    assert_eq!(stream(&["--env prod"], "u"), "of-prod - of-prod s3://prod");
    assert_eq!(stream(&["--env prod"], "t"), "of-t of-prod-and-t of-prod s3://prod");
    let found = resolved(file, &[], &[("LAKEBED_ENV", "test")], "u");
    assert_eq!(found.target.lake.as_deref(), Some("s3://test"));
    let error = load(Some(file), &["--env prd"], &[]).unwrap_err();
    assert!(
        error.contains("2 environments in lakebed.toml: prod, test") && error.contains("--env prod"),
        "{error}"
    );
    assert!(load(None, &["--env prod"], &[]).unwrap_err().contains("there is no lakebed.toml"));
}

#[test]
fn columns_of_the_projection_join() {
    let file = "[projection.columns]\nregion = { values = ['be'] }\nlane = 'injected'\n";
    let flags = ["projection.columns.lane={ range = [1, 9] }", "projection.columns.point=injected"];
    let columns = resolved(file, &flags, &[], "t").target.projection.columns;
    assert_eq!(columns.keys().map(String::as_str).collect::<Vec<_>>(), ["lane", "point", "region"]);
    assert_eq!(columns["lane"], lakebed_schema::target::ColumnProjection::Range(1, 9));
}

#[test]
fn every_wrong_setting_is_told_with_its_place() {
    let file = "\
account = 123456789012
colour = 'red'

[stream]
bufer_mib = 64
buffer_seconds = 'soon'
partition_keys = 'qery'
buffer_mib = -1
convert = { yes = true }

[projection]
from = 2026-01-01
columns = { lane = { rnge = [1, 9] } }

[env.prod]
stack = 7
[table.t.generate]
out = 'x'
artifacts = ['contrct']
";
    let flags = ["stream.backup=perhaps", "strem.role=x", "lake"];
    let error = load(Some(file), &flags, &[("LAKEBED_STACK_LOG_DAYS", "many")]).unwrap_err();
    insta::assert_snapshot!(error, @r###"
    error: settings are wrong
      lakebed.toml:1:11: `account`: expected text in quotes, such as "123456789012", found the whole number 123456789012; put it in quotes
      lakebed.toml:2:1: there is no setting `colour`
      lakebed.toml:5:1: there is no setting `stream.bufer_mib`; did you mean `stream.buffer_mib`?
      lakebed.toml:6:18: `stream.buffer_seconds`: expected a whole number, such as 300, found the text "soon"
      lakebed.toml:7:18: `stream.partition_keys`: expected one of `auto`, `query`, `lambda`, found the text "qery"; did you mean `query`?
      lakebed.toml:8:14: `stream.buffer_mib`: expected a whole number from 0 to 4294967295, found the whole number -1
      lakebed.toml:9:11: `stream.convert`: expected true or false, such as true, found a table (yes)
      lakebed.toml:12:8: `projection.from`: expected text in quotes, such as "2026-01-01", found the date or time 2026-01-01; put it in quotes
      lakebed.toml:13:11: `projection.columns`: unknown variant `rnge`, expected one of `values`, `range`, `injected`; did you mean `range`?; write it like { region = { values = ["be", "nl"] }, lane = { range = [1, 9] }, point = "injected" }
      lakebed.toml:16:1: `stack`: expected a section [stack]
      lakebed.toml:18:1: `generate.out`: holds for all tables; move it out of [table.…]
      lakebed.toml:19:13: `generate.artifacts`: there is no artifact `contrct`; did you mean `contract`?
      LAKEBED_STACK_LOG_DAYS: `stack.log_days`: expected a whole number, such as 30, found the text "many"
      --set stream.backup: `stream.backup`: expected true or false, such as false, found the text "perhaps"
      --set strem.role: there is no setting `strem.role`; did you mean `stream.role`?
      --set lake: expected KEY=VALUE, such as stream.buffer_mib=64
      what to do: `lakebed init --out -` prints every setting with its meaning
    "###);
}

#[test]
fn what_is_no_toml_is_told_with_its_place() {
    let error = load(Some("lake = 's3://x'\nregion = eu-west-1\n"), &[], &[]).unwrap_err();
    insta::assert_snapshot!(error, @r###"
    error: the target is no TOML
      lakebed.toml:2:10: string values must be quoted, expected literal string
      what to do: a line is KEY = VALUE, and text stands in quotes
    "###);
}

#[test]
fn the_nearest_file_upward_is_taken_and_its_folders_are_seen_from_there() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep)?;
    fs::write(folder.path().join(file::NAME), "[generate]\nout = 'generated'\n")?;
    let around = Surroundings { folder: deep.clone(), ..Surroundings::default() };
    let settings = Settings::load(&TargetArgs::default(), &around).expect("settings");
    assert_eq!(settings.file(), Some("../../lakebed.toml"));
    let found = settings.resolve(None).expect("settings");
    let out = settings.folder(found.origin("generate.out"), "generated", &around);
    assert_eq!((out.shown.as_str(), out.path), ("../../generated", folder.path().join("generated")));
    let typed = settings.folder(Some(&Origin::Flag), "generated", &around);
    assert_eq!((typed.shown.as_str(), typed.path), ("generated", deep.join("generated")));

    let args = TargetArgs { target: Some("none.toml".into()), ..TargetArgs::default() };
    let error = Settings::load(&args, &around).expect_err("no such file").render();
    assert!(error.contains("none.toml") && error.contains("lakebed init"), "{error}");
    Ok(())
}

#[test]
fn a_variable_that_is_nearly_a_setting_is_warned_about() {
    let variables = [("LAKEBED_STREM_ROLE", "x"), ("LAKEBED_SOMETHING_ELSE_ENTIRELY", "x")];
    let settings = load(None, &[], &variables).expect("settings");
    assert_eq!(
        settings.warnings,
        [
            "the variable LAKEBED_STREM_ROLE is no setting, and does nothing; did you mean LAKEBED_STREAM_ROLE?"
        ]
    );
}
