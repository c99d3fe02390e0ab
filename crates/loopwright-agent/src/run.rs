//! The one way an agent runs, in evaluation and in production: the driver of the run machine.

mod act;
mod think;

use std::time::Duration;

use loopwright_core::{Clock, DeltaSink, Input, Model, Outcome, Seed, SpanDetail, ToolCall, Trace, TraceId};
use loopwright_knowledge::Retriever;

use crate::assemble::keep_within;
use crate::recorder::Recorder;
use crate::{AgentSpec, Approver, Machine, Remote, Step, Toolbox, attached};

/// What a run may use of the world outside.
pub struct RunContext<'a> {
    /// Time.
    pub clock: &'a dyn Clock,
    /// Chance: the model's own, apart from the situation's.
    pub seed: Seed,
    /// What answers. Attached agents bring their own.
    pub model: &'a dyn Model,
    /// What finds passages, when the agent has knowledge.
    pub retriever: Option<&'a dyn Retriever>,
    /// What carries out tool calls, when the agent has tools.
    pub tools: Option<&'a dyn Toolbox>,
    /// Who is asked before something is changed.
    pub approver: &'a dyn Approver,
    /// The connection to an attached agent.
    pub remote: Option<&'a dyn Remote>,
    /// Who watches the answer grow.
    pub watcher: Option<&'a mut dyn DeltaSink>,
}

/// Runs the agent on `input` and returns the record. Never fails: what goes wrong is the outcome.
pub async fn run(mut context: RunContext<'_>, spec: &AgentSpec, input: &Input, id: TraceId) -> Trace {
    let mut recorder = Recorder::begin(context.clock, spec);
    let outcome = match &spec.endpoint {
        Some(_) => attached::run(&mut context, &mut recorder, input).await,
        None => {
            let machine = Machine::new(input, spec.search.is_some() && context.retriever.is_some());
            Driver { context: &mut context, recorder: &mut recorder, spec, machine }.drive(input).await
        }
    };
    recorder.end(context.clock, id, outcome)
}

/// Does what the machine says, and tells it what came of that.
struct Driver<'r, 'c> {
    context: &'r mut RunContext<'c>,
    recorder: &'r mut Recorder,
    spec: &'r AgentSpec,
    machine: Machine,
}

impl Driver<'_, '_> {
    async fn drive(mut self, input: &Input) -> Outcome {
        let started = self.context.clock.now_ns();
        loop {
            let elapsed = Duration::from_nanos(self.context.clock.now_ns().saturating_sub(started)).as_secs();
            match self.machine.next(&self.spec.limits, elapsed) {
                Step::Done(outcome) => return outcome,
                Step::Search { query } => self.search(query).await,
                Step::CallModel => self.think(elapsed).await,
                Step::CallTools(calls) if input.tools.is_empty() => self.act(calls).await,
                Step::CallTools(calls) => self.hand_over(calls),
            }
        }
    }

    async fn search(&mut self, query: String) {
        let (Some(retriever), Some(params)) = (self.context.retriever, &self.spec.search) else {
            return self.machine.found(vec![], 0);
        };
        let start = self.context.clock.now_ns();
        match retriever.retrieve(&query, params).await {
            Ok(mut retrieved) => {
                let dropped = keep_within(&mut retrieved, self.spec.context.knowledge_tokens);
                self.machine.found(retrieved.shown().to_vec(), dropped);
                let (passages, shown) = retrieved.into_parts();
                self.recorder.add(self.context.clock, start, SpanDetail::Retrieval { query, passages, shown }, None);
            }
            Err(error) => self.machine.end(Outcome::Infrastructure { message: error.to_string() }),
        }
    }

    /// Tools that came with the input have no body: the calls themselves are the answer.
    fn hand_over(&mut self, calls: Vec<ToolCall>) {
        let text = self.machine.conversation.last_words();
        calls.into_iter().for_each(|call| self.record_brought(call));
        self.machine.end(Outcome::Answered { text });
    }
}
