//! Models behind a network: one call is one attempt.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    BoxFuture, ChatResponse, Clock, Cost, DeltaSink, Embeddings, Model, ModelCall, ModelError, ModelErrorKind,
    ModelInfo, Usage,
};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};

use crate::announce::announce;
use crate::headroom::used_up_for;
use crate::http::{network, protocol, start_of_body, within};
use crate::patience::Body;
use crate::protocol::{Answer, Asked, Wire, WireRequest};
use crate::{Gate, Patience, Price, RemoteModel, Secret, SseParser, energy_estimate, fault, retry_after};

/// The longest that one call may take when its caller sets no deadline.
const LONGEST_CALL: Duration = Duration::from_secs(600);
/// The longest answer that is read, in bytes.
const LONGEST_BODY: usize = 32 << 20;
/// As much of an error's body as is looked at, in bytes.
const ERROR_BODY: usize = 64 << 10;

/// A model behind a network, spoken to by the protocol of its provider. One call is one attempt: put [`crate::Retry`]
/// around it.
///
/// It streams when the caller wants pieces ([`loopwright_core::DeltaSink::wants_pieces`]). Time runs on the clock
/// given, which must be one that moves by itself. Without a usage report an answer's tokens are 0 and its price is
/// unknown.
#[derive(Clone)]
pub struct RemoteClient {
    model: RemoteModel,
    key: Option<Secret>,
    price: Option<Price>,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    patience: Patience,
    gate: Option<Arc<Gate>>,
}

impl RemoteClient {
    /// An adapter for `model`. `price` is what its tokens cost, where that is known.
    pub fn new(
        model: RemoteModel,
        key: Option<Secret>,
        price: Option<Price>,
        client: reqwest::Client,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { model, key, price, client, clock, patience: Patience::default(), gate: None }
    }

    /// The same with another patience.
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// The same, which tells `gate` when the provider says that one of its limits is used up.
    pub fn with_gate(self, gate: Arc<Gate>) -> Self {
        Self { gate: Some(gate), ..self }
    }

    fn wire(&self) -> &'static dyn Wire {
        self.model.provider.protocol.wire()
    }

    async fn call(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let ModelCall { request, seed, deltas, .. } = call;
        let deltas = deltas.filter(|sink| sink.wants_pieces());
        let asked = Asked { request, seed, model: &self.model, stream: deltas.is_some() };
        let mut response = self.post(self.wire().request(&asked)?).await?;
        let streamed =
            response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let answer = match deltas {
            Some(sink) if streamed => self.read_stream(&mut response, sink).await?,
            deltas => {
                let answer = self.wire().parse(&self.body(&mut response).whole().await?)?;
                announce(&answer.response.message, deltas);
                answer
            }
        };
        Ok(ChatResponse { cost: self.cost(answer.usage), ..answer.response })
    }

    /// Reads a stream to its end and hands every piece to `sink`.
    async fn read_stream(
        &self,
        response: &mut reqwest::Response,
        sink: &mut dyn DeltaSink,
    ) -> Result<Answer, ModelError> {
        let (mut parser, mut events) = (SseParser::new(LONGEST_BODY), Vec::new());
        let (mut body, mut assembly) = (self.body(response), self.wire().assembly());
        while !assembly.is_whole() {
            let Some(piece) = body.piece().await? else { break };
            parser.push(piece.as_ref(), &mut events).map_err(|error| protocol(error.to_string()))?;
            for event in events.drain(..) {
                assembly.take(&event, sink)?;
            }
        }
        assembly.finish()
    }

    fn body<'a>(&'a self, response: &'a mut reqwest::Response) -> Body<'a> {
        Body::new(response, &*self.clock, self.patience, LONGEST_BODY)
    }

    async fn embed_batch(&self, texts: &[String]) -> Result<(Vec<Vec<f32>>, Option<Usage>), ModelError> {
        let request = self.wire().embedding_request(&self.model.model, texts)?;
        let mut response = self.post(request).await?;
        self.wire().parse_embeddings(&self.body(&mut response).whole().await?, texts.len())
    }

    /// Sends `request` and returns the answer's head when its status says success.
    async fn post(&self, request: WireRequest) -> Result<reqwest::Response, ModelError> {
        let mut sent = self
            .client
            .post(format!("{}{}", self.model.base(), request.path))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .body(request.body.to_string());
        for (name, value) in self.wire().headers() {
            sent = sent.header(*name, *value);
        }
        if let Some(key) = &self.key {
            let (name, value) = key_header(self.wire(), key)?;
            sent = sent.header(name, value);
        }
        let head = async { sent.send().await.map_err(network) };
        let mut response = within(&*self.clock, self.patience.first_byte, "first byte of the answer", head).await?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let now = self.clock.now_ns();
        if let Some((gate, pause)) = self.gate.as_ref().zip(used_up_for(header, now)) {
            gate.close_for(now, pause);
        }
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let wait = retry_after(header, now);
        let body = start_of_body(&mut response, &*self.clock, self.patience.between, ERROR_BODY).await;
        Err(fault::of_status(status, wait, &body))
    }

    fn cost(&self, usage: Option<Usage>) -> Cost {
        let money = self.price.zip(usage).map(|(price, usage)| price.of(usage));
        let energy = usage.and_then(|usage| energy_estimate(&self.model, usage)).map(|estimate| estimate.middle);
        Cost { usage: usage.unwrap_or_default(), money, energy }
    }

    /// Says which model failed, and blacks the key out of what the provider said.
    fn explained(&self, error: ModelError) -> ModelError {
        let message = format!("call `{}`: {}", self.model, error.message);
        let message = self.key.as_ref().map_or_else(|| message.clone(), |key| key.redact(&message));
        ModelError { message, ..error }
    }
}

fn key_header(wire: &dyn Wire, key: &Secret) -> Result<(HeaderName, HeaderValue), ModelError> {
    let (name, value) = wire.key_header(key.expose());
    let mut value = HeaderValue::from_str(&value).map_err(|_| ModelError {
        kind: ModelErrorKind::Auth,
        message: "the key cannot stand in a header".to_owned(),
        status: None,
    })?;
    value.set_sensitive(true);
    Ok((HeaderName::from_static(name), value))
}

impl Model for RemoteClient {
    fn info(&self) -> ModelInfo {
        let reference = self.model.to_string();
        ModelInfo { reference, simulated: false, window: None, priced: self.price.is_some() }
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(async move {
            let limit = call.deadline.unwrap_or(LONGEST_CALL).min(LONGEST_CALL);
            let answer = within(&*self.clock, limit, "complete answer", self.call(call)).await;
            answer.map_err(|error| self.explained(error))
        })
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        Box::pin(async move {
            let mut all = Embeddings { vectors: vec![], cost: Cost::ZERO };
            for batch in texts.chunks(self.wire().embedding_batch()) {
                let work = within(&*self.clock, LONGEST_CALL, "complete answer", self.embed_batch(batch));
                let (vectors, usage) = work.await.map_err(|error| self.explained(error))?;
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
