//! Whether what the cases expect can be had at all: tools that the agent has, words that stand in its documents. A case
//! that can never pass would look like an agent that always fails.

use loopwright_agent::AgentSpec;
use loopwright_core::{Case, SourceError, Split, SuiteName};
use loopwright_knowledge::{Corpus, LocateError, locate};

use crate::nearest::advice;
use crate::project::Project;

/// Checks the `cases` of the suite `name` against the agent `spec`. An attached agent has tools and knowledge of its own.
///
/// # Errors
/// At the first expectation that cannot be met, in its line. Of a sealed case only the place is told.
pub(super) fn check(
    project: &Project,
    name: &SuiteName,
    cases: &[Case],
    (spec, corpus): (&AgentSpec, Option<&Corpus>),
) -> Result<(), SourceError> {
    if spec.endpoint.is_some() {
        return Ok(());
    }
    for case in cases {
        if let Some(slip) = tool(case, spec).or_else(|| passage(case, corpus)) {
            let slip = if case.split == Split::Vault { sealed() } else { slip };
            let mut fault = project.case_fault(name, case, &slip.words, &slip.message);
            fault.hint = slip.hint;
            return Err(fault);
        }
    }
    Ok(())
}

/// What is wrong with a case: the words of its line to point at, and what to say.
struct Slip {
    words: String,
    message: String,
    hint: Option<String>,
}

fn tool(case: &Case, spec: &AgentSpec) -> Option<Slip> {
    let own = case.input.tools.iter().map(|tool| tool.name.as_str());
    let known: Vec<&str> = spec.tools.iter().map(|tool| tool.name.as_str()).chain(own).collect();
    let mut calls = case.expectation.calls.iter().flatten();
    let call = calls.find(|call| !known.contains(&call.tool.as_str()))?;
    Some(Slip {
        words: call.tool.clone(),
        message: format!("the agent has no tool `{}`", call.tool),
        hint: Some(advice(&call.tool, known)),
    })
}

fn passage(case: &Case, corpus: Option<&Corpus>) -> Option<Slip> {
    let corpus = corpus?;
    let (passage, error) =
        case.expectation.passages.iter().find_map(|passage| Some((passage, locate(corpus, passage).err()?)))?;
    let quote = match &error {
        LocateError::QuoteMissing { .. } | LocateError::QuoteRepeated { .. } => passage.quote.clone(),
        _ => None,
    };
    Some(Slip { words: quote.unwrap_or_else(|| passage.source.clone()), message: error.to_string(), hint: None })
}

fn sealed() -> Slip {
    let message = "a sealed case expects a tool or a passage that the agent does not have".to_owned();
    let hint = Some("its line is not shown, since the vault stays sealed".to_owned());
    Slip { words: String::new(), message, hint }
}
