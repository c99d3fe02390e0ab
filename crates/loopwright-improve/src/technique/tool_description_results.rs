#![doc = include_str!("../../doc/technique/tool_description_results.md")]

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{Edit, Finding, ToolStatus};
use serde_json::{Value, json};

use super::Technique;
use crate::candidate::edit;
use crate::sentence::listed;
use crate::signal::code;
use crate::{Candidate, Evidence};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "tool_description_results",
    title: "say what each tool gives back",
    doc: include_str!("../../doc/technique/tool_description_results.md"),
    answers: &[code::WRONG_TOOL, code::MISSED_CALL, code::SPURIOUS_CALL],
    propose,
};

/// Where what this technique wrote begins, so that it is replaced and never piled up.
const MARK: &str = "Gives: ";
/// Fields of a result that are named.
const MOST_FIELDS: usize = 8;

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let fields = observed_fields(evidence);
    let described = fields.iter().filter_map(|(tool, fields)| {
        let place = evidence.spec.tools.iter().position(|one| one.name == *tool)?;
        let text = description(&evidence.spec.tools[place], fields)?;
        Some((format!("`{tool}`"), edit("tools", &[&place.to_string(), "description"], json!(text))?))
    });
    let (names, edits): (Vec<String>, Vec<Edit>) = described.unzip();
    if names.len() < 2 {
        // With one tool described alone, there is nothing to tell apart.
        return vec![];
    }
    let change = format!("say what {} give back", listed(&names));
    vec![Candidate::better(TECHNIQUE.name, finding.code, change, edits)]
}

/// The fields of the results that each tool gave, in the order in which they first came.
fn observed_fields(evidence: &Evidence) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let calls = evidence.trials.iter().flat_map(|trial| trial.acted.trace.tool_calls());
    for used in calls.filter(|used| used.status == ToolStatus::Done) {
        let fields = all.entry(used.call.name.clone()).or_default();
        for field in fields_of(used.result) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    all
}

/// The names of the fields of a result: of the object, or of the first one of a list.
fn fields_of(result: &str) -> Vec<String> {
    let value = serde_json::from_str(result).unwrap_or(Value::Null);
    let row = if let Value::Array(rows) = &value { rows.first() } else { Some(&value) };
    row.and_then(Value::as_object).map(|row| row.keys().cloned().collect()).unwrap_or_default()
}

/// What the author wrote, and what the tool gives that the caller did not have to know.
fn description(tool: &loopwright_agent::ToolPart, fields: &[String]) -> Option<String> {
    let known: BTreeSet<&String> = tool.parameters.keys().collect();
    let told: Vec<String> = fields
        .iter()
        .filter(|field| !known.contains(field))
        .map(|field| field.replace(['_', '-'], " "))
        .take(MOST_FIELDS)
        .collect();
    if told.is_empty() {
        return None;
    }
    let own = tool.description.trim();
    let own = own.split_once(MARK).map_or(own, |(before, _)| before).trim_end();
    Some(format!("{own} {MARK}{}.", told.join(", ")).trim_start().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(description: &str) -> loopwright_agent::ToolPart {
        serde_json::from_value(json!({
            "name": "get", "description": description, "effect": "read", "statements": [],
            "parameters": {"order_id": {"type": "string"}},
        }))
        .unwrap()
    }

    #[test]
    fn fields_are_those_of_the_first_row() {
        assert_eq!(fields_of(r#"[{"carrier": "Tern", "seen_on": 1}]"#), ["carrier", "seen_on"]);
        assert!(fields_of("error: nothing was found").is_empty());
        assert!(fields_of("[]").is_empty());
    }

    #[test]
    fn what_the_caller_knows_is_left_out_and_nothing_piles_up() {
        let fields = ["order_id".to_owned(), "seen_on".to_owned()];
        let once = description(&tool("Looks."), &fields).unwrap();
        assert_eq!(once, "Looks. Gives: seen on.");
        assert_eq!(description(&tool(&once), &fields).unwrap(), once);
        assert_eq!(description(&tool(""), &fields[..1]), None);
    }
}
