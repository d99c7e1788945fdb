//! Who writes: enough of a process to name it to people, and to know from this machine whether it has ended.

use crate::store::without_user_info;
use serde::{Deserialize, Serialize};
use std::fs;

/// Characters of a command line that are kept.
const MOST: usize = 500;

/// A process that holds a table, or has written to it. What nobody knows is empty, or 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holder {
    /// Name of the user.
    pub user: String,
    /// Name of the machine.
    pub host: String,
    /// Number of the process.
    pub pid: u32,
    /// Command line.
    pub command: String,
    /// Version of lakebed.
    pub version: String,
    /// Start of the process in ticks since the machine's, as the system counts them.
    pub started: u64,
    /// What names the machine's start.
    pub boot: String,
    /// What names the process's space of numbers: a container has one of its own.
    pub pid_namespace: String,
}

impl Holder {
    /// This process, run by that user as that command.
    pub(crate) fn this_process(user: &str, command: &str) -> Self {
        let pid = std::process::id();
        Self {
            user: user.to_owned(),
            host: line("/proc/sys/kernel/hostname"),
            pid,
            command: told(command),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: Process::find(pid).map_or(0, |process| process.started),
            boot: line("/proc/sys/kernel/random/boot_id"),
            pid_namespace: pid_namespace(),
        }
    }

    /// Whether the process has ended for certain. Only a process of this very machine, since its last start and in the
    /// same space of numbers, can be known; of all others the answer is no.
    pub(crate) fn has_ended(&self) -> bool {
        let here = !self.boot.is_empty()
            && self.boot == line("/proc/sys/kernel/random/boot_id")
            && self.host == line("/proc/sys/kernel/hostname")
            && !self.pid_namespace.is_empty()
            && self.pid_namespace == pid_namespace()
            // A system that shows no processes shows not even this one.
            && Process::find(std::process::id()).is_some();
        here && Process::find(self.pid).is_none_or(|now| now.is_over || now.started != self.started)
    }
}

impl std::fmt::Display for Holder {
    /// As people name it: `ann@etl-1, process 4711 (lakebed convert …)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = |text: &str, unknown: &str| {
            if text.is_empty() { unknown.to_owned() } else { text.to_owned() }
        };
        write!(f, "{}@{}", name(&self.user, "somebody"), name(&self.host, "some machine"))?;
        if self.pid != 0 {
            write!(f, ", process {}", self.pid)?;
        }
        if !self.command.is_empty() {
            let short: String = self.command.chars().take(120).collect();
            let more = if short.len() < self.command.len() { "…" } else { "" };
            write!(f, " (`{short}{more}`)")?;
        }
        Ok(())
    }
}

/// What the system tells of a process.
struct Process {
    /// Start in ticks since the machine's.
    started: u64,
    /// Whether it has ended and only waits to be collected.
    is_over: bool,
}

impl Process {
    fn find(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in parentheses and may hold some itself; state is field 3, start field 22.
        let mut fields = stat.rsplit_once(") ")?.1.split_whitespace();
        let is_over = matches!(fields.next()?, "Z" | "X" | "x");
        Some(Self { started: fields.nth(18)?.parse().ok()?, is_over })
    }
}

/// A command line as it is kept where others read it: without passwords in addresses, and not of any length.
fn told(command: &str) -> String {
    let whole = without_user_info(command);
    match whole.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", whole.get(..end).unwrap_or_default()),
        None => whole,
    }
}

fn line(path: &str) -> String {
    fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn pid_namespace() -> String {
    fs::read_link("/proc/self/ns/pid").map(|link| link.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_process_that_has_ended_is_known_and_others_are_not_guessed_at() {
        let this = Holder::this_process("ann", "lakebed convert");
        assert!(!this.has_ended());
        // The number is taken again, by a process that began at another time.
        assert!(Holder { started: this.started + 1, ..this.clone() }.has_ended());
        let elsewhere = Holder { host: "elsewhere".to_owned(), pid: 1 << 30, ..this.clone() };
        assert!(!elsewhere.has_ended());
        assert!(!Holder { boot: "another".to_owned(), pid: 1 << 30, ..this.clone() }.has_ended());
        assert!(!Holder { pid_namespace: "another".to_owned(), pid: 1 << 30, ..this.clone() }.has_ended());

        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let started = Process::find(child.id()).unwrap().started;
        let other = Holder { pid: child.id(), started, ..this };
        assert!(!other.has_ended());
        child.kill().unwrap();
        while !Process::find(child.id()).unwrap().is_over {
            std::thread::yield_now();
        }
        assert!(other.has_ended(), "killed and not yet collected");
        child.wait().unwrap();
        assert!(other.has_ended());
    }

    #[test]
    fn what_is_kept_of_a_command_line() {
        let kept = |command: &str| Holder::this_process("ann", command).command;
        assert_eq!(
            kept("lakebed convert in --to s3://b/x --endpoint-url http://me:word@host:1/"),
            "lakebed convert in --to s3://b/x --endpoint-url http://host:1/"
        );
        let long = format!("lakebed convert {}", "ü".repeat(2_000));
        assert_eq!(kept(&long).chars().count(), MOST + 1);
        assert!(long.starts_with(kept(&long).trim_end_matches('…')));
    }

    #[test]
    fn its_name() {
        let holder = Holder { user: "ann".into(), host: "etl-1".into(), pid: 7, ..Holder::default() };
        assert_eq!(holder.to_string(), "ann@etl-1, process 7");
        let command = "lakebed convert in --to lake".to_owned();
        assert_eq!(
            Holder { command, ..Holder::default() }.to_string(),
            "somebody@some machine (`lakebed convert in --to lake`)"
        );
    }
}
