//! Palettes: how a terminal shows what a word means. The words say it without colour, too.

use anstyle::{AnsiColor, Style};
use loopwright_core::{Change, Decision};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// No escape sequence at all.
    #[default]
    Plain,
    /// The sixteen colours that every terminal themes itself.
    Ansi,
}

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Strong,
    Dim,
    Good,
    Bad,
    Warn,
    Literal,
}

impl Palette {
    /// `text` in its colour. The text must be escaped already.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let style = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Strong => Style::new().bold(),
            Tone::Dim => Style::new().dimmed(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
            Tone::Warn => AnsiColor::Yellow.on_default(),
            Tone::Literal => AnsiColor::Cyan.on_default(),
        };
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("{style}{text}{style:#}"),
        }
    }
}

impl Tone {
    pub(crate) fn of_change(change: Change) -> Self {
        match change {
            Change::Improved => Self::Good,
            Change::Regressed => Self::Bad,
            Change::Equivalent => Self::Plain,
            Change::Underpowered => Self::Warn,
        }
    }

    pub(crate) fn of_decision(decision: &Decision) -> Self {
        match decision {
            Decision::Accept => Self::Good,
            Decision::Reject { .. } => Self::Bad,
            Decision::Inconclusive { .. } => Self::Warn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_escape_sequence() {
        assert_eq!(Palette::Plain.paint(Tone::Bad, "x"), "x");
        assert_eq!(Palette::Ansi.paint(Tone::Bad, "x"), "\u{1b}[31mx\u{1b}[0m");
    }
}
