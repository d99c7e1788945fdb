//! Memory: how much of it this process has used.

/// Most bytes that this process held in memory at any time; nothing where the system does not tell.
pub(crate) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells_the_peak() {
        let before = peak().unwrap();
        assert!(before > 100 << 10);
        assert!(peak().unwrap() >= before);
    }
}
