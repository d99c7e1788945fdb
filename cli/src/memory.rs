//! Memory: how much a run may use, and how much this process did.

/// Most bytes that this process held in memory at any time; nothing where the system does not tell.
pub(crate) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kilobytes * 1024)
}

/// `512MiB`, `2 GiB`, `300MB` or plain bytes.
pub(crate) fn parse_size(text: &str) -> Result<usize, String> {
    const UNITS: [(&str, usize); 9] = [
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
        ("kb", 1_000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("k", 1 << 10),
        ("m", 1 << 20),
        ("g", 1 << 30),
    ];
    let lower = text.trim().to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(unit, bytes)| Some((lower.strip_suffix(unit)?, *bytes)));
    let (number, bytes) = unit.unwrap_or((&lower, 1));
    let size = number.trim_end().parse::<usize>().ok().and_then(|number| number.checked_mul(bytes));
    size.ok_or_else(|| "write a whole number of bytes with a unit, such as 512MiB or 2GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("512MiB", 512 << 20),
            ("2 GiB", 2 << 30),
            ("1g", 1 << 30),
            ("300MB", 300_000_000),
            ("64k", 64 << 10),
            ("67108864", 64 << 20),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for wrong in ["", "MiB", "-1", "1.5GiB", "1TiB", "99999999999999999999", "18446744073709551615k"] {
            assert!(parse_size(wrong).unwrap_err().contains("such as 512MiB"), "{wrong}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells_the_peak() {
        let before = peak().unwrap();
        assert!(before > 100 << 10);
        assert!(peak().unwrap() >= before);
    }
}
