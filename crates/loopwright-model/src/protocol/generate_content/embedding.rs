//! Embeddings as the protocol writes them.

use loopwright_core::ModelError;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::protocol;
use crate::protocol::{Vectors, checked_vectors};

#[derive(Debug, Deserialize)]
struct WireEmbeddings {
    embeddings: Vec<WireVector>,
}

#[derive(Debug, Deserialize)]
struct WireVector {
    values: Vec<f32>,
}

/// The body of a request for embeddings.
pub(super) fn body(model: &str, texts: &[String]) -> Value {
    let name = format!("models/{model}");
    let one = |text: &String| json!({ "model": name, "content": { "parts": [{ "text": text }] } });
    json!({ "requests": texts.iter().map(one).collect::<Vec<Value>>() })
}

/// Reads the vectors of `count` texts, which come in order. Tokens are not reported.
pub(super) fn parse(body: &[u8], count: usize) -> Result<Vectors, ModelError> {
    let wire: WireEmbeddings = serde_json::from_slice(body)
        .map_err(|error| protocol(format!("the embeddings are not as the protocol says: {error}")))?;
    let vectors = wire.embeddings.into_iter().map(|vector| vector.values).collect();
    Ok((checked_vectors(vectors, count)?, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_come_in_order() {
        let sent = body("gemini-embedding-001", &["a".to_owned()]);
        let one = json!({"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "a"}]}});
        assert_eq!(sent, json!({"requests": [one]}));
        let got = br#"{"embeddings":[{"values":[1,0]},{"values":[0,1]}]}"#;
        assert_eq!(parse(got, 2).unwrap(), (vec![vec![1.0, 0.0], vec![0.0, 1.0]], None));
        assert!(parse(got, 3).is_err() && parse(br#"{"embeddings":[{"values":[]}]}"#, 1).is_err());
    }
}
