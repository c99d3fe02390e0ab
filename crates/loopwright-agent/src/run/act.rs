//! A step of acting: the calls of one model answer, each checked, approved and carried out in turn.

use loopwright_core::{SpanDetail, ToolCall, ToolStatus};
use serde_json::Value;

use super::Driver;
use crate::{AgentSpec, Effect, Ruling, nearest};

/// Calls that are carried out of one model answer; the others are refused with a word.
const MOST_CALLS: usize = 16;

/// What came of a call.
struct Executed {
    arguments: Option<Value>,
    result: String,
    status: ToolStatus,
}

impl Executed {
    fn refused(status: ToolStatus, message: impl std::fmt::Display) -> Self {
        Self { arguments: None, result: format!("error: {message}"), status }
    }
}

impl Driver<'_, '_> {
    pub(super) async fn act(&mut self, calls: Vec<ToolCall>) {
        let mut results = vec![];
        for (position, call) in calls.into_iter().enumerate() {
            let start = self.context.clock.now_ns();
            let done = if position < MOST_CALLS {
                self.carry_out(&call).await
            } else {
                Executed::refused(ToolStatus::Denied, format!("at most {MOST_CALLS} calls are carried out at once"))
            };
            results.push((call.clone(), done.result.clone()));
            self.record(start, call, done);
        }
        self.machine.acted(results);
    }

    async fn carry_out(&mut self, call: &ToolCall) -> Executed {
        let spec = self.spec;
        let (Some(tool), Some(checked)) = (spec.tool(&call.name), spec.arguments(&call.name, &call.arguments)) else {
            return Executed::refused(ToolStatus::UnknownTool, unknown(spec, &call.name));
        };
        let arguments = match checked {
            Ok(arguments) => arguments,
            Err(fault) => return Executed::refused(ToolStatus::InvalidArguments, fault),
        };
        if tool.effect != Effect::Read
            && let Ruling::Denied { reason } = self.context.approver.decide(tool, &arguments).await
        {
            return Executed {
                arguments: Some(Value::Object(arguments)),
                ..Executed::refused(ToolStatus::Denied, format!("the call was not approved: {reason}"))
            };
        }
        let Some(tools) = self.context.tools else {
            return Executed::refused(ToolStatus::Broken, "this agent has no world to act on");
        };
        let output = tools.call(tool, &arguments).await;
        Executed { arguments: Some(Value::Object(arguments)), result: output.text, status: output.status }
    }

    /// Records the call of a tool that came with the input.
    pub(super) fn record_brought(&mut self, call: ToolCall) {
        let arguments = serde_json::from_str(&call.arguments).ok();
        let status = if arguments.is_some() { ToolStatus::Done } else { ToolStatus::InvalidArguments };
        let result = "recorded, not carried out".to_owned();
        self.record(self.context.clock.now_ns(), call, Executed { arguments, result, status });
    }

    fn record(&mut self, start_ns: u64, call: ToolCall, done: Executed) {
        let Executed { arguments, result, status } = done;
        self.recorder.add(self.context.clock, start_ns, SpanDetail::Tool { call, arguments, result, status }, None);
    }
}

fn unknown(spec: &AgentSpec, name: &str) -> String {
    let near = nearest(name, spec.tools.iter().map(|tool| tool.name.as_str()));
    let all = || spec.tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>();
    let offer = if near.is_empty() { all() } else { near };
    if offer.is_empty() {
        "this agent has no tools".to_owned()
    } else {
        format!("there is no tool `{name}`; there is {}", offer.join(", "))
    }
}
