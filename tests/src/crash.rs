//! Processes that are killed, and the places whose lakes they were writing.

use crate::bucket::Bucket;
use crate::cases::documents::Random;
use crate::command::process;
use crate::server::{Emulator, Server};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest wait for something another process does.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Where inputs and lakes are.
#[derive(Debug)]
pub enum Place {
    /// A folder.
    Local,
    /// A bucket of an emulator.
    S3 {
        /// Who plays S3.
        server: Box<Server>,
        /// The bucket.
        bucket: Bucket,
    },
}

/// Inputs, lakes, and how to run the command line over them.
#[derive(Debug)]
pub struct World {
    /// Where they are.
    pub place: Place,
    folder: TempDir,
    /// The test that becomes the command line.
    entry: &'static str,
}

#[allow(clippy::missing_panics_doc, reason = "a test without its files or servers cannot go on")]
impl World {
    /// In a folder; `entry` is the test that becomes the command line.
    pub fn local(entry: &'static str) -> Self {
        Self { place: Place::Local, folder: folder(), entry }
    }

    /// In a bucket of ministack, whose conditional puts are S3's. Rigs are installed below `rigs`.
    pub fn s3(entry: &'static str, rigs: &str) -> Self {
        let server =
            Box::new(Server::start(Emulator::Ministack, rigs).unwrap_or_else(|error| panic!("{error}")));
        let bucket = Bucket::create(&server, "crash").unwrap_or_else(|error| panic!("{error}"));
        Self { place: Place::S3 { server, bucket }, folder: folder(), entry }
    }

    /// A folder of this machine that goes with the world.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder for temporary files of its processes.
    pub fn scratch(&self) -> PathBuf {
        self.folder.path().join("scratch")
    }

    /// The server, when there is one.
    pub fn server(&self) -> &Server {
        match &self.place {
            Place::Local => panic!("a folder has no server"),
            Place::S3 { server, .. } => server,
        }
    }

    /// The bucket, when there is one.
    pub fn bucket(&self) -> &Bucket {
        match &self.place {
            Place::Local => panic!("a folder is no bucket"),
            Place::S3 { bucket, .. } => bucket,
        }
    }

    /// As the command line names what is called `name`.
    pub fn at(&self, name: &str) -> PathBuf {
        match &self.place {
            Place::Local => self.folder.path().join(name),
            Place::S3 { bucket, .. } => format!("s3://{}/{name}", bucket.name()).into(),
        }
    }

    /// Writes a file or object.
    pub fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        match &self.place {
            Place::Local => {
                let path = self.folder.path().join(name);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::write(path, bytes).expect("a file that can be written");
            }
            Place::S3 { bucket, .. } => bucket.put(name, bytes).unwrap_or_else(|error| panic!("{error}")),
        }
        self.at(name)
    }

    /// A process of its own that runs the command line.
    pub fn command(&self, args: &[&Path]) -> Command {
        let mut command = process(&[], self.entry, args);
        if let Place::S3 { server, .. } = &self.place {
            server.set(&mut command);
        }
        command.env("TMPDIR", self.scratch());
        command
    }

    /// The same, with its requests to S3 going to another address.
    pub fn command_through(&self, url: &str, args: &[&Path]) -> Command {
        let mut command = self.command(args);
        command.env("AWS_ENDPOINT_URL", url);
        command
    }

    /// Runs the command line to its end.
    pub fn run(&self, args: &[&Path]) -> Output {
        self.command(args).output().expect("a process")
    }

    /// Runs the command line to its end, which must be good; gives what it said.
    pub fn done(&self, args: &[&Path]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}\n{}", said(&output));
        said(&output)
    }

    /// A folder that holds what is called `name`: itself, or a copy.
    pub fn mirror(&self, name: &str) -> PathBuf {
        match &self.place {
            Place::Local => self.folder.path().join(name),
            Place::S3 { bucket, .. } => {
                let folder = self.folder.path().join("mirror").join(name);
                bucket.mirror(&format!("{name}/"), &folder).unwrap_or_else(|error| panic!("{error}"));
                folder
            }
        }
    }

    /// Names below a folder or prefix.
    pub fn names(&self, name: &str) -> Vec<String> {
        match &self.place {
            Place::Local => fs::read_dir(self.folder.path().join(name))
                .map(|entries| {
                    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned())
                })
                .map(Iterator::collect)
                .unwrap_or_default(),
            Place::S3 { bucket, .. } => bucket.list(&format!("{name}/")).unwrap_or_default(),
        }
    }

    /// Starts the command line and kills it at an instant that `aim` and `random` choose; true when it was still alive.
    pub fn kill(&self, args: &[&Path], aim: &Aim<'_>, random: &mut Random) -> bool {
        let mut command = self.command(args);
        // What it says is of no interest, and a full pipe would stop it.
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
        aim.wait(self, &mut child, random);
        child.kill().expect("a process that can be killed");
        child.wait().expect("an end").code().is_none()
    }
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("scratch")).expect("a folder in it");
    folder
}

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
pub enum Aim<'a> {
    /// At any instant between two times after the start.
    Between(Duration, Duration),
    /// At any instant up to so long after something new appears in this folder.
    After(&'a str, Duration),
}

impl Aim<'_> {
    fn wait(&self, world: &World, child: &mut Child, random: &mut Random) {
        let mut below = |time: Duration| {
            let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
            Duration::from_micros(random.below(micros.max(1)))
        };
        match *self {
            Self::Between(from, to) => sleep(from + below(to.saturating_sub(from))),
            Self::After(folder, long) => {
                let before = world.names(folder);
                let since = Instant::now();
                while since.elapsed() < PATIENCE && child.try_wait().is_ok_and(|ended| ended.is_none()) {
                    if world.names(folder).iter().any(|name| !before.contains(name)) {
                        sleep(below(long));
                        return;
                    }
                    // A server that is asked too often has no time for the run.
                    sleep(match world.place {
                        Place::Local => Duration::from_micros(200),
                        Place::S3 { .. } => Duration::from_millis(5),
                    });
                }
            }
        }
    }
}

/// Everything a process said.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Sends a signal such as `STOP` to a process.
///
/// # Panics
/// When there is no such process.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status();
    assert!(sent.is_ok_and(|status| status.success()), "SIG{name} could not be sent");
}
