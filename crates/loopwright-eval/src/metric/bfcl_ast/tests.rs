//! Each rule, by mutations of answers that are right.

use super::*;
use serde_json::json;

fn tools() -> Vec<ToolSpec> {
    let parameters = json!({"type": "object", "required": ["city", "days"], "properties": {
        "city": {"type": "string"},
        "days": {"type": "integer"},
        "limit": {"type": "number"},
        "exact": {"type": "boolean"},
        "place": {"type": "array", "x-python-type": "tuple", "items": {"type": "number"}},
        "names": {"type": "array", "items": {"type": "string"}},
        "filter": {"type": "object"},
        "rules": {"type": "array", "items": {"type": "object"}},
        "note": {"x-python-type": "any"},
    }});
    let tool = |name: &str, parameters: &Value| ToolSpec {
        name: name.to_owned(),
        description: String::new(),
        parameters: parameters.clone(),
    };
    vec![tool("forecast", &parameters), tool("sum", &json!({"properties": {"n": {"type": "integer"}}}))]
}

/// The needed call `forecast`: city and days, and what `more` says.
fn needed(more: &[(&str, Value)]) -> GoldCall {
    let mut args = BTreeMap::new();
    for (name, gold) in [("city", json!(["New York", "NYC"])), ("days", json!([3]))].iter().chain(more) {
        let any: Vec<Value> = gold.as_array().cloned().unwrap_or_default();
        let optional = any.contains(&json!(""));
        let any = any.into_iter().filter(|value| *value != "").collect();
        args.insert((*name).to_owned(), GoldArg { any, optional });
    }
    GoldCall { tool: "forecast".to_owned(), args }
}

/// The reference's error type, or `ok`, for a call of `forecast` with city, days and what `more` says.
fn code(gold: &[(&str, Value)], more: Value) -> &'static str {
    let mut arguments = json!({"city": "NYC", "days": 3});
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    let made = WrittenCall { tool: "forecast", arguments: &arguments };
    matches(&tools(), &[needed(gold)], &[made]).map_or_else(|fault| fault.code(), |()| "ok")
}

#[test]
fn the_number_of_calls_counts_first() {
    let arguments = json!({"city": "NYC", "days": 3});
    let call = WrittenCall { tool: "forecast", arguments: &arguments };
    assert_eq!(matches(&tools(), &[needed(&[])], &[call]), Ok(()));
    assert_eq!(matches(&tools(), &[needed(&[])], &[]).unwrap_err().code(), "wrong_count");
    assert_eq!(matches(&tools(), &[needed(&[])], &[call, call]).unwrap_err().code(), "wrong_count");
}

#[test]
fn where_no_call_is_needed_none_may_be_made() {
    let call = WrittenCall { tool: "sum", arguments: &json!({"n": 1}) };
    assert_eq!(matches(&tools(), &[], &[]), Ok(()));
    assert_eq!(matches(&tools(), &[], &[call]), Err(AstFault::WrongCount { needed: 0, made: 1 }));
}

#[test]
fn names_are_equal_and_arguments_are_objects() {
    let fault = |tool, arguments: Value| {
        matches(&tools(), &[needed(&[])], &[WrittenCall { tool, arguments: &arguments }]).unwrap_err().code()
    };
    assert_eq!(fault("sum", json!({"n": 1})), "wrong_func_name");
    assert_eq!(fault("Forecast", json!({"city": "NYC", "days": 3})), "wrong_func_name");
    assert_eq!(fault("forecast", Value::Null), "decoder_failed");
    assert_eq!(fault("forecast", json!({"days": 3})), "missing_required");
    let gold = GoldCall { tool: "lost".to_owned(), args: BTreeMap::new() };
    assert!(matches!(matches(&tools(), &[gold], &[]), Err(AstFault::UnknownGoldTool { .. })));
}

#[test]
fn parameters_stand_in_the_schema_and_in_the_answer() {
    assert_eq!(code(&[], json!({"colour": "red"})), "unexpected_param");
    assert_eq!(code(&[], json!({"limit": 3})), "unexpected_param");
    assert_eq!(code(&[("limit", json!([3]))], json!({})), "missing_optional");
    assert_eq!(code(&[("limit", json!([3, ""]))], json!({})), "ok");
}

#[test]
fn types_are_exact_but_for_whole_numbers_in_place_of_floats() {
    assert_eq!(code(&[], json!({"days": 3.0})), "type_error:simple");
    assert_eq!(code(&[], json!({"days": "3"})), "type_error:simple");
    assert_eq!(code(&[], json!({"days": true})), "type_error:simple");
    assert_eq!(code(&[], json!({"city": null})), "type_error:simple");
    assert_eq!(code(&[("limit", json!([3.0]))], json!({"limit": 3})), "ok");
    assert_eq!(code(&[("limit", json!([3]))], json!({"limit": 3.0})), "ok");
    assert_eq!(code(&[("limit", json!([3]))], json!({"limit": 3.5})), "value_error:others");
    assert_eq!(code(&[("exact", json!([true]))], json!({"exact": 1})), "type_error:simple");
    assert_eq!(code(&[("exact", json!([1]))], json!({"exact": true})), "ok");
}

#[test]
fn a_value_of_the_answers_own_type_is_a_variable() {
    assert_eq!(code(&[("limit", json!(["max_value"]))], json!({"limit": "max_value"})), "ok");
    assert_eq!(code(&[("limit", json!(["max_value"]))], json!({"limit": "Max Value"})), "value_error:others");
    assert_eq!(code(&[("limit", json!(["max_value"]))], json!({"limit": 3})), "value_error:others");
}

#[test]
fn strings_are_compared_without_case_and_punctuation() {
    for city in ["new york", "New-York", "N.Y.C", "newyork,"] {
        assert_eq!(code(&[], json!({"city": city})), "ok", "{city}");
    }
    assert_eq!(code(&[], json!({"city": "New York!"})), "value_error:string");
    assert_eq!(code(&[("note", json!(["it's \"so\""]))], json!({"note": "It\"s 'so'"})), "ok");
    assert_eq!(code(&[("note", json!(["7"]))], json!({"note": 7})), "type_error:simple");
    assert_eq!(code(&[("note", json!(["7", ""]))], json!({"note": "-"})), "ok");
    assert_eq!(code(&[("note", json!(["7"]))], json!({"note": ""})), "value_error:string");
}

#[test]
fn lists_are_compared_in_order() {
    let names = [("names", json!([["A b", "c"], ["d"]]))];
    assert_eq!(code(&names, json!({"names": ["a-B", "C"]})), "ok");
    assert_eq!(code(&names, json!({"names": ["D"]})), "ok");
    assert_eq!(code(&names, json!({"names": ["c", "A b"]})), "value_error:list/tuple");
    assert_eq!(code(&names, json!({"names": ["A b"]})), "value_error:list/tuple");
    assert_eq!(code(&names, json!({"names": []})), "value_error:list/tuple");
    assert_eq!(code(&names, json!({"names": ["A b", 3]})), "type_error:nested");
    assert_eq!(code(&names, json!({"names": "A b"})), "type_error:simple");
    assert_eq!(code(&[("names", json!([["a"], ""]))], json!({"names": []})), "ok");
}

#[test]
fn a_whole_number_in_a_list_of_floats_fails_unless_the_answer_has_one() {
    assert_eq!(code(&[("place", json!([[1.0, 2.5]]))], json!({"place": [1.0, 2.5]})), "ok");
    assert_eq!(code(&[("place", json!([[1.0, 2.5]]))], json!({"place": [1, 2.5]})), "type_error:nested");
    assert_eq!(code(&[("place", json!([[1, 2.5]]))], json!({"place": [1.0, 2.5]})), "ok");
    assert_eq!(code(&[("place", json!([[1, 2.5]]))], json!({"place": [1, 2.5]})), "ok");
}

#[test]
fn objects_are_compared_key_by_key() {
    let gold = [("filter", json!([{"dept": ["Science"], "min": [1, ""]}]))];
    assert_eq!(code(&gold, json!({"filter": {"dept": "science", "min": 1.0}})), "ok");
    assert_eq!(code(&gold, json!({"filter": {"dept": "Science"}})), "ok");
    assert_eq!(code(&gold, json!({"filter": {"dept": "Arts"}})), "value_error:dict_value");
    assert_eq!(code(&gold, json!({"filter": {"min": 1}})), "value_error:dict_key");
    assert_eq!(code(&gold, json!({"filter": {"dept": "Science", "max": 1}})), "value_error:dict_key");
    assert_eq!(code(&gold, json!({"filter": ["Science"]})), "type_error:simple");
    assert_eq!(code(&[("filter", json!([""]))], json!({"filter": {}})), "dict_checker:unclear");
}

#[test]
fn lists_of_objects_are_compared_in_order() {
    let gold = [("rules", json!([[{"a": [1]}, {"b": ["x"]}]]))];
    assert_eq!(code(&gold, json!({"rules": [{"a": 1}, {"b": "X"}]})), "ok");
    assert_eq!(code(&gold, json!({"rules": [{"b": "x"}, {"a": 1}]})), "value_error:dict_key");
    assert_eq!(code(&gold, json!({"rules": [{"a": 2}, {"b": "x"}]})), "value_error:dict_value");
    assert_eq!(code(&gold, json!({"rules": [{"a": 1}]})), "value_error:list_dict_count");
    assert_eq!(code(&gold, json!({"rules": [{"a": 1}, "x"]})), "type_error:nested");
}

#[test]
fn several_calls_match_in_any_order_and_greedily() {
    let sum = |any: Value| {
        let any = any.as_array().unwrap().clone();
        let args = BTreeMap::from([("n".to_owned(), GoldArg { any, optional: false })]);
        GoldCall { tool: "sum".to_owned(), args }
    };
    let (one, two) = (json!({"n": 1}), json!({"n": 2}));
    let made = [&two, &one].map(|arguments| WrittenCall { tool: "sum", arguments });
    assert_eq!(matches(&tools(), &[sum(json!([1])), sum(json!([2]))], &made), Ok(()));
    let fault = matches(&tools(), &[sum(json!([1])), sum(json!([1]))], &made).unwrap_err();
    assert_eq!(fault, AstFault::NoMatch { number: 2, tool: "sum".to_owned() });
    // The first needed call takes the only one that the second could have used.
    let fault = matches(&tools(), &[sum(json!([1, 2])), sum(json!([2]))], &made).unwrap_err();
    assert_eq!(fault.code(), "cannot_find_match");
}

#[test]
fn python_equality_crosses_the_number_types() {
    for (one, other, expected) in [
        (json!(1), json!(1.0), true),
        (json!(true), json!(1.0), true),
        (json!([false, {"a": 2}]), json!([0, {"a": 2.0}]), true),
        (json!(u64::MAX), json!(-1), false),
        (json!(null), json!(0), false),
        (json!("1"), json!(1), false),
    ] {
        assert_eq!(equal(&one, &other), expected, "{one} {other}");
    }
}

#[test]
fn reads_the_calls_of_a_trace() {
    use crate::metric::testing::Scene;
    let mut scene = Scene::expecting(json!({"calls": [{"tool": "sum", "args": {"n": 1}}]}));
    assert_eq!(scene.unscored(&KIND), Unscored::NotApplicable, "the case brings no tools");
    scene.case.input.tools = tools();
    assert!(scene.clone().calls("sum", json!({"n": 1})).passes(&KIND));
    let wrong = scene.clone().calls("sum", json!({"n": 2})).score(&KIND);
    assert_eq!(wrong.evidence, "value_error:others: the value of `n` is not among those accepted");
    assert!(!scene.clone().calls("sum", json!("n")).passes(&KIND));
    scene.case.input.tools.clear();
    scene.case.input.tools.push(tools()[0].clone());
    assert!(matches!(scene.unscored(&KIND), Unscored::Gold(_)));
}
