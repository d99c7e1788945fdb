//! Times and sizes as typed, in the same words wherever they are.

use std::time::Duration;

/// The time span of `0`, `90s`, `15m`, `1h`, `7d` or `2w`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    lakebed::parse_duration(text).map_err(|error| error.to_string())
}

/// The same in seconds.
pub(crate) fn seconds(text: &str) -> Result<i64, String> {
    i64::try_from(duration(text)?.as_secs()).map_err(|error| error.to_string())
}

/// Bytes of `64MiB`, `1GiB`, `128MB`, `64KiB` or a plain number.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 8] = [
        ("gib", 1 << 30),
        ("mib", 1 << 20),
        ("kib", 1 << 10),
        ("gb", 1_000_000_000),
        ("mb", 1_000_000),
        ("kb", 1_000),
        ("b", 1),
        ("", 1),
    ];
    let wrong = || format!("`{text}` is no size: write it like 64MiB, 1GiB or as a number of bytes");
    let lower = text.trim().to_ascii_lowercase();
    let found = UNITS.iter().find_map(|(unit, bytes)| Some((lower.strip_suffix(unit)?, *bytes)));
    let (number, unit) = found.ok_or_else(wrong)?;
    let number = number.trim_end();
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(wrong)
}

/// The same for what is held in memory.
pub(crate) fn memory(text: &str) -> Result<usize, String> {
    usize::try_from(bytes(text)?).map_err(|_| format!("`{text}` is more than this machine can address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_units_of_windows() {
        let times = ["1d", "12h", "30m", "90s", "0", "1w"].map(seconds);
        assert_eq!(times, [Ok(86_400), Ok(43_200), Ok(1_800), Ok(90), Ok(0), Ok(604_800)]);
        for wrong in ["", "1", "d", "-1d", "1.5h", "250ms", "é"] {
            assert!(seconds(wrong).is_err_and(|error| error.contains("90s, 15m, 1h or 7d")), "{wrong}");
        }
    }

    #[test]
    fn sizes_have_units() {
        for (text, size) in [
            ("256MiB", 256 << 20),
            ("2 GiB", 2 << 30),
            ("300MB", 300_000_000),
            ("128mb", 128_000_000),
            ("64KiB", 64 << 10),
            ("67108864", 64 << 20),
            ("7B", 7),
        ] {
            assert_eq!(bytes(text), Ok(size), "{text}");
            assert_eq!(memory(text).map(|size| size as u64), Ok(size), "{text}");
        }
        for wrong in ["", "0", "MiB", "-1", "+1", "1.5GiB", "1TiB", "64k", "99999999999GiB", "é"] {
            assert!(bytes(wrong).is_err_and(|error| error.contains("64MiB, 1GiB")), "{wrong}");
        }
    }
}
