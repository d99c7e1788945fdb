//! Inputs of a conversion: as typed, as a list, and what comes from standard input.

use crate::error::CliError;
use crate::io::Io;
use crate::location::{self, Place};
use lakebed::Location;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The inputs as typed.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct InputArgs {
    /// Files, folders, S3 objects and prefixes, and patterns for them; `-` reads records from standard input
    ///
    /// A folder, or a prefix such as s3://bucket/in/, means everything below it whose name does not start with `.` or
    /// `_`, but for Parquet and ORC. What does not exist and holds one of `*?[{` is a pattern: `*` and `?` stay within
    /// one name, `**` stands for any number of folders, as in 'events/**/*.gz' or 's3://bucket/in/2026/11/*/x-{1,2}'.
    /// A name that starts with `.` or `_` fits only where the pattern writes that character, as in 'in/_old*'; the folder
    /// `_lakebed` of a lake only where it is written out.
    /// JSON one a line, glued, pretty or as an array, or XML; plain or compressed: the content tells.
    #[arg(required_unless_present = "files_from", value_name = "INPUT")]
    inputs: Vec<OsString>,

    /// Read more inputs from this file, one a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<OsString>,

    /// Inputs in --files-from end in a NUL byte, as `find -print0` writes them
    #[arg(long, requires = "files_from")]
    null: bool,
}

/// The inputs as the library takes them.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) locations: Vec<Location>,
    /// Files among them that hold what came through a stream.
    pub(crate) streams: Vec<PathBuf>,
    spool: Option<Spool>,
}

impl InputArgs {
    /// Reads the list and standard input, as far as they are asked for.
    pub(crate) fn resolve(&self, io: &mut Io<'_>) -> Result<Inputs, CliError> {
        let mut typed = self.inputs.clone();
        let mut listed_by_stdin = false;
        if let Some(list) = &self.files_from {
            listed_by_stdin = list == "-";
            let bytes = if listed_by_stdin {
                let mut bytes = Vec::new();
                stdin(io)?.read_to_end(&mut bytes).map_err(|error| breaks_off(&error))?;
                bytes
            } else {
                let path = location::path(list, Place::Input)?;
                fs::read(&path).map_err(|error| {
                    CliError::failed("cannot read the list of inputs", path.display().to_string())
                        .cause(&error)
                        .hint("give --files-from a file with one input a line, or `-` for standard input")
                })?
            };
            typed.extend(entries(&bytes, self.null)?);
            if typed.is_empty() {
                return Err(CliError::usage(format!(
                    "--files-from {} lists no inputs",
                    list.to_string_lossy()
                ))
                .hint("write one file, folder, address or pattern a line"));
            }
        }
        let mut inputs = Inputs::default();
        for typed in &typed {
            if typed != "-" {
                inputs.locations.push(location::location(typed, Place::Input)?);
                continue;
            }
            if listed_by_stdin {
                return Err(CliError::usage(
                    "standard input is the list of inputs (--files-from -), so it cannot hold records too (`-`)",
                )
                .hint("write the list to a file and name that; `./-` means a file called `-`"));
            }
            if inputs.spool.is_none() {
                let spool = Spool::of(stdin(io)?)?;
                inputs.locations.push(Location::Local(spool.path.clone()));
                inputs.streams.push(spool.path.clone());
                inputs.spool = Some(spool);
            }
        }
        Ok(inputs)
    }
}

fn stdin<'a>(io: &'a mut Io<'_>) -> Result<&'a mut dyn Read, CliError> {
    io.input().ok_or_else(|| {
        CliError::usage("there is no standard input here")
            .hint("write the events to a file and name that; `./-` means a file called `-`")
    })
}

fn breaks_off(error: &io::Error) -> CliError {
    CliError::failed("cannot read the inputs", "standard input breaks off").cause(error)
}

/// The entries of a list; empty ones are passed over.
fn entries(bytes: &[u8], null: bool) -> Result<Vec<OsString>, CliError> {
    let bytes = if null { bytes } else { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) };
    let end = if null { 0 } else { b'\n' };
    let mut entries = Vec::new();
    for (index, entry) in bytes.split(|&byte| byte == end).enumerate() {
        let entry = if null { entry } else { entry.strip_suffix(b"\r").unwrap_or(entry) };
        if entry.is_empty() || (!null && entry.trim_ascii().is_empty()) {
            continue;
        }
        if entry.contains(&0) {
            return Err(CliError::usage(format!("line {} of the list holds a NUL byte", index + 1))
                .hint("add --null when the entries of the list end in NUL bytes"));
        }
        entries.push(os_string(entry, index)?);
    }
    Ok(entries)
}

#[cfg(unix)]
fn os_string(entry: &[u8], _index: usize) -> Result<OsString, CliError> {
    let entry: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(entry);
    Ok(entry.to_owned())
}

#[cfg(not(unix))]
fn os_string(entry: &[u8], index: usize) -> Result<OsString, CliError> {
    let text = std::str::from_utf8(entry).map_err(|error| {
        CliError::usage(format!("entry {} of the list is no UTF-8", index + 1)).cause(&error)
    })?;
    Ok(OsStr::new(text).to_owned())
}

/// A file of this machine that holds what came from standard input, for as long as the run needs it: inputs are read
/// more than once.
#[derive(Debug)]
struct Spool {
    path: PathBuf,
}

impl Spool {
    fn of(input: &mut dyn Read) -> Result<Self, CliError> {
        let failed = |path: &Path, error: &io::Error| {
            CliError::failed("cannot keep what comes from standard input", path.display().to_string())
                .cause(error)
                .hint("make room there, or name a folder with room in the variable TMPDIR")
        };
        let folder = std::env::temp_dir();
        let (path, mut file) = create(&folder).map_err(|error| failed(&folder, &error))?;
        // From here on the file goes away with this value.
        let spool = Self { path };
        let mut block = vec![0; 1 << 16];
        loop {
            let got = match input.read(&mut block) {
                Ok(0) => break,
                Ok(got) => got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(breaks_off(&error)),
            };
            let read = block.get(..got).unwrap_or_default();
            io::Write::write_all(&mut file, read).map_err(|error| failed(&spool.path, &error))?;
        }
        Ok(spool)
    }
}

/// A new file that nobody else may read.
fn create(folder: &Path) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut number = 0_u32;
    loop {
        let path = folder.join(format!("lakebed-stdin-{}-{number}.tmp", std::process::id()));
        match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 10_000 => number += 1,
            other => return other.map(|file| (path, file)),
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(inputs: &[&str], list: Option<&str>, null: bool, stdin: &[u8]) -> Result<Inputs, String> {
        let args = InputArgs {
            inputs: inputs.iter().map(OsString::from).collect(),
            files_from: list.map(OsString::from),
            null,
        };
        let (mut out, mut err, mut stdin) = (Vec::new(), Vec::new(), stdin);
        let mut io = Io::new(&mut out, &mut err).with_input(&mut stdin);
        args.resolve(&mut io).map_err(|error| error.render())
    }

    fn shown(inputs: &Inputs) -> Vec<String> {
        inputs.locations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_list_holds_what_could_be_typed() {
        let list = "\u{feff}a b.json\r\n\n  \nfile:///c%20d\ns3://bucket/k#1?\n#no comment\n";
        let inputs = resolve(&["x"], Some("-"), false, list.as_bytes()).unwrap();
        assert_eq!(shown(&inputs), ["x", "a b.json", "/c d", "s3://bucket/k#1?", "#no comment"]);
        let inputs = resolve(&[], Some("-"), true, b"a\nb\0 \0\0c").unwrap();
        assert_eq!(shown(&inputs), ["a\nb", " ", "c"]);
    }

    #[test]
    fn lists_that_hold_nothing_usable_say_why() {
        for (stdin, reason) in [
            (&b""[..], "lists no inputs"),
            (b"\n \r\n", "lists no inputs"),
            (b"a\0b\n", "--null"),
            (b"a\n-\n", "list of inputs"),
            (b"https://host/x\n", "no such kind of place"),
        ] {
            let error = resolve(&[], Some("-"), false, stdin).map(|_| ()).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
        let error = resolve(&["-"], Some("-"), false, b"a\n").map(|_| ()).unwrap_err();
        assert!(error.contains("cannot hold records too"), "{error}");
        let error = resolve(&[], Some("no-such-list"), false, b"").map(|_| ()).unwrap_err();
        assert!(error.contains("no-such-list") && error.contains("--files-from"), "{error}");
    }

    #[test]
    fn standard_input_is_kept_in_a_file_that_goes_away() {
        let inputs = resolve(&["-", "a", "-"], None, false, b"{}\n").unwrap();
        let path = inputs.streams[0].clone();
        assert_eq!((inputs.locations.len(), fs::read(&path).unwrap()), (2, b"{}\n".to_vec()));
        drop(inputs);
        assert!(!path.exists());
    }
}
