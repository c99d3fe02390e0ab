//! Whether two JSON values say the same.

use serde_json::Value;

use super::wording::folded;

/// Numbers of up to this relative difference are equal: what two ways of adding up the same floats may differ by.
const ROUNDING: f64 = 1e-9;

/// Whether two numbers are equal, be they written as integers or with a fraction. `None` when one is no number.
fn same_number(one: &Value, other: &Value) -> Option<bool> {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return Some(one == other);
    }
    let (one, other) = (one.as_f64()?, other.as_f64()?);
    Some((one - other).abs() <= ROUNDING * one.abs().max(other.abs()))
}

/// Whether an argument is the one that is needed: numbers as numbers, texts but for case and white space, lists and
/// objects part by part.
pub(super) fn same_argument(wanted: &Value, made: &Value) -> bool {
    match (wanted, made) {
        (Value::String(wanted), Value::String(made)) => folded(wanted) == folded(made),
        (Value::Array(wanted), Value::Array(made)) => {
            wanted.len() == made.len() && wanted.iter().zip(made).all(|(wanted, made)| same_argument(wanted, made))
        }
        (Value::Object(wanted), Value::Object(made)) => {
            let has =
                |(name, wanted): (&String, &Value)| made.get(name).is_some_and(|made| same_argument(wanted, made));
            wanted.len() == made.len() && wanted.iter().all(has)
        }
        _ => same_number(wanted, made).unwrap_or(wanted == made),
    }
}

/// Whether a value of the world is the one that is needed. Texts are compared exactly. SQLite knows no booleans: 1 is
/// true, and 0 false.
pub(super) fn same_state(wanted: &Value, found: &Value) -> bool {
    match wanted {
        Value::Bool(wanted) => found.as_i64() == Some(i64::from(*wanted)),
        _ => same_number(wanted, found).unwrap_or(wanted == found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arguments_are_the_same_but_for_their_writing() {
        for (wanted, made, same) in [
            (json!(2), json!(2.0), true),
            (json!(2), json!(3), false),
            (json!(0.3), json!(0.1 + 0.2), true),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64), false),
            (json!("A-1"), json!(" a-1 "), true),
            (json!("2"), json!(2), false),
            (json!(true), json!(true), true),
            (json!(true), json!(1), false),
            (json!([1, "x"]), json!([1.0, "X"]), true),
            (json!([1, 2]), json!([2, 1]), false),
            (json!({"a": 1}), json!({"a": 1.0}), true),
            (json!({"a": 1}), json!({"a": 1, "b": 2}), false),
            (json!(null), json!(null), true),
            (json!(null), json!(0), false),
        ] {
            assert_eq!(same_argument(&wanted, &made), same, "{wanted} {made}");
        }
    }

    #[test]
    fn a_state_is_exact_and_has_no_booleans() {
        assert!(same_state(&json!(true), &json!(1)) && !same_state(&json!(true), &json!(0)));
        assert!(same_state(&json!(19.9), &json!(19.900_000_000_000_002)) && same_state(&json!(1), &json!(1.0)));
        assert!(!same_state(&json!("Sent"), &json!("sent")) && !same_state(&json!("1"), &json!(1)));
    }
}
