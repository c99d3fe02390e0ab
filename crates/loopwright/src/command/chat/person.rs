//! The person at the keyboard, or the pipe in its place: asks the questions, and decides on changes.

use std::io::{BufRead, IsTerminal, Read};

use loopwright_agent::{Approver, Effect, Ruling, ToolPart};
use loopwright_core::BoxFuture;
use serde_json::{Map, Value};

use super::screen::folded;
use crate::printer::{Printer, STRONG, WARN, visible};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// The person.
pub(super) struct Person {
    printer: Printer,
    prompted: bool,
}

impl Person {
    pub(super) fn new(printer: Printer) -> Self {
        Self { printer, prompted: std::io::stdin().is_terminal() }
    }

    /// The next line that is typed; `None` at the end of the input.
    pub(super) fn next_line(&self) -> Option<String> {
        if self.prompted {
            self.printer.ask(&format!("{STRONG}>{STRONG:#} "));
        }
        read_line()
    }
}

/// Waits for a line. The conversation is the only thing that goes on, so nothing else waits with it.
fn read_line() -> Option<String> {
    tokio::task::block_in_place(|| {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(LONGEST).read_until(b'\n', &mut bytes);
        match read {
            Ok(1..) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Ok(0) | Err(_) => None,
        }
    })
}

impl Approver for Person {
    fn decide<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, Ruling> {
        let does = if tool.effect == Effect::External { "reaches outside" } else { "changes something" };
        let call = folded(&tool.name, &Value::Object(arguments.clone()).to_string());
        let call = visible(&call);
        self.printer.ask(&format!("{WARN}?{WARN:#} {STRONG}{call}{STRONG:#} {does}. Allow it? [y/N] "));
        let answer = read_line();
        if !self.prompted {
            self.printer.ask("\n");
        }
        let ruling = match answer.as_deref().map(str::trim) {
            Some("y" | "Y" | "yes") => Ruling::Approved,
            _ => Ruling::Denied { reason: "the person said no".to_owned() },
        };
        Box::pin(std::future::ready(ruling))
    }
}
