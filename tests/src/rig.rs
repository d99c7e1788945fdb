//! The Python environments of the rig: each installed once, from pinned versions, by whichever test comes first.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Oldest Python that the pinned packages support.
const OLDEST_PYTHON: (u32, u32) = (3, 11);

/// An installed rig.
#[derive(Debug)]
pub struct Rig {
    python: PathBuf,
}

impl Rig {
    /// Gives the rig below `folder` (a test passes `env!("CARGO_TARGET_TMPDIR")`) and installs it when the versions
    /// asked for are not there yet. Tests that race wait for the one that installs.
    ///
    /// # Errors
    /// Names what is missing: Python, its venv module, or the way to a package index.
    pub fn install(folder: &str) -> Result<Self, String> {
        Self::of(folder, "requirements.txt")
    }

    /// Like [`Rig::install`], for the rig that holds Spark and the Java it runs on.
    ///
    /// # Errors
    /// Those of [`Rig::install`].
    pub fn install_spark(folder: &str) -> Result<Self, String> {
        Self::of(folder, "requirements-spark.txt")
    }

    /// Like [`Rig::install`], for the rig with moto, the AWS CLI, awswrangler, cfn-lint and jsonschema.
    ///
    /// # Errors
    /// Those of [`Rig::install`].
    pub fn install_aws(folder: &str) -> Result<Self, String> {
        Self::of(folder, "requirements-aws.txt")
    }

    /// Like [`Rig::install`], for the rig with ministack.
    ///
    /// # Errors
    /// Those of [`Rig::install`].
    pub fn install_ministack(folder: &str) -> Result<Self, String> {
        Self::of(folder, "requirements-ministack.txt")
    }

    /// Like [`Rig::install`], for the rig with the library of jq 1.6.
    ///
    /// # Errors
    /// Those of [`Rig::install`].
    pub fn install_jq(folder: &str) -> Result<Self, String> {
        Self::of(folder, "requirements-jq.txt")
    }

    /// Like [`Rig::install`], for the rig with cargo-lambda.
    ///
    /// # Errors
    /// Those of [`Rig::install`].
    pub fn install_cargo_lambda(folder: &str) -> Result<Self, String> {
        Self::with(folder, "requirements-cargo-lambda.txt", &["--no-deps"])
    }

    fn of(folder: &str, requirements: &str) -> Result<Self, String> {
        Self::with(folder, requirements, &[])
    }

    fn with(folder: &str, requirements: &str, more: &[&str]) -> Result<Self, String> {
        let requirements = scripts().join(requirements);
        let wanted = fs::read_to_string(&requirements).map_err(|error| at(&requirements, &error))?;
        let version = python_version()?;
        let venv = once(folder, "rig", &[&wanted, &version], |venv| create(venv, &requirements, more))?;
        Ok(Self { python: python(&venv) })
    }

    /// Runs one of the rig's scripts and gives what it printed.
    ///
    /// # Errors
    /// The output of a script that ended with another exit code than 0.
    pub fn run<I, A>(&self, script: &str, arguments: I) -> Result<String, String>
    where
        I: IntoIterator<Item = A>,
        A: AsRef<std::ffi::OsStr>,
    {
        outcome(self.script(script).args(arguments))
    }

    /// One of the rig's scripts, not yet started.
    pub fn script(&self, script: &str) -> Command {
        // -B: the committed folder stays free of compiled files.
        let mut command = Command::new(&self.python);
        command.arg("-B").arg(scripts().join(script));
        command
    }

    /// A program that a package of the rig brings along, not yet started.
    pub fn program(&self, name: &str) -> Command {
        Command::new(self.python.with_file_name(name))
    }
}

/// Runs a command and gives what it printed.
///
/// # Errors
/// It did not start, or the output of one that ended with another exit code than 0.
pub fn outcome(command: &mut Command) -> Result<String, String> {
    let output = output(command).map_err(|error| at(Path::new(command.get_program()), &error))?;
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(said(&output)) }
}

/// The folder below `folder` for what `wanted` describes, made by `create` unless an earlier run did. Tests that race
/// wait for the one that makes it; what an interrupted run left is removed first.
pub(crate) fn once(
    folder: &str,
    name: &str,
    wanted: &[&str],
    create: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    wanted.hash(&mut hasher);
    let made = Path::new(folder).join(format!("{name}-{:016x}", hasher.finish()));

    fs::create_dir_all(folder).map_err(|error| at(Path::new(folder), &error))?;
    let lock_file = made.with_extension("lock");
    let lock = File::create(&lock_file).map_err(|error| at(&lock_file, &error))?;
    lock.lock().map_err(|error| at(&lock_file, &error))?; // Released when dropped, also when the process dies.

    let complete = made.join("complete");
    if !complete.exists() {
        if made.exists() {
            fs::remove_dir_all(&made).map_err(|error| at(&made, &error))?;
        }
        create(&made)?;
        File::create(&complete).map_err(|error| at(&complete, &error))?;
    }
    Ok(made)
}

/// Folder of the rig's scripts.
pub(crate) fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rig")
}

/// Checks that a Python is there and new enough; its version names the environment.
fn python_version() -> Result<String, String> {
    let (major, minor) = OLDEST_PYTHON;
    let need = format!("the tests read the lake with Python {major}.{minor} or later, called `python3`");
    let script = format!("import sys; print(sys.version); sys.exit(sys.version_info < ({major}, {minor}))");
    let output = match output(Command::new("python3").args(["-c", &script])) {
        Err(error) => return Err(format!("{need}; it did not start: {error}")),
        Ok(output) => output,
    };
    let version = text(&output.stdout).trim().to_owned();
    if output.status.success() {
        Ok(version)
    } else {
        Err(format!("{need}; found: {version}{}", text(&output.stderr)))
    }
}

/// The interpreter of an environment.
fn python(venv: &Path) -> PathBuf {
    venv.join("bin").join("python")
}

/// Makes the environment.
fn create(venv: &Path, requirements: &Path, more: &[&str]) -> Result<(), String> {
    let made = output(Command::new("python3").args(["-m", "venv"]).arg(venv))
        .map_err(|error| format!("python3 did not start: {error}"))?;
    if !made.status.success() {
        let hint =
            "Python's module `venv` does not work (on Debian and Ubuntu it is the package python3-venv)";
        return Err(format!("{hint}:\n{}", said(&made)));
    }
    let pip =
        ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"];
    let python = python(venv);
    let installed = output(Command::new(&python).args(pip).arg(requirements).args(more))
        .map_err(|error| at(&python, &error))?;
    if !installed.status.success() {
        let hint =
            "pip could not install the rig; the first run needs a Python package index that pip can reach";
        return Err(format!("{hint}:\n{}", said(&installed)));
    }
    Ok(())
}

pub(crate) fn output(command: &mut Command) -> io::Result<Output> {
    command.stdin(Stdio::null()).output()
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn at(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
