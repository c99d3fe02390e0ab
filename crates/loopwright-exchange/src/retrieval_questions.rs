//! Questions with the exact places that answer them: a retrieval suite.

use std::collections::BTreeMap;

use loopwright_core::{Case, CaseKey, Expectation, GoldPassage, Input, SourceError, Split, Tag};
use serde::Deserialize;

use crate::SourceText;
use crate::case_file::Seen;
use crate::json_line::{JsonLine, json_lines};

#[derive(Deserialize)]
struct Question {
    id: String,
    question: String,
    corpus: String,
    references: Vec<Reference>,
}

/// First and past-the-end character, in Unicode code points.
#[derive(Deserialize)]
struct Reference {
    start_index: usize,
    end_index: usize,
}

/// Reads questions of the form of `chunking_evaluation` (github.com/brandonstarxel/chunking_evaluation), one JSON object a
/// line: `{"id", "question", "corpus", "references": [{"start_index", "end_index", …}]}`, offsets in code points.
/// `sources` says which document of the knowledge each corpus is.
///
/// The cases expect passages and no particular answer, so retrieval and citation metrics apply and answer metrics do not.
/// The corpus is a tag.
///
/// ```
/// # use std::collections::BTreeMap;
/// let line = r#"{"id": "w-1", "question": "Who?", "corpus": "wiki", "references": [{"start_index": 3, "end_index": 9}]}"#;
/// let source = loopwright_exchange::SourceText::new("questions.jsonl", line);
/// let corpora = BTreeMap::from([("wiki".to_owned(), "docs/wiki.md".to_owned())]);
/// let cases = loopwright_exchange::read_retrieval_questions(source, &corpora).unwrap();
/// assert_eq!(cases[0].expectation.passages[0].span, Some((3, 9)));
/// ```
///
/// # Errors
/// At the first line that is not of the format, names a corpus that `sources` does not, holds an empty span or none, or
/// repeats an id or a question.
pub fn read_retrieval_questions(
    source: SourceText<'_>,
    sources: &BTreeMap<String, String>,
) -> Result<Vec<Case>, SourceError> {
    let mut seen = Seen::by("id");
    let mut cases = Vec::new();
    for line in json_lines(source) {
        let case = case_of(&line, line.parse()?, sources)?;
        seen.add(&line, &case)?;
        cases.push(case);
    }
    Ok(cases)
}

fn case_of(line: &JsonLine<'_>, question: Question, sources: &BTreeMap<String, String>) -> Result<Case, SourceError> {
    let Some(document) = sources.get(&question.corpus) else {
        let known: Vec<String> = sources.keys().map(|name| format!("`{name}`")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let fault = line.fault_at_field("corpus", format!("no document is given for the corpus `{}`", question.corpus));
        return Err(fault.with_hint(format!("documents are given for: {known}")));
    };
    if question.references.is_empty() {
        return Err(line.fault_at_field("references", "the question has no reference"));
    }
    let passages = question.references.iter().map(|reference| {
        let (start, end) = (reference.start_index, reference.end_index);
        if start >= end {
            return Err(line.fault_at_field("start_index", format!("the reference {start}..{end} holds no character")));
        }
        Ok(GoldPassage { source: document.clone(), quote: None, span: Some((start, end)) })
    });
    let passages = passages.collect::<Result<Vec<_>, _>>()?;
    Ok(Case {
        key: CaseKey::new(question.id).map_err(|error| line.fault_at_field("id", error.to_string()))?,
        input: Input::text(question.question),
        expectation: Expectation { passages, ..Expectation::default() },
        tags: Tag::new(question.corpus).into_iter().collect(),
        group: None,
        owner: None,
        split: Split::Dev,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Case>, SourceError> {
        let corpora = BTreeMap::from([("wiki".to_owned(), "docs/wiki.md".to_owned())]);
        read_retrieval_questions(SourceText::new("q.jsonl", text), &corpora)
    }

    #[test]
    fn spans_become_passages() {
        let text = r#"{"id":"w-1","question":"Who?","corpus":"wiki","references":[{"content":"é","start_index":0,"end_index":1},{"start_index":5,"end_index":7}]}"#;
        let cases = read(text).unwrap();
        let spans: Vec<_> = cases[0].expectation.passages.iter().map(|passage| passage.span).collect();
        assert_eq!(spans, [Some((0, 1)), Some((5, 7))]);
        assert_eq!(cases[0].expectation.passages[0].source, "docs/wiki.md");
        assert!(cases[0].expectation.answer.is_none());
    }

    #[test]
    fn faults_say_what_to_do() {
        let other = read(r#"{"id":"w-1","question":"Who?","corpus":"news","references":[]}"#).unwrap_err();
        assert_eq!(other.hint.as_deref(), Some("documents are given for: `wiki`"));
        assert_eq!(other.position(), (1, 31));
        let empty = r#"{"id":"w-1","question":"Who?","corpus":"wiki","references":[{"start_index":5,"end_index":5}]}"#;
        assert!(read(empty).unwrap_err().message.contains("5..5"));
        assert!(read(r#"{"id":"w-1","question":"Who?","corpus":"wiki","references":[]}"#).is_err());
    }
}
