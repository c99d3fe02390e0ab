//! The tables of `loopwright.toml` for an imported configuration.

use loopwright_core::SuiteName;
use loopwright_exchange::{PromptfooAgent, PromptfooImport, Reach};
use serde_json::Value;
use toml_edit::InlineTable;

use super::super::draft::{Draft, key, quoted};
use crate::fault::Fault;

const HEAD: &str = include_str!("../../../../template/import/promptfoo.toml");

/// The model of an agent that nothing here reaches.
const STANDIN: &str = "standin:small";

/// Adds the agents and the suites of `import`, which came from the file `from`.
pub(super) fn write(import: &PromptfooImport, name: &SuiteName, from: &str, draft: &mut Draft) -> Result<(), Fault> {
    let said = import.description.as_ref().map(|said| format!(": {}", plain(said))).unwrap_or_default();
    let mut text = HEAD.replace("@file@", &plain(from)).replace("@description@", &said);
    let mut taken = vec![];
    for agent in &import.agents {
        text.push_str(&agent_table(agent, name, draft)?);
        taken.push(("agent", agent.name.as_str()));
    }
    for suite in &import.suites {
        let path = format!("imported/{}/cases.jsonl", suite.name);
        text.push_str(&format!(
            "\n# The prompt `{}`.\n[suite.{}]\nagent = {}\ncases = [{}]\ntrials = {}\nprimary = \"checks\"\nmetrics = [\"tokens\", \"money\", \"latency\"]\n",
            plain(&suite.prompt),
            key(suite.name.as_str()),
            quoted(suite.agent.as_str()),
            quoted(&path),
            suite.trials.unwrap_or(3),
        ));
        taken.push(("suite", suite.name.as_str()));
    }
    draft.tables(&text, &taken)
}

fn agent_table(agent: &PromptfooAgent, name: &SuiteName, draft: &mut Draft) -> Result<String, Fault> {
    let provider = plain(&agent.provider);
    let mut text = match agent.reach {
        Reach::Simulated => {
            format!("\n# The stand-in takes the place of `{provider}`, and only simulates a language model.\n")
        }
        _ => format!("\n# The provider `{provider}`.\n"),
    };
    text.push_str(&format!("[agent.{}]\n", key(agent.name.as_str())));
    match &agent.reach {
        Reach::Simulated => text.push_str(&format!("model = {}\n", quoted(STANDIN))),
        Reach::Model { reference, temperature, max_output_tokens } => {
            let mut model = InlineTable::from_iter([("ref", reference.as_str())]);
            model.extend(temperature.map(|it| ("temperature", it)));
            model.extend(max_output_tokens.and_then(|it| Some(("max_output_tokens", i64::try_from(it).ok()?))));
            let is_short = model.len() == 1;
            text.push_str(&if is_short {
                format!("model = {}\n", quoted(reference))
            } else {
                format!("model = {model}\n")
            });
        }
        Reach::Http { url, request, answer } => {
            let request = toml_value(request);
            let (url, answer) = (quoted(url), quoted(answer));
            text.push_str(&format!(
                "endpoint = {{ kind = \"http\", url = {url}, request = {request}, answer = {answer} }}\n"
            ));
        }
    }
    if let (Some(instructions), false) = (&agent.instructions, matches!(agent.reach, Reach::Http { .. })) {
        let path = draft.file(name, &format!("{}.md", agent.name), instructions.clone())?;
        text.push_str(&format!("instructions = {}\n", quoted(&path)));
    }
    Ok(text)
}

/// A value of JSON as one of TOML, which knows no null.
fn toml_value(value: &Value) -> toml_edit::Value {
    match value {
        Value::Null => "".into(),
        Value::Bool(bool) => (*bool).into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(list) => list.iter().map(toml_value).collect::<toml_edit::Array>().into(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.as_str(), toml_value(value))).collect::<InlineTable>().into()
        }
    }
}

/// The first line of `text` as far as a comment can hold it.
fn plain(text: &str) -> String {
    let line: String = text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(100).collect();
    line.trim_end_matches('.').to_owned()
}
