#![doc = include_str!("../../doc/perturbation/tool_drift.md")]

use serde_json::{Value, json};

use super::tool_fault::{NEEDED, ToolFault, befallen};
use super::{Application, Invariant, PerturbationKind, Situation};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "tool_drift",
    title: "tool results in another form",
    doc: include_str!("../../doc/perturbation/tool_drift.md"),
    dose_meaning: "changes of the form: wrapped, other names, numbers as text",
    most: 3,
    invariant: Invariant::Everything,
    needs: NEEDED,
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    befallen(situation, application, ToolFault::Drift { steps: application.dose })
}

/// The result `text` after the first `steps` changes: wrapped in an envelope, then the names of its fields otherwise
/// written, then its numbers as texts. No value is lost.
pub(super) fn drifted(text: &str, steps: usize) -> String {
    let mut value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    if steps >= 2 {
        value = renamed(value);
    }
    if steps >= 3 {
        value = numbers_as_text(value);
    }
    if steps == 0 { text.to_owned() } else { json!({"status": "ok", "data": value}).to_string() }
}

fn renamed(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(renamed).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, field)| (pascal(&name), renamed(field))).collect())
        }
        other => other,
    }
}

/// `order_id` as `OrderId`.
fn pascal(name: &str) -> String {
    let word = |word: &str| -> String {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
    };
    name.split('_').map(word).collect()
}

fn numbers_as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) => items.into_iter().map(numbers_as_text).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, field)| (name, numbers_as_text(field))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_adds_a_change() {
        let text = r#"[{"order_id":"A-1","kg":12}]"#;
        let forms = [0, 1, 2, 3].map(|steps| drifted(text, steps));
        assert_eq!(forms[0], text);
        assert_eq!(forms[1], r#"{"data":[{"kg":12,"order_id":"A-1"}],"status":"ok"}"#);
        assert_eq!(forms[2], r#"{"data":[{"Kg":12,"OrderId":"A-1"}],"status":"ok"}"#);
        assert_eq!(forms[3], r#"{"data":[{"Kg":"12","OrderId":"A-1"}],"status":"ok"}"#);
        assert_eq!(drifted("done: 1 changed", 1), r#"{"data":"done: 1 changed","status":"ok"}"#);
    }
}
