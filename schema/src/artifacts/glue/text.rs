//! Comments and descriptions as the catalog takes them.

/// What stands at the end of a text that was cut.
const CUT: &str = "…";

/// A text on one line of at most `max` UTF-16 units, cut at a word and then ending in `…`; none when nothing is left.
/// A text that fits stays as it is.
///
/// ```
/// use lakebed_schema::artifacts::glue::one_line;
///
/// assert_eq!(one_line(" Speed\n  of cars ", 255).as_deref(), Some("Speed of cars"));
/// assert_eq!(one_line("Speed of cars", 10).as_deref(), Some("Speed of…"));
/// assert_eq!(one_line("\n", 255), None);
/// ```
pub fn one_line(text: &str, max: usize) -> Option<String> {
    if text.encode_utf16().count() <= max && text.chars().all(is_text) {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let plain: String = text.chars().map(|c| if is_text(c) { c } else { ' ' }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| cut(&line, max))
}

/// A text that keeps its lines, of at most `max` UTF-16 units, cut at a word and then ending in `…`; none when
/// nothing is left. A text that fits stays as it is.
pub fn description(text: &str, max: usize) -> Option<String> {
    let keep = |c: char| is_text(c) || matches!(c, '\n' | '\t');
    if text.encode_utf16().count() <= max && text.chars().all(keep) {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let plain: String = text.replace("\r\n", "\n").chars().map(|c| if keep(c) { c } else { ' ' }).collect();
    let plain = plain.trim();
    (!plain.is_empty()).then(|| cut(plain, max))
}

/// Whether the catalog takes the character in a single line.
fn is_text(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}')
}

fn cut(text: &str, max: usize) -> String {
    let units = |text: &str| text.encode_utf16().count();
    if units(text) <= max {
        return text.to_owned();
    }
    let room = max.saturating_sub(units(CUT));
    let (mut end, mut used) = (0, 0);
    for (at, c) in text.char_indices() {
        used += c.len_utf16();
        if used > room {
            break;
        }
        end = at + c.len_utf8();
    }
    // A word that would be halved goes, unless it is the only one.
    let (kept, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let whole = rest.starts_with(char::is_whitespace);
    let words = kept.rsplit_once(char::is_whitespace).filter(|_| !whole);
    let kept = words.map_or(kept, |(words, _)| words);
    format!("{}{CUT}", kept.trim_end())
}
