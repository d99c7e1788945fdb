//! The versions of a table that a catalog keeps, for people.

use super::{BOLD, DIM, counted, differences, paint, plain};
use crate::catalog::{StoredTable, TableName};
use crate::plan::Change;
use std::fmt::Write as _;

/// Changes of one version that are shown; `--json` has them all.
const SHOWN: usize = 10;

/// Newest first, each with what it changed; none where the version before is not kept.
pub(crate) fn versions(
    name: &TableName,
    catalog: &str,
    listed: &[(&StoredTable, Option<Vec<Change>>)],
    program: &str,
) -> String {
    let count = counted(listed.len() as u64, "version");
    let mut text = format!("{}: {count} in {}\n", paint(BOLD, &plain(&name.to_string())), plain(catalog));
    for (at, (stored, changes)) in listed.iter().enumerate() {
        let version = paint(BOLD, &format!("version {}", plain(&stored.version)));
        let time = stored.updated.as_deref().map(|time| format!("  {}", plain(time))).unwrap_or_default();
        let now = if at == 0 { "  (present)" } else { "" };
        let _ = writeln!(text, "{version}{time}{now}");
        match changes {
            None => {
                let _ = writeln!(text, "    {}", paint(DIM, "the oldest that is kept"));
            }
            Some(changes) if changes.is_empty() => {
                let _ = writeln!(text, "    {}", paint(DIM, "nothing that readers or writers see"));
            }
            Some(changes) => {
                text.push_str(&differences(changes.get(..SHOWN).unwrap_or(changes)));
                if changes.len() > SHOWN {
                    let more = counted((changes.len() - SHOWN) as u64, "more change");
                    let _ = writeln!(text, "    and {more}; --json lists them all");
                }
            }
        }
    }
    if listed.len() > 1 {
        let again = format!("`{program} rollback {name} --to VERSION` shows the way back to one, and asks");
        let _ = writeln!(text, "{} {}", paint(BOLD, "what to do:"), plain(&again));
    }
    text
}
