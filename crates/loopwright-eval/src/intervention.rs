//! Interventions: one stage of the agent is replaced by what would have been right, and the rest runs as it is.
//!
//! `context`: the search shows the gold passages and nothing else. `tool`: only the tools of the gold calls are offered.
//! `arguments`: a call of a gold tool is given the gold arguments. What an intervention wins over a plain rerun bounds
//! what any technique for that stage can win.

use std::collections::BTreeSet;
use std::sync::Arc;

use loopwright_agent::{AgentSpec, PartError};
use loopwright_core::{
    BoxFuture, Case, ChatRequest, ChatResponse, Condition, FoundPassage, GoldCall, Model, ModelCall, ModelError,
    ModelInfo, PartName, ToolCall, Variant,
};
use loopwright_knowledge::{Corpus, GoldSpan, Order, Retrieved};
use serde_json::Value;

/// The stages that can be replaced, in the order in which an agent goes through them, each with what is put in its place.
pub const STAGES: [(&str, &str); 3] = [
    ("context", "the search shows the gold passages and nothing else"),
    ("tool", "only the tools of the gold calls are offered"),
    ("arguments", "a call of a gold tool is given the gold arguments"),
];

/// Which stages are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Swaps {
    pub(crate) context: bool,
    pub(crate) tool: bool,
    pub(crate) arguments: bool,
}

impl Swaps {
    /// The stages that `condition` replaces.
    ///
    /// # Errors
    /// The first name that is no stage.
    pub(crate) fn of(condition: &Condition) -> Result<Self, String> {
        let mut swaps = Self::default();
        let Condition::Intervention(stages) = condition else { return Ok(swaps) };
        for stage in stages {
            match stage.as_str() {
                "context" => swaps.context = true,
                "tool" => swaps.tool = true,
                "arguments" => swaps.arguments = true,
                other => return Err(format!("`{other}` is not a stage; there is `context`, `tool` and `arguments`")),
            }
        }
        Ok(swaps)
    }
}

/// The gold passages as the only ones found; `None` when the case names none.
pub(crate) fn gold_context(corpus: &Corpus, gold: &[GoldSpan]) -> Option<Retrieved> {
    let passage = |(rank, span): (usize, &GoldSpan)| {
        let document = corpus.document(&span.source)?;
        let (start, end) = (span.start, span.end);
        let score = 1.0 / (1 + rank) as f64;
        Some(FoundPassage {
            source: span.source.clone(),
            start,
            end,
            score,
            text: document.slice(start, end).to_owned(),
        })
    };
    let passages: Vec<FoundPassage> = gold.iter().enumerate().filter_map(passage).collect();
    let shown = passages.len();
    (shown > 0).then(|| Retrieved::new(passages, shown, Order::Relevance))
}

/// The tools that `case` needs: none when it is answered from passages, `None` when it says nothing of tools.
pub(crate) fn gold_tools(case: &Case) -> Option<BTreeSet<&str>> {
    let expectation = &case.expectation;
    match &expectation.calls {
        Some(calls) => Some(calls.iter().map(|call| call.tool.as_str()).collect()),
        None if !expectation.passages.is_empty() => Some(BTreeSet::new()),
        None => None,
    }
}

/// `spec`, offering the tools `names` alone.
///
/// # Errors
/// When the remaining parts cannot be read, which a variant that was read before never gives.
pub(crate) fn offering(variant: &Variant, names: &BTreeSet<&str>) -> Result<AgentSpec, PartError> {
    let mut fewer = variant.clone();
    if let Ok(tools) = PartName::new("tools")
        && let Some(Value::Array(tools)) = fewer.parts.get_mut(&tools)
    {
        tools.retain(|tool| tool["name"].as_str().is_some_and(|name| names.contains(name)));
    }
    AgentSpec::parse(&fewer)
}

/// A model whose calls of gold tools are given the gold arguments.
pub(crate) struct RightArguments {
    pub(crate) inner: Arc<dyn Model>,
    pub(crate) gold: Vec<GoldCall>,
}

impl Model for RightArguments {
    fn info(&self) -> ModelInfo {
        self.inner.info()
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        let request = call.request;
        Box::pin(async move {
            let mut response = self.inner.chat(call).await?;
            let mut made = earlier_calls(request);
            for call in &mut response.message.tool_calls {
                self.mend(call, &made);
                made.push(call.name.clone());
            }
            Ok(response)
        })
    }
}

impl RightArguments {
    /// The n-th call of a tool is given the arguments of its n-th gold call, or of the last one.
    fn mend(&self, call: &mut ToolCall, made: &[String]) {
        let number = made.iter().filter(|name| **name == call.name).count();
        let of_tool: Vec<&GoldCall> = self.gold.iter().filter(|gold| gold.tool == call.name).collect();
        if let Some(gold) = of_tool.get(number).or(of_tool.last()) {
            call.arguments = Value::Object(gold.arguments()).to_string();
        }
    }
}

fn earlier_calls(request: &ChatRequest) -> Vec<String> {
    let calls = request.messages.iter().flat_map(|message| &message.tool_calls);
    calls.map(|call| call.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::{Cost, FinishReason, Message, Role, Seed};
    use serde_json::json;

    #[test]
    fn reads_the_stages_and_refuses_others() {
        let swaps = Swaps::of(&Condition::intervention(&["context", "arguments"])).unwrap();
        assert_eq!(swaps, Swaps { context: true, tool: false, arguments: true });
        assert!(Swaps::of(&Condition::intervention(&["weather"])).unwrap_err().contains("`weather`"));
        assert_eq!(Swaps::of(&Condition::Plain), Ok(Swaps::default()));
    }

    #[test]
    fn the_gold_passages_are_all_that_is_shown() {
        let page = loopwright_knowledge::Document { source: "a.md".into(), text: "One. Two. Three.".into() };
        let corpus = Corpus::new(vec![page]).unwrap();
        let shown = gold_context(&corpus, &[GoldSpan { source: "a.md".into(), start: 5, end: 9 }]).unwrap();
        assert_eq!(shown.shown()[0].text, "Two.");
        assert!(gold_context(&corpus, &[]).is_none());
    }

    struct Says(Vec<ToolCall>);

    impl Model for Says {
        fn info(&self) -> ModelInfo {
            ModelInfo { reference: "says".into(), simulated: true, window: None, priced: true }
        }

        fn chat<'a>(&'a self, _: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
            let message = Message { tool_calls: self.0.clone(), ..Message::text(Role::Assistant, "") };
            let (id, model) = (String::new(), String::new());
            let response = ChatResponse { id, model, message, finish: FinishReason::ToolCalls, cost: Cost::ZERO };
            Box::pin(std::future::ready(Ok(response)))
        }
    }

    #[tokio::test]
    async fn the_nth_call_gets_the_nth_gold_arguments() {
        let gold = ["A-1", "A-2"].map(|id| serde_json::from_value(json!({"tool": "get", "args": {"id": id}})).unwrap());
        let call = |id: &str| ToolCall { id: id.into(), name: "get".into(), arguments: "{}".into() };
        let inner = Arc::new(Says(vec![call("1"), call("2"), call("3")]));
        let model = RightArguments { inner, gold: gold.into() };
        let request = ChatRequest::new("m", vec![]);
        let asked = ModelCall { request: &request, seed: Seed(1), deadline: None, deltas: None };
        let calls = model.chat(asked).await.unwrap().message.tool_calls;
        let given: Vec<&str> = calls.iter().map(|call| call.arguments.as_str()).collect();
        assert_eq!(given, [r#"{"id":"A-1"}"#, r#"{"id":"A-2"}"#, r#"{"id":"A-2"}"#]);
    }
}
