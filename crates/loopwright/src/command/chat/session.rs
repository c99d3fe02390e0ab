//! One conversation: what was said so far, and the world as it is by now.

use loopwright_agent::{RunContext, Toolbox, World};
use loopwright_core::{Digest, Input, Message, Outcome, Role, Seed, SegmentUse, SpanDetail, Trace, TraceId};
use loopwright_knowledge::Retriever;

use super::person::Person;
use super::screen::{Pieces, Screen, ShownWorld};
use super::setting::Setting;
use crate::fault::Fault;
use crate::printer::FAINT;

/// One conversation.
pub(super) struct Session<'a> {
    setting: &'a Setting,
    seed: Seed,
    world: Option<World>,
    history: Vec<Message>,
    turns: u64,
    segments: Vec<SegmentUse>,
}

impl<'a> Session<'a> {
    pub(super) fn begin(setting: &'a Setting, seed: Seed) -> Result<Self, Fault> {
        let world = setting.world()?;
        Ok(Self { setting, seed, world, history: vec![], turns: 0, segments: vec![] })
    }

    /// A new conversation in the same setting, with luck of its own.
    pub(super) fn anew(&self) -> Result<Self, Fault> {
        Self::begin(self.setting, self.seed.derive("reset", &[]))
    }

    /// Puts `question` to the agent, and shows what it does.
    pub(super) async fn turn(&mut self, question: &str, screen: &Screen, person: &Person) -> Result<Outcome, Fault> {
        let setting = self.setting;
        let mut messages = self.history.clone();
        messages.push(Message::text(Role::User, question));
        let input = Input { messages, tools: vec![], setup: None, then: vec![] };
        let seed = self.seed.derive("turn", &[&self.turns.to_le_bytes()]);
        self.turns += 1;
        let tools = self.world.as_ref().map(|world| ShownWorld { world, screen });
        let mut pieces = Pieces(screen);
        let context = RunContext {
            clock: setting.clock.as_ref(),
            seed,
            model: setting.model.as_ref(),
            retriever: setting.index.as_ref().map(|index| index as &dyn Retriever),
            tools: tools.as_ref().map(|tools| tools as &dyn Toolbox),
            approver: person,
            remote: setting.remote.as_deref(),
            watcher: Some(&mut pieces),
        };
        let id = TraceId::of(&Digest::of_fields("chat", &[&seed.0.to_le_bytes()]));
        let trace = loopwright_agent::run(context, &setting.spec, &input, id).await;
        screen.finish(&trace, setting.remote.is_some())?;
        self.remember(input.messages, &trace);
        Ok(trace.outcome)
    }

    /// What was said, with the calls and their results. A turn that came to nothing is forgotten, so that the question can
    /// be put again.
    fn remember(&mut self, asked: Vec<Message>, trace: &Trace) {
        if let Some(segments) = trace.spans.iter().rev().find_map(segments) {
            self.segments = segments;
        }
        let Outcome::Answered { text } = &trace.outcome else { return };
        self.history = asked;
        if self.setting.remote.is_some() {
            return self.history.push(Message::text(Role::Assistant, text.clone()));
        }
        self.history.extend(trace.spans.iter().filter_map(|span| match &span.detail {
            SpanDetail::Chat { response, .. } => response.as_ref().map(|response| response.message.clone()),
            SpanDetail::Tool { call, result, .. } => Some(Message::tool_result(call.id.clone(), result.clone())),
            _ => None,
        }));
    }

    /// What the last request to the model was made of.
    pub(super) fn context(&self) -> String {
        if self.segments.is_empty() {
            return format!("{FAINT}no request has been assembled yet{FAINT:#}");
        }
        let all: u64 = self.segments.iter().map(|segment| segment.tokens).sum();
        let lines = self.segments.iter().map(|segment| {
            let SegmentUse { name, tokens, dropped } = segment;
            let share = 100.0 * *tokens as f64 / all.max(1) as f64;
            let cut = if *dropped == 0 { String::new() } else { format!("  ({dropped} more did not fit)") };
            format!("  {name:<14}{tokens:>7}  {share:>3.0} %{cut}\n")
        });
        format!("{}  {:<14}{all:>7}  tokens, estimated", lines.collect::<String>(), "all")
    }
}

fn segments(span: &loopwright_core::Span) -> Option<Vec<SegmentUse>> {
    match &span.detail {
        SpanDetail::Chat { segments, .. } if !segments.is_empty() => Some(segments.clone()),
        _ => None,
    }
}
