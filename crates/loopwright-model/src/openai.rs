//! The adapter for OpenAI's protocol: `/chat/completions`, streamed or not, and `/embeddings`.

mod embedding;
mod fault;
mod request;
mod response;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    BoxFuture, ChatResponse, Clock, Cost, Embeddings, Model, ModelCall, ModelError, ModelErrorKind, ModelInfo, Usage,
};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;

use crate::http::{network, protocol, start_of_body, whole_body, within};
use crate::{Price, RemoteModel, Secret, retry_after};

/// The longest that one call may take when its caller sets no deadline.
const LONGEST_CALL: Duration = Duration::from_secs(600);
/// The longest answer that is read, in bytes.
const LONGEST_BODY: usize = 32 << 20;
/// As much of an error's body as is looked at, in bytes.
const ERROR_BODY: usize = 64 << 10;

/// A model behind OpenAI's protocol. One call is one attempt: put [`crate::Retry`] around it.
///
/// It streams when the caller wants pieces ([`loopwright_core::DeltaSink::wants_pieces`]). Time runs on the clock
/// given, which must be one that moves by itself. Without a usage report an answer's tokens are 0 and its price is
/// unknown. The finish reason is the provider's word: some say `stop` beside tool calls, so look at the calls.
#[derive(Clone)]
pub struct OpenAi {
    model: RemoteModel,
    key: Option<Secret>,
    price: Option<Price>,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl OpenAi {
    /// An adapter for `model`. `price` is what its tokens cost, where that is known.
    pub fn new(
        model: RemoteModel,
        key: Option<Secret>,
        price: Option<Price>,
        client: reqwest::Client,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { model, key, price, client, clock }
    }

    async fn call(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let ModelCall { request, seed, deltas, .. } = call;
        let deltas = deltas.filter(|sink| sink.wants_pieces());
        let body = request::chat_body(request, seed, &self.model, deltas.is_some());
        let mut response = self.post("/chat/completions", &body).await?;
        let streamed =
            response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let answer = match deltas {
            Some(sink) if streamed => stream::read(&mut response, sink, LONGEST_BODY).await?,
            deltas => {
                let answer = response::parse(&whole_body(&mut response, LONGEST_BODY).await?)?;
                if let Some(sink) = deltas {
                    response::announce(&answer, sink);
                }
                answer
            }
        };
        Ok(ChatResponse { cost: self.cost(answer.usage), ..answer.response })
    }

    async fn embed_batch(&self, texts: &[String]) -> Result<(Vec<Vec<f32>>, Option<Usage>), ModelError> {
        let body = embedding::body(&self.model.model, texts);
        let mut response = self.post("/embeddings", &body).await?;
        embedding::parse(&whole_body(&mut response, LONGEST_BODY).await?, texts.len())
    }

    /// Sends `body` and returns the answer's head when its status says success.
    async fn post(&self, path: &str, body: &Value) -> Result<reqwest::Response, ModelError> {
        let mut request = self
            .client
            .post(format!("{}{path}", self.model.base()))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .body(body.to_string());
        if let Some(key) = &self.key {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose())).map_err(|_| ModelError {
                kind: ModelErrorKind::Auth,
                message: "the key cannot stand in a header".to_owned(),
                status: None,
            })?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let mut response = request.send().await.map_err(network)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let wait = retry_after(header, self.clock.now_ns());
        let body = start_of_body(&mut response, ERROR_BODY).await;
        Err(fault::of_status(status, wait, &body))
    }

    fn cost(&self, usage: Option<Usage>) -> Cost {
        let money = self.price.zip(usage).map(|(price, usage)| price.of(usage));
        Cost { usage: usage.unwrap_or_default(), money, energy: None }
    }

    /// Says which model failed, and blacks the key out of what the provider said.
    fn explained(&self, error: ModelError) -> ModelError {
        let message = format!("call `{}`: {}", self.model, error.message);
        let message = self.key.as_ref().map_or_else(|| message.clone(), |key| key.redact(&message));
        ModelError { message, ..error }
    }
}

impl Model for OpenAi {
    fn info(&self) -> ModelInfo {
        let reference = self.model.to_string();
        ModelInfo { reference, simulated: false, window: None, priced: self.price.is_some() }
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(async move {
            let limit = call.deadline.unwrap_or(LONGEST_CALL).min(LONGEST_CALL);
            within(&*self.clock, limit, self.call(call)).await.map_err(|error| self.explained(error))
        })
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        Box::pin(async move {
            let mut all = Embeddings { vectors: vec![], cost: Cost::ZERO };
            for batch in texts.chunks(embedding::BATCH) {
                let work = self.embed_batch(batch);
                let (vectors, usage) =
                    within(&*self.clock, LONGEST_CALL, work).await.map_err(|error| self.explained(error))?;
                all.vectors.extend(vectors);
                all.cost += self.cost(usage);
            }
            if all.vectors.windows(2).any(|pair| pair[0].len() != pair[1].len()) {
                return Err(self.explained(protocol("the vectors are not all of one length")));
            }
            Ok(all)
        })
    }
}
