//! Hand-made trials, for the tests of metrics.

use loopwright_agent::{AgentSpec, WorldSeed};
use loopwright_core::{
    ActedTrial, ArmName, Case, CaseKey, ChatRequest, ChatResponse, Condition, Cost, Digest, FinishReason, FoundPassage,
    Message, Outcome, Role, RunId, Score, Span, SpanDetail, StateImage, ToolCall, ToolStatus, Trace, TraceId, TrialKey,
    TrialSite,
};
use loopwright_knowledge::GoldSpan;
use serde_json::{Value, json};

use super::{GoldWorld, Judged, MetricKind, Opinions, Reading};

/// A case and what happened in a trial of it, built step by step.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub case: Case,
    pub trial: ActedTrial,
    pub gold: Vec<GoldSpan>,
    begin: Option<(WorldSeed, AgentSpec)>,
}

impl Scene {
    /// A case that expects `expect`; nothing has happened yet, and the answer is empty.
    pub(super) fn expecting(expect: Value) -> Scene {
        let case: Case = serde_json::from_value(json!({"key": "c", "input": "q?", "expect": expect})).unwrap();
        let (run, arm) = (RunId::new("r").unwrap(), ArmName::new("a").unwrap());
        let key = TrialKey::planned(&run, &arm, &case.input.digest(), &Condition::Plain, 0);
        let site = TrialSite {
            key,
            run,
            index: 0,
            arm,
            case: CaseKey::new("c").unwrap(),
            group: None,
            tags: vec![],
            condition: Condition::Plain,
            repetition: 0,
        };
        let trace =
            Trace { id: TraceId::of(&key.0), outcome: Outcome::Answered { text: String::new() }, spans: vec![] };
        let trial = ActedTrial { site, attempts: 1, cost: Cost::ZERO, trace, state: None };
        let agent = SpanDetail::Agent { agent: "a".into(), variant: Digest::of_bytes(b"v") };
        Scene { case, trial, gold: vec![], begin: None }.with(agent)
    }

    fn with(mut self, detail: SpanDetail) -> Scene {
        let id = u32::try_from(self.trial.trace.spans.len()).unwrap();
        let parent = (id > 0).then_some(0);
        self.trial.trace.spans.push(Span { id, parent, start_ns: 0, end_ns: 0, detail, error: None });
        self
    }

    pub(super) fn ends(mut self, outcome: Outcome) -> Scene {
        self.trial.trace.outcome = outcome;
        self
    }

    pub(super) fn answers(self, text: &str) -> Scene {
        self.ends(Outcome::Answered { text: text.to_owned() })
    }

    /// A conversation in which the agent answers so, one turn after the other.
    pub(super) fn speaks(self, answers: &[&str]) -> Scene {
        let turn = |scene: Scene, answer: &&str| {
            scene.with(SpanDetail::Turn { said: "and?".into(), answered: (*answer).to_owned() })
        };
        answers.iter().fold(self, turn).answers(answers.last().unwrap())
    }

    pub(super) fn calls(self, tool: &str, arguments: Value) -> Scene {
        self.calls_and_gets(tool, arguments, ToolStatus::Done)
    }

    pub(super) fn calls_and_gets(self, tool: &str, arguments: Value, status: ToolStatus) -> Scene {
        self.gets_as(tool, arguments, "", status)
    }

    /// A tool is called, and answers `result`.
    pub(super) fn gets(self, tool: &str, arguments: Value, result: &str) -> Scene {
        self.gets_as(tool, arguments, result, ToolStatus::Done)
    }

    pub(super) fn gets_as(self, tool: &str, arguments: Value, result: &str, status: ToolStatus) -> Scene {
        let call = ToolCall { id: "1".into(), name: tool.into(), arguments: arguments.to_string() };
        let checked = (status != ToolStatus::InvalidArguments).then_some(arguments);
        self.with(SpanDetail::Tool { call, arguments: checked, result: result.to_owned(), status })
    }

    /// Retrieval finds spans of 100 characters that begin at these places of `a.md`, best first.
    pub(super) fn finds(self, starts: &[usize], shown: usize) -> Scene {
        let passage = |(rank, start): (usize, &usize)| FoundPassage {
            source: "a.md".into(),
            start: *start,
            end: start + 100,
            score: 100.0 - rank as f64,
            text: String::new(),
        };
        let passages = starts.iter().enumerate().map(passage).collect();
        self.with(SpanDetail::Retrieval { query: "q".into(), passages, shown })
    }

    pub(super) fn gold(mut self, start: usize, end: usize) -> Scene {
        self.gold.push(GoldSpan { source: "a.md".into(), start, end });
        self
    }

    /// A search shows these texts.
    pub(super) fn reads(self, texts: &[&str]) -> Scene {
        let passage = |text: &&str| FoundPassage {
            source: "a.md".into(),
            start: 0,
            end: text.chars().count(),
            score: 1.0,
            text: (*text).to_owned(),
        };
        let passages = texts.iter().map(passage).collect();
        self.with(SpanDetail::Retrieval { query: "q".into(), passages, shown: texts.len() })
    }

    /// A model is asked `question` under `instructions`, and does not answer.
    pub(super) fn asks_model(self, instructions: &str, question: &str) -> Scene {
        let messages = vec![Message::text(Role::System, instructions), Message::text(Role::User, question)];
        let request = Box::new(ChatRequest::new("m", messages));
        self.with(SpanDetail::Chat { request, response: None, segments: vec![], attempts: 1 })
    }

    /// A model is called, at this cost.
    pub(super) fn thinks(mut self, cost: Cost) -> Scene {
        let message = Message::text(Role::Assistant, "");
        let (id, model, finish) = (String::new(), "m".to_owned(), FinishReason::Stop);
        let response = Some(Box::new(ChatResponse { id, model, message, finish, cost }));
        self.trial.cost += cost;
        let request = Box::new(ChatRequest::new("m", vec![]));
        self.with(SpanDetail::Chat { request, response, segments: vec![], attempts: 1 })
    }

    /// The world at the end is what this script makes.
    pub(super) fn leaves(mut self, sql: &str) -> Scene {
        let seed = WorldSeed::build("w.sql", sql).unwrap();
        self.trial.state = Some(StateImage::new(seed.image().bytes.to_vec()));
        self
    }

    /// What a metric looks at.
    fn judged(&self) -> Judged<'_> {
        let gold_world = self.begin.as_ref().map(|(seed, agent)| GoldWorld { seed, agent });
        Judged { case: &self.case, trial: &self.trial, gold: &self.gold, gold_world, opinions: Opinions::NONE }
    }

    /// The agent begins in the world that this script makes, with these tools.
    pub(super) fn begins(mut self, sql: &str, tools: Value) -> Scene {
        let parts = json!({"model": {"ref": "standin:good"}, "tools": tools});
        let variant = serde_json::from_value(json!({"agent": "a", "parts": parts})).unwrap();
        self.begin = Some((WorldSeed::build("w.sql", sql).unwrap(), AgentSpec::parse(&variant).unwrap()));
        self
    }

    pub(super) fn score(&self, kind: &'static MetricKind) -> Score {
        self.score_with(kind, json!({}))
    }

    /// The score by a metric of `kind` with these settings.
    pub(super) fn score_with(&self, kind: &'static MetricKind, settings: Value) -> Score {
        let metric = kind.with(settings.as_object().unwrap().clone()).unwrap();
        metric.score(&self.judged())
    }

    /// What a metric of `kind` with these settings finds when its questions are answered so, in order.
    pub(super) fn hears(&self, kind: &'static MetricKind, settings: Value, answers: &[&str]) -> Reading {
        let metric = kind.with(settings.as_object().unwrap().clone()).unwrap();
        let judged = self.judged();
        let questions = metric.questions(&judged);
        assert_eq!(questions.len(), answers.len(), "{questions:?}");
        let mut opinions = Opinions::default();
        for (question, answer) in questions.iter().zip(answers) {
            let (trial, question) = (self.trial.site.key, question.digest());
            let said = loopwright_core::Said::Answer((*answer).to_owned());
            opinions.add(&loopwright_core::Opinion { trial, question, said, cost: Cost::ZERO, trace: None });
        }
        metric.read(&Judged { opinions: &opinions, ..judged })
    }

    /// Whether the trial passes; panics when it is neither pass nor fail.
    pub(super) fn passes(&self, kind: &'static MetricKind) -> bool {
        let score = self.score(kind);
        match score.verdict {
            loopwright_core::Verdict::Pass => true,
            loopwright_core::Verdict::Fail => false,
            other => panic!("{} gives no verdict: {other:?}", kind.name),
        }
    }

    pub(super) fn measures(&self, kind: &'static MetricKind) -> f64 {
        self.score(kind).value.unwrap()
    }

    pub(super) fn unscored(&self, kind: &'static MetricKind) -> loopwright_core::Unscored {
        match self.score(kind).verdict {
            loopwright_core::Verdict::Unscored(why) => why,
            other => panic!("{} gives a score: {other:?}", kind.name),
        }
    }
}
