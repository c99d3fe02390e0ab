//! The protocols that models are spoken to with. A protocol writes requests and reads answers; it does no IO.

mod answer;
mod chat_completions;
mod generate_content;
mod messages;
mod responses;

use loopwright_core::{ChatRequest, DeltaSink, ModelError, ModelErrorKind, Seed, Usage};
use serde_json::Value;

use crate::{RemoteModel, SseEvent};

pub(crate) use answer::Answer;
use answer::{Draft, Unheard, data_url};

/// How a provider is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// OpenAI's chat completions, which most servers speak.
    ChatCompletions,
    /// OpenAI's responses.
    Responses,
    /// Anthropic's messages.
    Messages,
    /// Gemini's `generateContent`.
    GenerateContent,
}

impl Protocol {
    /// How it writes and reads.
    pub(crate) fn wire(self) -> &'static dyn Wire {
        match self {
            Self::ChatCompletions => &chat_completions::ChatCompletions,
            Self::Responses => &responses::Responses,
            Self::Messages => &messages::Messages,
            Self::GenerateContent => &generate_content::GenerateContent,
        }
    }
}

/// What is asked, as a protocol sees it.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a ChatRequest,
    pub(crate) seed: Seed,
    pub(crate) model: &'a RemoteModel,
    pub(crate) stream: bool,
}

impl Asked<'_> {
    /// The model's name at its provider.
    fn name(&self) -> &str {
        if self.request.model.is_empty() { &self.model.model } else { &self.request.model }
    }
}

/// One request: where it goes below the base address, and its body.
#[derive(Debug)]
pub(crate) struct WireRequest {
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// A header: its name in lower case, and its value.
pub(crate) type Header = (&'static str, String);

/// Vectors, and the tokens that they took where that was reported.
pub(crate) type Vectors = (Vec<Vec<f32>>, Option<Usage>);

/// How one protocol writes requests and reads answers.
pub(crate) trait Wire: Sync {
    /// The request that asks `asked`.
    ///
    /// # Errors
    /// When the protocol cannot say it.
    fn request(&self, asked: &Asked<'_>) -> Result<WireRequest, ModelError>;

    /// The header that carries a key.
    fn key_header(&self, key: &str) -> Header {
        ("authorization", format!("Bearer {key}"))
    }

    /// Headers of every request beside.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Reads a whole answer.
    ///
    /// # Errors
    /// When it is not one, or holds an error.
    fn parse(&self, body: &[u8]) -> Result<Answer, ModelError>;

    /// What makes an answer of a stream's events.
    fn assembly(&self) -> Box<dyn Assembly>;

    /// Texts that go in one request for embeddings.
    fn embedding_batch(&self) -> usize {
        256
    }

    /// The request that embeds `texts`.
    ///
    /// # Errors
    /// When the protocol knows no embeddings.
    fn embedding_request(&self, model: &str, texts: &[String]) -> Result<WireRequest, ModelError> {
        let _ = (model, texts);
        Err(unsupported("this provider makes no embeddings"))
    }

    /// Reads the vectors of `count` texts into their order.
    ///
    /// # Errors
    /// When there are not as many, or one is no vector.
    fn parse_embeddings(&self, body: &[u8], count: usize) -> Result<Vectors, ModelError> {
        let _ = (body, count);
        Err(unsupported("this provider makes no embeddings"))
    }
}

/// Makes an answer of a stream's events.
pub(crate) trait Assembly: Send {
    /// Takes the next event, and hands what it says to `sink`.
    ///
    /// # Errors
    /// When it is not as the protocol says, or is an error.
    fn take(&mut self, event: &SseEvent, sink: &mut dyn DeltaSink) -> Result<(), ModelError>;

    /// Whether the stream said that it is at its end.
    fn is_whole(&self) -> bool;

    /// The answer.
    ///
    /// # Errors
    /// When the stream ended before the answer did. An end is never made up.
    fn finish(self: Box<Self>) -> Result<Answer, ModelError>;
}

fn unsupported(message: &str) -> ModelError {
    ModelError { kind: ModelErrorKind::Unsupported, message: message.to_owned(), status: None }
}

/// All vectors must be there, and hold numbers.
fn checked_vectors(vectors: Vec<Vec<f32>>, count: usize) -> Result<Vec<Vec<f32>>, ModelError> {
    if vectors.len() != count {
        return Err(crate::http::protocol(format!("{} embeddings came for {count} texts", vectors.len())));
    }
    if vectors.iter().any(|vector| vector.is_empty() || vector.iter().any(|number| !number.is_finite())) {
        return Err(crate::http::protocol("an embedding is empty or holds what is no number"));
    }
    Ok(vectors)
}
