//! What is seen of a turn while it happens: the answer as it grows on standard output, the steps on standard error.

use std::sync::{Mutex, MutexGuard, PoisonError};

use loopwright_agent::{ToolOutput, ToolPart, ToolStatus, Toolbox, World};
use loopwright_core::{BoxFuture, Delta, DeltaSink, Outcome, ToolUse, Trace};
use loopwright_report::{cost, counted};
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::printer::{BAD, FAINT, Format, GOOD, HINT, Printer, WARN, visible};

/// Characters of a call, or of a result, that are shown.
const SHOWN: usize = 90;

/// What has been shown of the turn.
#[derive(Default)]
struct Shown {
    /// Whether a line of standard output is not ended yet.
    is_open: bool,
    /// Whether the last thing shown was a piece of an answer.
    has_text: bool,
}

/// What is seen of a turn.
pub(super) struct Screen {
    printer: Printer,
    shown: Mutex<Shown>,
}

impl Screen {
    pub(super) fn new(printer: Printer) -> Self {
        Self { printer, shown: Mutex::default() }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn piece(&self, text: &str) {
        if self.printer.format == Format::Text && !text.is_empty() {
            self.printer.piece(&visible(text));
            *self.shown() = Shown { is_open: !text.ends_with('\n'), has_text: true };
        }
    }

    /// A line of its own on standard error.
    fn note(&self, line: &str) {
        self.end_line();
        self.printer.say(line);
        self.shown().has_text = false;
    }

    fn end_line(&self) {
        if std::mem::take(&mut self.shown().is_open) {
            self.printer.piece("\n");
        }
    }

    /// What is left to show when the turn is over.
    pub(super) fn finish(&self, trace: &Trace, is_attached: bool) -> Result<(), Fault> {
        let has_text = std::mem::take(&mut self.shown().has_text);
        for used in trace.tool_calls().filter(|used| is_attached || is_unseen(used)) {
            self.call(&used.call.name, &used.call.arguments, used.status, used.result);
        }
        if !has_text {
            self.piece(trace.outcome.text());
        }
        self.end_line();
        self.shown().has_text = false;
        self.ending(&trace.outcome);
        if !is_attached || !matches!(trace.outcome, Outcome::Infrastructure { .. }) {
            self.printer.say(&format!("{FAINT}{}{FAINT:#}", used(trace, is_attached)));
        }
        if self.printer.format == Format::Json {
            self.printer.out(&serde_json::to_string(&line(trace)).map_err(Fault::unexpected)?);
        }
        Ok(())
    }

    fn ending(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Answered { .. } | Outcome::Untouched { .. } => {}
            Outcome::Stopped { limit, .. } => self.printer.warn(&format!("stopped by the limit on {limit}")),
            Outcome::Failed { message } => self.printer.warn(&format!("the agent failed: {}", visible(message))),
            Outcome::Infrastructure { message } => {
                self.printer.warn(&format!("the agent could not be asked: {}", visible(message)));
            }
        }
    }

    fn call(&self, tool: &str, arguments: &str, status: ToolStatus, result: &str) {
        let (mark, style) = match status {
            ToolStatus::Done => ("✓", GOOD),
            ToolStatus::Refused | ToolStatus::Denied => ("–", WARN),
            ToolStatus::UnknownTool | ToolStatus::InvalidArguments | ToolStatus::Broken => ("✗", BAD),
        };
        let (call, result) = (visible(&folded(tool, arguments)), visible(&cut(result)));
        self.note(&format!("  {style}{mark}{style:#} {HINT}{call}{HINT:#} {FAINT}→ {result}{FAINT:#}"));
    }
}

/// What the turn took.
fn used(trace: &Trace, is_attached: bool) -> String {
    let total = trace.cost();
    if is_attached && total.usage.total() == 0 {
        return "the agent does not tell what it used".to_owned();
    }
    let calls = counted(trace.chats().count() as u64, "model call", "model calls");
    format!("{calls} · {}", cost(&total))
}

/// Whether a call got neither to the world, which shows what it does, nor to the person, who knows what they said.
fn is_unseen(used: &ToolUse<'_>) -> bool {
    match used.status {
        ToolStatus::Done | ToolStatus::Refused | ToolStatus::Broken => false,
        ToolStatus::Denied => used.arguments.is_none(),
        ToolStatus::UnknownTool | ToolStatus::InvalidArguments => true,
    }
}

/// A call as one line.
pub(super) fn folded(tool: &str, arguments: &str) -> String {
    cut(&format!("{tool} {arguments}"))
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The turn for programs: one line.
fn line(trace: &Trace) -> Value {
    let calls: Vec<Value> = trace
        .tool_calls()
        .map(|used| json!({"tool": used.call.name, "args": used.arguments, "result": used.result, "status": used.status}))
        .collect();
    json!({"answer": trace.outcome.text(), "outcome": trace.outcome, "calls": calls, "cost": trace.cost()})
}

/// Shows the answer while it grows.
pub(super) struct Pieces<'a>(pub(super) &'a Screen);

impl DeltaSink for Pieces<'_> {
    fn delta(&mut self, delta: Delta) {
        if let Delta::Text(text) = delta {
            self.0.piece(&text);
        }
    }

    fn restart(&mut self) {
        self.0.note(&format!("{FAINT}the connection broke; asking again{FAINT:#}"));
    }
}

/// A world whose calls are shown as they happen.
pub(super) struct ShownWorld<'a> {
    pub(super) world: &'a World,
    pub(super) screen: &'a Screen,
}

impl Toolbox for ShownWorld<'_> {
    fn call<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, ToolOutput> {
        let output = self.world.call(tool, arguments);
        let text = Value::Object(arguments.clone()).to_string();
        self.screen.call(&tool.name, &text, output.status, &output.text);
        Box::pin(std::future::ready(output))
    }
}
