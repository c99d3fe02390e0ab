//! The body of a request to an HTTP agent: JSON whose strings are templates.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};
use serde_json::Value;

/// What a template may use.
const NAMES: [&str; 3] = ["input", "messages", "seed"];

/// A template in the request's body is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template `{template}` of `request`: {message}")]
pub struct TemplateError {
    /// The template.
    pub template: String,
    /// What is wrong.
    pub message: String,
}

impl TemplateError {
    fn new(template: &str, message: impl Into<String>) -> Self {
        Self { template: template.to_owned(), message: message.into() }
    }

    fn of(template: &str, error: &minijinja::Error) -> Self {
        Self::new(template, error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned))
    }
}

/// What the templates of one request are filled with.
pub(super) struct Filling {
    pub(super) input: String,
    pub(super) messages: Value,
    pub(super) seed: u64,
}

/// Checks every template in `body` before anything is asked.
pub(super) fn check(body: &Value) -> Result<(), TemplateError> {
    match body {
        Value::String(text) => check_text(text),
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(fields) => fields.values().try_for_each(check),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn check_text(text: &str) -> Result<(), TemplateError> {
    let environment = strict();
    let template = environment.template_from_str(text).map_err(|error| TemplateError::of(text, &error))?;
    let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    unknown.retain(|name| !NAMES.contains(&name.as_str()) && environment.globals().all(|(global, _)| global != name));
    unknown.sort();
    match unknown.first() {
        Some(name) => Err(TemplateError::new(text, format!("there is no `{name}`; there are {}", NAMES.join(", ")))),
        None => Ok(()),
    }
}

/// `body` with every string filled. A string that is one expression alone, such as `{{ messages }}`, becomes the
/// expression's value; any other stays a text.
pub(super) fn fill(body: &Value, filling: &Filling) -> Result<Value, TemplateError> {
    Ok(match body {
        Value::String(text) => fill_text(text, filling)?,
        Value::Array(items) => items.iter().map(|item| fill(item, filling)).collect::<Result<_, _>>()?,
        Value::Object(fields) => {
            let filled = fields.iter().map(|(name, value)| Ok((name.clone(), fill(value, filling)?)));
            Value::Object(filled.collect::<Result<_, _>>()?)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => body.clone(),
    })
}

fn fill_text(text: &str, filling: &Filling) -> Result<Value, TemplateError> {
    let environment = strict();
    let messages = Serde(&filling.messages);
    let values = context! { input => &filling.input, messages => messages, seed => filling.seed };
    let fault = |error: minijinja::Error| TemplateError::of(text, &error);
    match alone(text) {
        Some(expression) => {
            let value = environment.compile_expression(expression).and_then(|it| it.eval(values)).map_err(fault)?;
            if value.is_undefined() {
                return Err(TemplateError::new(text, "it has no value"));
            }
            serde_json::to_value(&value).map_err(|error| TemplateError::new(text, error.to_string()))
        }
        None => environment.render_str(text, values).map(Value::String).map_err(fault),
    }
}

/// The expression in `text`, when it holds nothing else.
fn alone(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    // A sign here trims white space around the expression, which only matters inside a text.
    let is_text = inner.contains("{{") || inner.contains("}}") || inner.starts_with(['-', '+']);
    (!is_text).then_some(inner)
}

fn strict() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filling() -> Filling {
        Filling { input: "a \"b\"".into(), messages: json!([{"role": "user", "content": "a \"b\""}]), seed: 7 }
    }

    #[test]
    fn texts_stay_texts_and_expressions_keep_their_kind() {
        let body = json!({"q": "{{ input }}", "n": 3, "said": "{{ messages }}", "seed": "{{ seed }}",
                          "nested": [{"text": "<{{ messages[0].content }}>"}]});
        check(&body).unwrap();
        let filled = fill(&body, &filling()).unwrap();
        assert_eq!(
            filled,
            json!({"q": "a \"b\"", "n": 3, "said": [{"role": "user", "content": "a \"b\""}], "seed": 7,
                   "nested": [{"text": "<a \"b\">"}]})
        );
    }

    #[test]
    fn input_is_never_a_template() {
        let filled = fill(&json!("{{ input }}!"), &Filling { input: "{{ seed }}".into(), ..filling() });
        assert_eq!(filled.unwrap(), json!("{{ seed }}!"));
    }

    #[test]
    fn faults_are_found_before_anything_is_asked() {
        let fault = check(&json!({"a": ["{{ inptu }}"]})).unwrap_err();
        assert_eq!(fault.message, "there is no `inptu`; there are input, messages, seed");
        assert!(check(&json!("{{ input")).is_err());
        assert!(fill(&json!("{{ messages[5].content }}"), &filling()).is_err());
    }
}
