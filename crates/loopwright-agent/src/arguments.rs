//! Arguments: the text a model wrote, made into values that keep the tool's schema, or a message that helps it mend them.

use jsonschema::Validator;
use serde_json::{Map, Value};

/// How many faults a model is told of at once.
const MOST_FAULTS: usize = 3;

/// The arguments in `text`, checked against the tool's schema.
///
/// # Errors
/// What is wrong, addressed by path, for the model to read.
pub(crate) fn check(validator: &Validator, text: &str) -> Result<Map<String, Value>, String> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let value: Value = serde_json::from_str(text).map_err(|error| format!("the arguments are not JSON: {error}"))?;
    let faults: Vec<String> = validator
        .iter_errors(&value)
        .take(MOST_FAULTS)
        .map(|fault| {
            let path = fault.instance_path().to_string();
            format!("arguments{}: {fault}", path.replace('/', "."))
        })
        .collect();
    match value {
        Value::Object(map) if faults.is_empty() => Ok(map),
        _ if faults.is_empty() => Err("the arguments must be a JSON object".to_owned()),
        _ => Err(faults.join("; ")),
    }
}

/// The names among `known` that are nearest to `name`, best first, at most three; none that is altogether different.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near: Vec<(f64, &str)> = known
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.7)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn validator() -> Validator {
        jsonschema::validator_for(&json!({
            "type": "object",
            "properties": {"order_id": {"type": "string", "pattern": "^A-[0-9]{4}$"}, "n": {"type": "integer"}},
            "required": ["order_id"],
            "additionalProperties": false,
        }))
        .unwrap()
    }

    #[test]
    fn names_the_path_of_the_fault() {
        let fault = check(&validator(), r#"{"order_id":"1042"}"#).unwrap_err();
        assert!(fault.contains("arguments.order_id"), "{fault}");
        assert!(check(&validator(), r#"{"order_id":"A-1042"}"#).is_ok());
        assert!(check(&validator(), "").unwrap_err().contains("order_id"));
        assert!(check(&validator(), "{oops").unwrap_err().contains("not JSON"));
        assert!(check(&validator(), "[1]").is_err());
    }

    #[test]
    fn suggests_near_names_only() {
        let known = ["get_order", "track_shipment", "cancel_order"];
        assert_eq!(nearest("get_orders", known.into_iter())[0], "get_order");
        assert!(nearest("zzz", known.into_iter()).is_empty());
    }
}
