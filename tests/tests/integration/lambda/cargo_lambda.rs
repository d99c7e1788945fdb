//! The stock function under cargo-lambda, which plays Lambda for whoever develops one.

use super::data;
use super::served::{program, sent};
use crate::readers::table as stock;
use lakebed_tests::lambda_judge::judge;
use lakebed_tests::rig::{Rig, outcome};
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for it to listen; it takes a moment on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `cargo lambda watch`; dropping it ends it and what it started.
struct Watch(Child);

impl Drop for Watch {
    fn drop(&mut self) {
        // Asked nicely it ends the functions too.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// A package that becomes the program: `watch` runs functions only as what cargo builds.
fn package(folder: &Path) {
    let manifest =
        "[package]\nname = \"normalise\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
    let main = format!(
        "use std::os::unix::process::CommandExt;\n\nfn main() {{\n    let error = \
         std::process::Command::new({:?}).exec();\n    panic!(\"{{error}}\");\n}}\n",
        program()
    );
    fs::create_dir(folder.join("src")).expect("a folder");
    fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    fs::write(folder.join("src/main.rs"), main).expect("a file");
}

#[test]
fn the_program_answers_under_cargo_lambda() {
    let rig = Rig::install_cargo_lambda(env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|said| panic!("{said}"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    package(folder.path());
    let contract = stock("traffic_measurement").to_contract();
    fs::write(folder.path().join("contract.json"), contract).expect("a file");
    let (event, ids) = sent(data("miv/flat/events-flat-incoming.ndjson").lines());
    let file = folder.path().join("event.json");
    fs::write(&file, event).expect("a file");

    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|port| port.local_addr());
    let address = free.expect("a free port");
    let port = address.port().to_string();
    let said = fs::File::create(folder.path().join("said")).expect("a file");
    let mut watch = rig.program("cargo-lambda");
    watch
        .args(["lambda", "watch", "-A", "127.0.0.1", "-P", &port, "--ignore-changes"])
        .current_dir(folder.path())
        .env("LAMBDA_TASK_ROOT", folder.path())
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .stdin(Stdio::null())
        .stdout(said.try_clone().expect("the same file"))
        .stderr(said);
    let _watch = Watch(watch.spawn().expect("cargo-lambda starts"));
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(address).is_err() {
        let said = || fs::read_to_string(folder.path().join("said")).unwrap_or_default();
        assert!(Instant::now() < end, "it does not listen: {}", said());
        std::thread::sleep(Duration::from_millis(50));
    }

    let mut invoke = rig.program("cargo-lambda");
    invoke.args(["lambda", "invoke", "-A", "127.0.0.1", "-P", &port, "normalise", "--data-file"]).arg(&file);
    let answer = outcome(invoke.current_dir(folder.path())).unwrap_or_else(|said| panic!("{said}"));
    let judged = judge(&ids, answer.as_bytes());
    assert_eq!((judged.delivered.len(), judged.errors), (35, vec![]));
}
