//! The accepted answers of a BFCL category.

use std::collections::BTreeMap;

use loopwright_core::{GoldArg, GoldCall, SourceError};
use serde::Deserialize;
use serde_json::Value;

use super::tool_name;
use crate::SourceText;
use crate::json_line::json_lines;

/// A line of a `possible_answer` file.
#[derive(Debug, Deserialize)]
struct Answer {
    id: String,
    /// Version 4: a list of `{function: {parameter: [accepted values]}}`. August 2024: one such object.
    ground_truth: Value,
}

/// The needed calls by question.
pub(super) fn read_answers(source: SourceText<'_>) -> Result<BTreeMap<String, Vec<GoldCall>>, SourceError> {
    let mut answers = BTreeMap::new();
    for line in json_lines(source) {
        let answer: Answer = line.parse()?;
        let calls = calls(&answer.ground_truth).map_err(|message| line.fault_at_field("ground_truth", message))?;
        if answers.insert(answer.id.clone(), calls).is_some() {
            return Err(line.fault_at_field("id", format!("`{}` is answered twice", answer.id)));
        }
    }
    Ok(answers)
}

fn calls(truth: &Value) -> Result<Vec<GoldCall>, String> {
    let objects = match truth {
        Value::Array(calls) => calls.as_slice(),
        one @ Value::Object(_) => std::slice::from_ref(one),
        _ => return Err("`ground_truth` is neither a list nor an object".to_owned()),
    };
    let mut out = Vec::new();
    for object in objects {
        match object {
            Value::Object(calls) => {
                for (name, args) in calls {
                    out.push(GoldCall { tool: tool_name(name), args: gold_args(name, args)? });
                }
            }
            Value::String(_) => return Err("an answer is Python code; multi-turn categories are not read".to_owned()),
            _ => return Err("an answer is not of the form `{function: {parameter: [values]}}`".to_owned()),
        }
    }
    Ok(out)
}

fn gold_args(function: &str, args: &Value) -> Result<BTreeMap<String, GoldArg>, String> {
    let Value::Object(args) = args else {
        return Err(format!("the answer's parameters of `{function}` are not an object"));
    };
    let gold = args.iter().map(|(name, accepted)| match accepted {
        Value::Array(accepted) => {
            let (omitted, any): (Vec<Value>, Vec<Value>) = accepted.iter().cloned().partition(|value| *value == "");
            Ok((name.clone(), GoldArg { any, optional: !omitted.is_empty() }))
        }
        _ => Err(format!("the accepted values of `{name}` of `{function}` are not a list")),
    });
    gold.collect()
}
