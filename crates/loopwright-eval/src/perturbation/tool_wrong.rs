#![doc = include_str!("../../doc/perturbation/tool_wrong.md")]

use loopwright_core::Seed;
use loopwright_stats::SeededRng;
use serde_json::{Map, Number, Value};

use super::tool_fault::{NEEDED, ToolFault, befallen};
use super::{Application, Invariant, PerturbationKind, Situation};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "tool_wrong",
    title: "the first tool calls give back wrong values that look right",
    doc: include_str!("../../doc/perturbation/tool_wrong.md"),
    dose_meaning: "calls with a wrong result, from the first",
    most: 10,
    invariant: Invariant::Calls,
    needs: NEEDED,
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let fault = ToolFault::Wrong { calls: application.dose, seed: application.seed };
    befallen(situation, application, fault)
}

/// The result `text` with its values wrong: numbers off by a little, texts off in the last digit of each number, yes
/// for no. What the call asked for comes back as it was asked for.
pub(super) fn falsified(text: &str, arguments: &Map<String, Value>, seed: Seed) -> String {
    let up = SeededRng::new(seed.derive("wrong", &[text.as_bytes()]).0).flip(0.5);
    match serde_json::from_str::<Value>(text) {
        Ok(value) => wrong(value, arguments, up).to_string(),
        Err(_) => other_digits(text, up),
    }
}

fn wrong(value: Value, arguments: &Map<String, Value>, up: bool) -> Value {
    match value {
        asked if arguments.values().any(|argument| *argument == asked) => asked,
        Value::Number(number) => Value::Number(off(&number, up)),
        Value::String(text) => Value::String(other_digits(&text, up)),
        Value::Bool(yes) => Value::Bool(!yes),
        Value::Array(items) => items.into_iter().map(|item| wrong(item, arguments, up)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, field)| (name, wrong(field, arguments, up))).collect())
        }
        Value::Null => Value::Null,
    }
}

fn off(number: &Number, up: bool) -> Number {
    let whole = number.as_i64().map(|whole| whole.saturating_add(if up || whole <= 1 { 1 } else { -1 }));
    let share = || number.as_f64().and_then(|value| Number::from_f64(value * if up { 1.1 } else { 0.9 } + 0.01));
    whole.map(Number::from).or_else(share).unwrap_or_else(|| number.clone())
}

/// `text` with the last digit of each run of digits as the one above or below it.
fn other_digits(text: &str, up: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_last = |at: usize| !chars.get(at + 1).is_some_and(char::is_ascii_digit);
    let other = |(at, c): (usize, &char)| match c.to_digit(10).filter(|_| is_last(at)) {
        Some(digit) => {
            char::from_digit(if digit == 0 || (up && digit < 9) { digit + 1 } else { digit - 1 }, 10).unwrap_or(*c)
        }
        None => *c,
    };
    chars.iter().enumerate().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_value_is_wrong_but_what_was_asked_for() {
        let arguments = json!({"id": "A-19"}).as_object().unwrap().clone();
        let text = r#"[{"id":"A-19","due":"2026-05-19","n":0,"x":1.5,"paid":true,"who":"Ida","none":null}]"#;
        for seed in 0..20 {
            let row = &serde_json::from_str::<Value>(&falsified(text, &arguments, Seed(seed))).unwrap()[0];
            assert_eq!((&row["id"], &row["who"], &row["none"]), (&json!("A-19"), &json!("Ida"), &Value::Null));
            assert!(row["due"] != "2026-05-19" && row["n"] != 0 && row["x"] != 1.5 && row["paid"] == false, "{row}");
        }
    }

    #[test]
    fn plain_text_is_wrong_in_its_numbers() {
        let text = falsified("It weighs 12 kg.", &Map::new(), Seed(1));
        assert!(["It weighs 11 kg.", "It weighs 13 kg."].contains(&text.as_str()), "{text}");
    }
}
