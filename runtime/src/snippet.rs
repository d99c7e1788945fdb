//! The part of a text around a fault, for people.

use std::ops::Range;

/// Characters shown before a fault, and in all.
const BEFORE: usize = 40;
const WIDTH: usize = 96;

/// The line around a stretch of a text, or the part of it that fits; the characters before the stretch, and those of
/// the stretch. Control characters are blanks.
pub(crate) fn snippet(text: &[u8], place: Range<usize>) -> (String, usize, usize) {
    let from = place.start.min(text.len());
    let to = place.end.clamp(from, text.len());
    let line_start = text.get(..from).and_then(|head| head.iter().rposition(|&byte| byte == b'\n'));
    let line_start = line_start.map_or(0, |at| at + 1);
    let line_end = text.get(from..).and_then(|rest| rest.iter().position(|&byte| byte == b'\n'));
    let line_end = line_end.map_or(text.len(), |len| from + len);
    let clean = |range: Range<usize>| -> Vec<char> {
        let text = String::from_utf8_lossy(text.get(range).unwrap_or_default()).into_owned();
        text.trim_end_matches('\r').chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    let (head, marked) = (clean(line_start..from), clean(from..to.min(line_end)));
    let tail = clean(to.min(line_end)..line_end);
    let cut = head.len().saturating_sub(BEFORE);
    let mut out: String = if cut > 0 { "…".into() } else { String::new() };
    out.extend(head.iter().skip(cut));
    let before = out.chars().count();
    let room = WIDTH.saturating_sub(before);
    let shown = marked.len().min(room);
    out.extend(marked.iter().take(room));
    let left = room - shown;
    out.extend(tail.iter().take(left));
    if marked.len() > room || tail.len() > left {
        out.push('…');
    }
    (out, before, shown.max(1))
}
