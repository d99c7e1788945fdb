//! Text in aligned columns. No frame: lines can be copied, and `awk` can read them.

use super::{DIM, PLAIN, paint, plain};
use clap::builder::styling::Style;
use unicode_width::UnicodeWidthStr;

/// Side on which the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Rows of cells.
pub(crate) struct Grid {
    sides: Vec<Side>,
    rows: Vec<Vec<(String, Style)>>,
}

impl Grid {
    /// A grid with these headings; an empty heading leaves its place free.
    pub(crate) fn new(columns: &[(&str, Side)]) -> Self {
        let headings = columns.iter().map(|(heading, _)| ((*heading).to_owned(), DIM)).collect();
        Self { sides: columns.iter().map(|(_, side)| *side).collect(), rows: vec![headings] }
    }

    /// Adds a row of cells, each in its own style.
    pub(crate) fn cells(&mut self, cells: Vec<(String, Style)>) {
        self.rows.push(cells.into_iter().map(|(cell, style)| (plain(&cell), style)).collect());
    }

    /// The text, two spaces before and between columns.
    pub(crate) fn render(&self) -> String {
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|(cell, _)| cell.width())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.sides.len()).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            if row.iter().all(|(cell, _)| cell.is_empty()) {
                continue;
            }
            let last = row.iter().rposition(|(cell, _)| !cell.is_empty()).unwrap_or_default();
            for (column, (cell, style)) in row.iter().enumerate().take(last + 1) {
                let gap =
                    " ".repeat(widths.get(column).map_or(0, |width| width.saturating_sub(cell.width())));
                let cell = if cell.is_empty() { String::new() } else { paint(*style, cell) };
                text.push_str("  ");
                match self.sides.get(column) {
                    Some(Side::Right) => text.extend([gap, cell]),
                    _ if column == last => text.push_str(&cell),
                    _ => text.extend([cell, gap]),
                }
            }
            text.push('\n');
        }
        text
    }
}

/// Cells in no particular style.
pub(crate) fn unstyled(cells: Vec<String>) -> Vec<(String, Style)> {
    cells.into_iter().map(|cell| (cell, PLAIN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_for_wide_and_combining_letters() {
        let mut grid = Grid::new(&[("name", Side::Left), ("rows", Side::Right), ("", Side::Left)]);
        grid.cells(unstyled(vec!["日本".into(), "1".into(), "x".into()]));
        grid.cells(unstyled(vec!["e\u{301}t\u{1b}".into(), "1,234".into(), String::new()]));
        let text = anstream::adapter::strip_str(&grid.render()).to_string();
        insta::assert_snapshot!(text, @r"
        name       rows
        日本          1  x
        ét\u{1b}  1,234
        ");
    }
}
