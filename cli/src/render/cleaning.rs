//! What stands in a lake and belongs to no run, for people.

use super::grid::{Grid, Side};
use super::number::{bytes, counted};
use super::{BOLD, DIM, GOOD, PLAIN, WARN, paint, plain};
use crate::commands::clean::{Cleaning, ForeignLine, TableCleaning};
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
    } else if count == 0 && !table.of_unknown_runs.is_empty() {
        format!("{name}: no run of the journal left anything behind\n")
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
    if table.waiting > 0 {
        let _ = writeln!(
            text,
            "  {} {} of earlier compactions, for readers who began before the switch",
            paint(DIM, "waiting:"),
            counted(table.waiting, "old file")
        );
    }
    if let Some(why) = &table.old_stay {
        let why = format!("of earlier compactions, their time of grace is over, stay; {why}:");
        listed(&mut text, "old:", &why, &table.old);
    }
    let foreign = "that lakebed did not write; readers of the table see them, and `clean` leaves them:";
    listed(&mut text, "foreign:", foreign, &table.foreign);
    let unknown = "of runs that the journal does not know. If the table was copied or moved without its journal \
                   (_lakebed), these files are the table: copy the journal too. If it was not, --unknown-runs removes \
                   them:";
    listed(&mut text, "unknown runs:", unknown, &table.of_unknown_runs);
    let rejects = "with rejects of runs that the journal does not know; `clean` leaves them, since nothing else has \
                   those records:";
    listed(&mut text, "unknown runs:", rejects, &table.rejects_of_unknown_runs);
    text
}

/// Files that stay, and why.
fn listed(text: &mut String, title: &str, why: &str, files: &[ForeignLine]) {
    if files.is_empty() {
        return;
    }
    let count = counted(files.len() as u64, "file");
    let _ = writeln!(text, "  {} {count} {why}", paint(WARN, title));
    let mut grid = Grid::new(&[("", Side::Left), ("", Side::Right)]);
    for file in files.iter().take(SHOWN) {
        grid.cells(vec![(file.path.clone(), PLAIN), (bytes(file.bytes), PLAIN)]);
    }
    text.push_str(&grid.render());
    more(text, files.len());
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
