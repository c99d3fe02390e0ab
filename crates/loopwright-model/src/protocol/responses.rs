//! OpenAI's responses. The provider keeps nothing (`store: false`): the whole conversation goes with each request, and
//! reasoning goes back sealed, as it came.
//!
//! Source: <https://platform.openai.com/docs/api-reference/responses>. There is no seed.

mod request;
mod response;
mod stream;

use loopwright_core::ModelError;

use super::{Answer, Asked, Assembly, Wire, WireRequest};

/// The protocol.
pub(crate) struct Responses;

/// What sealed reasoning is kept under.
const NAME: &str = "openai-responses";

impl Wire for Responses {
    fn request(&self, asked: &Asked<'_>) -> Result<WireRequest, ModelError> {
        Ok(WireRequest { path: "/responses".to_owned(), body: request::body(asked) })
    }

    fn parse(&self, body: &[u8]) -> Result<Answer, ModelError> {
        response::parse(body)
    }

    fn assembly(&self) -> Box<dyn Assembly> {
        Box::<stream::Stream>::default()
    }
}
