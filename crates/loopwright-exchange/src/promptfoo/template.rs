//! Nunjucks templates, as far as minijinja reads them: the two agree on `{{ name }}`, filters, conditions and loops.

use std::io::Write;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Map, Value};

/// Most bytes of a rendered text.
const MOST: usize = 4 << 20;

/// Steps that one template may take.
const FUEL: u64 = 200_000;

/// `template` with its variables put in.
///
/// # Errors
/// Why it cannot be rendered: a lowercase fragment.
pub(super) fn render(template: &str, vars: &Map<String, Value>) -> Result<String, String> {
    if !template.contains('{') || is_partial(template) {
        return Ok(template.to_owned());
    }
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("dump", |value: Serde<Value>| value.0.to_string());
    let fault = |error: minijinja::Error| {
        let said = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
        format!("the template cannot be rendered: {said}")
    };
    environment.set_syntax(SyntaxConfig::builder().keep_trailing_newline(true).build().map_err(fault)?);
    let compiled = environment.template_from_str(template).map_err(fault)?;
    let mut text = Bounded(Vec::new());
    compiled.render_captured_to(Serde(vars), &mut text).map_err(fault)?;
    String::from_utf8(text.0).map_err(|_| "the template gives no text".to_owned())
}

/// Whether a tag begins in a line and does not end there. promptfoo takes such a text as it stands.
fn is_partial(template: &str) -> bool {
    let is_open = |line: &str| {
        [("{%", '%'), ("{{", '}'), ("{#", '#')]
            .iter()
            .any(|(begin, end)| line.rfind(begin).is_some_and(|at| !line[at + 2..].contains(*end)))
    };
    template.lines().any(is_open)
}

/// A text that ends with an error rather than to fill the memory.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MOST {
            return Err(std::io::Error::other(format!("more than {MOST} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rendered(template: &str) -> Result<String, String> {
        let vars = json!({"name": "Ada", "list": ["a", "b"], "thing": {"x": 1}, "nothing": null});
        render(template, vars.as_object().unwrap())
    }

    #[test]
    fn renders_as_nunjucks_does() {
        for (template, text) in [
            ("Hi {{name}} and {{ name | upper }}!\n", "Hi Ada and ADA!\n"),
            ("{% for x in list %}{{ loop.index }}{{ x }} {% endfor %}", "1a 2b "),
            ("{{ thing | dump }}{{ list | dump }}", "{\"x\":1}[\"a\",\"b\"]"),
            ("{{ missing }}{{ missing.part }}|{{ name | default('x') }}", "|Ada"),
            ("{% if name == 'Ada' %}yes{% else %}no{% endif %}", "yes"),
            ("a { b } {{", "a { b } {{"),
            ("<b> & {{ '<' }}", "<b> & <"),
        ] {
            assert_eq!(rendered(template).as_deref(), Ok(text), "{template}");
        }
    }

    #[test]
    fn what_does_not_end_is_ended() {
        assert!(rendered("{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}").is_err());
        let long = "{% for x in range(9999) %}".to_owned() + &"x".repeat(1000) + "{% endfor %}";
        assert!(rendered(&long).unwrap_err().contains("cannot be rendered"));
        assert!(rendered("{{ name === 1 }}").unwrap_err().contains("cannot be rendered"));
    }
}
