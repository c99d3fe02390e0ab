//! Gemini's `generateContent`, streamed as `streamGenerateContent`, and its embeddings.
//!
//! Source: <https://ai.google.dev/api/generate-content>. Signatures of thoughts go back with the call or the text that
//! they came with, which the newest models demand.

mod embedding;
mod request;
mod response;
mod stream;

use loopwright_core::ModelError;
use url::form_urlencoded::byte_serialize;

use super::{Answer, Asked, Assembly, Header, Vectors, Wire, WireRequest};

/// The protocol.
pub(crate) struct GenerateContent;

/// What signatures of thoughts are kept under.
const NAME: &str = "gemini";

impl Wire for GenerateContent {
    fn request(&self, asked: &Asked<'_>) -> Result<WireRequest, ModelError> {
        let method = if asked.stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
        Ok(WireRequest { path: path(asked.name(), method), body: request::body(asked) })
    }

    fn key_header(&self, key: &str) -> Header {
        ("x-goog-api-key", key.to_owned())
    }

    fn parse(&self, body: &[u8]) -> Result<Answer, ModelError> {
        response::parse(body)
    }

    fn assembly(&self) -> Box<dyn Assembly> {
        Box::<stream::Stream>::default()
    }

    fn embedding_batch(&self) -> usize {
        100
    }

    fn embedding_request(&self, model: &str, texts: &[String]) -> Result<WireRequest, ModelError> {
        Ok(WireRequest { path: path(model, "batchEmbedContents"), body: embedding::body(model, texts) })
    }

    fn parse_embeddings(&self, body: &[u8], count: usize) -> Result<Vectors, ModelError> {
        embedding::parse(body, count)
    }
}

/// The name stands in the address, so that nothing in it may change where the request goes.
fn path(model: &str, method: &str) -> String {
    let model: String = byte_serialize(model.as_bytes()).collect();
    format!("/models/{model}:{method}")
}
