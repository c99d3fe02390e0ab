//! The material of an answer: all that the agent was given to make it from.

use loopwright_core::{Message, Role, Unscored};

use crate::metric::number::numbers;
use crate::metric::wording::{folded, has_phrase};
use crate::metric::{Judged, Reading};

/// Numbers that are often written as words.
const NUMBER_WORDS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// All that an agent was given: passages, results of tools, and what was said to it.
#[derive(Debug, Clone)]
pub(super) struct Material {
    /// What was looked up: each passage shown, and each result of a tool.
    found: Vec<String>,
    /// What was said: the conversation of the case, and the messages that models were given.
    said: Vec<String>,
}

impl Material {
    /// What the agent was given, or why that supports nothing.
    pub(super) fn of(judged: &Judged<'_>) -> Result<Self, Reading> {
        let trace = &judged.trial.trace;
        let passages = trace.retrievals().flat_map(|(_, passages, shown)| passages.iter().take(shown));
        let results = trace.tool_calls().map(|used| used.result.to_owned());
        let found: Vec<String> = passages.map(|passage| passage.text.clone()).chain(results).collect();
        if found.iter().all(|text| text.trim().is_empty()) {
            let reason = "no passage was shown, and no tool gave a result";
            return Err(Reading::Unscored(Unscored::Scorer(reason.to_owned())));
        }
        let asked = judged.case.input.messages.iter();
        let given = trace.chats().flat_map(|(request, _)| &request.messages);
        let given = given.filter(|message| message.role != Role::Assistant);
        let said = asked.chain(given).map(Message::plain_text).collect();
        Ok(Self { found, said })
    }

    /// What was looked up, text by text.
    pub(super) fn found(&self) -> &[String] {
        &self.found
    }

    /// The numbers in it, those that are written as words included.
    pub(super) fn numbers(&self) -> Vec<f64> {
        self.texts().flat_map(all_numbers).collect()
    }

    /// All of it in folded wording.
    pub(super) fn folded(&self) -> String {
        self.texts().map(folded).collect::<Vec<_>>().join("\n")
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.found.iter().chain(&self.said).map(String::as_str)
    }
}

/// The numbers of `text`, without their sign: `10-15` holds 15. Those up to twelve may be written as words.
pub(super) fn all_numbers(text: &str) -> Vec<f64> {
    let words = folded(text);
    let written = NUMBER_WORDS.iter().enumerate().filter(|(_, word)| has_phrase(&words, word));
    let written = written.map(|(value, _)| value as f64);
    numbers(text).into_iter().map(f64::abs).chain(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_written_as_words() {
        assert_eq!(all_numbers("10-15 km in two hours, at £1,250.50"), [10.0, 15.0, 1250.5, 2.0]);
        assert!(all_numbers("often, and someone").is_empty());
    }
}
