//! A suite that an import added, as the person is told of it.

use loopwright_core::{AgentName, SuiteName};
use loopwright_report::counted;
use serde::Serialize;

use super::draft::Draft;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::HINT;

/// A suite that was added to the project.
#[derive(Debug, Serialize)]
pub(super) struct AddedSuite {
    suite: SuiteName,
    agent: AgentName,
    cases: u64,
    /// Rows that say what an earlier one says and were left out, where they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<u64>,
    files: Vec<String>,
}

impl AddedSuite {
    /// Writes `draft`, which adds `suite` with `cases` cases for `agent`.
    pub(super) fn write(draft: Draft, suite: &SuiteName, agent: AgentName, cases: u64) -> Result<Self, Fault> {
        Ok(Self { suite: suite.clone(), agent, cases, repeats: None, files: draft.write()? })
    }

    /// The same, of which `repeats` rows were left out.
    pub(super) fn without(self, repeats: u64) -> Self {
        Self { repeats: Some(repeats), ..self }
    }

    /// The files that were written, a line each.
    pub(super) fn text(&self) -> String {
        self.files.iter().map(|file| format!("{file}\n")).collect()
    }

    /// Says what was added, and what comes next.
    pub(super) fn say(&self, context: &Context) {
        let Self { suite, agent, cases, repeats, .. } = self;
        if let Some(repeats @ 1..) = repeats {
            let (rows, are) = (counted(*repeats, "row says", "rows say"), if *repeats == 1 { "is" } else { "are" });
            context.printer.say(&format!("{rows} what an earlier one says, and {are} left out"));
        }
        context.printer.say(&format!(
            "{} in the suite `{suite}`, which measures `{agent}`\nnext: {HINT}loopwright eval {suite}{HINT:#}",
            counted(*cases, "case", "cases")
        ));
    }

    /// The suite as the result of the command.
    pub(super) fn tell(&self, context: &Context) -> Result<Exit, Fault> {
        context.printer.document(&self.text(), "suite", self)?;
        self.say(context);
        Ok(Exit::Ok)
    }
}
