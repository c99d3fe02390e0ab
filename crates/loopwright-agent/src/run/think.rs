//! A step of thinking: the model is asked once, or as often as it votes.

use std::time::Duration;

use loopwright_core::{ChatResponse, Cost, Delta, DeltaSink, ModelCall, ModelError, Outcome, Seed, SpanDetail};

use super::Driver;
use crate::attempts::CountRestarts;
use crate::{Assembled, assemble};

/// One question to the model.
struct Question {
    assembled: Assembled,
    /// Time left for it.
    left: Duration,
    /// Whether the answer is shown while it grows. Of a vote, only the winner is worth showing.
    watched: bool,
}

impl Driver<'_, '_> {
    pub(super) async fn think(&mut self, elapsed_seconds: u64) {
        let votes = self.spec.model.votes;
        let question = Question {
            assembled: assemble(self.spec, &self.machine.conversation),
            left: Duration::from_secs(self.spec.limits.seconds.saturating_sub(elapsed_seconds)),
            watched: votes == 1,
        };
        let mut samples = vec![];
        let mut cost = Cost::ZERO;
        for sample in 0..votes {
            let step = self.machine.steps.to_le_bytes();
            let seed = self.context.seed.derive("sample", &[&step, &sample.to_le_bytes()]);
            match self.ask(&question, seed).await {
                Ok(response) => {
                    cost += response.cost;
                    samples.push(response);
                }
                Err(error) => return self.machine.end(outcome_of(error)),
            }
        }
        if let Some(winner) = most_frequent(&samples) {
            if let Some(watcher) = self.context.watcher.as_mut().filter(|_| !question.watched) {
                watcher.delta(Delta::Text(winner.message.plain_text()));
            }
            self.machine.answered(winner, cost);
        }
    }

    async fn ask(&mut self, question: &Question, seed: Seed) -> Result<ChatResponse, ModelError> {
        let clock = self.context.clock;
        let start = clock.now_ns();
        let Question { assembled, left, watched } = question;
        let watcher = self.context.watcher.as_mut().filter(|_| *watched);
        let watcher = watcher.map(|watcher| &mut **watcher as &mut dyn DeltaSink);
        let mut sink = CountRestarts::new(watcher);
        let call = ModelCall { request: &assembled.request, seed, deadline: Some(*left), deltas: Some(&mut sink) };
        let answer = self.context.model.chat(call).await;
        let detail = SpanDetail::Chat {
            request: Box::new(assembled.request.clone()),
            response: answer.as_ref().ok().cloned().map(Box::new),
            segments: assembled.segments.clone(),
            attempts: sink.attempts(),
        };
        let error = answer.as_ref().err().map(ToString::to_string);
        self.recorder.add(clock, start, detail, error);
        answer
    }
}

/// The response given most often, the first of equals: calls count as equal by name and arguments, answers by their
/// words.
fn most_frequent(samples: &[ChatResponse]) -> Option<&ChatResponse> {
    let keys: Vec<String> = samples.iter().map(vote_key).collect();
    let count = |key: &String| keys.iter().filter(|other| *other == key).count();
    let best = (0..samples.len()).rev().max_by_key(|index| count(&keys[*index]))?;
    samples.get(best)
}

fn vote_key(response: &ChatResponse) -> String {
    let calls = &response.message.tool_calls;
    if calls.is_empty() {
        return response.message.plain_text().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    }
    calls.iter().map(|call| format!("{} {}", call.name, call.arguments)).collect::<Vec<_>>().join("\n")
}

/// A request that the provider refuses is the agent's doing; everything else says nothing about the agent.
fn outcome_of(error: ModelError) -> Outcome {
    let ModelError { kind, message, .. } = error;
    if kind.blames_request() { Outcome::Failed { message } } else { Outcome::Infrastructure { message } }
}
