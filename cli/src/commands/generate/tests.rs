use crate::surroundings::Surroundings;
use crate::tables::samples::{ORDERS, TRAFFIC};
use crate::{Io, run_in};
use std::fs;
use std::path::Path;

/// Exit code, standard output, standard error.
fn lakebed(folder: &Path, args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let around = Surroundings { folder: folder.to_owned(), ..Surroundings::default() };
    let line = ["lakebed"].iter().chain(args).copied();
    let code = run_in(around, [&TRAFFIC, &ORDERS], line, &mut Io::new(&mut out, &mut err));
    let shown = |bytes: &[u8]| anstream::adapter::strip_str(&String::from_utf8_lossy(bytes)).to_string();
    (code, shown(&out), shown(&err))
}

/// `contract` and `arrow` need no target: with them everything about files can be shown.
const BOTH: [&str; 5] = ["generate", "contract", "arrow", "--out", "g"];

#[test]
fn files_are_written_once_and_compared_by_content() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let (code, out, err) = lakebed(folder.path(), &[&BOTH[..], &["--dry-run"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.ends_with("Dry run, nothing was written: 4 files would be written, 0 unchanged\n"), "{out}");
    assert!(!folder.path().join("g").exists());
    let (_, out, _) = lakebed(folder.path(), &BOTH);
    insta::assert_snapshot!(out, @r###"
    + traffic.contract.json  created
    + traffic.arrow.json  created
    + orders.contract.json  created
    + orders.arrow.json  created
    4 files written, 0 unchanged
    "###);
    assert!(lakebed(folder.path(), &BOTH).1.ends_with("0 files written, 4 unchanged\n"));
    let check = [&BOTH[..], &["--check"]].concat();
    assert_eq!(lakebed(folder.path(), &check).0, 0);

    // Content counts, not bytes.
    let file = |name: &str| folder.path().join("g").join(name);
    let contract = fs::read_to_string(file("orders.contract.json"))?;
    let mut value: serde_json::Value = serde_json::from_str(&contract)?;
    fs::write(file("orders.contract.json"), value.to_string())?;
    assert_eq!(lakebed(folder.path(), &check).0, 0);

    value["columns"][0]["type"] = "int32".into();
    value["owner"] = "somebody".into();
    fs::write(file("orders.contract.json"), value.to_string())?;
    fs::remove_file(file("traffic.arrow.json"))?;
    fs::write(file("refunds.arrow.json"), "{}")?;
    fs::write(file("notes.txt"), "mine")?;
    let (code, out, err) = lakebed(folder.path(), &check);
    assert_eq!((code, err.as_str()), (1, ""));
    insta::assert_snapshot!(out, @r###"
    = traffic.contract.json  in step
    + traffic.arrow.json  missing
    ~ orders.contract.json  differs
        columns.id.type
          - "int32"
          + "int64"
        owner
          - "somebody"
    = orders.arrow.json  in step
    - refunds.arrow.json  left over: nothing generates it any more
    Not in step: 2 files in step, 1 missing, 1 different, 1 left over
      what to do: run the same command without --check, delete what is left over, and commit
    "###);
    let (code, out, _) = lakebed(folder.path(), &[&check[..], &["--json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&out)?;
    assert_eq!((code, &report["ok"], &report["mode"]), (1, &false.into(), &"check".into()));
    let states: Vec<&str> =
        report["files"].as_array().into_iter().flatten().filter_map(|file| file["state"].as_str()).collect();
    assert_eq!(states, ["unchanged", "missing", "changed", "unchanged", "left_over"]);

    // What another table left is no business of this one.
    let (_, out, _) = lakebed(folder.path(), &[&check[..], &["--table", "traffic"]].concat());
    assert!(out.contains("Not in step: 1 file in step, 1 missing\n"), "{out}");
    Ok(())
}

#[test]
fn one_text_goes_to_standard_output() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let (code, out, err) = lakebed(folder.path(), &["generate", "contract", "--table", "orders"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(lakebed(folder.path(), &["export", "--table", "orders", "--out", "-"]).1, out);
    for (args, said) in [
        (&["generate", "contract"][..], "name one with --table, or write them all with --out DIR"),
        (&["generate", "contract", "arrow", "--table", "orders"], "name one artifact"),
        (
            &["generate", "contract", "--table", "orders", "--part", "contrct"],
            "did you mean `--part contract`?",
        ),
        (&["generate", "contrct"], "contract"),
        (&["generate", "--all"], "generate.out"),
        (&["generate", "contract", "--check"], "--out DIR"),
        (&["generate", "--all", "--part", "x"], "--part"),
        (&["generate"], "--all"),
        (&["generate", "contract", "--table", "order"], "did you mean `--table orders`?"),
    ] {
        let (code, out, err) = lakebed(folder.path(), args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains(said), "{args:?}: {err}");
    }
    let (code, out, _) = lakebed(folder.path(), &["generate", "contract", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out)?;
    assert_eq!(
        (code, &report["mode"], report["files"][1]["content"].is_string()),
        (0, &"printed".into(), true)
    );
    Ok(())
}

#[test]
fn a_target_that_names_folder_and_artifacts_makes_all_short() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings = ["generate.out=out", "generate.artifacts=['arrow']"];
    let init = [&["init"][..], &["--set", settings[0], "--set", settings[1]]].concat();
    let (code, out, err) = lakebed(folder.path(), &init);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (code, _, err) = lakebed(folder.path(), &init);
    assert_eq!(code, 2);
    assert!(err.contains("the file is there already") && err.contains("--force"), "{err}");
    assert_eq!(lakebed(folder.path(), &[&init[..], &["--force"]].concat()).0, 0);

    assert_eq!(lakebed(folder.path(), &["generate", "--all"]).0, 0);
    let mut names: Vec<_> = fs::read_dir(folder.path().join("out"))?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<_, _>>()?;
    names.sort();
    assert_eq!(names, ["orders.arrow.json", "traffic.arrow.json"]);

    // `check` compares them too.
    let contracts = folder.path().join("contracts").display().to_string();
    assert_eq!(lakebed(folder.path(), &["export", "--out", &contracts]).0, 0);
    let (code, out, _) = lakebed(folder.path(), &["check", "--against", &contracts]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("= traffic.arrow.json  in step"), "{out}");
    fs::write(folder.path().join("out/orders.arrow.json"), "[]")?;
    let (code, out, _) = lakebed(folder.path(), &["check", "--against", &contracts]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("~ orders.arrow.json  differs"), "{out}");
    Ok(())
}

#[test]
fn the_list_has_every_artifact_and_part() {
    let (code, out, _) = lakebed(Path::new("."), &["generate", "--list"]);
    assert_eq!(code, 0);
    let json = lakebed(Path::new("."), &["generate", "--list", "--json"]).1;
    let json: serde_json::Value = serde_json::from_str(&json).expect("one document");
    assert_eq!(json.as_array().map(Vec::len), Some(super::ARTIFACTS.len()));
    for artifact in super::ARTIFACTS {
        assert!(out.contains(artifact.name()) && out.contains(artifact.about()), "{out}");
        for part in artifact.parts() {
            assert!(out.contains(&format!("TABLE.{}", part.suffix)), "{out}");
        }
    }
}
