#![doc = include_str!("../../doc/signal/LW104.md")]

use loopwright_core::Message;
use loopwright_eval::metric::{asks, declines};

use super::answer::{Words, names, values};
use super::{Seen, Signal, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::UNSUPPORTED_ANSWER,
    name: "unsupported answer",
    title: "the answer says what nothing that the agent saw says",
    doc: include_str!("../../doc/signal/LW104.md"),
    part: Some("instructions"),
    stage: None,
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let answer = trial.answer();
    if answer.trim().is_empty() || declines(answer) {
        return None;
    }
    if trial.case.expectation.abstain {
        return (!asks(answer)).then(|| "a question that cannot be answered was answered".to_owned());
    }
    if evidence.spec.search.is_none() && evidence.spec.tools.is_empty() {
        // Such an agent has nothing to support an answer with.
        return None;
    }
    let seen = material(trial, evidence);
    let values = values(answer).iter().any(|value| !seen.hold(value));
    let names = names(answer).iter().any(|name| !seen.hold(name));
    match (values, names) {
        (true, _) => Some("a number or an identifier of the answer stands in nothing that the agent saw".to_owned()),
        (false, true) => Some("a name in the answer stands in nothing that the agent saw".to_owned()),
        (false, false) => None,
    }
}

/// Everything that the agent could take an answer from.
fn material(trial: &TrialEvidence, evidence: &Evidence) -> Words {
    let said: Vec<String> = trial.case.input.messages.iter().map(Message::plain_text).collect();
    let examples: Vec<String> = evidence.spec.examples.iter().map(loopwright_agent::Example::render).collect();
    let tools = evidence.spec.tools.iter().map(|tool| tool.description.as_str());
    let passages = trial.seen().into_iter().map(|passage| passage.text.as_str());
    let used = trial.acted.trace.tool_calls().flat_map(|used| [used.result, used.call.arguments.as_str()]);
    let texts = said.iter().chain(&examples).map(String::as_str).chain([evidence.spec.instructions.as_str()]);
    Words::of(texts.chain(tools).chain(passages).chain(used))
}
