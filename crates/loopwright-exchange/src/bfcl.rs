//! The Berkeley Function-Calling Leaderboard: the single-turn categories of its version 4, and the shape of August 2024. Source of the format: the `bfcl_eval` package of github.com/ShishirPatil/gorilla (Apache-2.0).

mod answer;
mod question;
mod schema;

use std::collections::BTreeMap;

use loopwright_core::{Case, CaseKey, Check, Expectation, GoldCall, Input, SourceError, Split, Tag};

use crate::SourceText;
use crate::case_file::Seen;
use crate::json_line::{JsonLine, json_lines};
use question::Question;
use schema::Language;

/// The files of one BFCL category.
#[derive(Debug, Clone, Copy)]
pub struct BfclFiles<'a> {
    /// `BFCL_v4_<category>.json`: despite its name JSON Lines.
    pub questions: SourceText<'a>,
    /// `possible_answer/<the same name>`; the irrelevance categories have none.
    pub answers: Option<SourceText<'a>>,
}

/// Reads one BFCL category as cases: the functions become the case's own tools, the accepted answers its needed calls.
///
/// - A question's id is the case's key, its category (`simple_python`, `multiple`, …) its tag.
/// - Names of tools and of needed calls have `.` replaced by `_`, as BFCL itself does for models whose API refuses dots.
/// - Types are JSON Schema's: `dict` → `object`, `float` → `number`, `tuple` → `array`, `any` → none. Where that loses
///   the word, it is kept as `x-python-type` (`tuple`, `any`); everywhere else the word can be read back.
/// - In the Java and JavaScript categories the words of those languages are kept as `x-java-type` and `x-javascript-type`.
///   BFCL has a model write their arguments as source text; here they are JSON values of the like type (`HashMap` →
///   `object`), and only `any` is an expression, written as a text.
/// - `""` among the accepted values becomes [`loopwright_core::GoldArg::optional`].
/// - In an irrelevance category no call is right: `calls` is an empty list. In a relevance category some call is, whichever
///   it may be: a check on the number of calls. Questions of another category read without answers expect nothing.
///
/// `live_irrelevance` asks some questions twice, word by word; they are read once, for trials are known by their input.
/// Answers to questions that are not in the file are skipped, so a part of a category can be read with all its answers.
///
/// # Errors
/// At the first line that is not of the format, a type that the category's language does not have, a multi-turn question,
/// a question without its answer, or an id or input that stands twice.
pub fn read_bfcl(files: &BfclFiles<'_>) -> Result<Vec<Case>, SourceError> {
    let mut answers = files.answers.map(answer::read_answers).transpose()?;
    let mut seen = Seen::by("id");
    let mut cases = Vec::new();
    for line in json_lines(files.questions) {
        let question: Question = line.parse()?;
        let case = case_of(&line, question, answers.as_mut())?;
        if seen.has_input_of(&case) && case.expectation.calls.as_ref().is_some_and(Vec::is_empty) {
            continue;
        }
        seen.add(&line, &case)?;
        cases.push(case);
    }
    Ok(cases)
}

fn case_of(
    line: &JsonLine<'_>,
    question: Question,
    answers: Option<&mut BTreeMap<String, Vec<GoldCall>>>,
) -> Result<Case, SourceError> {
    let key = CaseKey::new(question.id.as_str()).map_err(|error| line.fault_at_field("id", error.to_string()))?;
    let category = question.id.rsplit_once('_').map_or(question.id.as_str(), |(category, _)| category).to_owned();
    let calls = match answers {
        _ if category.ends_with("irrelevance") => Some(vec![]),
        _ if is_relevance(&category) => None,
        None => None,
        Some(answers) => {
            let missing = || {
                let fault = line.fault_at_field("id", format!("no answer is given for `{}`", question.id));
                fault.with_hint("take the file of the same name in `possible_answer`")
            };
            Some(answers.remove(&question.id).ok_or_else(missing)?)
        }
    };
    let tools = question.tools(Language::of(&category)).map_err(|message| line.fault_at_field("function", message))?;
    check_names(&tools, calls.as_deref()).map_err(|message| line.fault_at_field("function", message))?;
    let messages = question.messages().map_err(|message| line.fault_at_field("question", message))?;
    let checks = if is_relevance(&category) { vec![some_call()] } else { vec![] };
    Ok(Case {
        key,
        input: Input { messages, tools, setup: None, then: vec![] },
        expectation: Expectation { calls, checks, ..Expectation::default() },
        tags: Tag::new(category).into_iter().collect(),
        group: None,
        owner: None,
        split: Split::Dev,
    })
}

/// Whether only that something is called counts.
fn is_relevance(category: &str) -> bool {
    category == "relevance" || category.ends_with("_relevance")
}

fn some_call() -> Check {
    let settings = [("least".to_owned(), 1.into())].into_iter().collect();
    Check { metric: "tool_calls".to_owned(), settings, name: None, weight: 1.0 }
}

/// Replacing dots must not make two names one, and a needed call must be of a tool that is offered.
fn check_names(tools: &[loopwright_core::ToolSpec], calls: Option<&[GoldCall]>) -> Result<(), String> {
    for (index, tool) in tools.iter().enumerate() {
        if tools[..index].iter().any(|earlier| earlier.name == tool.name) {
            return Err(format!("two functions are called `{}` once dots are replaced by `_`", tool.name));
        }
    }
    let unknown = calls.unwrap_or_default().iter().find(|call| tools.iter().all(|tool| tool.name != call.tool));
    unknown.map_or(Ok(()), |call| Err(format!("the answer calls `{}`, which is not among the functions", call.tool)))
}

/// A function's name as tools are named here.
fn tool_name(name: &str) -> String {
    name.replace('.', "_")
}
