//! What stands in a lake and belongs to no run, for people.

use super::grid::{Grid, Side};
use super::number::{bytes, counted};
use super::{BOLD, DIM, GOOD, PLAIN, WARN, paint, plain};
use crate::commands::clean::{Cleaning, TableCleaning};
use std::fmt::Write as _;

/// Files of a kind that are shown; `--json` has them all.
const SHOWN: usize = 40;

/// Each table with what is left behind.
pub(crate) fn leftovers(cleaning: &Cleaning) -> String {
    let mut text = String::new();
    for table in &cleaning.tables {
        text.push_str(&one(table, &cleaning.lake));
    }
    text
}

fn one(table: &TableCleaning, lake: &str) -> String {
    let name = paint(BOLD, &plain(&format!("{} in {lake}", table.table)));
    let count = table.leftovers.len();
    let mut text = if count == 0 && !table.unfinished.is_empty() {
        format!("{name}: no file is left behind\n")
    } else if count == 0 {
        format!("{name}: {}\n", paint(GOOD, "nothing is left behind"))
    } else {
        let size = bytes(table.leftovers.iter().map(|leftover| leftover.bytes).sum());
        format!("{name}: {} that no run needs, {size}\n", counted(count as u64, "file"))
    };
    if let Some(writer) = &table.writer {
        let _ = writeln!(
            text,
            "  {} by {}: what it writes is left alone",
            paint(WARN, "being written"),
            plain(writer)
        );
    }
    if !table.unfinished.is_empty() {
        let _ = writeln!(
            text,
            "  {} {}, to be ended or undone: {}",
            paint(WARN, "cut short:"),
            counted(table.unfinished.len() as u64, "run"),
            plain(&table.unfinished.join(", "))
        );
    }
    if count > 0 {
        let mut grid = Grid::new(&[("file", Side::Left), ("bytes", Side::Right), ("", Side::Left)]);
        for leftover in table.leftovers.iter().take(SHOWN) {
            let run = leftover.run.as_ref().map(|run| format!(" ({run})")).unwrap_or_default();
            grid.cells(vec![
                (leftover.path.clone(), PLAIN),
                (bytes(leftover.bytes), PLAIN),
                (format!("{}{run}", leftover.reason), DIM),
            ]);
        }
        text.push_str(&grid.render());
        more(&mut text, count);
    }
    if !table.foreign.is_empty() {
        let files = counted(table.foreign.len() as u64, "file");
        let _ = writeln!(
            text,
            "  {} {files} that lakebed did not write; readers of the table see them, and `clean` leaves them:",
            paint(WARN, "foreign:")
        );
        let mut grid = Grid::new(&[("", Side::Left), ("", Side::Right)]);
        for file in table.foreign.iter().take(SHOWN) {
            grid.cells(vec![(file.path.clone(), PLAIN), (bytes(file.bytes), PLAIN)]);
        }
        text.push_str(&grid.render());
        more(&mut text, table.foreign.len());
    }
    text
}

fn more(text: &mut String, count: usize) {
    if count > SHOWN {
        let rest = counted((count - SHOWN) as u64, "more file");
        let _ = writeln!(text, "  and {rest}; --json lists them all");
    }
}

/// What was removed.
pub(crate) fn cleaned(cleaning: &Cleaning) -> String {
    let all = || cleaning.tables.iter().flat_map(|table| &table.leftovers);
    let files = counted(all().count() as u64, "file");
    let size = bytes(all().map(|leftover| leftover.bytes).sum());
    format!("\n{} {files}, {size}\n", paint(GOOD, "Removed"))
}
