//! Embeddings as the protocol writes them.

use loopwright_core::ModelError;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::protocol;
use crate::protocol::{Vectors, checked_vectors};

#[derive(Debug, Deserialize)]
struct WireEmbeddings {
    data: Vec<WireVector>,
    #[serde(default)]
    usage: Option<super::response::WireUsage>,
}

#[derive(Debug, Deserialize)]
struct WireVector {
    index: usize,
    embedding: Vec<f32>,
}

/// The body of a request for embeddings.
pub(crate) fn body(model: &str, texts: &[String]) -> Value {
    json!({ "model": model, "input": texts, "encoding_format": "float" })
}

/// Reads the vectors of `count` texts into their order.
pub(crate) fn parse(body: &[u8], count: usize) -> Result<Vectors, ModelError> {
    let mut wire: WireEmbeddings = serde_json::from_slice(body)
        .map_err(|error| protocol(format!("the embeddings are not as the protocol says: {error}")))?;
    wire.data.sort_by_key(|vector| vector.index);
    if !wire.data.iter().map(|vector| vector.index).eq(0..count) {
        return Err(protocol(format!("{} embeddings came for {count} texts", wire.data.len())));
    }
    let vectors = wire.data.into_iter().map(|vector| vector.embedding).collect();
    let vectors = checked_vectors(vectors, count)?;
    Ok((vectors, wire.usage.map(|usage| usage.tokens())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_by_index_and_counts() {
        let body =
            br#"{"data":[{"index":1,"embedding":[2,3]},{"index":0,"embedding":[0.5,1]}],"usage":{"prompt_tokens":4}}"#;
        let (vectors, usage) = parse(body, 2).unwrap();
        assert_eq!((vectors, usage.unwrap().input()), (vec![vec![0.5, 1.0], vec![2.0, 3.0]], 4));
        assert!(parse(body, 3).is_err());
        assert!(parse(br#"{"data":[{"index":0,"embedding":[1e99]}]}"#, 1).is_err());
        assert!(parse(br#"{"data":[{"index":0,"embedding":[]}]}"#, 1).is_err());
    }
}
