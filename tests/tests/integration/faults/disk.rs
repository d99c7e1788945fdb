//! Disks that are full, files that may not grow, and folders that may not be written.

use super::{ENTRY, check, inputs};
use lakebed_tests::books::stored_files;
use lakebed_tests::crash::{World, said};
use lakebed_tests::departures::TABLE;
use lakebed_tests::lake;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A small disk of its own, unmounted when dropped.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Needs root, and a system that lets root mount: nothing where that is not so.
    pub(crate) fn mount(folder: &Path, bytes: u64) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder");
        let size = format!("size={bytes},mode=777");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }

    fn fill(&self, left: usize) {
        let mut bytes = vec![7; 1 << 20];
        let path = self.0.join("ballast");
        while fs::write(&path, &bytes).is_err() {
            bytes.truncate(bytes.len().saturating_sub(4096));
        }
        bytes.truncate(bytes.len().saturating_sub(left));
        fs::write(path, bytes).expect("less than before");
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("ballast")).expect("the ballast");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// The lake must look as if the run had never been, or stand before its resumption: only whole files.
fn nothing_is_half_done(what: &str, lake: &Path) {
    for name in lake::files(&lake.join(TABLE)).into_keys() {
        assert!(name.ends_with(".parquet"), "{what}: {name}");
    }
    // Panics on a file that is not whole.
    lake::footer_rows(lake, TABLE);
}

#[test]
fn a_full_disk_ends_the_run_and_room_ends_it_well() {
    let world = World::local(ENTRY);
    let inputs = inputs(&world);
    let folder = world.folder().join("disk");
    let Some(disk) = SmallDisk::mount(&folder, 1 << 20) else {
        // Who may not mount has the test below, which any user can run.
        return;
    };
    let (from, lake) = (world.at("in"), folder.join("lake"));
    let args = [Path::new("convert"), &from, Path::new("--to"), &lake];
    let mut failures = 0;
    let mut left = 0;
    loop {
        disk.fill(left);
        let output = world.run(&args);
        let code = output.status.code();
        nothing_is_half_done(&format!("{left} bytes left"), &lake);
        disk.make_room();
        if code == Some(0) {
            break;
        }
        let text = said(&output);
        assert_eq!(code, Some(2), "{left} bytes left: {text}");
        for part in ["No space left on device", "cannot write the lake", "what to do"] {
            assert!(text.contains(part), "{left} bytes left: {part:?} is missing in {text}");
        }
        failures += 1;
        // From time to time the run is resumed, else it meets a still fuller disk that was cut short before.
        if failures % 3 == 0 {
            world.done(&args);
            check(&format!("{left} bytes left, then room"), &lake, &inputs);
            fs::remove_dir_all(&lake).expect("the lake");
        }
        left += 4096;
    }
    assert!(failures >= 4, "only {failures} runs met the full disk");
    check("enough room", &lake, &inputs);
}

#[test]
fn files_that_may_not_grow_end_the_run_and_the_next_one_is_right() {
    let world = World::local(ENTRY);
    let inputs = inputs(&world);
    let from = world.at("in");
    let mut failures = 0;
    // In blocks of 512 bytes (POSIX), or of 1024 where the shell says so.
    for blocks in [0, 1, 2, 4, 8, 16, 64] {
        let lake = world.at(&format!("lake-{blocks}"));
        let args = [Path::new("convert"), &from, Path::new("--to"), &lake];
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let plain = world.command(&args);
        let mut command = Command::new("sh");
        command.arg("-c").arg(limited).arg(plain.get_program()).args(plain.get_args());
        for (name, value) in plain.get_envs() {
            value.map(|value| command.env(name, value));
        }
        let output = command.stdin(Stdio::null()).output().expect("a shell");
        let text = said(&output);
        let what = format!("files of {blocks} blocks");
        nothing_is_half_done(&what, &lake);
        if output.status.code() != Some(0) {
            assert_eq!(output.status.code(), Some(2), "{what}: {text}");
            assert!(text.contains("cannot write") && text.contains("File too large"), "{what}: {text}");
            failures += 1;
        }
        world.done(&args);
        check(&what, &lake, &inputs);
    }
    assert!(failures >= 4, "only {failures} runs met the limit");
}

/// The lake's folders one after the other may be read and not written; with the rights given back all is well.
#[cfg(unix)]
#[test]
fn a_folder_that_becomes_read_only_loses_nothing() {
    let Some(wrapper) = nobody() else {
        // Root without setpriv, or a build folder that others may not enter: no process here lacks rights.
        return;
    };
    let world = World::local(ENTRY);
    let documents = inputs(&world);
    let (one, from, lake) = (world.at("in/0.json"), world.at("in"), world.at("lake"));
    world.done(&[Path::new("convert"), &one, Path::new("--to"), &lake]);
    let before = stored_files(&lake);
    if !wrapper.is_empty() {
        let given = Command::new("chown").arg("-R").arg("65534:65534").arg(&lake).status();
        assert!(given.is_ok_and(|status| status.success()), "the lake can be given away");
    }
    modes(world.folder(), 0o755);
    let args = [Path::new("convert"), &from, Path::new("--to"), &lake];
    for folder in [format!("_lakebed/{TABLE}"), TABLE.to_owned(), format!("_errors/{TABLE}")] {
        let plain = world.command(&args);
        let mut command = Command::new(wrapper.first().copied().unwrap_or("env"));
        command.args(wrapper.iter().skip(1)).arg(plain.get_program()).args(plain.get_args());
        for (name, value) in plain.get_envs() {
            value.map(|value| command.env(name, value));
        }
        modes(&lake.join(&folder), 0o555);
        let output = command.stdin(Stdio::null()).output().expect("a process");
        modes(&lake.join(&folder), 0o755);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{folder}: {text}");
        assert!(text.contains("no permission to write") && text.contains(&folder), "{folder}: {text}");
        assert!(stored_files(&lake).is_superset(&before), "{folder}: something went away");
        nothing_is_half_done(&folder, &lake);
    }
    world.done(&args);
    check("with the rights given back", &lake, &documents);
}

/// Sets the mode of a folder and of all folders below.
#[cfg(unix)]
fn modes(folder: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            modes(&entry.path(), mode);
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// What starts a process without any rights: root may write everything, whatever the mode says.
#[cfg(unix)]
fn nobody() -> Option<&'static [&'static str]> {
    const NOBODY: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let id = Command::new("id").arg("-u").output().ok()?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Some(&[]);
    }
    let binary = std::env::current_exe().ok()?;
    let may_run = Command::new(NOBODY[0]).args(&NOBODY[1..]).arg(binary).arg("--list").output();
    may_run.ok().filter(|output| output.status.success()).map(|_| NOBODY)
}
