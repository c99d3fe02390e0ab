#![doc = include_str!("../../doc/metric/bfcl_ast.md")]

mod fault;
mod value;

use std::collections::BTreeMap;

use loopwright_core::{Direction, GoldArg, GoldCall, ToolSpec, Unscored};
use serde_json::{Map, Value};

use super::{Judged, MetricKind, Reading, Scale, plain};
use fault::{AstFault, ValueKind};
use value::{Kind, equal, equal_but_for_spelling, standard};

pub(super) const KIND: MetricKind = MetricKind {
    name: "bfcl_ast",
    version: 1,
    title: "the calls are right by the rules of the Berkeley Function-Calling Leaderboard",
    doc: include_str!("../../doc/metric/bfcl_ast.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

/// A call as the model wrote it.
#[derive(Debug, Clone, Copy)]
struct WrittenCall<'a> {
    tool: &'a str,
    /// Anything but an object counts as not readable.
    arguments: &'a Value,
}

fn read(judged: &Judged<'_>) -> Reading {
    let case = judged.case;
    let Some(needed) = &case.expectation.calls else { return Reading::NOT_APPLICABLE };
    if case.input.tools.is_empty() {
        return Reading::NOT_APPLICABLE;
    }
    let calls = judged.trial.trace.tool_calls().map(|made| made.call);
    let written: Vec<(&str, Value)> =
        calls.map(|call| (call.name.as_str(), serde_json::from_str(&call.arguments).unwrap_or(Value::Null))).collect();
    let made: Vec<WrittenCall<'_>> = written.iter().map(|(tool, arguments)| WrittenCall { tool, arguments }).collect();
    match matches(&case.input.tools, needed, &made) {
        Ok(()) => Reading::Pass(String::new()),
        Err(broken @ AstFault::UnknownGoldTool { .. }) => Reading::Unscored(Unscored::Gold(broken.to_string())),
        Err(fault) => Reading::Fail(format!("{}: {fault}", fault.code())),
    }
}

/// Whether `made` is what `needed` asks for, given the `tools` on offer. An empty `needed` asks for no call.
///
/// # Errors
/// The first fault: of the count, the name, the required parameters, the given ones by name, then the absent ones.
fn matches(tools: &[ToolSpec], needed: &[GoldCall], made: &[WrittenCall<'_>]) -> Result<(), AstFault> {
    if let Some(gold) = needed.iter().find(|gold| tools.iter().all(|tool| tool.name != gold.tool)) {
        return Err(AstFault::UnknownGoldTool { tool: gold.tool.clone() });
    }
    if needed.len() != made.len() {
        return Err(AstFault::WrongCount { needed: needed.len(), made: made.len() });
    }
    if let ([needed], [made]) = (needed, made) {
        return call_matches(tools, needed, *made);
    }
    let mut unused: Vec<WrittenCall<'_>> = made.to_vec();
    for (index, gold) in needed.iter().enumerate() {
        let found = unused.iter().position(|call| call_matches(tools, gold, *call).is_ok());
        let found = found.ok_or_else(|| AstFault::NoMatch { number: index + 1, tool: gold.tool.clone() })?;
        unused.remove(found);
    }
    Ok(())
}

fn call_matches(tools: &[ToolSpec], needed: &GoldCall, made: WrittenCall<'_>) -> Result<(), AstFault> {
    let tool = tools.iter().find(|tool| tool.name == needed.tool);
    let tool = tool.ok_or_else(|| AstFault::UnknownGoldTool { tool: needed.tool.clone() })?;
    if made.tool != needed.tool {
        return Err(AstFault::WrongName { needed: needed.tool.clone(), made: made.tool.to_owned() });
    }
    let given = made.arguments.as_object().ok_or_else(|| AstFault::Unreadable { tool: made.tool.to_owned() })?;
    let required = tool.parameters["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(param) = required.into_iter().find(|param| !given.contains_key(*param)) {
        return Err(AstFault::MissingRequired { param: param.to_owned() });
    }
    for (param, value) in given {
        let schema = tool.parameters["properties"].get(param);
        let (Some(schema), Some(gold)) = (schema, needed.args.get(param)) else {
            return Err(AstFault::UnexpectedParam { param: param.clone() });
        };
        argument_matches(param, schema, gold, value)?;
    }
    missing_optional(&needed.args, given)
}

fn missing_optional(needed: &BTreeMap<String, GoldArg>, given: &Map<String, Value>) -> Result<(), AstFault> {
    let missing = needed.iter().find(|(param, gold)| !given.contains_key(*param) && !gold.optional);
    missing.map_or(Ok(()), |(param, _)| Err(AstFault::MissingOptional { param: param.clone() }))
}

fn argument_matches(param: &str, schema: &Value, gold: &GoldArg, value: &Value) -> Result<(), AstFault> {
    let expected = Kind::named_by(schema);
    let items = if expected == Kind::List { schema.get("items").map(Kind::named_by) } else { None };
    let mut accepted: Vec<&Value> = gold.any.iter().collect();
    // The reference keeps "may be left out" as an accepted empty string, and an empty value matches that.
    let empty = Value::from("");
    if gold.optional {
        accepted.push(&empty);
    }
    let variable = check_type(param, value, &accepted, (expected, items))?;
    let fault = |kind| Err(AstFault::Value { param: param.to_owned(), kind });
    let matched = match (expected, value) {
        _ if variable => None,
        (Kind::Dict, Value::Object(object)) => Some(dict_matches(object, &accepted)),
        (Kind::List, Value::Array(list)) if items == Some(Kind::Dict) => Some(dicts_match(list, &accepted)),
        (Kind::List, Value::Array(list)) => Some(list_matches(list, &accepted)),
        (Kind::Str, Value::String(text)) => Some(text_matches(text, &accepted)),
        _ => None,
    };
    match matched {
        Some(Ok(())) => Ok(()),
        Some(Err(kind)) => fault(kind),
        None if accepted.iter().any(|answer| equal(value, answer)) => Ok(()),
        None => fault(ValueKind::Other),
    }
}

/// The type of the answer: that of the first accepted value which is not the empty string.
fn answer_kind<'a>(accepted: impl IntoIterator<Item = &'a Value>) -> Option<Kind> {
    accepted.into_iter().find(|answer| **answer != "").map(Kind::of)
}

/// Checks the type of `value`; says whether it counts as a variable.
fn check_type(
    param: &str,
    value: &Value,
    accepted: &[&Value],
    (expected, items): (Kind, Option<Kind>),
) -> Result<bool, AstFault> {
    let answer = answer_kind(accepted.iter().copied());
    let found = match (expected, Kind::of(value)) {
        (Kind::Float, Kind::Int) => Kind::Float,
        (_, kind) => kind,
    };
    let wrong = AstFault::Type { param: param.to_owned(), expected: expected.word(), found: found.word() };
    if found != expected {
        return if answer == Some(found) { Ok(true) } else { Err(wrong) };
    }
    let variable = answer.is_some_and(|kind| kind != expected);
    match (items, value) {
        (Some(items), Value::Array(list)) if !accepted.iter().any(|answer| items_fit(list, answer, items)) => {
            let nested = AstFault::NestedType { param: param.to_owned(), expected: items.word() };
            Err(if answer == Some(found) { nested } else { wrong })
        }
        _ => Ok(variable),
    }
}

/// Whether each item is of the type `items`, or of the type of the items in this answer. An answer that is no list has
/// nothing to object.
fn items_fit(list: &[Value], answer: &Value, items: Kind) -> bool {
    let Value::Array(answer) = answer else { return true };
    let other = answer_kind(answer);
    list.iter().map(Kind::of).all(|kind| kind == items || Some(kind) == other)
}

fn text_matches(text: &str, accepted: &[&Value]) -> Result<(), ValueKind> {
    let text = standard(text);
    let found = accepted.iter().filter_map(|answer| answer.as_str()).any(|answer| standard(answer) == text);
    if found { Ok(()) } else { Err(ValueKind::String) }
}

fn list_matches(list: &[Value], accepted: &[&Value]) -> Result<(), ValueKind> {
    let fits = |answer: &&Value| match answer {
        Value::Array(items) => same(list, items),
        // The reference walks an accepted "" as a list of no characters.
        Value::String(text) => text.is_empty() && list.is_empty(),
        _ => false,
    };
    if accepted.iter().any(fits) { Ok(()) } else { Err(ValueKind::List) }
}

fn same(list: &[Value], other: &[Value]) -> bool {
    list.len() == other.len() && list.iter().zip(other).all(|(one, other)| equal_but_for_spelling(one, other))
}

fn dicts_match(list: &[Value], accepted: &[&Value]) -> Result<(), ValueKind> {
    let mut last = Err(ValueKind::DictUnclear);
    for answer in accepted {
        let answer = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        last = if list.len() != answer.len() {
            Err(ValueKind::ListDictCount)
        } else {
            list.iter().zip(answer).try_for_each(|(item, answer)| match item {
                Value::Object(object) => dict_matches(object, &[answer]),
                _ => Err(ValueKind::DictUnclear),
            })
        };
        if last.is_ok() {
            return last;
        }
    }
    last
}

fn dict_matches(object: &Map<String, Value>, accepted: &[&Value]) -> Result<(), ValueKind> {
    let mut last = Err(ValueKind::DictUnclear);
    for answer in accepted.iter().filter_map(|answer| answer.as_object()) {
        last = dict_fits(object, answer);
        if last.is_ok() {
            return last;
        }
    }
    last
}

fn dict_fits(object: &Map<String, Value>, answer: &Map<String, Value>) -> Result<(), ValueKind> {
    let values = |accepted: &Value| accepted.as_array().cloned().unwrap_or_default();
    // As in the reference, an absent key is the fault that is named when there are several.
    let absent =
        answer.iter().any(|(key, accepted)| !object.contains_key(key) && !values(accepted).contains(&"".into()));
    if absent {
        return Err(ValueKind::DictKey);
    }
    for (key, value) in object {
        let accepted = answer.get(key).ok_or(ValueKind::DictKey)?;
        if !values(accepted).iter().any(|accepted| equal_but_for_spelling(value, accepted)) {
            return Err(ValueKind::DictValue);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
