//! Offsets from UTC as the letters `X x Z O` print them.

/// How an offset is printed. Hours always have two digits here, minutes and seconds too.
struct Style {
    /// Text for UTC.
    none: &'static str,
    colon: bool,
    /// Minutes also when they are zero.
    minutes: bool,
    /// Seconds when they are not zero; else they are left out always.
    seconds: bool,
}

/// `X`, `x` and `Z`; four `Z` are [`localized`].
pub(super) fn numeric(letter: char, count: usize, seconds: i32) -> String {
    let style = match (letter, count) {
        ('Z', 1..=3) => Style { none: "+0000", colon: false, minutes: true, seconds: false },
        ('Z', _) => Style { none: "Z", colon: true, minutes: true, seconds: true },
        _ => Style {
            none: match (letter, count) {
                ('X', _) => "Z",
                (_, 1) => "+00",
                (_, 2 | 4) => "+0000",
                _ => "+00:00",
            },
            colon: matches!(count, 3 | 5),
            minutes: count > 1,
            seconds: count > 3,
        },
    };
    let (hours, minutes, rest) = parts(seconds);
    let shown_seconds = if style.seconds { rest } else { 0 };
    if hours + minutes + shown_seconds == 0 {
        return style.none.to_owned();
    }
    let colon = if style.colon { ":" } else { "" };
    let mut text = format!("{}{hours:02}", sign(seconds));
    if style.minutes || minutes > 0 {
        text.push_str(&format!("{colon}{minutes:02}"));
        if shown_seconds > 0 {
            text.push_str(&format!("{colon}{rest:02}"));
        }
    }
    text
}

/// `O` and `ZZZZ`: `GMT+1` and `GMT+01:00`.
pub(super) fn localized(full: bool, seconds: i32) -> String {
    if seconds == 0 {
        return "GMT".to_owned();
    }
    let (hours, minutes, rest) = parts(seconds);
    let mut text = format!("GMT{}", sign(seconds));
    text.push_str(&if full { format!("{hours:02}:{minutes:02}") } else { hours.to_string() });
    if !full && (minutes, rest) != (0, 0) {
        text.push_str(&format!(":{minutes:02}"));
    }
    if rest != 0 {
        text.push_str(&format!(":{rest:02}"));
    }
    text
}

fn sign(seconds: i32) -> char {
    if seconds < 0 { '-' } else { '+' }
}

fn parts(seconds: i32) -> (u32, u32, u32) {
    let seconds = seconds.unsigned_abs();
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}
