//! Failures that the provider reports, as kinds.

use std::time::Duration;

use loopwright_core::{ModelError, ModelErrorKind};
use serde_json::Value;

/// Characters of a provider's message that are kept.
const MESSAGE: usize = 300;

/// What servers write in their codes, types and messages, in lower case, and what it means. The first that is found
/// decides. Sources: the errors pages of OpenAI, Anthropic and Gemini, and what local servers are seen to write.
const WORDS: [(&str, ModelErrorKind); 27] = [
    ("context_length_exceeded", ModelErrorKind::ContextOverflow),
    ("maximum context length", ModelErrorKind::ContextOverflow),
    ("exceeds the context window", ModelErrorKind::ContextOverflow),
    ("exceeds the available context size", ModelErrorKind::ContextOverflow),
    ("context size has been exceeded", ModelErrorKind::ContextOverflow),
    ("greater than the context length", ModelErrorKind::ContextOverflow),
    ("exceeds the maximum number of tokens", ModelErrorKind::ContextOverflow),
    ("prompt is too long", ModelErrorKind::ContextOverflow),
    ("reduce the length of the messages", ModelErrorKind::ContextOverflow),
    ("insufficient_quota", ModelErrorKind::Budget),
    ("billing_error", ModelErrorKind::Budget),
    ("credit balance is too low", ModelErrorKind::Budget),
    ("content_policy", ModelErrorKind::Policy),
    ("content_filter", ModelErrorKind::Policy),
    ("overloaded", ModelErrorKind::Overloaded { retry_after: None }),
    ("slow_down", ModelErrorKind::Overloaded { retry_after: None }),
    ("rate_limit", ModelErrorKind::RateLimited { retry_after: None }),
    ("resource_exhausted", ModelErrorKind::RateLimited { retry_after: None }),
    ("invalid_api_key", ModelErrorKind::Auth),
    ("authentication_error", ModelErrorKind::Auth),
    ("permission_error", ModelErrorKind::Auth),
    ("api key not valid", ModelErrorKind::Auth),
    ("timeout_error", ModelErrorKind::Timeout),
    ("deadline_exceeded", ModelErrorKind::Timeout),
    ("not_found_error", ModelErrorKind::BadRequest),
    ("request_too_large", ModelErrorKind::BadRequest),
    ("invalid_request_error", ModelErrorKind::BadRequest),
];

/// The failure that an answer with this status and body reports.
pub(crate) fn of_status(status: u16, wait: Option<Duration>, body: &[u8]) -> ModelError {
    let text = String::from_utf8_lossy(body);
    let value: Option<Value> = serde_json::from_slice(body).ok();
    match value.as_ref().map(|value| value.get("error").unwrap_or(value)) {
        Some(error) if error.is_object() || error.is_string() => of_object(error, Some(status), wait),
        _ => failure(status_kind(status, wait, &text), Some(status), &text),
    }
}

/// The failure that an error object reports, which may come inside a stream or under status 200.
pub(crate) fn of_object(error: &Value, status: Option<u16>, wait: Option<Duration>) -> ModelError {
    let said = |field: &str| error.get(field).and_then(Value::as_str);
    let wait = wait.or_else(|| retry_delay(error));
    let own = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let message = error.as_str().or(said("message")).or(said("detail")).unwrap_or_default();
    let words =
        [said("code"), said("type"), said("status"), Some(message)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let kind = match status.or(own) {
        Some(status) => status_kind(status, wait, &words),
        None => worded_kind(&words).unwrap_or(ModelErrorKind::Provider),
    };
    let shown = if message.is_empty() { error.to_string() } else { message.to_owned() };
    failure(kind, status.or(own), &shown)
}

/// The kind that a status stands for; the words decide where a status has several meanings.
fn status_kind(status: u16, wait: Option<Duration>, words: &str) -> ModelErrorKind {
    match (status, worded_kind(words)) {
        (429, Some(ModelErrorKind::Budget)) | (402, _) => ModelErrorKind::Budget,
        (429, _) => ModelErrorKind::RateLimited { retry_after: wait },
        (400 | 413 | 422 | 500, Some(ModelErrorKind::ContextOverflow)) => ModelErrorKind::ContextOverflow,
        (400 | 403, Some(kind @ (ModelErrorKind::Policy | ModelErrorKind::Budget))) => kind,
        (400 | 401 | 403, Some(ModelErrorKind::Auth)) | (401 | 403, _) => ModelErrorKind::Auth,
        (408 | 504, _) => ModelErrorKind::Timeout,
        // A lock that another request holds for the moment.
        (409, _) => ModelErrorKind::Provider,
        (501, _) => ModelErrorKind::Unsupported,
        (503 | 529, _) | (500.., Some(ModelErrorKind::Overloaded { .. })) => {
            ModelErrorKind::Overloaded { retry_after: wait }
        }
        (500.., _) => ModelErrorKind::Provider,
        (..400, _) => ModelErrorKind::Protocol,
        _ => ModelErrorKind::BadRequest,
    }
}

fn worded_kind(words: &str) -> Option<ModelErrorKind> {
    let words = words.to_lowercase();
    WORDS.iter().find(|(mark, _)| words.contains(mark)).map(|(_, kind)| kind.clone())
}

/// How long Gemini asks to wait: `RetryInfo` among the details, such as `"retryDelay": "3.5s"`.
fn retry_delay(error: &Value) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    Duration::try_from_secs_f64(delay.strip_suffix('s')?.parse().ok()?).ok()
}

fn failure(kind: ModelErrorKind, status: Option<u16>, said: &str) -> ModelError {
    let what = match &kind {
        ModelErrorKind::RateLimited { .. } => "too many requests",
        ModelErrorKind::Overloaded { .. } => "the provider is overloaded",
        ModelErrorKind::Policy => "the provider's policy does not allow this",
        ModelErrorKind::Auth => "the key is missing or refused",
        ModelErrorKind::ContextOverflow => "the request is longer than the model's window",
        ModelErrorKind::Budget => "the account's quota is used up",
        ModelErrorKind::Timeout => "the provider ran out of time",
        ModelErrorKind::Unsupported => "the provider cannot do this",
        ModelErrorKind::Protocol => "the address does not answer as an API",
        ModelErrorKind::BadRequest => "the provider refuses the request",
        _ => "the provider is in trouble",
    };
    let status_said = status.map(|status| format!(" (status {status})")).unwrap_or_default();
    let said = clean(said);
    let message = if said.is_empty() { format!("{what}{status_said}") } else { format!("{what}{status_said}: {said}") };
    ModelError { kind, message, status }
}

/// One line without control characters, cut to a readable length.
fn clean(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MESSAGE) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> ModelErrorKind {
        of_status(status, None, body.as_bytes()).kind
    }

    #[test]
    fn statuses_and_words_make_kinds() {
        assert_eq!(kind(401, r#"{"error":{"message":"Incorrect API key"}}"#), ModelErrorKind::Auth);
        assert_eq!(kind(429, ""), ModelErrorKind::RateLimited { retry_after: None });
        assert_eq!(kind(429, r#"{"error":{"code":"insufficient_quota"}}"#), ModelErrorKind::Budget);
        let long = r#"{"error":{"message":"x","type":"invalid_request_error","code":"context_length_exceeded"}}"#;
        assert_eq!(kind(400, long), ModelErrorKind::ContextOverflow);
        assert_eq!(kind(400, r#"{"error":"the prompt is too long: 9 tokens"}"#), ModelErrorKind::ContextOverflow);
        assert_eq!(kind(404, r#"{"error":{"message":"model not found"}}"#), ModelErrorKind::BadRequest);
        assert_eq!(kind(502, "<html>bad gateway</html>"), ModelErrorKind::Provider);
        assert_eq!(kind(302, ""), ModelErrorKind::Protocol);
        let wait = Some(Duration::from_secs(2));
        assert_eq!(of_status(503, wait, b"").kind, ModelErrorKind::Overloaded { retry_after: wait });
    }

    #[test]
    fn providers_are_understood() {
        let anthropic = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        assert_eq!(kind(529, anthropic), ModelErrorKind::Overloaded { retry_after: None });
        let poor =
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#;
        assert_eq!(kind(400, poor), ModelErrorKind::Budget);
        let filtered = r#"{"error":{"code":"content_filter","message":"filtered","status":400}}"#;
        assert_eq!(kind(400, filtered), ModelErrorKind::Policy);
        let gemini = r#"{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[
            {"@type":"type.googleapis.com/google.rpc.Help"},
            {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"}]}}"#;
        assert_eq!(kind(429, gemini), ModelErrorKind::RateLimited { retry_after: Some(Duration::from_millis(3500)) });
        let key = r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}"#;
        assert_eq!(kind(400, key), ModelErrorKind::Auth);
    }

    #[test]
    fn messages_are_one_clean_line() {
        let error = of_status(500, None, b"{\"error\":{\"message\":\"a\\u001b[31m\\nb.\"}}");
        assert_eq!(error.message, "the provider is in trouble (status 500): a [31m b");
        assert_eq!(of_status(500, None, b"").message, "the provider is in trouble (status 500)");
        assert!(of_status(500, None, "é".repeat(9000).as_bytes()).message.chars().count() < 400);
    }

    #[test]
    fn an_error_inside_a_stream_may_name_its_status() {
        let error = of_object(&serde_json::json!({"code": 429, "message": "slow"}), None, None);
        assert_eq!((error.kind, error.status), (ModelErrorKind::RateLimited { retry_after: None }, Some(429)));
        assert_eq!(of_object(&serde_json::json!({"message": "?"}), None, None).kind, ModelErrorKind::Provider);
    }
}
