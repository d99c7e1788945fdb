//! Plans, for people: `+ ~ -` for what comes, changes and goes, with code and class, and why where that matters.

use super::{BAD, BOLD, DIM, GOOD, PLAIN, WARN, counted, paint, plain, shortened};
use crate::plan::{Base, Change, Class, Code, TablePlan};
use clap::builder::styling::Style;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Things of others that are listed; `--json` has them all.
const FOREIGN: usize = 8;
const LONGEST_VALUE: usize = 160;
/// Column after which a code is not pushed further to the right.
const WIDEST: usize = 72;

/// Plans of several tables.
pub(crate) fn table_plans(plans: &[TablePlan]) -> String {
    plans.iter().map(table_plan).collect()
}

/// The plan of one table.
fn table_plan(plan: &TablePlan) -> String {
    let name = paint(BOLD, &plain(&plan.name.to_string()));
    if plan.is_empty() {
        return format!("{} {name}  in step\n{}", paint(DIM, "="), foreign(&plan.foreign));
    }
    let mut text = match &plan.base {
        Base::Absent => format!("{} {name}  new table\n", paint(GOOD, "+")),
        Base::Version { version, .. } => {
            format!("{} {name}  version {}\n", paint(WARN, "~"), plain(version))
        }
    };
    text.push_str(&changes(&plan.changes));
    text.push_str(&foreign(&plan.foreign));
    text
}

/// Changes, one or more lines each.
pub(crate) fn changes(changes: &[Change]) -> String {
    let heads: Vec<(String, usize)> = changes.iter().map(head).collect();
    let width =
        heads.iter().map(|(_, width)| *width).filter(|width| *width <= WIDEST).max().unwrap_or_default();
    let mut told: Vec<(Code, &str)> = Vec::new();
    let mut text = String::new();
    for (change, (head, own)) in changes.iter().zip(heads) {
        let gap = " ".repeat(width.saturating_sub(own) + 2);
        let class = paint(class_style(change.class), change.class.name());
        let _ = writeln!(text, "    {head}{gap}{}  {class}", paint(DIM, change.code.number()));
        // Reasons and remedies repeat; each is told at the first change that has it.
        if has_reason(change) && !told.contains(&(change.code, &change.reason)) {
            told.push((change.code, &change.reason));
            lines(&mut text, "why: ", &change.reason, DIM);
        }
        if let Some(remedy) = &change.remedy
            && !told.contains(&(change.code, remedy.as_str()))
        {
            told.push((change.code, remedy));
            lines(&mut text, "what to do: ", remedy, PLAIN);
        }
    }
    text
}

/// Whether the reason tells more than the code.
fn has_reason(change: &Change) -> bool {
    let is_new = matches!(change.code, Code::CreateDatabase | Code::CreateTable);
    let is_plain = is_new && change.class == Class::Safe;
    !(change.reason.is_empty() || is_plain)
}

/// Changes that others made, which nobody can refuse: what is there and what was.
pub(crate) fn differences(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("    {}\n", head(change).0)).collect()
}

fn lines(text: &mut String, label: &str, words: &str, style: Style) {
    for (at, line) in words.lines().enumerate() {
        let label = if at == 0 { label.to_owned() } else { " ".repeat(label.len()) };
        let _ = writeln!(text, "        {}", paint(style, &format!("{label}{}", plain(line))));
    }
}

/// `~ column `speed`  smallint → int`, and how wide that is.
fn head(change: &Change) -> (String, usize) {
    let value = |value: &str| plain(&shortened(value, LONGEST_VALUE));
    let (sign, style, values) = match (&change.before, &change.after) {
        (None, Some(after)) => ("+", GOOD, value(after)),
        (Some(before), None) => ("-", BAD, value(before)),
        (Some(before), Some(after)) => ("~", WARN, format!("{} → {}", value(before), value(after))),
        (None, None) => ("~", WARN, String::new()),
    };
    let place = plain(&change.place);
    let tail = if values.is_empty() { place } else { format!("{place}  {values}") };
    (format!("{} {tail}", paint(style, sign)), 2 + tail.width())
}

fn class_style(class: Class) -> Style {
    match class {
        Class::Safe => DIM,
        Class::NeedsRewrite => WARN,
        Class::Breaking | Class::Impossible => BAD,
    }
}

/// What others put there.
fn foreign(foreign: &[String]) -> String {
    if foreign.is_empty() {
        return String::new();
    }
    let mut shown: Vec<String> =
        foreign.iter().take(FOREIGN).map(|thing| plain(&shortened(thing, LONGEST_VALUE))).collect();
    if foreign.len() > FOREIGN {
        shown.push(format!("and {}", counted((foreign.len() - FOREIGN) as u64, "more thing")));
    }
    format!("    {}\n", paint(DIM, &format!("left alone, not of lakebed: {}", shown.join(", "))))
}

/// How many changes of which kind; `+`, `~` and `-` count what the lines show.
pub(crate) fn plan_sum(plans: &[TablePlan], allow: &BTreeSet<Code>) -> String {
    if plans.is_empty() {
        return format!("{}\n", paint(BAD, "No table could be planned"));
    }
    let (mut tables, mut added, mut changed, mut removed) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut rewrite, mut breaking, mut impossible) = (0_u64, 0_u64, 0_u64);
    let mut asked: BTreeSet<Code> = BTreeSet::new();
    for plan in plans {
        tables += 1;
        for change in &plan.changes {
            match (&change.before, &change.after) {
                (None, Some(_)) => added += 1,
                (Some(_), None) => removed += 1,
                (Some(_), Some(_)) | (None, None) => changed += 1,
            }
            match change.class {
                Class::Safe => {}
                Class::NeedsRewrite => rewrite += 1,
                Class::Breaking => {
                    breaking += 1;
                    if !allow.contains(&change.code) {
                        asked.insert(change.code);
                    }
                }
                Class::Impossible => impossible += 1,
            }
        }
    }
    if added + changed + removed == 0 {
        return format!(
            "{}: the catalog holds what {} {}\n",
            paint(GOOD, "Nothing to do"),
            counted(tables, "table"),
            if tables == 1 { "says" } else { "say" }
        );
    }
    let mut text =
        format!("{}: {added} to add, {changed} to change, {removed} to remove", paint(BOLD, "Plan"));
    if rewrite > 0 {
        let _ = write!(text, "; {}", paint(WARN, &format!("{rewrite} with old files to write again")));
    }
    if breaking > 0 {
        let _ = write!(text, "; {}", paint(BAD, &format!("{breaking} breaking")));
        let flags: Vec<String> = asked.iter().map(|code| format!("--allow {code}")).collect();
        if !flags.is_empty() {
            let _ = write!(text, ": apply needs {}", flags.join(" "));
        }
    }
    if impossible > 0 {
        let _ = write!(text, "; {}: apply refuses them", paint(BAD, &format!("{impossible} impossible")));
    }
    text.push('\n');
    text
}
