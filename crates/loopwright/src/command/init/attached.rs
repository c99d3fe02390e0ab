//! The files of a project around an agent that exists.

use std::path::{Component, Path, PathBuf};

use toml_edit::{Array, InlineTable, Value};

use super::function::{FunctionError, function};
use super::origin::{Language, Origin, origin};
use super::{GITIGNORE, NewFile};
use crate::cli::InitArgs;
use crate::context::Context;
use crate::fault::Fault;
use crate::nearest::advice;
use crate::project::holds_a_password;

const PROJECT: &str = include_str!("../../../template/attached/loopwright.toml");
const CASES: &str = include_str!("../../../template/attached/cases/first.jsonl");
const PYTHON: &str = include_str!("../../../template/attached/loopwright_shim.py");
const NODE: &str = include_str!("../../../template/attached/loopwright_shim.mjs");
const IGNORED: &str = include_str!("../../../template/native/gitignore");

/// Most bytes of the file that holds the agent's function.
const MOST: u64 = 4 << 20;

/// The files of the project `name` in `folder` around what `from` points at.
pub(super) fn files(
    args: &InitArgs,
    context: &Context,
    folder: &Path,
    name: &str,
    from: &str,
) -> Result<Vec<NewFile>, Fault> {
    let origin = origin(&context.folder, from).map_err(Fault::usage)?;
    if !matches!(origin, Origin::Function(..)) && args.function.is_some() {
        return Err(Fault::usage("`--function` goes with a file of Python, JavaScript or TypeScript"));
    }
    let mut files = Vec::new();
    let (agent, endpoint) = match origin {
        Origin::Function(language, file) => {
            let (shim, text) = shim(language, &file, folder, args.function.as_deref())?;
            files.push((shim.to_owned(), text));
            let program = if language == Language::Python { "python3" } else { "node" };
            (bare(&file.file_stem().unwrap_or_default().to_string_lossy()), command(&[program, shim]))
        }
        Origin::Url(url) if holds_a_password(&url) => {
            return Err(Fault::usage("the address holds a password, which has no place in a project"));
        }
        Origin::Url(url) => match openai_base(&url) {
            Some(base) => {
                context.printer.say("the server is asked for the model `default`: name its own in loopwright.toml");
                ("remote".to_owned(), openai(base))
            }
            None => ("remote".to_owned(), http(&url)),
        },
        Origin::Command(words) => ("remote".to_owned(), command(&words)),
    };
    let project = PROJECT
        .replace("\"@name@\"", &Value::from(name).to_string())
        .replace("@agent@", &agent)
        .replace("@endpoint@", &endpoint.to_string());
    files.insert(0, ("loopwright.toml".to_owned(), project));
    files.push(("cases/first.jsonl".to_owned(), CASES.to_owned()));
    files.push((GITIGNORE.to_owned(), IGNORED.to_owned()));
    Ok(files)
}

/// The shim around the agent's function: its name and its text.
fn shim(language: Language, file: &Path, folder: &Path, wanted: Option<&str>) -> Result<(&'static str, String), Fault> {
    let shown = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unreadable = |error: String| Fault::usage(format!("`{shown}` cannot be read: {error}"));
    let length = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
    if length > MOST {
        return Err(unreadable(format!("it is longer than {MOST} bytes")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let function = function(language, &shown, &text, wanted).map_err(choose)?;
    let path = relative(folder, file).map_err(|error| unreadable(error.to_string()))?;
    // A JSON text is a text of Python and of JavaScript too.
    let literal = |text: &str| serde_json::Value::from(text).to_string();
    let (name, template, path) = match language {
        Language::Python => ("loopwright_shim.py", PYTHON, path),
        Language::Node if path.starts_with("../") => ("loopwright_shim.mjs", NODE, path),
        Language::Node => ("loopwright_shim.mjs", NODE, format!("./{path}")),
    };
    let text = template
        .replace("@file_literal@", &literal(&path))
        .replace("@function_literal@", &literal(&function))
        .replace("@file@", &shown)
        .replace("@function@", &function);
    Ok((name, text))
}

fn choose(error: FunctionError) -> Fault {
    let hint = match &error {
        FunctionError::Unknown { name, known, .. } => advice(name, known.iter().map(String::as_str)),
        FunctionError::None { .. } => "write a function that takes the input and returns the answer".to_owned(),
        FunctionError::Several { known, .. } => {
            format!("say which one answers with `--function`; {}", advice("", known.iter().map(String::as_str)))
        }
    };
    Fault::usage(error).with_hint(hint)
}

fn command<T: AsRef<str>>(words: &[T]) -> InlineTable {
    let words: Array = words.iter().map(AsRef::as_ref).collect();
    InlineTable::from_iter([("kind", Value::from("command")), ("command", Value::from(words))])
}

/// The address up to `/v1`, of a server that speaks OpenAI's protocol by the look of it.
fn openai_base(url: &str) -> Option<&str> {
    let base = url.trim_end_matches('/');
    let base = base.strip_suffix("/chat/completions").unwrap_or(base);
    base.ends_with("/v1").then_some(base)
}

fn openai(base: &str) -> InlineTable {
    let pairs = [("kind", "openai"), ("base_url", base), ("model", "default")];
    InlineTable::from_iter(pairs.map(|(key, value)| (key, Value::from(value))))
}

fn http(url: &str) -> InlineTable {
    let request = InlineTable::from_iter([("input", Value::from("{{ input }}"))]);
    InlineTable::from_iter([
        ("kind", Value::from("http")),
        ("url", Value::from(url)),
        ("request", Value::from(request)),
        ("answer", Value::from("/answer")),
    ])
}

/// `text` as a key that TOML takes without quotes.
fn bare(text: &str) -> String {
    let bare: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '-' }).collect();
    if bare.is_empty() { "agent".to_owned() } else { bare }
}

/// The way from `folder`, which may have to be made yet, to `file`, with `/` between its steps.
fn relative(folder: &Path, file: &Path) -> std::io::Result<String> {
    let file = file.canonicalize()?;
    let there = folder.ancestors().find(|above| above.exists()).unwrap_or(folder);
    let new = folder.strip_prefix(there).unwrap_or(Path::new(""));
    let folder: PathBuf = there.canonicalize()?.join(new);
    let folder: Vec<Component<'_>> = folder.components().filter(|step| *step != Component::CurDir).collect();
    let steps: Vec<Component<'_>> = file.components().collect();
    let shared = folder.iter().zip(&steps).take_while(|(one, other)| one == other).count();
    let up = folder[shared..].iter().map(|_| "..".to_owned());
    let down = steps[shared..].iter().map(|step| step.as_os_str().to_string_lossy().into_owned());
    Ok(up.chain(down).collect::<Vec<String>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openai_is_told_by_its_address() {
        for url in ["http://h:1/v1", "http://h:1/v1/", "http://h:1/v1/chat/completions"] {
            assert_eq!(openai_base(url), Some("http://h:1/v1"), "{url}");
        }
        for url in ["http://h:1/ask", "http://h:1/v1/answer", "http://h:1"] {
            assert_eq!(openai_base(url), None, "{url}");
        }
    }
}
