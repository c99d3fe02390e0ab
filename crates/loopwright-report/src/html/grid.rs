//! Tables that become cards where the page is narrow.

use maud::{Markup, html};

/// A column: its heading, and whether it holds numbers or a drawing.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Drawing,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Drawing => "drawing",
        }
    }
}

pub(super) fn column(name: impl Into<String>, kind: Kind) -> Column {
    Column { name: name.into(), kind }
}

/// A table. The first cell of a row heads it. The roles are said again because a narrow page lays the table out as cards,
/// and browsers then forget that it is one.
pub(super) fn grid(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        table role="table" {
            caption { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for column in columns {
                        th role="columnheader" scope="col" class=(column.kind.class()) { (column.name) }
                    }
                }
            }
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" {
                        @for (index, (cell, column)) in row.iter().zip(columns).enumerate() {
                            @if index == 0 {
                                th role="rowheader" scope="row" { (cell) }
                            } @else {
                                td role="cell" class=(column.kind.class()) data-label=(column.name) { div { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
