//! Samples of OpenAI's evals: questions with the answers that are right. Source of the format: the registry of
//! github.com/openai/evals (MIT).

use loopwright_core::{AnswerRule, Case, CaseKey, Expectation, Input, SourceError, Split};
use serde::Deserialize;
use serde_json::Value;

use crate::SourceText;
use crate::case_file::Seen;
use crate::foreign_name::plain_name;
use crate::json_line::{JsonLine, json_lines};
use crate::plain_message::message;

/// How an answer is compared with the right ones, named as OpenAI's evals name their classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenAiEval {
    /// It begins with one of them (`evals.elsuite.basic.match:Match`).
    Match,
    /// It contains one of them (`evals.elsuite.basic.includes:Includes`).
    Includes,
}

#[derive(Debug, Deserialize)]
struct Sample {
    /// A text, or a list of messages.
    input: Value,
    /// A text, or a list of texts of which one is right.
    #[serde(default)]
    ideal: Value,
}

/// Reads samples (`{"input", "ideal"}`, one JSON object a line) as cases. Other keys, which single evals add, are not read.
///
/// A sample has no id; its key is `prefix` and the number of its line. The first right answer is the reference too; a sample
/// without `ideal` expects nothing. A sample that stands there twice word by word is read once, for trials are known by
/// their input.
///
/// ```
/// use loopwright_exchange::{OpenAiEval, SourceText, read_openai_evals};
/// let line = r#"{"input": [{"role": "user", "content": "Capital of France?"}], "ideal": ["Paris"]}"#;
/// let cases = read_openai_evals(SourceText::new("samples.jsonl", line), "capitals", OpenAiEval::Includes).unwrap();
/// assert_eq!(cases[0].key.as_str(), "capitals-1");
/// ```
///
/// # Errors
/// At the first line that is not of the format, or that gives two samples of one input other answers.
pub fn read_openai_evals(source: SourceText<'_>, prefix: &str, eval: OpenAiEval) -> Result<Vec<Case>, SourceError> {
    let mut seen = Seen::by("input");
    let mut cases: Vec<Case> = Vec::new();
    for line in json_lines(source) {
        let case = case_of(&line, line.parse()?, prefix, eval)?;
        if seen.has_input_of(&case)
            && cases.iter().any(|one| one.input == case.input && one.expectation == case.expectation)
        {
            continue;
        }
        seen.add(&line, &case)?;
        cases.push(case);
    }
    Ok(cases)
}

fn case_of(line: &JsonLine<'_>, sample: Sample, prefix: &str, eval: OpenAiEval) -> Result<Case, SourceError> {
    let ideal = ideal(&sample.ideal).map_err(|message| line.fault_at_field("ideal", message))?;
    let key = CaseKey::new(format!("{}-{}", plain_name(prefix), line.number));
    Ok(Case {
        key: key.map_err(|error| line.fault(error.to_string()))?,
        input: input(&sample.input).map_err(|message| line.fault_at_field("input", message))?,
        expectation: Expectation {
            reference: ideal.first().cloned(),
            answer: answer(ideal, eval),
            ..Expectation::default()
        },
        tags: [].into(),
        group: None,
        owner: None,
        split: Split::Dev,
    })
}

fn input(value: &Value) -> Result<Input, String> {
    let said = match value {
        Value::String(text) => return Ok(Input::text(text)),
        Value::Array(said) if !said.is_empty() => said,
        _ => return Err("`input` is neither a text nor a list of messages".to_owned()),
    };
    Ok(Input {
        messages: said.iter().map(message).collect::<Result<_, _>>()?,
        tools: vec![],
        setup: None,
        then: vec![],
    })
}

fn ideal(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Null => Ok(vec![]),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(texts) => {
            let text = |one: &Value| one.as_str().map(str::to_owned);
            texts.iter().map(text).collect::<Option<_>>().ok_or_else(|| "an `ideal` answer is not a text".to_owned())
        }
        _ => Err("`ideal` is neither a text nor a list of texts".to_owned()),
    }
}

fn answer(mut ideal: Vec<String>, eval: OpenAiEval) -> Option<AnswerRule> {
    if ideal.is_empty() {
        return None;
    }
    Some(match eval {
        OpenAiEval::Includes if ideal.len() == 1 => AnswerRule::Contains(ideal.remove(0)),
        OpenAiEval::Includes => AnswerRule::ContainsAny(ideal),
        OpenAiEval::Match => {
            let texts: Vec<&str> = ideal.iter().map(String::as_str).collect();
            AnswerRule::Regex(format!("^(?:{})", crate::pattern::alternatives(&texts)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Case>, SourceError> {
        read_openai_evals(SourceText::new("s.jsonl", text), "two words", OpenAiEval::Match)
    }

    #[test]
    fn samples_become_cases() {
        let line = r#"{"input":[{"role":"system","content":"S"},{"role":"user","content":"Q"}],"ideal":["a.b","c"]}"#;
        let other = r#"{"input":"Only a text","ideal":"x","choices":["kept elsewhere"]}"#;
        let cases = read(&format!("{line}\n{other}\n{line}\n")).unwrap();
        assert_eq!(cases.len(), 2, "a sample that stands there twice is one case");
        assert_eq!(cases[0].input.messages.len(), 2);
        assert_eq!(cases[0].expectation.answer, Some(AnswerRule::Regex(r"^(?:a\.b|c)".into())));
        assert_eq!(cases[0].expectation.reference.as_deref(), Some("a.b"));
        assert!(cases[1].key.as_str().ends_with("-2"));
    }

    #[test]
    fn faults_show_their_line_and_place() {
        assert_eq!(
            read("{\"input\":3}").unwrap_err().to_string(),
            "s.jsonl:1:2: `input` is neither a text nor a list of messages"
        );
        let odd = read("{\"input\":\"a\",\"ideal\":[1]}").unwrap_err();
        assert_eq!(odd.to_string(), "s.jsonl:1:14: an `ideal` answer is not a text");
        let two = read("{\"input\":\"a\",\"ideal\":\"b\"}\n{\"input\":\"a\",\"ideal\":\"c\"}").unwrap_err();
        assert!(two.message.starts_with("the input is the same as that of"), "{two}");
    }
}
