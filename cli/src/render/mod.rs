//! Reports to text. Pure: values in, text out, styles always in it.

mod applied;
mod bar;
mod chart;
mod cleaning;
mod compacted;
mod delivery;
mod drift;
mod explain;
mod findings;
mod generated;
mod grid;
mod human;
mod imported;
#[cfg(feature = "service")]
mod ingested;
mod inspection;
mod json;
mod number;
mod partitions;
mod plan;
mod prefix;
mod refusals;
mod registry;
mod reject_groups;
mod rejects;
mod runs;
mod savings;
mod scan;
mod synced;
#[cfg(test)]
mod tests;
mod together;
mod versions;

pub(crate) use applied::{applied, step_done, unread};
pub(crate) use cleaning::{cleaned, leftovers};
pub(crate) use compacted::compacted;
pub(crate) use delivery::delivery;
pub(crate) use drift::drift;
pub(crate) use explain::explanation;
pub(crate) use findings::findings;
pub(crate) use generated::{generated, note, notes, warning};
pub(crate) use grid::{Grid, Side};
pub(crate) use human::summary;
pub(crate) use imported::{imported, not_imported};
#[cfg(feature = "service")]
pub(crate) use ingested::{ingested, tick};
pub(crate) use inspection::inspection;
pub(crate) use json::document;
pub(crate) use number::{counted, thousands};
pub(crate) use plan::{changes, differences, plan_sum, table_plans};
pub(crate) use prefix::{caret, prefix_finding, prefix_findings};
pub(crate) use refusals::refusals;
pub(crate) use registry::{pushed, schema_versions};
pub(crate) use reject_groups::reject_groups;
pub(crate) use runs::{run, runs};
pub(crate) use synced::{synced, to_prune};
pub(crate) use together::together;
pub(crate) use versions::versions;

use clap::builder::styling::{AnsiColor, Style};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const PLAIN: Style = Style::new();

pub(crate) fn paint(style: Style, text: &str) -> String {
    if style == PLAIN { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

/// Text from outside, made harmless: control characters and text-direction overrides are written out, so that a
/// record or a file name cannot drive the terminal.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The first `limit` characters of a text.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
