//! The layering of CONTRIBUTING.md, enforced.

use lakebed_tests::workspace;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Packages in the tree of normal dependencies, the package itself left out. `cargo metadata` would not do: it
/// shows features unified over the whole workspace.
fn dependencies(package: &str, features: &str) -> BTreeSet<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["tree", "--package", package, features, "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}"])
        .current_dir(workspace::root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != package)
        .map(str::to_owned)
        .collect()
}

fn assert_free_of(package: &str, features: &str, banned: &[&str]) {
    for name in dependencies(package, features) {
        // `arrow` stands for `arrow-schema` too.
        let hit = banned.iter().find(|word| name == **word || name.starts_with(&format!("{word}-")));
        assert!(hit.is_none(), "{package} ({features}) depends on {name}");
    }
}

/// Lines of Rust code that hold any of the words, comments left out.
fn lines_with(folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in workspace::files(folder).iter().filter(|file| file.extension().is_some_and(|end| end == "rs"))
    {
        for (number, line) in read(file).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| has_word(code, word)) {
                found.push(format!("{}:{}: {}", shown(file), number + 1, line.trim()));
            }
        }
    }
    found
}

/// Whether the text holds the word, not as the end of a longer name: `eprintln!` is not `println!`.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

fn read(file: &Path) -> String {
    String::from_utf8_lossy(&fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
        .into_owned()
}

fn shown(file: &Path) -> String {
    file.strip_prefix(workspace::root()).unwrap_or(file).display().to_string()
}

#[test]
fn macros_and_the_plain_schema_build_without_the_heavy_crates() {
    let heavy = ["arrow", "parquet", "aws", "tokio", "clap", "serde", "lakebed", "quick-xml"];
    let light: Vec<_> = dependencies("lakebed-macros", "--no-default-features").into_iter().collect();
    assert!(light.contains(&"lakebed-schema".to_owned()), "the tree was read: {light:?}");
    let all_but_schema: Vec<_> = light.iter().filter(|name| *name != "lakebed-schema").collect();
    for name in all_but_schema {
        let hit = heavy.iter().find(|word| name == *word || name.starts_with(&format!("{word}-")));
        assert!(hit.is_none(), "lakebed-macros depends on {name}");
    }
    assert_eq!(dependencies("lakebed-schema", "--no-default-features"), BTreeSet::new());
}

#[test]
fn schema_depends_on_no_other_member() {
    assert_free_of(
        "lakebed-schema",
        "--all-features",
        &["lakebed", "parquet", "aws", "tokio", "clap", "object_store"],
    );
}

#[test]
fn runtime_knows_no_command_line() {
    assert_free_of("lakebed", "--all-features", &["lakebed-cli", "clap", "indicatif", "comfy-table"]);
}

#[test]
fn nothing_imports_the_tests() {
    for package in ["lakebed-schema", "lakebed-macros", "lakebed", "lakebed-cli"] {
        assert_free_of(package, "--all-features", &["lakebed-tests"]);
    }
}

#[test]
fn the_sdk_is_a_feature() {
    // `aws-lc-rs` is no SDK: TLS has it below S3.
    let sdk = ["aws-config", "aws-credential", "aws-sdk", "aws-sigv4", "aws-smithy", "aws-types"];
    for package in ["lakebed-cli", "lakebed"] {
        assert_free_of(package, "--features=", &sdk);
    }
    assert_free_of("lakebed", "--features=s3,service,lambda", &sdk);
    assert_free_of("lakebed", "--features=", &["aws", "object_store", "tokio", "hyper"]);
    let with = dependencies("lakebed-cli", "--features=aws");
    assert!(with.contains("aws-sdk-glue"), "the tree was read: {with:?}");
    let with = dependencies("lakebed", "--features=aws");
    assert!(with.contains("aws-sdk-firehose") && !with.contains("aws-sdk-glue"), "{with:?}");
}

#[test]
fn types_of_the_sdk_stay_with_the_calls_and_the_chain_of_credentials() {
    let words = ["aws_config", "aws_credential_types", "aws_sdk_", "aws_smithy", "aws_types"];
    let lines = ["runtime/src", "cli/src", "tests/src", "tests/tests"]
        .iter()
        .flat_map(|folder| lines_with(folder, &words))
        // This file has to name them.
        .filter(|line| !line.starts_with("tests/tests/integration/layers.rs:"));
    let mut outside: Vec<_> = lines.collect();
    for (place, may_be_absent) in [
        ("cli/src/catalog/glue/", false),
        // S3 itself is `object_store`; profiles, SSO and the like are known to the SDK alone.
        ("cli/src/s3/chain.rs:", false),
        ("runtime/src/producer/", false),
        ("runtime/src/source/kinesis", true),
        ("runtime/src/lambda/", true),
    ] {
        let (inside, others): (Vec<_>, Vec<_>) =
            outside.into_iter().partition(|line| line.starts_with(place));
        assert!(may_be_absent || !inside.is_empty(), "{place}: the files were read");
        outside = others;
    }
    assert_eq!(outside, [""; 0], "commands know catalogs, stores and streams, and no SDK");
}

#[test]
fn only_the_cli_prints() {
    let printing = ["println!", "print!", "eprintln!", "eprint!", "dbg!", "io::stdout", "io::stderr"];
    for folder in ["schema/src", "macros/src", "runtime/src"] {
        assert_eq!(lines_with(folder, &printing), [""; 0], "printing belongs to cli");
    }
}

#[test]
fn schema_and_runtime_do_not_read_the_environment() {
    for folder in ["schema/src", "runtime/src"] {
        assert_eq!(lines_with(folder, &["std::env", "env::var", "env::args"]), [""; 0]);
    }
}

#[test]
fn schema_touches_no_file_no_network_no_clock() {
    let outside = [
        "std::fs",
        "std::net",
        "std::process",
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Utc::now",
    ];
    assert_eq!(lines_with("schema/src", &outside), [""; 0]);
}

#[test]
fn files_are_named_after_the_thing_inside() {
    let vague = ["utils.rs", "util.rs", "helpers.rs", "common.rs", "misc.rs"];
    let found: Vec<_> = workspace::files("")
        .into_iter()
        .filter(|file| vague.iter().any(|name| file.ends_with(name)))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Every artifact must be in the list, or parser, help and docs would not know it.
#[test]
fn every_artifact_is_registered() {
    let folder = workspace::root().join("schema/src/artifacts");
    let list = read(&folder.join("mod.rs"));
    let (_, list) = list.split_once("ARTIFACTS: &[").expect("artifacts/mod.rs holds the list");
    let (list, _) = list.split_once("];").expect("the list ends");
    let mut found = 0;
    for file in workspace::files("schema/src/artifacts") {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        // What an artifact keeps in a folder of its own belongs to it; what several share is none.
        let is_artifact = file.parent() == Some(&folder) && name != "mod";
        if is_artifact && read(&file).contains("impl Artifact for ") {
            assert!(has_word(list, &format!("{name}::")), "{} is not in ARTIFACTS", shown(&file));
            found += 1;
        }
    }
    assert!(found > 1, "the files were read");
}

/// What is true on one machine only has no place in a repository: paths of its folders, hosts of its registries.
#[test]
fn no_file_tells_about_the_machine_it_was_written_on() {
    // Written in pieces, so that this file does not find itself.
    let mut words: Vec<String> = [
        ["/ro", "ot/"],
        ["/ho", "me/"],
        ["/Us", "ers/"],
        ["index", "-url"],
        ["arti", "factory"],
        ["jfr", "og"],
    ]
    .map(|pieces| pieces.concat())
    .to_vec();
    words.push(workspace::root().display().to_string());
    words.extend(std::env::var("CARGO_HOME").ok().filter(|folder| !folder.is_empty()));
    for file in workspace::files("") {
        let text = read(&file);
        for word in &words {
            assert!(!text.contains(word.as_str()), "{} holds {word}", shown(&file));
        }
    }
}

#[test]
fn every_locked_package_comes_from_crates_io() {
    let lock = read(&workspace::root().join("Cargo.lock"));
    for line in lock.lines().filter(|line| line.starts_with("source = ")) {
        assert_eq!(line, "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    }
}

#[test]
fn every_dependency_has_its_reason_in_contributing() {
    let manifest = read(&workspace::root().join("Cargo.toml"));
    let reasons = read(&workspace::root().join("CONTRIBUTING.md"));
    let listed = manifest.split_once("[workspace.dependencies]").expect("the shared versions").1;
    let listed = listed.split("\n[").next().unwrap_or_default();
    let names = listed.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.trim());
    let missing: Vec<_> = names
        .filter(|name| !name.starts_with("lakebed") && !reasons.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?} have no line in CONTRIBUTING.md");
}
