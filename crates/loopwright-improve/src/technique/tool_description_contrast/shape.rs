//! How the values of parameters are written, told from values that were right, and never quoting one.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::Edit;
use serde_json::{Value, json};

use crate::Evidence;
use crate::candidate::edit;
use crate::signal::calls;

/// Where what was written here begins.
const MARK: &str = "Written ";
/// Values that a shape is told from, at least.
const ENOUGH: usize = 2;

/// The parameters that were given wrong values, by tool and name, and the edits that describe them.
pub(super) fn edits(evidence: &Evidence) -> (Vec<String>, Vec<Edit>) {
    let right = right_values(evidence);
    let described = mistaken(evidence).into_iter().filter_map(|(tool, name)| {
        let place = evidence.spec.tools.iter().position(|one| one.name == tool)?;
        let parameter = evidence.spec.tools[place].parameters.get(&name)?;
        let shape = shape(right.get(&(tool.clone(), name.clone()))?)?;
        let own = parameter.description.split_once(MARK).map_or(parameter.description.as_str(), |(own, _)| own);
        let text = format!("{} {MARK}{shape}.", own.trim_end());
        let path = [&place.to_string(), "parameters", &name, "description"];
        Some((format!("`{tool}.{name}`"), edit("tools", &path, json!(text.trim_start()))?))
    });
    described.unzip()
}

fn mistaken(evidence: &Evidence) -> BTreeSet<(String, String)> {
    let misargued = evidence.failures().flat_map(calls::misargued);
    let names = misargued.flat_map(|(gold, uses)| {
        let arguments = uses.last().and_then(|used| serde_json::from_str(&used.call.arguments).ok());
        let arguments: Value = arguments.unwrap_or(Value::Null);
        calls::wrong_names(gold, &arguments)
            .into_iter()
            .map(|name| (gold.tool.clone(), name.to_owned()))
            .collect::<Vec<_>>()
    });
    names.collect()
}

fn right_values(evidence: &Evidence) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut values: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (case, _) in evidence.by_case() {
        for call in case.expectation.calls.iter().flatten() {
            for (name, arg) in &call.args {
                let texts =
                    arg.any.first().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                values.entry((call.tool.clone(), name.clone())).or_default().extend(texts);
            }
        }
    }
    values
}

/// How `values` are written; `None` when there are too few to tell, or they have nothing in common.
fn shape(values: &BTreeSet<String>) -> Option<String> {
    if values.len() < ENOUGH {
        return None;
    }
    if values.iter().all(|value| is_day(value)) {
        return Some("as a day: year, month and day, with hyphens between".to_owned());
    }
    if values.iter().all(|value| value.parse::<f64>().is_ok()) {
        let whole = values.iter().all(|value| value.parse::<i64>().is_ok());
        return Some(
            if whole { "as a whole number" } else { "as a number without a sign of currency or a unit" }.into(),
        );
    }
    let skeletons: BTreeSet<String> = values.iter().map(|value| skeleton(value)).collect();
    let is_code = |skeleton: &&String| skeleton.contains('0') && !skeleton.contains(' ') && skeleton.len() <= 20;
    match skeletons.iter().collect::<Vec<_>>()[..] {
        [only] if is_code(&only) => Some(format!("like {only}, with other digits and letters")),
        _ => None,
    }
}

fn is_day(value: &str) -> bool {
    skeleton(value) == "0000-00-00"
}

/// `value` with each digit as 0 and each letter as X, or x for a small one.
fn skeleton(value: &str) -> String {
    let stand_in = |c: char| match c {
        c if c.is_ascii_digit() => '0',
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c => c,
    };
    value.chars().map(stand_in).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(values: &[&str]) -> Option<String> {
        shape(&values.iter().map(|value| (*value).to_owned()).collect())
    }

    #[test]
    fn tells_the_form_and_no_value() {
        assert_eq!(told(&["A-1042", "A-1050"]).unwrap(), "like X-0000, with other digits and letters");
        assert_eq!(told(&["2025-01-02", "2024-11-30"]).unwrap(), "as a day: year, month and day, with hyphens between");
        assert_eq!(told(&["12.5", "3"]).unwrap(), "as a number without a sign of currency or a unit");
        assert_eq!(told(&["2", "3"]).unwrap(), "as a whole number");
        assert_eq!(told(&["A-1042"]), None);
        assert_eq!(told(&["damaged", "wrong size"]), None);
    }
}
