//! The only way out: data to standard output, everything else to standard error.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use loopwright_report::{SIMULATED, json};
use serde::Serialize;

use crate::fault::Fault;

/// Success: green.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Errors: red.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Warnings: yellow.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// Hints, paths and literals: cyan.
pub const HINT: Style = AnsiColor::Cyan.on_default();
/// What the eye should find first.
pub const STRONG: Style = Style::new().bold();
/// What it may skip.
pub const FAINT: Style = Style::new().dimmed();

/// In what form data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON document on standard output, faults as JSON on standard error.
    Json,
}

/// Whether to colour what is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colour {
    /// When it goes to a terminal that has colours.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verbosity {
    /// Faults and warnings.
    Quiet,
    /// What is going on.
    #[default]
    Normal,
    /// Details.
    Verbose,
}

/// Writes for people and programs. Every line of the binary goes through one.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// In what form data is written.
    pub format: Format,
    /// How much is said.
    pub verbosity: Verbosity,
    colour: anstream::ColorChoice,
}

impl Printer {
    /// A printer. `no_colour`: the environment asks for none (<https://no-color.org>).
    pub fn new(format: Format, verbosity: Verbosity, colour: Colour, no_colour: bool) -> Self {
        let colour = match colour {
            Colour::Auto if no_colour => anstream::ColorChoice::Never,
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        };
        Self { format, verbosity, colour }
    }

    /// The result of a command: `text` for people, or `value` for programs as a document that is called `kind`. A newline is
    /// added where `text` has none.
    ///
    /// # Errors
    /// When `value` cannot be JSON.
    pub fn document(&self, text: &str, kind: &str, value: &impl Serialize) -> Result<(), Fault> {
        match self.format {
            Format::Text => self.out(text),
            Format::Json => self.out(&json::document(kind, value).map_err(Fault::unexpected)?),
        }
        Ok(())
    }

    /// Text on standard output, whatever the format. A reader that has gone away is no fault.
    pub fn out(&self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let mut stream = anstream::AutoStream::new(std::io::stdout(), self.colour_of(&std::io::stdout()));
        let _ = write!(stream, "{text}{end}").and_then(|()| stream.flush());
    }

    /// A piece of text that grows on standard output, without a newline. A reader that has gone away is no fault.
    pub fn piece(&self, text: &str) {
        let mut stream = std::io::stdout();
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// What is going on, on standard error.
    pub fn say(&self, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            self.err(text);
        }
    }

    /// That what follows was answered by a simulated model, where it was.
    pub fn banner(&self, simulated: bool) {
        if simulated {
            self.say(&format!("{WARN}{SIMULATED}{WARN:#}"));
        }
    }

    /// A detail, on standard error when more is asked for.
    pub fn detail(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose {
            self.err(text);
        }
    }

    /// A question to the person, on standard error, whatever the verbosity: an answer is waited for. Without a newline.
    pub fn ask(&self, text: &str) {
        let mut stream = anstream::AutoStream::new(std::io::stderr(), self.colour_of(&std::io::stderr()));
        let _ = write!(stream, "{text}").and_then(|()| stream.flush());
    }

    /// A warning, on standard error.
    pub fn warn(&self, text: &str) {
        self.err(&format!("{WARN}warning:{WARN:#} {text}"));
    }

    /// A fault, on standard error: drawn for people, an object for programs.
    pub fn fault(&self, fault: &Fault) {
        match self.format {
            Format::Text => self.err(&fault.render()),
            Format::Json => self.err(&fault.to_json().to_string()),
        }
    }

    /// Whether standard error is a terminal where progress can be drawn.
    pub fn draws_progress(&self) -> bool {
        use std::io::IsTerminal;
        self.verbosity >= Verbosity::Normal && self.format == Format::Text && std::io::stderr().is_terminal()
    }

    fn err(&self, text: &str) {
        let mut stream = anstream::AutoStream::new(std::io::stderr(), self.colour_of(&std::io::stderr()));
        let _ = writeln!(stream, "{}", text.trim_end_matches('\n'));
    }

    fn colour_of(&self, stream: &impl anstream::stream::RawStream) -> anstream::ColorChoice {
        match self.colour {
            anstream::ColorChoice::Auto => anstream::AutoStream::choice(stream),
            chosen => chosen,
        }
    }
}

/// `text` from a model, a tool or a file, safe for a terminal: control characters other than line breaks and tabs are
/// shown, not obeyed.
///
/// ```
/// assert_eq!(loopwright::printer::visible("a\u{1b}[31mb\n"), "a\u{fffd}[31mb\n");
/// ```
pub fn visible(text: &str) -> String {
    // Marks that turn the direction of writing can make a line read as another one.
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace(|c: char| (c.is_control() && c != '\n' && c != '\t') || turns(c), "\u{fffd}")
}
