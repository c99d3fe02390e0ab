//! A label: a human's judgement on a trial.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Digest, TrialKey};

/// A human's judgement on a trial. Each says at least one thing; the same judgement of the same person is one label,
/// however often it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The trial.
    pub trial: TrialKey,
    /// What is judged, such as `helpful`; `None` for the answer as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How good it was, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// A word for it, such as `wrong-order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// What the person says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What the answer should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// Who judged, as whoever passed the judgement on calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When it was given, nanoseconds since the Unix epoch.
    pub given_ns: u64,
}

impl Label {
    /// The identity of the judgement: all of it but the time, so that sending it twice gives one label.
    pub fn digest(&self) -> Digest {
        let Self { trial, name, score, word, comment, correction, author, given_ns: _ } = self;
        Digest::of_json(&json!([trial, name, score, word, comment, correction, author]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judgement_is_the_same_whenever_it_is_sent() {
        let trial = TrialKey(Digest::of_bytes(b"t"));
        let (name, score, word, comment, correction, author) = (None, Some(1.0), None, None, None, None);
        let label = Label { trial, name, score, word, comment, correction, author, given_ns: 1 };
        assert_eq!(Label { given_ns: 2, ..label.clone() }.digest(), label.digest());
        assert_ne!(Label { score: Some(0.0), ..label.clone() }.digest(), label.digest());
    }
}
