#![doc = include_str!("../../doc/perturbation/tool_drift.md")]

use serde_json::{Number, Value, json};

use super::tool_fault::{NEEDED, ToolFault, befallen};
use super::{Application, Invariant, PerturbationKind, Situation, rewrite};

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
    if steps == 0 {
        return text.to_owned();
    }
    let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let name: fn(&str) -> String = if steps >= 2 { pascal } else { str::to_owned };
    let number: fn(Number) -> Value = if steps >= 3 { as_text } else { Value::Number };
    json!({"status": "ok", "data": reshaped(value, name, number)}).to_string()
}

/// `value` with the names of its fields as `name` writes them, and its numbers as `number` does.
fn reshaped(value: Value, name: fn(&str) -> String, number: fn(Number) -> Value) -> Value {
    match value {
        Value::Number(value) => number(value),
        Value::Array(items) => items.into_iter().map(|item| reshaped(item, name, number)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(field, value)| (name(&field), reshaped(value, name, number))).collect()
        }
        other => other,
    }
}

/// `order_id` as `OrderId`.
fn pascal(name: &str) -> String {
    name.split('_').map(rewrite::capitalised).collect()
}

fn as_text(number: Number) -> Value {
    Value::String(number.to_string())
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
