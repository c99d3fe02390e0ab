//! The format head: the answer as prose, or as JSON with the mistakes that models make in it.

use loopwright_core::ResponseFormat;
use serde_json::{Map, Value, json};

use crate::answer::{Answer, shown};
use crate::law::Choose;
use crate::rule::Rule;
use crate::scene::Scene;

/// What a rule in words lacks against the request's own response format, in log-odds of well-formed JSON.
const IN_WORDS: f64 = -1.0;
/// What examples in JSON add.
const SHOWN: f64 = 1.5;
/// Logits of the mistakes: a code fence, a word after the JSON, a lost end.
const MISTAKES: [f64; 3] = [0.6, 0.0, -0.5];

/// Writes an answer out.
pub(crate) fn written(scene: &Scene<'_>, choose: &mut dyn Choose, answer: &Answer) -> String {
    let shown = shown(scene, |answer| answer.trim_start().starts_with('{'));
    let asked = match scene.format {
        ResponseFormat::Text => 0.0,
        ResponseFormat::JsonObject | ResponseFormat::JsonSchema(_) => 1.0,
    };
    if asked == 0.0 {
        match scene.rule(|rule| *rule == Rule::Json, shown) {
            Some((_, log_odds)) if choose.happens(log_odds) => {}
            _ => return prose(answer),
        }
    }
    let text = match scene.format {
        ResponseFormat::JsonSchema(schema) => by_schema(schema, answer).to_string(),
        _ => plain(answer).to_string(),
    };
    let sound = scene.profile.format + (1.0 - asked) * IN_WORDS + SHOWN * shown;
    if choose.happens(sound) {
        return text;
    }
    match choose.pick(&MISTAKES) {
        0 => format!("```json\n{text}\n```"),
        1 => format!("{text}\nI hope this helps."),
        _ => text.trim_end_matches('}').to_owned(),
    }
}

/// The answer with its citation: `Goods may come back within 30 days. [2]`.
fn prose(answer: &Answer) -> String {
    match answer.cited {
        Some(number) => format!("{} [{number}]", answer.text),
        None => answer.text.clone(),
    }
}

fn plain(answer: &Answer) -> Value {
    match answer.cited {
        Some(number) => json!({"answer": answer.text, "citations": [number]}),
        None => json!({"answer": answer.text}),
    }
}

/// Fills the required properties of a schema: texts with the answer, lists of numbers with the citation, numbers with
/// the first number of the answer, and what cannot be filled with an empty value of its type.
fn by_schema(schema: &Value, answer: &Answer) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    let Some(properties) = properties else { return plain(answer) };
    let required: Vec<&str> = match schema.get("required").and_then(Value::as_array) {
        Some(names) => names.iter().filter_map(Value::as_str).collect(),
        None => properties.keys().map(String::as_str).collect(),
    };
    let mut map = Map::new();
    for (name, property) in properties.iter().filter(|(name, _)| required.contains(&name.as_str())) {
        map.insert(name.clone(), by_type(property, answer));
    }
    Value::Object(map)
}

fn by_type(property: &Value, answer: &Answer) -> Value {
    if let Some(choices) = property.get("enum").and_then(Value::as_array) {
        let lower = answer.text.to_ascii_lowercase();
        let spoken = choices
            .iter()
            .find(|choice| choice.as_str().is_some_and(|text| lower.contains(&text.to_ascii_lowercase())));
        return spoken.or(choices.first()).cloned().unwrap_or_default();
    }
    let number = || {
        let found = crate::candidate::candidates(&answer.text);
        let found = found
            .iter()
            .find(|one| matches!(one.kind, crate::candidate::Kind::Integer | crate::candidate::Kind::Decimal));
        found.and_then(|one| serde_json::from_str(&one.text).ok())
    };
    match property.get("type").and_then(Value::as_str).unwrap_or_default() {
        "string" => Value::String(answer.text.clone()),
        "integer" | "number" => number().unwrap_or_else(|| json!(0)),
        "boolean" => Value::Bool(!answer.text.to_ascii_lowercase().contains(" not ")),
        "array" => Value::Array(answer.cited.map(|number| json!(number)).into_iter().collect()),
        "object" => by_schema(property, answer),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_filled_by_type() {
        let schema = json!({"type": "object", "required": ["text", "days", "kind", "pages"], "properties": {
            "text": {"type": "string"}, "days": {"type": "integer"}, "kind": {"enum": ["refund", "return"]},
            "pages": {"type": "array"}, "left_out": {"type": "string"}}});
        let answer = Answer { text: "Goods may return within 30 days.".into(), cited: Some(2) };
        let filled = by_schema(&schema, &answer);
        assert_eq!(filled, json!({"text": answer.text, "days": 30, "kind": "return", "pages": [2]}));
    }
}
