//! Which function of a file is the agent. Read from the text; nothing is run.

use super::origin::Language;

/// Names that are taken to be the agent when there are several public functions.
const USUAL: [&str; 4] = ["run", "answer", "agent", "default"];

/// No function can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FunctionError {
    /// None has the name that was asked for.
    #[error("`{file}` has no public function `{name}`")]
    Unknown {
        /// The file.
        file: String,
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is none.
    #[error("`{file}` has no public function")]
    None {
        /// The file.
        file: String,
    },
    /// There are several.
    #[error("`{file}` has several public functions")]
    Several {
        /// The file.
        file: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

/// The function of `file`, which reads `text`, that is the agent: the `wanted` one, the only one, or one with a usual name.
pub(super) fn function(
    language: Language,
    file: &str,
    text: &str,
    wanted: Option<&str>,
) -> Result<String, FunctionError> {
    let known = match language {
        Language::Python => python(text),
        Language::Node => node(text),
    };
    let file = file.to_owned();
    let has = |name: &str| known.iter().any(|known| known == name);
    match (wanted, known.as_slice()) {
        (Some(name), _) if has(name) => Ok(name.to_owned()),
        (Some(name), _) => Err(FunctionError::Unknown { file, name: name.to_owned(), known }),
        (None, []) => Err(FunctionError::None { file }),
        (None, [only]) => Ok(only.clone()),
        (None, _) => match USUAL.into_iter().find(|name| has(name)) {
            Some(name) => Ok(name.to_owned()),
            None => Err(FunctionError::Several { file, known }),
        },
    }
}

/// Functions at the top of a Python file whose name does not begin with `_`.
fn python(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| {
        let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ")?;
        identifier(rest.trim_start())
    });
    distinct(names.filter(|name| !name.starts_with('_')))
}

/// Functions that a JavaScript or TypeScript module exports.
fn node(text: &str) -> Vec<String> {
    let names = text.lines().flat_map(|line| {
        let line = line.trim_end();
        if let Some(list) = line.strip_prefix("export {").and_then(|rest| rest.split('}').next()) {
            let name = |item: &str| item.rsplit(" as ").next().and_then(|name| identifier(name.trim()));
            return list.split(',').filter_map(name).collect();
        }
        exported(line).into_iter().collect::<Vec<String>>()
    });
    distinct(names)
}

fn exported(line: &str) -> Option<String> {
    if line.starts_with("export default ") || line.starts_with("module.exports =") {
        return Some("default".to_owned());
    }
    if let Some(rest) = line.strip_prefix("module.exports.").or_else(|| line.strip_prefix("exports.")) {
        return identifier(rest);
    }
    let rest = line.strip_prefix("export ")?;
    let function = rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("function ");
    if let Some(rest) = function {
        return identifier(rest.trim_start());
    }
    let value = rest.strip_prefix("const ").or_else(|| rest.strip_prefix("let "))?;
    (value.contains("=>") || value.contains("function") || value.ends_with('(')).then(|| identifier(value)).flatten()
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '$').collect();
    (!name.is_empty()).then_some(name)
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut all = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_public_functions() {
        let text =
            "import os\ndef _hidden():\n    def inner(): pass\nasync def ask(q):\n    pass\ndef helper (x): pass\n";
        assert_eq!(python(text), ["ask", "helper"]);
        let text = "export async function ask<T>(q) {}\nexport const go = async (q) => q\nexport const MODEL = 'm'\n\
                    export { a, b as c }\nexport default ask\nexports.old = f\nfunction hidden() {}";
        assert_eq!(node(text), ["ask", "go", "a", "c", "default", "old"]);
    }

    #[test]
    fn chooses_one_or_says_why_not() {
        let choose = |text: &str, wanted| function(Language::Python, "app.py", text, wanted);
        assert_eq!(choose("def ask(q): pass", None).unwrap(), "ask");
        assert_eq!(choose("def ask(q): pass\ndef answer(q): pass", None).unwrap(), "answer");
        assert_eq!(choose("def ask(q): pass\ndef answer(q): pass", Some("ask")).unwrap(), "ask");
        assert!(matches!(choose("x = 1", None), Err(FunctionError::None { .. })));
        assert!(matches!(choose("def a(): pass\ndef b(): pass", None), Err(FunctionError::Several { .. })));
        assert!(matches!(choose("def a(): pass", Some("b")), Err(FunctionError::Unknown { .. })));
    }
}
