//! Tables of a terminal, aligned by what characters take up on the screen.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::escape;
use crate::palette::{Palette, Tone};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// One cell. Its text is escaped.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self::toned(Tone::Plain, text)
    }

    pub(crate) fn toned(tone: Tone, text: impl AsRef<str>) -> Self {
        Self { text: escape(text.as_ref()).into_owned(), tone }
    }

    /// Nothing to show.
    pub(crate) fn none() -> Self {
        Self::toned(Tone::Dim, "–")
    }

    fn width(&self) -> usize {
        self.text.width()
    }
}

/// A table with a heading line.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Vec<(Cow<'static, str>, Align)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(crate) fn new(columns: impl IntoIterator<Item = (Cow<'static, str>, Align)>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: vec![] }
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The table as lines, each indented by two spaces. Nothing when there is no row.
    pub(crate) fn render(&self, palette: Palette) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let head: Vec<Cell> = self.columns.iter().map(|(name, _)| Cell::toned(Tone::Dim, name)).collect();
        let lines = || std::iter::once(&head).chain(&self.rows);
        let width = |column: usize| lines().filter_map(|row| row.get(column)).map(Cell::width).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        lines().map(|row| self.line(row, &widths, palette) + "\n").collect()
    }

    fn line(&self, row: &[Cell], widths: &[usize], palette: Palette) -> String {
        let mut out = String::new();
        for ((cell, width), (_, align)) in row.iter().zip(widths).zip(&self.columns) {
            let gap = " ".repeat(width - cell.width());
            let text = palette.paint(cell.tone, &cell.text);
            out += "  ";
            out += &match align {
                Align::Left => text + &gap,
                Align::Right => gap + &text,
            };
        }
        out.truncate(out.trim_end().len());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_what_is_seen() {
        let mut table = Table::new([("name".into(), Align::Left), ("n".into(), Align::Right)]);
        table.row(vec![Cell::new("漢字"), Cell::new("1")]);
        table.row(vec![Cell::toned(Tone::Good, "é"), Cell::new("20")]);
        assert_eq!(table.render(Palette::Plain), "  name   n\n  漢字   1\n  é     20\n");
        let plain: String = strip(&table.render(Palette::Ansi));
        assert_eq!(plain, table.render(Palette::Plain));
    }

    #[test]
    fn a_cell_cannot_break_out() {
        let mut table = Table::new([("a".into(), Align::Left)]);
        table.row(vec![Cell::new("x\n\u{1b}[2J")]);
        assert_eq!(table.render(Palette::Plain), "  a\n  x\\n\\u{1b}[2J\n");
    }

    fn strip(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, part| out + part.split_once('m').map_or("", |(_, rest)| rest))
    }
}
