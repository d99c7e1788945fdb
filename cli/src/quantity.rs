//! Times and sizes as typed.

/// Seconds of `1d`, `12h`, `30m`, `90s` or `0`.
pub(crate) fn seconds(text: &str) -> Result<i64, String> {
    let wrong = || "write a time such as 1d, 12h, 30m or 90s".to_owned();
    if text == "0" {
        return Ok(0);
    }
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let found = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let (number, unit) = found.ok_or_else(wrong)?;
    let number: u32 = number.trim_end().parse().map_err(|_| wrong())?;
    Ok(i64::from(number) * unit)
}

/// Bytes of `256MiB`, `1GiB`, `128MB`, `64KiB` or a plain number.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || "write a size such as 256MiB, 1GiB or a number of bytes".to_owned();
    let units = [
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("KB", 1_000),
        ("B", 1),
        ("", 1),
    ];
    let lower = text.trim().to_ascii_lowercase();
    let found = units.iter().find_map(|(unit, bytes)| {
        Some((lower.strip_suffix(unit.to_ascii_lowercase().as_str())?.trim_end().to_owned(), *bytes))
    });
    let (number, unit) = found.ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        let times = ["1d", "12h", "30m", "90s", "0"].map(seconds);
        assert_eq!(times, [Ok(86_400), Ok(43_200), Ok(1_800), Ok(90), Ok(0)]);
        let sizes = ["256MiB", "1 GiB", "128mb", "64KiB", "7", "7B"].map(bytes);
        assert_eq!(sizes, [Ok(256 << 20), Ok(1 << 30), Ok(128_000_000), Ok(64 << 10), Ok(7), Ok(7)]);
        for wrong in ["", "1", "d", "-1d", "1.5h", "1w", "é"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "0", "MiB", "-1", "1.5GiB", "99999999999GiB", "é"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
