//! How rustfmt lays text out, with its default settings: attributes, doc comments, literals.

/// Longest line.
pub(super) const WIDTH: usize = 100;
/// Longest list of arguments of an attribute on one line.
const ATTRIBUTE: usize = 70;
/// Longest list of derives on one line.
const DERIVES: usize = 85;
/// Longest item of a list that is filled line by line.
const SHORT: usize = 10;

/// Columns that a text takes on a terminal. Of what [`literal`] leaves as it is, these are wide.
pub(super) fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6)
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// A text in quotes. What a reader of the source would not see is escaped.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\'' => out.push(c),
            c if is_hidden(c) => out.extend(c.escape_unicode()),
            c => out.extend(c.escape_debug()),
        }
    }
    out.push('"');
    out
}

/// Characters that are escaped: those that nobody sees, and pictures, which take another room on each terminal.
fn is_hidden(c: char) -> bool {
    is_unseen(c) || matches!(c, '\u{2300}'..='\u{2bff}' | '\u{10000}'..)
}

/// Characters that turn the direction of text or take no room.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
        || !c.is_ascii() && c.is_control()
}

/// One word of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// `bloom`, `name = "a"`
    Plain(String),
    /// `tag("a", "b")`
    List(&'static str, Vec<String>),
}

impl Word {
    /// On one line, when rustfmt would leave it there.
    fn line(&self) -> Option<String> {
        match self {
            Self::Plain(text) => Some(text.clone()),
            Self::List(name, items) => {
                let inner = items.join(", ");
                (width(&inner) <= ATTRIBUTE).then(|| format!("{name}({inner})"))
            }
        }
    }
}

/// Attributes of that name which say all the words, each as full as it may be on one line.
pub(super) fn attributes(name: &str, words: &[Word], indent: usize) -> String {
    let mut out = String::new();
    let mut group: Vec<String> = Vec::new();
    for word in words {
        let Some(line) = word.line() else {
            flush(&mut out, name, &mut group, indent);
            if let Word::List(list, items) = word {
                tall(&mut out, name, list, items, indent);
            }
            continue;
        };
        group.push(line);
        if group.len() > 1 && !fits(name, &group, indent) {
            let last = group.pop();
            flush(&mut out, name, &mut group, indent);
            group.extend(last);
        }
    }
    flush(&mut out, name, &mut group, indent);
    out
}

fn fits(name: &str, group: &[String], indent: usize) -> bool {
    let inner = width(&group.join(", "));
    // `#[name(…)]`
    (group.len() == 1 || inner <= ATTRIBUTE) && indent + name.len() + inner + 5 <= WIDTH
}

fn flush(out: &mut String, name: &str, group: &mut Vec<String>, indent: usize) {
    if group.is_empty() {
        return;
    }
    let pad = " ".repeat(indent);
    let inner = group.join(", ");
    if fits(name, group, indent) {
        out.push_str(&format!("{pad}#[{name}({inner})]\n"));
    } else {
        out.push_str(&format!("{pad}#[{name}(\n{pad}    {inner}\n{pad})]\n"));
    }
    group.clear();
}

/// A list that is too long for one line.
fn tall(out: &mut String, name: &str, list: &str, items: &[String], indent: usize) {
    let pad = " ".repeat(indent);
    out.push_str(&format!("{pad}#[{name}({list}(\n"));
    let lines: Vec<String> = if items.iter().all(|item| item.len() <= SHORT) {
        fill(items, WIDTH - indent - 4)
    } else {
        let last = items.len() - 1;
        items
            .iter()
            .enumerate()
            .map(|(at, item)| if at < last { format!("{item},") } else { item.clone() })
            .collect()
    };
    for line in lines {
        out.push_str(&format!("{pad}    {line}\n"));
    }
    out.push_str(&format!("{pad}))]\n"));
}

/// Items with commas, as many on a line as go.
fn fill(items: &[String], most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for (at, item) in items.iter().enumerate() {
        let item = if at + 1 < items.len() { format!("{item},") } else { item.clone() };
        match lines.last_mut() {
            Some(line) if line.is_empty() => *line = item,
            Some(line) if line.len() + 1 + item.len() <= most => *line = format!("{line} {item}"),
            _ => lines.push(item),
        }
    }
    lines
}

/// `#[derive(…)]`
pub(super) fn derives(names: &[&str]) -> String {
    let inner = names.join(", ");
    if inner.len() <= DERIVES {
        return format!("#[derive({inner})]\n");
    }
    if inner.len() + 5 <= WIDTH {
        return format!("#[derive(\n    {inner},\n)]\n");
    }
    let lines: String = names.iter().map(|name| format!("    {name},\n")).collect();
    format!("#[derive(\n{lines})]\n")
}

/// A doc comment, unless tools would take the text for something else.
pub(super) fn doc(text: &str, indent: usize) -> Option<String> {
    let unsafe_text =
        text.chars().any(|c| c.is_control() || is_unseen(c)) || text.contains("```") || text.contains("~~~");
    if unsafe_text || text.starts_with(['#', '=', '|']) {
        return None;
    }
    Some(comment("///", text, indent))
}

/// A comment of as many lines as it needs; no line begins with what Markdown would take for a list.
pub(super) fn comment(mark: &str, text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let most = WIDTH - indent - mark.len() - 1;
    let mut lines: Vec<String> = Vec::new();
    let item = text.split_whitespace().next().is_some_and(is_marker);
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if item || is_marker(word) || width(line) + 1 + width(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| format!("{pad}{mark} {line}\n")).collect()
}

fn is_marker(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ')']);
    word.starts_with(['-', '*', '+', '>', '#', '=', '|'])
        || number.len() < word.len() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_share_a_line_as_long_as_it_fits() {
        let words = ["a = \"1\"", "b = \"2\""].map(|word| Word::Plain(word.into()));
        assert_eq!(attributes("lake", &words, 0), "#[lake(a = \"1\", b = \"2\")]\n");
        let long = Word::Plain(format!("comment = \"{}\"", "x".repeat(60)));
        assert_eq!(attributes("lake", &[words[0].clone(), long], 0).lines().count(), 2);
        let beyond = Word::Plain(format!("comment = \"{}\"", "x".repeat(90)));
        assert_eq!(attributes("lake", &[beyond], 0).lines().count(), 3);
    }

    #[test]
    fn what_nobody_would_see_is_escaped() {
        assert_eq!(literal("a\"\\\n\u{202e}é'"), r#""a\"\\\n\u{202e}é'""#);
        assert_eq!(doc("a \u{202e}", 0), None);
        assert_eq!(doc("see ``` x", 0), None);
    }

    #[test]
    fn comments_wrap_at_words_and_never_before_a_dash() {
        let text = comment("///", &format!("{} - b", "x".repeat(94)), 0);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.lines().all(|line| !line.starts_with("/// -")), "{text}");
    }
}
