//! A few runs of the built binary: what only a process shows. Everything else is tested in the library.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::{TempDir, tempdir};

const ORDERS: &str = r#"{"lakebed_contract": 1, "name": "orders", "columns": [
    {"name": "id", "type": "int64"}, {"name": "note", "type": "string", "nullable": true}]}"#;

fn lakebed(folder: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lakebed"));
    command.current_dir(folder).args(args).env_clear().stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, args: &[&str]) -> io::Result<(i32, String, String)> {
    let Output { status, stdout, stderr } = lakebed(folder, args).output()?;
    Ok((status.code().unwrap_or(-1), text(&stdout), text(&stderr)))
}

/// A folder with a contract and two inputs, one of them with a record that is refused.
fn orders() -> io::Result<TempDir> {
    let folder = tempdir()?;
    fs::create_dir(folder.path().join("in"))?;
    fs::write(folder.path().join("orders.lakebed.json"), ORDERS)?;
    fs::write(folder.path().join("in/a.json"), "{\"id\": 1}\n{\"id\": 2, \"note\": \"two\"}\n")?;
    fs::write(folder.path().join("in/b.json"), "{\"id\": \"three\"}\n{\"id\": 4}\n")?;
    Ok(folder)
}

const CONVERT: [&str; 6] = ["convert", "in", "--to", "lake", "--contract", "orders.lakebed.json"];

fn convert(folder: &Path, more: &[&str]) -> io::Result<(i32, String, String)> {
    run(folder, &[&CONVERT, more].concat())
}

#[test]
fn help_and_version_go_to_standard_output() -> io::Result<()> {
    let folder = tempdir()?;
    for args in [&["--help"][..], &["convert", "--help"], &["check", "-h"], &["--version"]] {
        let (code, out, err) = run(folder.path(), args)?;
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        assert!(out.contains("lakebed"), "{out}");
    }
    let (code, out, err) = run(folder.path(), &[])?;
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("Usage: lakebed <COMMAND>"), "{err}");
    Ok(())
}

#[test]
fn wrong_usage_is_exit_2_and_names_the_next_step() -> io::Result<()> {
    let folder = orders()?;
    for (args, said) in [
        (&["apply", "no-plan.json"][..], "cannot read the plan"),
        (&["convret"], "'convert'"),
        (&["convert", "s3:///in", "--to", "lake", "--table", "measuring_point"], "names no bucket"),
        (&["convert", "in", "--to", "s3a://", "--table", "measuring_point"], "names no bucket"),
        (&["convert", "in", "--to", "-", "--table", "measuring_point"], "standard output"),
        (
            &["convert", "--files-from", "s3://bucket/list", "--to", "lake", "--table", "measuring_point"],
            "name the copy",
        ),
        (&["convert", "in", "--to", "lake", "--wait", "90"], "90s, 15m, 1h or 7d"),
        (&["convert", "in", "--to", "lake", "--memory", "64k"], "64MiB, 1GiB"),
        (&["convert", "in", "--to", "lake", "--semantics", "openx"], "firehose"),
        (&["convert", "in", "--to", "lake", "--max-rejects", "lots"], "0.5%"),
        (&["convert", "in", "--to", "lake", "--threads", "0"], "--threads"),
        (&["convert", "in", "--to", "lake", "--contract", "none.json"], "none.json"),
        (
            &["convert", "in", "--to", "lake", "--table", "traffic_mesurement"],
            "`--table traffic_measurement`?",
        ),
        (&["convert", "in", "--to", "lake"], "which table is meant?"),
        (&["convert", "nowhere", "--to", "lake", "--table", "measuring_point"], "nowhere"),
        (&["export", "--table", "orders"], "there is no table `orders`"),
    ] {
        let (code, out, err) = run(folder.path(), args)?;
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.contains(said), "{args:?}: {err}");
    }
    assert!(!folder.path().join("lake").exists());
    Ok(())
}

#[test]
fn a_conversion_by_contract_alone() -> io::Result<()> {
    let folder = orders()?;
    let (code, out, err) = convert(folder.path(), &[])?;
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for said in [
        "Converted 2 inputs into lake/orders/",
        "read 4 = written 3 + rejected 1 + late 0 + early 0 + skipped 0",
        "Rejects: 1 record, kept whole in lake/_errors/orders/",
        "in/b.json:1:",
        "not partitioned by time",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
    let (code, out, _) = convert(folder.path(), &[])?;
    assert_eq!(code, 0);
    assert!(out.starts_with("Nothing to do: all 2 inputs are already in lake/orders/"), "{out}");
    Ok(())
}

#[test]
fn rejects_fail_a_run_only_on_request() -> io::Result<()> {
    let folder = orders()?;
    let (code, out, err) = convert(folder.path(), &["--max-rejects", "0"])?;
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("too many rejects") && err.contains("--dry-run"), "{err}");
    assert_eq!(convert(folder.path(), &["--max-rejects", "25%"])?.0, 0);
    Ok(())
}

#[test]
fn a_dry_run_writes_nothing_and_json_is_one_document() -> io::Result<()> {
    let folder = orders()?;
    let (code, out, err) = convert(folder.path(), &["--dry-run"])?;
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("Dry run, nothing was written"), "{out}");
    let (code, out, err) = convert(folder.path(), &["--dry-run", "--json"])?;
    assert_eq!((code, err.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&out)?;
    assert_eq!((&report["total"]["read"], &report["total"]["rejected"]), (&4.into(), &1.into()));
    assert!(!folder.path().join("lake").exists());
    Ok(())
}

#[test]
fn an_input_that_cannot_be_read_to_its_end_is_exit_2() -> io::Result<()> {
    let folder = orders()?;
    fs::write(folder.path().join("in/c.json.gz"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab])?;
    let (code, out, _) = convert(folder.path(), &[])?;
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("1 failed") && out.contains("in/c.json.gz"), "{out}");
    assert!(out.contains("read 4 = written 3"), "{out}");
    Ok(())
}

#[test]
fn export_and_check_are_in_step_until_something_drifts() -> io::Result<()> {
    let folder = tempdir()?;
    let file = folder.path().join("contracts/traffic_measurement.lakebed.json");

    let (code, out, _) = run(folder.path(), &["check"])?;
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("there is no contract file"), "{out}");

    let (code, out, _) = run(folder.path(), &["export"])?;
    assert_eq!(code, 0);
    assert!(out.contains("+ contracts/traffic_measurement.lakebed.json created"), "{out}");
    let (code, out, _) = run(folder.path(), &["export"])?;
    assert_eq!(code, 0);
    assert!(out.contains("= contracts/traffic_measurement.lakebed.json unchanged"), "{out}");
    let contract = fs::read_to_string(&file)?;
    assert_eq!(run(folder.path(), &["export", "--out", "-", "--table", "traffic_measurement"])?.1, contract);

    // Content counts, not bytes.
    let mut value: serde_json::Value = serde_json::from_str(&contract)?;
    fs::write(&file, value.to_string())?;
    let (code, out, _) = run(folder.path(), &["check"])?;
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("In step"), "{out}");

    value["columns"][1]["comment"] = "Something else.".into();
    fs::write(&file, value.to_string())?;
    fs::write(folder.path().join("contracts/orders.lakebed.json"), ORDERS)?;
    let (code, out, _) = run(folder.path(), &["check"])?;
    assert_eq!(code, 1, "{out}");
    assert!(out.contains(".comment  \"Something else.\" → "), "{out}");
    assert!(out.contains("- orders") && out.contains("orphaned"), "{out}");
    let (code, out, _) = run(folder.path(), &["check", "--json"])?;
    let found: serde_json::Value = serde_json::from_str(&out)?;
    assert_eq!(
        (code, &found["in_step"], &found["tables"][3]["state"]),
        (1, &false.into(), &"orphaned".into())
    );

    fs::write(&file, "<<<<<<< HEAD")?;
    let (code, out, _) = run(folder.path(), &["check"])?;
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("no valid contract"), "{out}");
    Ok(())
}

#[test]
fn completions_for_every_shell() -> io::Result<()> {
    let folder = tempdir()?;
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, err) = run(folder.path(), &["completions", shell])?;
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        assert!(out.contains("max-rejects") && out.contains("ingest"), "{shell}: {out}");
    }
    Ok(())
}

#[test]
fn a_closed_pipe_is_no_error() -> io::Result<()> {
    let folder = orders()?;
    let json = [&CONVERT[..], &["--json", "--dry-run"]].concat();
    for args in [&["completions", "bash"][..], &["--help"], &["export", "--out", "-"], &json] {
        let mut child = lakebed(folder.path(), args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        drop(child.stdout.take());
        let output = child.wait_with_output()?;
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{args:?}");
    }
    Ok(())
}

#[test]
fn colours_only_where_they_are_wanted() -> io::Result<()> {
    let folder = orders()?;
    let coloured = |variables: &[(&str, &str)]| -> io::Result<bool> {
        let mut dry_run = lakebed(folder.path(), CONVERT);
        let shown = dry_run.arg("--dry-run").envs(variables.iter().copied()).output()?.stdout;
        let mut wrong = lakebed(folder.path(), ["convert", "nowhere", "--to", "lake"]);
        let said = wrong.envs(variables.iter().copied()).output()?.stderr;
        assert_eq!(shown.contains(&0x1b), said.contains(&0x1b));
        Ok(shown.contains(&0x1b))
    };
    assert!(!coloured(&[])?, "a pipe is no terminal");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")])?);
    assert!(!coloured(&[("NO_COLOR", "1"), ("TERM", "xterm")])?);
    assert!(!coloured(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")])?);
    Ok(())
}
