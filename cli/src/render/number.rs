//! Numbers as people read them.

/// `1,234,567`
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 input`, `2 inputs`
pub(crate) fn counted(number: u64, word: &str) -> String {
    format!("{} {word}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// `512 B`, `12.3 KiB`, `1.24 GiB`
pub(crate) fn bytes(number: u64) -> String {
    if number < 1024 {
        return format!("{number} B");
    }
    let mut size = number as f64 / 1024.0;
    let mut units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    // 1,023.6 would be printed as 1024.
    while size >= 1023.5 {
        let Some(next) = units.next() else { break };
        (size, unit) = (size / 1024.0, next);
    }
    format!("{} {unit}", figure(size))
}

/// Three figures, as far as that makes sense: `1.24`, `12.4`, `124`, `1,240`.
pub(crate) fn figure(number: f64) -> String {
    if number < 9.995 {
        format!("{number:.2}")
    } else if number < 99.95 {
        format!("{number:.1}")
    } else {
        thousands(number.round() as u64)
    }
}

/// `840 ms`, `12.3 s`, `3 min 05 s`, `1 h 02 min`
pub(crate) fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0 => format!("{milliseconds} ms"),
        1..60 => format!("{}.{} s", seconds, milliseconds % 1000 / 100),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", thousands(seconds / 3600), seconds % 3600 / 60),
    }
}

/// How a size relates to `base`, before "than": `5.60 times smaller`, `1.20 times larger`, `no smaller`.
pub(crate) fn compared(size: u64, base: u64) -> String {
    let ratio = |large: u64, small: u64| figure(large as f64 / small.max(1) as f64);
    let (smaller, larger) = (ratio(base, size), ratio(size, base));
    if smaller == "1.00" || larger == "1.00" {
        "no smaller".to_owned()
    } else if size < base {
        format!("{smaller} times smaller")
    } else {
        format!("{larger} times larger")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(thousands(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn bytes_have_three_figures() {
        for (number, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.00 KiB"),
            (10_235, "10.0 KiB"),
            (12_600, "12.3 KiB"),
            (1_047_961, "1,023 KiB"),
            (1_048_570, "1.00 MiB"),
            (5 << 30, "5.00 GiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(bytes(number), text, "{number}");
        }
    }

    #[test]
    fn durations_fit_their_size() {
        for (number, text) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (12_390, "12.3 s"),
            (185_000, "3 min 05 s"),
            (3_725_000, "1 h 02 min"),
        ] {
            assert_eq!(duration(number), text);
        }
    }

    #[test]
    fn sizes_are_compared_without_boasting() {
        assert_eq!(compared(20, 112), "5.60 times smaller");
        assert_eq!(compared(112, 20), "5.60 times larger");
        assert_eq!(compared(1000, 1001), "no smaller");
        assert_eq!(compared(0, 0), "0.00 times larger");
    }
}
