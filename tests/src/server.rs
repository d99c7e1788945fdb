//! Servers that play AWS on this machine, for as long as a test needs them.

use crate::rig::{Rig, outcome};
use serde_json::Value;
use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest wait for a server to answer; it takes a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Ports that are tried: another program may take a free one before the server does.
const TRIES: usize = 3;
/// Region of everything that tests create.
pub const REGION: &str = "eu-west-1";

/// Who plays AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emulator {
    /// moto: S3, the Glue catalog, Firehose as it is described.
    Moto,
    /// ministack: Firehose that delivers, CloudFormation, Lambda.
    Ministack,
}

impl fmt::Display for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Moto => "moto",
            Self::Ministack => "ministack",
        })
    }
}

/// A running server on 127.0.0.1; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
    /// The rig that holds the AWS CLI.
    aws: Rig,
    /// What the server writes while it runs.
    folder: TempDir,
    /// What it says.
    log: PathBuf,
}

impl Server {
    /// Starts a server and waits until it answers. Rigs are installed below `folder` (a test passes
    /// `env!("CARGO_TARGET_TMPDIR")`); the server's log is there, and stays when the test fails.
    ///
    /// # Errors
    /// What is missing from the rig, or what the server said before it ended.
    pub fn start(emulator: Emulator, folder: &str) -> Result<Self, String> {
        let aws = Rig::install_aws(folder)?;
        let other = match emulator {
            Emulator::Moto => None,
            Emulator::Ministack => Some(Rig::install_ministack(folder)?),
        };
        let mut error = String::new();
        for _ in 0..TRIES {
            match start(emulator, other.as_ref().unwrap_or(&aws), folder) {
                Ok((child, port, folder, log)) => return Ok(Self { child, port, aws, folder, log }),
                Err(said) => error = said,
            }
        }
        Err(error)
    }

    /// Address of the server, to be given to anything that speaks to AWS.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    pub fn socket(&self) -> SocketAddr {
        SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, self.port))
    }

    /// Makes a command speak to this server and to nothing else.
    pub fn set(&self, command: &mut Command) {
        // Whoever runs the tests may have an account of his own: none of it may be seen.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        let settings = [
            ("AWS_ENDPOINT_URL", self.url().as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_DEFAULT_OUTPUT", "json"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "1"),
            ("AWS_PAGER", ""),
            ("NO_PROXY", "127.0.0.1"),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        command.envs(settings).current_dir(self.folder.path());
    }

    /// Runs the AWS CLI against this server, and gives its answer: null when it has none.
    ///
    /// # Errors
    /// What the CLI or the server said.
    pub fn aws<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Result<Value, String> {
        let mut command = self.aws.program("aws");
        self.set(command.args(arguments));
        let said = outcome(&mut command)?;
        if said.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&said).map_err(|error| format!("the AWS CLI gave no JSON: {error}\n{said}"))
    }

    /// Runs a script of the rig with the AWS packages against this server, and gives what it printed.
    ///
    /// # Errors
    /// The output of a script that ended with another exit code than 0.
    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, script: &str, arguments: &[S]) -> Result<String, String> {
        let mut command = self.aws.script(script);
        self.set(command.args(arguments));
        outcome(&mut command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended when it cannot be stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let _ = fs::remove_file(&self.log);
        }
    }
}

/// Starts a server on a port that is free, and waits until it answers.
fn start(emulator: Emulator, rig: &Rig, folder: &str) -> Result<(Child, u16, TempDir, PathBuf), String> {
    let free = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).and_then(|port| port.local_addr());
    let port = free.map_err(|error| format!("no free port on 127.0.0.1: {error}"))?.port();
    let path = PathBuf::from(folder).join(format!("{emulator}-{port}.log"));
    let logs = File::create(&path).and_then(|log| Ok((log.try_clone()?, log)));
    let (out, log) = logs.map_err(|error| format!("{}: {error}", path.display()))?;
    let scratch = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;

    let mut command = rig.script("serve.py");
    command.args([emulator.to_string(), port.to_string()]);
    command.current_dir(scratch.path()).env("TMPDIR", scratch.path());
    // The server ends when this pipe does, even when the test was killed.
    command.stdin(Stdio::piped()).stdout(out).stderr(log);
    let mut child = command.spawn().map_err(|error| format!("{emulator} did not start: {error}"))?;

    let since = Instant::now();
    let problem = loop {
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) => break format!("{emulator} ended with {status}"),
            Err(error) => break format!("{emulator} is lost: {error}"),
        }
        if answers(port) {
            return Ok((child, port, scratch, path));
        }
        if since.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            break format!("{emulator} did not answer within {} seconds", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    Err(format!("{problem}; {}:\n{}", path.display(), fs::read_to_string(&path).unwrap_or_default()))
}

/// Whether something speaks HTTP at a port.
fn answers(port: u16) -> bool {
    let address = SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, port));
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else {
        return false;
    };
    let mut start = [0; 5];
    let asked = stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .and_then(|()| stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
        .and_then(|()| stream.read_exact(&mut start));
    asked.is_ok() && start == *b"HTTP/"
}
