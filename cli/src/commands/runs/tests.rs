//! `runs` and `clean` over lakes in folders.

use crate::tables::samples::{ORDERS, TRAFFIC};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn run(folder: &Path, args: &[&str]) -> (u8, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = args.iter().map(|arg| arg.replace('~', &folder.display().to_string()));
    let args: Vec<String> = std::iter::once("lakebed".to_owned()).chain(args).collect();
    let code = crate::run([&TRAFFIC, &ORDERS], &args, &mut crate::Io::new(&mut out, &mut err));
    let text = String::from_utf8_lossy(&[out, err].concat()).into_owned();
    (code, anstream::adapter::strip_str(&text).to_string().replace(&folder.display().to_string(), "~"))
}

/// What differs from run to run: names, sizes, times, processes.
fn scrubbed(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| {
            let (word, rest) = word.split_at(word.find(['-', '.', ')', ':']).unwrap_or(word.len()));
            let is_hash = word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_hash { format!("HASH{rest}") } else { format!("{word}{rest}") }
        });
        let line = words.collect::<Vec<_>>().join(" ");
        let line = match line.find("  by ") {
            Some(at) => format!("{}  by SOMEBODY", &line[..at]),
            None => line,
        };
        let mut rest = line.as_str();
        while let Some(at) = rest.find("-") {
            let (start, end) = (at.saturating_sub(4), at + 19);
            let is_time = rest.get(start..end).is_some_and(|time| time.ends_with(" UTC"));
            if is_time {
                out.push_str(&rest[..start]);
                out.push_str("TIME");
                rest = &rest[end..];
            } else {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
        out.push_str(rest);
        out.push('\n');
    }
    out.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// A lake with two orders, of one input.
fn lake() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("orders.json"), "{\"id\":1}\n{\"id\":2}\n{\"id\":\"x\"}\n").expect("a file");
    let (code, text) =
        run(folder.path(), &["convert", "~/orders.json", "--to", "~/lake", "--table", "orders"]);
    assert_eq!(code, 0, "{text}");
    folder
}

fn only_run(folder: &Path) -> String {
    let runs = fs::read_dir(folder.join("lake/_lakebed/orders/runs")).expect("a folder");
    let names: Vec<_> = runs.map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names.len(), 1);
    names[0].to_string_lossy().trim_end_matches(".json").to_owned()
}

#[test]
fn runs_of_a_lake() {
    let folder = lake();
    let (code, text) = run(folder.path(), &["runs", "list", "~/lake"]);
    assert_eq!(code, 0, "{text}");
    for said in ["orders in ~/lake: 1 run", "convert", "committed", " UTC ", "written", "rejected"] {
        assert!(text.contains(said), "{said:?} is missing in {text}");
    }
    let (code, text) = run(folder.path(), &["runs", "list", "~/lake", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&text).expect("one document");
    let line = &listed["tables"][0]["runs"][0];
    assert_eq!(
        (code, &line["read"], &line["written"], &line["rejected"]),
        (0, &3.into(), &2.into(), &1.into())
    );
    assert_eq!(
        (&line["state"], &line["inputs"], &line["files"]),
        (&"committed".into(), &1.into(), &2.into())
    );
}

#[test]
fn one_run_and_its_files() {
    let folder = lake();
    let name = only_run(folder.path());
    let (code, text) = run(folder.path(), &["runs", "show", &name[..6], "--from", "~/lake"]);
    assert_eq!(code, 0, "{text}");
    let text = scrubbed(&text);
    for said in
        ["Run HASH of orders in ~/lake: committed", "ended      TIME", "read 3 = written 2 + rejected 1"]
    {
        assert!(text.contains(said), "{said:?} is missing in {text}");
    }
    fs::remove_file(folder.path().join(format!("lake/orders/{name}-0.parquet"))).expect("a removal");
    let (code, text) = run(folder.path(), &["runs", "show", &name, "--from", "~/lake"]);
    assert!(code == 1 && text.contains("missing"), "{text}");
    let (code, text) = run(folder.path(), &["runs", "show", "ffff", "--from", "~/lake"]);
    assert!(code == 2 && text.contains("no such run") && text.contains("runs list"), "{text}");
    let (code, text) = run(folder.path(), &["runs", "list", "~/lake", "--table", "traffic"]);
    assert!(code == 2 && text.contains("it has those of orders"), "{text}");
    let (code, text) = run(folder.path(), &["runs", "list", "~/nowhere"]);
    assert!(code == 2 && text.contains("does not exist"), "{text}");
}

#[test]
fn leftovers_are_shown_and_removed_on_request_only() {
    let folder = lake();
    let (code, text) = run(folder.path(), &["clean", "~/lake"]);
    assert_eq!((code, text.as_str()), (0, "orders in ~/lake: nothing is left behind\n"));
    let orphan = folder.path().join("lake/orders/0123456789abcdef-0.parquet");
    fs::write(&orphan, "half").expect("a file");
    fs::write(folder.path().join("lake/orders/notes.txt"), "mine").expect("a file");
    let (code, text) = run(folder.path(), &["clean", "~/lake"]);
    assert_eq!(code, 1, "{text}");
    for said in [
        "orders in ~/lake: 1 file that no run needs, 4 B",
        "orders/0123456789abcdef-0.parquet",
        "no run has it",
        "1 file that lakebed did not write",
        "orders/notes.txt",
        "nothing was removed; --yes removes what is shown",
    ] {
        assert!(text.contains(said), "{said:?} is missing in {text}");
    }
    assert!(orphan.exists());
    let (code, text) = run(folder.path(), &["clean", "~/lake", "--yes"]);
    assert!(code == 0 && text.contains("Removed 1 file, 4 B"), "{text}");
    assert!(!orphan.exists() && folder.path().join("lake/orders/notes.txt").exists());
    let (code, text) = run(folder.path(), &["clean", "~/lake", "--json"]);
    let cleaning: serde_json::Value = serde_json::from_str(&text).expect("one document");
    assert_eq!((code, &cleaning["removed"]), (0, &false.into()));
    assert_eq!(cleaning["tables"][0]["foreign"][0]["path"], "orders/notes.txt");
}
