//! `providers` (or `targets`): what answers.

use std::collections::BTreeSet;

use loopwright_core::{AgentName, SourceError, ToolSpec};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Reach;
use super::prompt::short;
use super::reader::{Located, Reader, Spot};
use crate::yaml::Yaml;

/// One provider.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    pub(super) id: String,
    pub(super) label: Option<String>,
    pub(super) name: AgentName,
    pub(super) reach: Reach,
    pub(super) tools: Vec<ToolSpec>,
    /// The prompts it is asked with, by label or id; all when absent.
    pub(super) prompts: Option<Vec<String>>,
}

/// Providers whose protocol is OpenAI's, and that are called the same here.
const SAME: [&str; 7] = ["openai", "openrouter", "groq", "mistral", "deepseek", "ollama", "vllm"];

/// What may stand between a provider and the model, and means a conversation.
const KINDS: [&str; 3] = ["chat", "responses", "messages"];

/// Keys of a provider that are read, or that change nothing of what is measured.
const KNOWN: &[&str] = &["id", "label", "config", "prompts", "delay"];

/// The providers of the configuration.
pub(super) fn providers(config: &Located, reader: &mut Reader<'_>) -> Result<Vec<Provider>, SourceError> {
    let Some(given) = config.get("providers").or_else(|| config.get("targets")) else {
        let fault = reader.fault(&config.spot(), "there are no `providers`");
        return Err(fault.with_hint("name what answers, such as `providers: [openai:gpt-5-mini]`"));
    };
    let mut providers = vec![];
    let mut names = BTreeSet::new();
    for one in given.each() {
        read(&one, reader, &mut names, &mut providers)?;
    }
    Ok(providers)
}

fn read(
    one: &Located,
    reader: &mut Reader<'_>,
    names: &mut BTreeSet<String>,
    into: &mut Vec<Provider>,
) -> Result<(), SourceError> {
    let (id, map, spot) = match &one.node.value {
        Yaml::Text(id) if id.starts_with("file://") && is_yaml(id) => {
            for path in reader.find(&id["file://".len()..], &one.spot())? {
                let text = reader.text(&path, &one.spot())?;
                for inner in reader.yaml(&path, text)?.each().iter().filter(|inner| inner.node.text().is_none()) {
                    read(inner, reader, names, into)?;
                }
            }
            return Ok(());
        }
        Yaml::Text(id) => (id.clone(), None, one.spot()),
        // The short form: the id is the key.
        Yaml::Map(entries) if one.get("id").is_none() && entries.len() == 1 => {
            let (key, inner) = &entries[0];
            (key.name.clone(), Some(one.within(inner)), one.at(&key.span))
        }
        Yaml::Map(_) => match one.get("id").and_then(|id| Some((id.node.text()?.to_owned(), id.spot()))) {
            Some((id, spot)) => (id, Some(one.clone()), spot),
            None => return Err(reader.fault(&one.spot(), "a provider needs an `id`")),
        },
        _ => return Err(reader.fault(&one.spot(), "a provider is a text, or a map with `id`")),
    };
    let provider = provider(id, map.as_ref(), spot, reader, names)?;
    into.push(provider);
    Ok(())
}

fn provider(
    id: String,
    map: Option<&Located>,
    spot: Spot,
    reader: &mut Reader<'_>,
    names: &mut BTreeSet<String>,
) -> Result<Provider, SourceError> {
    let text_of = |key: &str| map.and_then(|map| map.get(key)?.node.text().map(ToOwned::to_owned));
    let label = text_of("label");
    if let Some(map) = map {
        reader.leave_out_unknown(map, "a provider", KNOWN);
    }
    let config = map.and_then(|map| map.get("config"));
    let reach = match reach(&id, config.as_ref(), reader) {
        Ok(reach) => reach,
        Err(why) => {
            let why = format!("{why}; an agent on the stand-in takes its place");
            reader.leave_out(&spot, format!("the provider `{id}`"), why);
            Reach::Simulated
        }
    };
    let tools = tools(config.as_ref(), reader)?;
    let prompts = map.and_then(|map| map.get("prompts"));
    let prompts =
        prompts.map(|list| list.each().iter().filter_map(|one| one.node.text().map(ToOwned::to_owned)).collect());
    let wanted = Some(short(label.as_deref().unwrap_or(&id))).filter(|name| !name.is_empty());
    let name = free(&wanted.unwrap_or_else(|| "agent".to_owned()), names);
    let name = AgentName::new(name).map_err(|error| reader.fault(&spot, error.to_string()))?;
    Ok(Provider { id, label, name, reach, tools, prompts })
}

/// `wanted`, with a number behind it when it is taken.
pub(super) fn free(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let name = std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !taken.contains(name));
    let name = name.unwrap_or_default();
    taken.insert(name.clone());
    name
}

fn is_yaml(path: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end))
}

/// How `id` is reached from here, or why it is not.
fn reach(id: &str, config: Option<&Located>, reader: &mut Reader<'_>) -> Result<Reach, String> {
    if id == "http" || id == "https" || id.starts_with("http://") || id.starts_with("https://") {
        return http(id, config, reader);
    }
    let (provider, rest) = id.split_once(':').unwrap_or((id, ""));
    match provider {
        "echo" => return Err("`echo` says what it hears and is no model".to_owned()),
        "exec" | "python" | "file" | "package" | "golang" | "ruby" => {
            return Err("it is code: `loopwright init --from FILE` builds a project around it".to_owned());
        }
        "anthropic" => {
            let model = rest.rsplit(':').next().unwrap_or_default();
            return Err(format!(
                "it speaks a protocol of its own: try `compatible:{model}@https://api.anthropic.com/v1`"
            ));
        }
        other if !SAME.contains(&other) => return Err("it is not among the providers here".to_owned()),
        _ => {}
    }
    let model = match rest.split_once(':') {
        Some((kind, model)) if KINDS.contains(&kind) => model,
        Some((kind, _)) if provider == "openai" => return Err(format!("`{kind}` is no conversation")),
        _ => rest,
    };
    if model.is_empty() || model.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("it names no model".to_owned());
    }
    let settings = Settings::read(config, reader);
    let address = settings.base_url.map(|url| format!("@{url}")).unwrap_or_default();
    let reference = format!("{provider}:{model}{address}");
    Ok(Reach::Model { reference, temperature: settings.temperature, max_output_tokens: settings.max_output_tokens })
}

/// What a `config` sets of a model.
#[derive(Default)]
struct Settings {
    temperature: Option<f64>,
    max_output_tokens: Option<u64>,
    base_url: Option<String>,
}

impl Settings {
    fn read(config: Option<&Located>, reader: &mut Reader<'_>) -> Self {
        let mut settings = Self::default();
        let Some(config) = config else { return settings };
        for (key, node) in config.node.entries() {
            let number = if let Yaml::Number(number) = &node.value { Some(number) } else { None };
            let is_read = match key.name.as_str() {
                "temperature" => {
                    settings.temperature =
                        number.and_then(serde_json::Number::as_f64).filter(|it| (0.0..=2.0).contains(it));
                    settings.temperature.is_some()
                }
                "max_tokens" | "max_completion_tokens" | "max_output_tokens" => {
                    settings.max_output_tokens = number.and_then(serde_json::Number::as_u64).filter(|it| *it > 0);
                    settings.max_output_tokens.is_some()
                }
                "apiBaseUrl" => {
                    let url = node.text().filter(|url| is_address(url));
                    settings.base_url = url.map(|url| url.trim_end_matches('/').to_owned());
                    settings.base_url.is_some()
                }
                "tools" => true,
                _ => false,
            };
            if !is_read {
                let why = match key.name.as_str() {
                    "apiKey" | "apiKeyEnvar" => "keys come from the environment, by the usual name of each provider",
                    _ => "it has no counterpart here, or a value that none has",
                };
                reader.leave_out(&config.at(&key.span), format!("`config.{}`", key.name), why);
            }
        }
        settings
    }
}

/// Whether `url` is an address without a password, a template or white space.
fn is_address(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://"))
        && !url.contains(['@', '{', '"', '\\'])
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn http(id: &str, config: Option<&Located>, reader: &mut Reader<'_>) -> Result<Reach, String> {
    let text_of = |key: &str| config.and_then(|config| config.get(key)?.node.text().map(ToOwned::to_owned));
    let url = text_of("url").unwrap_or_else(|| id.to_owned());
    if !is_address(&url) {
        return Err("its address holds a password or a template, or is none".to_owned());
    }
    if text_of("method").is_some_and(|method| !method.eq_ignore_ascii_case("POST")) {
        return Err("only POST with JSON is spoken here".to_owned());
    }
    let body = config.and_then(|config| config.get("body")).ok_or("it has no JSON `body`")?;
    if !matches!(body.node.value, Yaml::Map(_)) {
        return Err("its `body` is not a map".to_owned());
    }
    let answer = text_of("transformResponse").or_else(|| text_of("responseParser"));
    let answer = answer.map_or(Some(String::new()), |path| pointer(&path));
    let answer = answer.filter(|pointer| !pointer.is_empty());
    let answer = answer.ok_or("`transformResponse` is code, where a path such as `json.answer` is understood")?;
    if let Some(config) = config {
        reader.leave_out_unknown(config, "`config`", &["url", "method", "body", "transformResponse", "responseParser"]);
    }
    Ok(Reach::Http { url, request: with_input(body.node.to_json()), answer })
}

/// The body with promptfoo's `prompt` called `input`.
fn with_input(body: Value) -> Value {
    match body {
        Value::String(text) => text.replace("{{prompt}}", "{{ input }}").replace("{{ prompt }}", "{{ input }}").into(),
        Value::Array(list) => list.into_iter().map(with_input).collect(),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, value)| (key, with_input(value))).collect()),
        other => other,
    }
}

/// `json.choices[0].text` as a JSON Pointer; `None` for anything but such a path.
fn pointer(path: &str) -> Option<String> {
    let rest = path.trim().strip_prefix("json")?;
    let steps = rest.replace('[', ".").replace([']', '\'', '"'], "");
    let is_step = |step: &str| !step.is_empty() && step.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let mut steps = steps.split('.');
    let begins = steps.next() == Some("");
    let steps: Vec<&str> = steps.collect();
    (begins && !steps.is_empty() && steps.iter().all(|step| is_step(step))).then(|| format!("/{}", steps.join("/")))
}

#[derive(Deserialize)]
struct Function {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default = "nothing")]
    parameters: Value,
}

/// The schema of a function without parameters.
fn nothing() -> Value {
    json!({"type": "object", "properties": {}})
}

/// The tools that the model is offered, in OpenAI's form.
fn tools(config: Option<&Located>, reader: &mut Reader<'_>) -> Result<Vec<ToolSpec>, SourceError> {
    let Some(given) = config.and_then(|config| config.get("tools")) else { return Ok(vec![]) };
    let list = match given.node.text().and_then(|text| text.strip_prefix("file://")) {
        Some(path) if is_yaml(path) => {
            let text = reader.text(path, &given.spot())?;
            reader.yaml(path, text)?
        }
        Some(_) => {
            reader.leave_out(&given.spot(), "the tools", "they are made by code");
            return Ok(vec![]);
        }
        None => given,
    };
    let mut tools: Vec<ToolSpec> = vec![];
    for one in list.each() {
        let value = one.node.to_json();
        let function = value.get("function").unwrap_or(&value);
        match Function::deserialize(function) {
            Ok(Function { name, description, parameters }) if tools.iter().all(|tool| tool.name != name) => {
                tools.push(ToolSpec { name, description, parameters });
            }
            _ => reader.leave_out(&one.spot(), "the tool", "it is not a function with a name of its own"),
        }
    }
    Ok(tools)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_answers_become_pointers() {
        assert_eq!(pointer("json.choices[0].message.content").as_deref(), Some("/choices/0/message/content"));
        assert_eq!(pointer("json['answer']").as_deref(), Some("/answer"));
        for code in ["json", "text", "(json) => json.a", "json.a + 1", "jsonx.a"] {
            assert_eq!(pointer(code), None, "{code}");
        }
    }

    #[test]
    fn taken_names_get_a_number() {
        let mut taken = BTreeSet::new();
        assert_eq!([free("a", &mut taken), free("a", &mut taken), free("a", &mut taken)], ["a", "a-2", "a-3"]);
    }
}
