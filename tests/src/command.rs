//! The command line run by tests: in this process, or in one of its own.

use lakebed::TableDef;
use lakebed_cli::{Io, run};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of the command line gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Exit code.
    pub code: u8,
    /// Standard output, without styles.
    pub out: String,
    /// Standard error, without styles.
    pub err: String,
}

/// Runs the command line in this process.
pub fn lakebed(tables: &[&'static TableDef], args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
    let args = args.into_iter().map(|arg| arg.as_ref().to_owned());
    let args: Vec<OsString> = std::iter::once("lakebed".into()).chain(args).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(tables, args, &mut Io::new(&mut out, &mut err));
    Ran { code, out: unstyled(&out), err: unstyled(&err) }
}

/// Text without ANSI styles.
fn unstyled(bytes: &[u8]) -> String {
    let mut text = String::new();
    let lossy = String::from_utf8_lossy(bytes);
    let mut parts = lossy.split('\u{1b}');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    text
}

/// Name of the variable that makes a test binary a `lakebed`.
const ARGUMENTS: &str = "LAKEBED_TEST_ARGUMENTS";

/// A process of its own that runs the command line: this test binary again, with only the test `entry`, which must
/// call [`become_the_command`].
///
/// # Panics
/// When the test binary cannot tell its own path, or an argument is no UTF-8.
pub fn process(wrapper: &[&str], entry: &str, args: &[&Path]) -> Command {
    let binary = std::env::current_exe().expect("a path of this program");
    let mut command = match wrapper {
        [] => Command::new(binary),
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments).arg(binary);
            command
        }
    };
    let args: Vec<&str> = args.iter().map(|arg| arg.to_str().expect("an argument of UTF-8")).collect();
    command.args(["--exact", entry, "--nocapture", "--test-threads=1"]).env(ARGUMENTS, args.join("\n"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What [`process`] passed on, in a process that it started.
pub fn arguments() -> Option<Vec<String>> {
    let args = std::env::var(ARGUMENTS).ok()?;
    Some(args.split('\n').map(str::to_owned).collect())
}

/// In a process that [`process`] started, runs the command line and ends; does nothing in any other. `ended` is
/// called in between.
pub fn become_the_command(tables: &[&'static TableDef], ended: impl FnOnce()) {
    let Some(args) = arguments() else {
        return;
    };
    let args = std::iter::once("lakebed".to_owned()).chain(args);
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let mut input = std::io::stdin();
    let code = run(tables, args, &mut Io::new(&mut out, &mut err).with_input(&mut input));
    ended();
    #[allow(clippy::exit, reason = "the exit code is what the other process looks at")]
    std::process::exit(code.into());
}
