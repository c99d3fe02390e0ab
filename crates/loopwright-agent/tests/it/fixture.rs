//! An agent of a small shop, a model that follows a script, and a clock that moves by itself.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use loopwright_agent::{AgentSpec, Always, RemoteError, Reply, RunContext, Toolbox, World, WorldSeed};
use loopwright_core::{
    AgentName, BoxFuture, ChatRequest, ChatResponse, Clock, Cost, Delta, Digest, FinishReason, Input, Message,
    MicroDollars, Model, ModelCall, ModelError, ModelErrorKind, ModelInfo, PartName, Role, Seed, ToolCall, Trace,
    TraceId, Usage, Variant, VirtualClock,
};
use loopwright_knowledge::{Corpus, Document, Index, KnowledgePart, Retriever};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// What the shop's orders are like at the beginning.
const WORLD: &str = "create table orders(id text primary key, status text not null);
    insert into orders values ('A-1', 'processing'), ('A-2', 'shipped');";

/// The spec of an agent with `parts`.
pub(crate) fn spec(parts: &[(&str, Value)]) -> AgentSpec {
    let parts = parts.iter().map(|(name, value)| (PartName::new(*name).unwrap(), value.clone())).collect();
    AgentSpec::parse(&Variant { agent: AgentName::new("shop").unwrap(), parts, unpinned: Default::default() }).unwrap()
}

/// The shop's tools.
pub(crate) fn tools() -> (&'static str, Value) {
    let id = json!({"id": {"type": "string", "pattern": "^A-[0-9]+$", "description": "The order."}});
    let get = json!({"name": "get_order", "description": "Looks an order up.", "effect": "read", "parameters": id,
        "statements": ["select id, status from orders where id = :id"], "empty": "there is no such order"});
    let cancel = json!({"name": "cancel_order", "description": "Cancels an order.", "effect": "write",
        "parameters": id, "statements": ["update orders set status = 'cancelled' where id = :id"]});
    ("tools", json!([get, cancel]))
}

/// Three pages of knowledge, and the part that pins them.
pub(crate) fn knowledge() -> (Index, (&'static str, Value)) {
    let page = |source: &str, text: &str| Document { source: source.into(), text: text.into() };
    let corpus = Corpus::new(vec![
        page("docs/returns.md", "Unused goods may be returned within 30 days of the day on which they were delivered."),
        page("docs/refunds.md", "A refund of returned goods is paid within five working days, to the card you used."),
        page("docs/shipping.md", "Parcels travel with Northpost and take two days. Returned goods travel free."),
    ]);
    let corpus = corpus.unwrap();
    let part = json!({"corpus": corpus.digest().to_string()});
    let index = Index::build(&corpus, &KnowledgePart::parse(&part).unwrap()).unwrap();
    (index, ("knowledge", part))
}

/// A fresh world of the shop.
pub(crate) fn world() -> World {
    World::open(&WorldSeed::build("shop.sql", WORLD).unwrap(), None).unwrap()
}

/// A call of a tool.
pub(crate) fn call(name: &str, arguments: &str) -> ToolCall {
    ToolCall { id: "call-1".into(), name: name.into(), arguments: arguments.into() }
}

/// An answer in words, with calls.
pub(crate) fn says(text: &str, calls: Vec<ToolCall>) -> ChatResponse {
    let message = Message { tool_calls: calls, ..Message::text(Role::Assistant, text) };
    let cost = Cost { usage: Usage::new(100, 0, 20, 0), money: Some(MicroDollars(30)), energy: None };
    let (id, model) = (String::new(), "scripted".to_owned());
    ChatResponse { id, model, message, finish: FinishReason::Stop, cost }
}

/// A model that gives these answers in order, and remembers what it was asked.
#[derive(Default)]
pub(crate) struct Scripted {
    answers: Mutex<VecDeque<Result<ChatResponse, ModelErrorKind>>>,
    pub(crate) asked: Mutex<Vec<(ChatRequest, Seed)>>,
}

impl Scripted {
    pub(crate) fn new(answers: impl IntoIterator<Item = ChatResponse>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().map(Ok).collect()), ..Self::default() }
    }

    pub(crate) fn failing(kind: ModelErrorKind) -> Self {
        Self { answers: Mutex::new(VecDeque::from([Err(kind)])), ..Self::default() }
    }

    /// The texts of the messages of the last request.
    pub(crate) fn last_texts(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.last().unwrap().0.messages.iter().map(Message::plain_text).collect()
    }
}

impl Model for Scripted {
    fn info(&self) -> ModelInfo {
        ModelInfo { reference: "scripted".into(), simulated: true, window: None, priced: true }
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        self.asked.lock().unwrap().push((call.request.clone(), call.seed));
        let next = self.answers.lock().unwrap().pop_front().expect("the script is at its end");
        if let (Ok(answer), Some(sink)) = (&next, call.deltas) {
            sink.delta(Delta::Text(answer.message.plain_text()));
        }
        let failure = |kind| ModelError { kind, message: "as scripted".into(), status: None };
        Box::pin(std::future::ready(next.map_err(failure)))
    }
}

/// What a run may use beside its model.
pub(crate) struct Scene<'a> {
    pub(crate) model: &'a Scripted,
    pub(crate) approver: Always,
    pub(crate) world: Option<&'a World>,
    pub(crate) index: Option<&'a Index>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(model: &'a Scripted) -> Self {
        Self { model, approver: Always::Approve, world: None, index: None }
    }

    /// Runs the agent.
    pub(crate) fn run(&self, spec: &AgentSpec, input: &Input) -> Trace {
        let clock = VirtualClock::starting_at(1_000);
        let context = RunContext {
            clock: &clock,
            seed: Seed(7),
            model: self.model,
            retriever: self.index.map(|index| index as &dyn Retriever),
            tools: self.world.map(|world| world as &dyn Toolbox),
            approver: &self.approver,
            remote: None,
            watcher: None,
        };
        block_on(loopwright_agent::run(context, spec, input, TraceId::of(&Digest::of_bytes(b"run"))))
    }
}

/// Runs `work` on a runtime of its own.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A clock whose time passes when the test says so: a sleep ends when permitted, however long it was to be.
#[derive(Debug, Default)]
pub(crate) struct ToldClock {
    permits: Notify,
}

impl ToldClock {
    /// Ends one sleep, that of now or the next.
    pub(crate) fn end_sleep(&self) {
        self.permits.notify_one();
    }
}

impl Clock for ToldClock {
    fn now_ns(&self) -> u64 {
        1_000
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(self.permits.notified())
    }
}

/// The address of a server with these routes, without a slash at its end, and the server itself: it ends when dropped.
pub(crate) async fn served(routes: Router) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (address, server)
}

/// The failure that the agent answered with.
pub(crate) fn failure(reply: &Result<Reply, RemoteError>) -> &str {
    match reply {
        Err(RemoteError::Failed { message }) => message,
        other => panic!("no failure of the agent: {other:?}"),
    }
}

/// What kept the agent from being asked.
pub(crate) fn unreachable(reply: &Result<Reply, RemoteError>) -> &str {
    match reply {
        Err(RemoteError::Unreachable { message }) => message,
        other => panic!("no failure of the infrastructure: {other:?}"),
    }
}
