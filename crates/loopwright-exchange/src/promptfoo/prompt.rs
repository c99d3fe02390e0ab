//! `prompts`: the texts that are rendered with the variables of each test.

use loopwright_core::SourceError;

use super::reader::{Located, Reader, Spot};
use crate::yaml::Yaml;

/// The line that parts the prompts of a text file.
const DELIMITER: &str = "---";

/// A prompt that is not rendered yet.
#[derive(Debug, Clone)]
pub(super) struct Prompt {
    pub(super) spot: Spot,
    pub(super) id: Option<String>,
    pub(super) label: String,
    /// A short name, for suites.
    pub(super) name: String,
    pub(super) raw: String,
}

/// The prompts of the configuration. Without any, promptfoo sends the variable `prompt`.
pub(super) fn prompts(config: &Located, reader: &mut Reader<'_>) -> Result<Vec<Prompt>, SourceError> {
    let Some(given) = config.get("prompts") else {
        let raw = "{{prompt}}".to_owned();
        return Ok(vec![Prompt { spot: config.spot(), id: None, label: raw.clone(), name: "prompt".to_owned(), raw }]);
    };
    let mut prompts = vec![];
    match &given.node.value {
        Yaml::Map(entries) if given.get("raw").is_none() && given.get("id").is_none() => {
            for (path, label) in entries {
                let label = label.text().map(ToOwned::to_owned);
                prompts.extend(texts(&path.name, label, None, &given.at(&path.span), reader)?);
            }
        }
        _ => {
            for one in given.each() {
                prompts.extend(prompt(&one, reader)?);
            }
        }
    }
    for (index, prompt) in prompts.iter_mut().enumerate().filter(|(_, prompt)| prompt.name.is_empty()) {
        prompt.name = format!("prompt-{}", index + 1);
    }
    Ok(prompts)
}

fn prompt(one: &Located, reader: &mut Reader<'_>) -> Result<Vec<Prompt>, SourceError> {
    if let Some(text) = one.node.text() {
        return texts(text, None, None, &one.spot(), reader);
    }
    let text_of = |key: &str| one.get(key).and_then(|node| node.node.text().map(ToOwned::to_owned));
    if !matches!(one.node.value, Yaml::Map(_)) {
        return Err(reader.fault(&one.spot(), "a prompt is a text, or a map with `raw` or `id`"));
    }
    reader.leave_out_unknown(one, "a prompt", &["id", "raw", "label", "display"]);
    let label = text_of("label").or_else(|| text_of("display"));
    match (text_of("raw"), text_of("id")) {
        (Some(raw), id) if !is_file(&raw) => {
            let name = label.as_deref().or(id.as_deref()).map(short).unwrap_or_default();
            let label = label.or_else(|| id.clone()).unwrap_or_else(|| raw.clone());
            Ok(vec![Prompt { spot: one.spot(), id, label, name, raw }])
        }
        (Some(path), id) => texts(&path, label, id, &one.spot(), reader),
        (None, Some(path)) => texts(&path, label, Some(path.clone()), &one.spot(), reader),
        (None, None) => Err(reader.fault(&one.spot(), "a prompt is a text, or a map with `raw` or `id`")),
    }
}

/// The prompts that `text` is, or that the files hold that it names.
fn texts(
    text: &str,
    label: Option<String>,
    id: Option<String>,
    spot: &Spot,
    reader: &mut Reader<'_>,
) -> Result<Vec<Prompt>, SourceError> {
    if let Some(scheme) = ["exec:", "portkey://", "langfuse://", "helicone://"].iter().find(|it| text.starts_with(**it))
    {
        reader.leave_out(
            spot,
            format!("the prompt `{text}`"),
            format!("`{scheme}` is code or a service; write it as a text"),
        );
        return Ok(vec![]);
    }
    if !is_file(text) {
        let name = label.as_deref().map(short).unwrap_or_default();
        let label = label.unwrap_or_else(|| text.to_owned());
        return Ok(vec![Prompt { spot: spot.clone(), id, label, name, raw: text.to_owned() }]);
    }
    let mut prompts = vec![];
    for path in reader.find(text.strip_prefix("file://").unwrap_or(text), spot)? {
        prompts.extend(file(&path, label.clone(), id.clone(), spot, reader)?);
    }
    Ok(prompts)
}

/// The prompts that stand in the file `path`.
fn file(
    path: &str,
    label: Option<String>,
    id: Option<String>,
    spot: &Spot,
    reader: &mut Reader<'_>,
) -> Result<Vec<Prompt>, SourceError> {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let raws = match ending {
        "txt" => split(&reader.text(path, spot)?),
        "jsonl" => reader.text(path, spot)?.lines().filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect(),
        "yaml" | "yml" => {
            let text = reader.text(path, spot)?;
            vec![reader.yaml(path, text)?.node.to_json().to_string()]
        }
        "json" | "md" | "j2" | "" => vec![reader.text(path, spot)?],
        "csv" => csv_prompts(path, spot, reader)?,
        _ => {
            reader.leave_out(spot, format!("the prompt `{path}`"), "it is code; write what it makes as a text");
            return Ok(vec![]);
        }
    };
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default();
    let count = raws.len();
    let one = |(index, raw): (usize, String)| {
        let name = short(label.as_deref().unwrap_or(stem));
        let name = if count > 1 { format!("{name}-{}", index + 1) } else { name };
        let label = label.clone().unwrap_or_else(|| path.to_owned());
        Prompt { spot: spot.clone(), id: id.clone(), label, name, raw }
    };
    Ok(raws.into_iter().enumerate().map(one).collect())
}

/// The column `prompt` of a CSV file, or its lines.
fn csv_prompts(path: &str, spot: &Spot, reader: &Reader<'_>) -> Result<Vec<String>, SourceError> {
    let text = reader.text(path, spot)?;
    let mut rows = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = rows.headers().cloned().unwrap_or_default();
    let Some(column) = headers.iter().position(|header| header == "prompt") else {
        return Ok(text.lines().filter(|line| !line.trim().is_empty()).map(ToOwned::to_owned).collect());
    };
    let cells = rows.records().map_while(Result::ok).filter_map(|row| row.get(column).map(ToOwned::to_owned));
    Ok(cells.filter(|cell| !cell.is_empty()).collect())
}

/// The texts between lines of `---`, without those that are empty.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.trim_start_matches('\u{feff}').lines() {
        match (line.trim() == DELIMITER, parts.last_mut()) {
            (false, Some(part)) => part.push_str(&format!("{line}\n")),
            _ => parts.push(String::new()),
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Whether promptfoo takes `text` for the path of a file.
fn is_file(text: &str) -> bool {
    const ENDINGS: [&str; 14] =
        [".cjs", ".csv", ".cts", ".j2", ".js", ".json", ".jsonl", ".md", ".mjs", ".mts", ".py", ".ts", ".txt", ".yaml"];
    if text.contains('\n') || text.contains("{{") {
        return false;
    }
    let path = text.split(':').next().unwrap_or(text);
    text.starts_with("file://") || ENDINGS.iter().chain(&[".yml"]).any(|end| text.ends_with(end) || path.ends_with(end))
}

/// `text` as the name of a suite: at most 40 letters, digits, `-` and `_`.
pub(super) fn short(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let words: String = text.chars().map(plain).collect();
    let words = words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    words[..words.len().min(40)].trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_files_hold_several() {
        assert_eq!(split("one\ntwo\n---\n\n---\n three \n"), ["one\ntwo", "three"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn tells_files_from_texts() {
        for path in ["file://a", "prompts/a.txt", "a.json", "p.py:make", "prompts/*.yaml"] {
            assert!(is_file(path), "{path}");
        }
        for text in ["Answer and/or ask: {{x}}", "one\ntwo.txt", "Say hello.", "{{prompt}}.txt"] {
            assert!(!is_file(text), "{text}");
        }
    }

    #[test]
    fn names_are_short_and_plain() {
        assert_eq!(short("openai:gpt-4o (new)"), "openai-gpt-4o-new");
        assert_eq!(short(&"ä".repeat(100)), "");
        assert_eq!(short(&"a".repeat(100)).len(), 40);
    }
}
