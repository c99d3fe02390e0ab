//! Token counts of the stand-in's own tokenizer.

use loopwright_core::{ChatRequest, Message, ToolSpec};

/// Counts tokens by the stand-in's own rule, which is near a byte-pair vocabulary on English prose (about four tokens
/// for three words) and stated in full: each begun run of 7 ASCII letters is a token, each begun run of 3 digits, each
/// other visible ASCII character, each line break, and each begun pair of bytes outside ASCII. Spaces are free.
///
/// ```
/// assert_eq!(loopwright_standin::tokens("Your order R-2077 has shipped."), 9);
/// assert_eq!(loopwright_standin::tokens(""), 0);
/// ```
pub fn tokens(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut count, mut at) = (0, 0);
    while let Some(first) = bytes.get(at) {
        let kind = KINDS[usize::from(*first)];
        let begin = at;
        while bytes.get(at).is_some_and(|byte| KINDS[usize::from(*byte)] == kind) {
            at += 1;
        }
        count += kind.cost(at - begin);
    }
    count
}

/// The kind of each byte.
static KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Single; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = Kind::of(byte as u8);
        byte += 1;
    }
    kinds
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Space,
    Single,
    Wide,
}

impl Kind {
    const fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Self::Letter,
            b'0'..=b'9' => Self::Digit,
            b' ' | b'\t' | b'\r' => Self::Space,
            0x80.. => Self::Wide,
            _ => Self::Single,
        }
    }

    fn cost(self, run: usize) -> u64 {
        let run = run as u64;
        match self {
            Self::Letter => run.div_ceil(7),
            Self::Digit => run.div_ceil(3),
            Self::Space => 0,
            Self::Single => run,
            Self::Wide => run.div_ceil(2),
        }
    }
}

/// Tokens of a whole request: 3 for the request, 4 for each message beside its text, and the tools as their name,
/// description and parameters in JSON, with 6 around each.
pub fn request_tokens(request: &ChatRequest) -> u64 {
    let messages: u64 = request.messages.iter().map(message_tokens).sum();
    let tools: u64 = request.tools.iter().map(tool_tokens).sum();
    3 + messages + tools
}

pub(crate) fn message_tokens(message: &Message) -> u64 {
    4 + written_tokens(message)
}

/// Tokens of what a message says: its text and its calls.
pub(crate) fn written_tokens(message: &Message) -> u64 {
    let text = match message.content.as_slice() {
        [] => 0,
        [loopwright_core::Part::Text { text }] => tokens(text),
        _ => tokens(&message.plain_text()),
    };
    let calls: u64 = message.tool_calls.iter().map(|call| 4 + tokens(&call.name) + tokens(&call.arguments)).sum();
    text + calls
}

pub(crate) fn tool_tokens(tool: &ToolSpec) -> u64 {
    6 + tokens(&tool.name) + tokens(&tool.description) + tokens(&tool.parameters.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::Role;

    #[test]
    fn prose_takes_about_four_tokens_for_three_words() {
        let text = "Unused goods may be returned within thirty days of delivery, if the original packaging is complete. \
                    Anything bought in November or December may be returned until the end of January.";
        let words = text.split_whitespace().count() as f64;
        let ratio = tokens(text) as f64 / words;
        assert!((1.15..1.5).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_request_counts_messages_and_tools() {
        let mut request = ChatRequest::new("standin:small", vec![Message::text(Role::User, "Where is it?")]);
        assert_eq!(request_tokens(&request), 3 + 4 + 4);
        request.tools.push(ToolSpec { name: "a".into(), description: "b".into(), parameters: serde_json::json!({}) });
        assert_eq!(request_tokens(&request), 11 + 6 + 2 + 2);
    }
}
