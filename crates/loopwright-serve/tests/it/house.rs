//! A front on a listener, with agents, a ledger, and a client that asks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use loopwright_agent::{Always, World, WorldSeed};
use loopwright_core::{AgentName, BoxFuture, Clock, KeyRing, Ledger, PartName, RunId, Seed, Variant};
use loopwright_model::{Access, RetryRule, Secret, http_client};
use loopwright_serve::{Bounds, Front, Gateway, ServeError, ServedAgent, Setting, Unattended, serve};
use loopwright_store::Store;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// 2027-01-15 08:00:00 UTC.
pub(crate) const NOW_NS: u64 = 1_800_000_000_000_000_000;

/// Time that stands still: whoever waits for none of it goes on at once, whoever waits for some of it never does.
#[derive(Debug)]
pub(crate) struct StillClock;

impl Clock for StillClock {
    fn now_ns(&self) -> u64 {
        NOW_NS
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        if duration.is_zero() { Box::pin(std::future::ready(())) } else { Box::pin(std::future::pending()) }
    }
}

/// An agent called `name`, on `model`.
pub(crate) fn agent(name: &str, model: &str, parts: &[(&str, Value)]) -> ServedAgent {
    let model = ("model", json!({"ref": model}));
    let parts = parts.iter().chain([&model]).map(|(name, value)| (PartName::new(*name).unwrap(), value.clone()));
    let (agent, parts) = (AgentName::new(name).unwrap(), parts.collect::<BTreeMap<_, _>>());
    let variant = Variant { agent, parts, unpinned: Default::default() };
    let run = RunId::new(format!("run-{name}")).unwrap();
    ServedAgent { run, variant, index: None, world: None }
}

/// An agent that cancels orders, in a shop with one order.
pub(crate) fn shop(model: &str) -> ServedAgent {
    let id = json!({"id": {"type": "string"}});
    let cancel = json!({"name": "cancel", "effect": "write", "parameters": id,
        "statements": ["update orders set status = 'cancelled' where id = :id and status = 'open'"]});
    let world = "create table orders(id text, status text); insert into orders values ('A-1', 'open');";
    let world = World::open(&WorldSeed::build("shop.sql", world).unwrap(), None).unwrap();
    ServedAgent { world: Some(Arc::new(world)), ..agent("shop", model, &[("tools", json!([cancel]))]) }
}

/// The reference of the model that `upstream` is.
pub(crate) fn at(upstream: &crate::upstream::Upstream) -> String {
    format!("compatible:m@{}", upstream.address)
}

/// Access to models that are asked so often, without a wait.
pub(crate) fn attempts(attempts: u32) -> Arc<Access> {
    let mut access = Access::default();
    access.retry = RetryRule { attempts, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };
    Arc::new(access)
}

/// What a front of `agents` is made of, with a ledger of its own.
pub(crate) fn setting(agents: Vec<ServedAgent>) -> (Setting, Arc<Store>) {
    let store = Arc::new(Store::in_memory(Arc::new(StillClock)).unwrap());
    let setting = Setting {
        agents,
        gateway: Gateway::default(),
        ledger: Arc::clone(&store) as Arc<dyn Ledger>,
        clock: Arc::new(StillClock),
        access: attempts(1),
        seed: Seed(7),
        approver: Arc::new(Unattended),
        key: None,
        ring: Arc::clone(&store) as Arc<dyn KeyRing>,
        bounds: Bounds::default(),
        version: "0.0.0".to_owned(),
    };
    (setting, store)
}

/// A front that serves.
pub(crate) struct House {
    pub(crate) url: String,
    pub(crate) client: Client,
    drain: oneshot::Sender<()>,
    served: JoinSet<Result<(), ServeError>>,
}

impl House {
    pub(crate) async fn open(setting: Setting) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let front = Front::open(setting).await.unwrap();
        let (drain, drained) = oneshot::channel();
        let mut served = JoinSet::new();
        served.spawn(serve(listener, front, async move { drop(drained.await) }));
        Self { url, client: http_client().unwrap(), drain, served }
    }

    /// Of one agent.
    pub(crate) async fn of(agent: ServedAgent) -> (Self, Arc<Store>) {
        let (setting, store) = setting(vec![agent]);
        (Self::open(setting).await, store)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// A chat completion, not asked for yet.
    pub(crate) fn request(&self, body: &Value) -> RequestBuilder {
        self.to("/v1/chat/completions", body)
    }

    /// A request, not sent yet.
    pub(crate) fn to(&self, path: &str, body: &Value) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url));
        request.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Asked {
        Asked::of(self.to(path, body).send().await.unwrap()).await
    }

    pub(crate) async fn ask(&self, body: &Value) -> Asked {
        Asked::of(self.request(body).send().await.unwrap()).await
    }

    /// Tells the front to drain.
    pub(crate) fn drain(self) -> Draining {
        self.drain.send(()).unwrap();
        Draining { served: self.served }
    }

    /// Drains it with nothing under way.
    pub(crate) async fn close(self) {
        self.drain().end().await;
    }
}

/// A front that was told to drain.
pub(crate) struct Draining {
    served: JoinSet<Result<(), ServeError>>,
}

impl Draining {
    pub(crate) async fn end(mut self) {
        self.served.join_next().await.unwrap().unwrap().unwrap();
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) status: u16,
    pub(crate) body: String,
    headers: BTreeMap<String, String>,
}

impl Asked {
    pub(crate) async fn of(response: Response) -> Self {
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap().to_owned())
        };
        let headers = response.headers().iter().map(header).collect();
        Self { status: response.status().as_u16(), headers, body: response.text().await.unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The body as it is, but for the variant: it pins the address of the model, which differs from run to run.
    pub(crate) fn shown(&self) -> String {
        let mut parts = self.body.split(r#""variant-"#);
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |shown, part| shown + r#""variant-[DIGEST]"# + &part[8..])
    }

    /// The words of the answer.
    pub(crate) fn text(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
    }

    /// Status, code, param and message of an error.
    pub(crate) fn error(&self) -> (u16, String, String, String) {
        let error = self.json()["error"].clone();
        let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
        (self.status, text("code"), text("param"), text("message"))
    }
}

/// One question to `model`.
pub(crate) fn question(model: &str, text: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": text}]})
}

/// The same, to be streamed.
pub(crate) fn streamed(model: &str, text: &str) -> Value {
    let mut body = question(model, text);
    body["stream"] = json!(true);
    body
}

/// A key.
pub(crate) fn key(text: &str) -> Option<Secret> {
    Some(Secret::new(text).unwrap())
}

/// Everything is approved.
pub(crate) fn approving(setting: Setting) -> Setting {
    Setting { approver: Arc::new(Always::Approve), ..setting }
}

/// Runs `work` on a runtime of its own.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
