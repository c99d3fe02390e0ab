//! A test with one combination of its variables, asked with one prompt → a case.

use std::collections::BTreeSet;

use loopwright_core::{Case, CaseKey, Expectation, Input, SourceError, Split, ToolSpec};
use serde_json::{Map, Value};

use super::chat::messages;
use super::check::{Checks, checks};
use super::prompt::{Prompt, short};
use super::provider::free;
use super::reader::Reader;
use super::test_case::TestCase;
use super::vars::settled;
use crate::foreign_name::short_tag;

/// The case, or `None` when it was left out.
pub(super) fn case(
    prompt: &Prompt,
    tools: &[ToolSpec],
    test: &TestCase,
    vars: Map<String, Value>,
    keys: &mut BTreeSet<String>,
    reader: &mut Reader<'_>,
) -> Result<Option<Case>, SourceError> {
    let vars = match settled(vars, &test.spot, reader)? {
        Ok(vars) => vars,
        Err(why) => return Ok(leave_out(test, &why, reader)),
    };
    let raw = [test.prefix.as_deref().unwrap_or_default(), &prompt.raw, test.suffix.as_deref().unwrap_or_default()];
    let messages = match messages(&raw.concat(), &vars) {
        Ok(messages) => messages,
        Err(why) => return Ok(leave_out(test, &why, reader)),
    };
    let Checks { checks, threshold } = checks(&test.asserts, test.threshold, &vars, reader);
    let wanted = test.description.as_deref().map(short).filter(|name| !name.is_empty());
    let key = free(&wanted.unwrap_or_else(|| format!("test-{}", keys.len() + 1)), keys);
    let key = CaseKey::new(key).map_err(|error| reader.fault(&test.spot, error.to_string()))?;
    Ok(Some(Case {
        key,
        input: Input { messages, tools: tools.to_vec(), setup: None, then: vec![] },
        expectation: Expectation { checks, checks_threshold: threshold, ..Expectation::default() },
        tags: test.labels.iter().filter_map(|(name, value)| short_tag(name, value)).collect(),
        group: None,
        owner: None,
        split: Split::Dev,
    }))
}

fn leave_out(test: &TestCase, why: &str, reader: &mut Reader<'_>) -> Option<Case> {
    reader.leave_out(&test.spot, "the test", why);
    None
}
