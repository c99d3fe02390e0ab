//! Evidence made by hand: a variant, cases, and what happened in their trials.

use std::sync::Arc;

use loopwright_core::{
    ActedTrial, AgentName, Arm, ArmName, Case, ChatRequest, ChatResponse, Condition, Cost, FinishReason, FoundPassage,
    Message, Outcome, PartName, Role, RunId, SegmentUse, Span, SpanDetail, ToolCall, ToolStatus, Trace, TraceId,
    TrialKey, TrialSite, Variant,
};
use loopwright_improve::{Evidence, TrialEvidence};
use loopwright_knowledge::{Corpus, Document, KnowledgePart, locate};
use serde_json::{Value, json};

const RETURNS: &str = "# Returns\n\nUnused goods may be returned within 30 days. A label costs £2.95.\n";
const EXCHANGES: &str = "# Exchanges\n\nGoods may be exchanged within 45 days. The second one costs £3.20.\n";

/// The documents of the desk.
pub(crate) fn corpus() -> Corpus {
    let page = |source: &str, text: &str| Document { source: source.into(), text: text.into() };
    Corpus::new(vec![page("returns.md", RETURNS), page("exchanges.md", EXCHANGES)]).unwrap()
}

/// The desk: a handbook of two pages, and four tools of which one is never needed.
pub(crate) fn variant() -> Variant {
    let tool = |name: &str, effect: &str, parameter: &str| {
        json!({"name": name, "description": "Order information.", "effect": effect, "statements": ["select 1"],
               "parameters": {parameter: {"type": "string", "description": "The order."}}})
    };
    let tools = json!([
        tool("get_order", "read", "order_id"),
        tool("track_shipment", "read", "order_id"),
        tool("cancel_order", "write", "order_id"),
        json!({"name": "quote_trade", "effect": "read", "statements": ["select 1"], "parameters": {},
               "description": "Quotes a price for trade customers. It knows the discounts of each level and the pallets that fit a van."}),
    ]);
    let parts = [
        ("model", json!({"ref": "standin:small", "temperature": null, "max_output_tokens": null, "votes": 1})),
        ("instructions", json!("You are the desk.\n- Be brief.\n")),
        ("knowledge", KnowledgePart::new(corpus().digest()).to_value()),
        ("tools", tools),
    ];
    with_parts(&parts)
}

/// A variant of these parts.
pub(crate) fn with_parts(parts: &[(&str, Value)]) -> Variant {
    let part = |(name, value): &(&str, Value)| (PartName::new(*name).unwrap(), value.clone());
    let agent = AgentName::new("desk").unwrap();
    Variant { agent, parts: parts.iter().map(part).collect(), unpinned: Default::default() }
}

/// A case.
pub(crate) fn case(key: &str, input: &str, expect: Value) -> Arc<Case> {
    Arc::new(serde_json::from_value(json!({"key": key, "input": input, "expect": expect})).unwrap())
}

/// A case whose answer stands in the sentence `quote` of the page on returns.
pub(crate) fn returns_case(quote: &str) -> Arc<Case> {
    let expect = json!({"answer": {"contains": "x"}, "passages": [{"source": "returns.md", "quote": quote}]});
    case("returns", "How long may I return a pan?", expect)
}

/// A case that needs calls of these tools, each for the order A-1042.
pub(crate) fn calls_case(tools: &[&str]) -> Arc<Case> {
    let calls: Vec<Value> = tools.iter().map(|tool| json!({"tool": tool, "args": {"order_id": "A-1042"}})).collect();
    case("calls", "What about my order A-1042?", json!({"calls": calls}))
}

/// A trial in the making.
pub(crate) struct Scene {
    case: Arc<Case>,
    spans: Vec<SpanDetail>,
    seen: Vec<String>,
    answer: String,
    passed: Option<bool>,
    repetition: u32,
}

impl Scene {
    /// A trial of `case` that answered nothing and failed.
    pub(crate) fn of(case: &Arc<Case>) -> Self {
        Self {
            case: Arc::clone(case),
            spans: vec![],
            seen: vec![],
            answer: String::new(),
            passed: Some(false),
            repetition: 0,
        }
    }

    /// A search found whole documents, best first, and showed the first `shown`.
    pub(crate) fn finds(mut self, sources: &[&str], shown: usize) -> Self {
        let corpus = corpus();
        let passage = |(rank, source): (usize, &&str)| {
            let text = corpus.document(source).map_or("", |document| &document.text);
            let end = text.chars().count();
            FoundPassage {
                source: (*source).into(),
                start: 0,
                end,
                score: 9.0 - rank as f64,
                text: if rank < shown { text.to_owned() } else { String::new() },
            }
        };
        let passages: Vec<FoundPassage> = sources.iter().enumerate().map(passage).collect();
        self.seen.extend(passages.iter().take(shown).map(|passage| passage.text.clone()));
        self.spans.push(SpanDetail::Retrieval { query: self.case.input.question(), passages, shown });
        self
    }

    /// A tool was called for an order.
    pub(crate) fn calls(self, tool: &str, order: &str) -> Self {
        self.calls_and_gets(tool, order, ToolStatus::Done)
    }

    /// A tool was called for an order, and it went like this.
    pub(crate) fn calls_and_gets(mut self, tool: &str, order: &str, status: ToolStatus) -> Self {
        let arguments = json!({"order_id": order});
        let call = ToolCall { id: "c".into(), name: tool.into(), arguments: arguments.to_string() };
        let arguments = (status != ToolStatus::InvalidArguments).then_some(arguments);
        self.spans.push(SpanDetail::Tool { call, arguments, result: "status: sent, total: £12.50".into(), status });
        self
    }

    /// The agent answered.
    pub(crate) fn answers(mut self, text: &str) -> Self {
        self.answer = text.to_owned();
        self
    }

    /// The trial passed.
    pub(crate) fn passes(mut self) -> Self {
        self.passed = Some(true);
        self
    }

    /// Which repetition it is.
    pub(crate) fn again(mut self, repetition: u32) -> Self {
        self.repetition = repetition;
        self
    }

    /// The trial, with a model call that was shown what the search showed.
    pub(crate) fn build(self) -> TrialEvidence {
        let gold = self.case.expectation.passages.iter().map(|passage| locate(&corpus(), passage).unwrap()).collect();
        let text = format!("{}\nQuestion: {}", self.seen.join("\n"), self.case.input.question());
        let tokens = |name: &str, tokens: u64| SegmentUse { name: name.into(), tokens, dropped: 0 };
        let chat = SpanDetail::Chat {
            request: Box::new(ChatRequest::new("m", vec![Message::text(Role::User, text)])),
            response: Some(Box::new(ChatResponse {
                id: String::new(),
                model: "m".into(),
                message: Message::text(Role::Assistant, self.answer.clone()),
                finish: FinishReason::Stop,
                cost: Cost::ZERO,
            })),
            segments: vec![tokens("system", 8), tokens("tools", 60), tokens("knowledge", 40), tokens("user", 10)],
            attempts: 1,
        };
        let details = self.spans.into_iter().chain([chat]);
        let span = |(id, detail)| Span { id, parent: Some(0), start_ns: 0, end_ns: 0, detail, error: None };
        let spans = (1_u32..).zip(details).map(span).collect();
        let (run, arm) = (RunId::new("r").unwrap(), ArmName::new("base").unwrap());
        let key = TrialKey::planned(&run, &arm, &self.case.input.digest(), &Condition::Plain, self.repetition);
        let site = TrialSite {
            key,
            run,
            index: 0,
            arm,
            case: self.case.key.clone(),
            group: None,
            tags: vec![],
            condition: Condition::Plain,
            repetition: self.repetition,
        };
        let trace = Trace { id: TraceId::of(&key.0), outcome: Outcome::Answered { text: self.answer }, spans };
        let acted = ActedTrial { site, attempts: 1, cost: Cost::ZERO, trace, state: None };
        TrialEvidence { case: self.case, gold, acted, scores: vec![], passed: self.passed }
    }
}

/// The evidence of trials of the desk.
pub(crate) fn evidence(trials: Vec<TrialEvidence>) -> Evidence {
    evidence_of(variant(), trials)
}

/// The evidence of trials of `variant`.
pub(crate) fn evidence_of(variant: Variant, trials: Vec<TrialEvidence>) -> Evidence {
    let arm = Arm { name: ArmName::new("base").unwrap(), variant };
    Evidence::new(RunId::new("r").unwrap(), arm, Some(corpus()), trials).unwrap()
}
