//! OpenAI's chat completions, and its embeddings, which many servers speak.
//!
//! Source: <https://platform.openai.com/docs/api-reference/chat>. The finish reason is the provider's word: some say
//! `stop` beside tool calls.

mod embedding;
mod request;
mod response;
mod stream;

use loopwright_core::ModelError;

use super::{Answer, Asked, Assembly, Vectors, Wire, WireRequest};

/// The protocol.
pub(crate) struct ChatCompletions;

impl Wire for ChatCompletions {
    fn request(&self, asked: &Asked<'_>) -> Result<WireRequest, ModelError> {
        Ok(WireRequest { path: "/chat/completions".to_owned(), body: request::chat_body(asked) })
    }

    fn parse(&self, body: &[u8]) -> Result<Answer, ModelError> {
        response::parse(body)
    }

    fn assembly(&self) -> Box<dyn Assembly> {
        Box::<stream::Stream>::default()
    }

    fn embedding_request(&self, model: &str, texts: &[String]) -> Result<WireRequest, ModelError> {
        Ok(WireRequest { path: "/embeddings".to_owned(), body: embedding::body(model, texts) })
    }

    fn parse_embeddings(&self, body: &[u8], count: usize) -> Result<Vectors, ModelError> {
        embedding::parse(body, count)
    }
}
