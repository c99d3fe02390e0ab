//! The run machine: what an agent does next, decided without doing it. No IO, no clock, no chance; it can be stored
//! between any two steps and goes on exactly there.

use std::collections::BTreeMap;

use loopwright_core::{ChatResponse, Cost, Digest, FoundPassage, Input, Limit, Message, Outcome, ToolCall};
use serde::{Deserialize, Serialize};

use crate::{Conversation, Limits};

/// The same call with the same result this many times in one run is a loop.
const REPEATS: u32 = 3;

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// What has been said and found.
    pub conversation: Conversation,
    /// Model calls so far; the samples of one vote count as one.
    pub steps: u32,
    /// What they cost.
    pub cost: Cost,
    phase: Phase,
    seen: BTreeMap<Digest, u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    Search,
    Think,
    Act(Vec<ToolCall>),
    Over(Outcome),
}

/// What the driver is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Search the knowledge, then tell [`Machine::found`].
    Search {
        /// The query.
        query: String,
    },
    /// Ask the model, then tell [`Machine::answered`].
    CallModel,
    /// Carry out these calls in order, then tell [`Machine::acted`].
    CallTools(Vec<ToolCall>),
    /// The run is over.
    Done(Outcome),
}

impl Machine {
    /// A run that begins with `input`; `searches` says whether there is knowledge to search first.
    pub fn new(input: &Input, searches: bool) -> Self {
        Self {
            conversation: Conversation::new(input),
            steps: 0,
            cost: Cost::ZERO,
            phase: if searches { Phase::Search } else { Phase::Think },
            seen: BTreeMap::new(),
        }
    }

    /// What to do next, within `limits`, after `elapsed_seconds` of the run.
    pub fn next(&self, limits: &Limits, elapsed_seconds: u64) -> Step {
        match &self.phase {
            Phase::Over(outcome) => Step::Done(outcome.clone()),
            Phase::Search => Step::Search { query: self.conversation.question() },
            Phase::Act(calls) => Step::CallTools(calls.clone()),
            Phase::Think => match self.exceeded(limits, elapsed_seconds) {
                Some(limit) => Step::Done(Outcome::Stopped { limit, text: self.conversation.last_words() }),
                None => Step::CallModel,
            },
        }
    }

    /// The passages that a search showed, and the tokens of those that did not fit their budget.
    pub fn found(&mut self, shown: Vec<FoundPassage>, dropped: u64) {
        self.conversation.passages = shown;
        self.conversation.passages_dropped = dropped;
        self.phase = Phase::Think;
    }

    /// The model's answer. `cost` is that of all its samples.
    pub fn answered(&mut self, response: &ChatResponse, cost: Cost) {
        self.steps += 1;
        self.cost += cost;
        let message = response.message.clone();
        self.phase = if message.tool_calls.is_empty() {
            Phase::Over(Outcome::Answered { text: message.plain_text() })
        } else {
            Phase::Act(message.tool_calls.clone())
        };
        self.conversation.exchange.push(message);
    }

    /// What the tools said, in the order of the calls.
    pub fn acted(&mut self, results: Vec<(ToolCall, String)>) {
        self.phase = Phase::Think;
        for (call, result) in results {
            let state = Digest::of_fields("act", &[call.name.as_bytes(), call.arguments.as_bytes(), result.as_bytes()]);
            let times = self.seen.entry(state).or_insert(0);
            *times += 1;
            if *times >= REPEATS {
                let text = self.conversation.last_words();
                self.phase = Phase::Over(Outcome::Stopped { limit: Limit::Repetition, text });
            }
            self.conversation.exchange.push(Message::tool_result(call.id, result));
        }
    }

    /// Ends the run.
    pub fn end(&mut self, outcome: Outcome) {
        self.phase = Phase::Over(outcome);
    }

    fn exceeded(&self, limits: &Limits, elapsed_seconds: u64) -> Option<Limit> {
        let spent = self.cost.money.map_or(0, |money| money.0);
        if self.steps >= limits.steps {
            Some(Limit::Steps)
        } else if self.cost.usage.total() >= limits.tokens {
            Some(Limit::Tokens)
        } else if limits.micro_dollars.is_some_and(|bound| spent >= bound) {
            Some(Limit::Money)
        } else if elapsed_seconds >= limits.seconds {
            Some(Limit::Time)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::{FinishReason, Role, Usage};

    fn says(text: &str, calls: Vec<ToolCall>) -> ChatResponse {
        let message = Message { tool_calls: calls, ..Message::text(Role::Assistant, text) };
        let (id, model) = (String::new(), "m".to_owned());
        ChatResponse { id, model, message, finish: FinishReason::Stop, cost: Cost::ZERO }
    }

    fn call(arguments: &str) -> ToolCall {
        ToolCall { id: "c1".into(), name: "get_order".into(), arguments: arguments.into() }
    }

    #[test]
    fn searches_calls_and_answers() {
        let limits = Limits::default();
        let mut machine = Machine::new(&Input::text("Where is A-1?"), true);
        assert_eq!(machine.next(&limits, 0), Step::Search { query: "Where is A-1?".into() });
        machine.found(vec![], 0);
        assert_eq!(machine.next(&limits, 0), Step::CallModel);
        machine.answered(&says("", vec![call("{}")]), Cost::ZERO);
        assert_eq!(machine.next(&limits, 0), Step::CallTools(vec![call("{}")]));
        machine.acted(vec![(call("{}"), "[]".into())]);
        machine.answered(&says("It is lost.", vec![]), Cost::ZERO);
        assert_eq!(machine.next(&limits, 0), Step::Done(Outcome::Answered { text: "It is lost.".into() }));
    }

    #[test]
    fn goes_on_after_being_stored() {
        let mut machine = Machine::new(&Input::text("q"), false);
        machine.answered(&says("", vec![call("{}")]), Cost::ZERO);
        let stored = serde_json::to_string(&machine).unwrap();
        let mut restored: Machine = serde_json::from_str(&stored).unwrap();
        assert_eq!(restored, machine);
        restored.acted(vec![(call("{}"), "[]".into())]);
        assert_eq!(restored.next(&Limits::default(), 0), Step::CallModel);
    }

    #[test]
    fn every_run_is_bounded() {
        let mut machine = Machine::new(&Input::text("q"), false);
        for turn in 0..REPEATS {
            assert_eq!(machine.next(&Limits::default(), 0), Step::CallModel, "{turn}");
            machine.answered(&says("", vec![call("{}")]), Cost::ZERO);
            machine.acted(vec![(call("{}"), "same".into())]);
        }
        let Step::Done(Outcome::Stopped { limit, .. }) = machine.next(&Limits::default(), 0) else {
            panic!("a loop was not noticed");
        };
        assert_eq!(limit, Limit::Repetition);

        let mut costly = Machine::new(&Input::text("q"), false);
        let cost = Cost { usage: Usage::new(90, 0, 20, 0), ..Cost::ZERO };
        costly.answered(&says("", vec![call("{}")]), cost);
        costly.acted(vec![(call("{}"), "x".into())]);
        let stops = |limits: Limits, seconds| match costly.next(&limits, seconds) {
            Step::Done(Outcome::Stopped { limit, .. }) => Some(limit),
            _ => None,
        };
        assert_eq!(stops(Limits { steps: 1, ..Limits::default() }, 0), Some(Limit::Steps));
        assert_eq!(stops(Limits { tokens: 100, ..Limits::default() }, 0), Some(Limit::Tokens));
        assert_eq!(stops(Limits::default(), 500), Some(Limit::Time));
        assert_eq!(stops(Limits::default(), 0), None);
    }
}
