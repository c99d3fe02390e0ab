//! `assert`: what must hold of an answer, as written.

use loopwright_core::SourceError;
use serde_json::Value;

use super::reader::{Located, Reader, Spot};
use crate::yaml::Yaml;

/// One entry of `assert`.
#[derive(Debug, Clone)]
pub(super) enum Assertion {
    /// One thing that must hold.
    One(Box<Single>),
    /// Several that are judged as one.
    Set { spot: Spot, asserts: Vec<Assertion>, weight: f64, threshold: Option<f64>, metric: Option<String> },
}

/// One thing that must hold.
#[derive(Debug, Clone)]
pub(super) struct Single {
    pub(super) spot: Spot,
    /// The type without `not-`.
    pub(super) kind: String,
    pub(super) not: bool,
    /// Its strings are templates.
    pub(super) value: Option<Value>,
    pub(super) threshold: Option<f64>,
    pub(super) weight: f64,
    pub(super) metric: Option<String>,
    /// Keys that only code or a judge would read.
    pub(super) beyond: Vec<String>,
}

/// How deep sets may lie within sets.
const DEEPEST: usize = 3;

/// Reads the list under `assert`.
pub(super) fn assertions(list: &Located, reader: &mut Reader<'_>) -> Result<Vec<Assertion>, SourceError> {
    list.each().iter().map(|one| assertion(one, reader, 0)).collect()
}

fn assertion(one: &Located, reader: &mut Reader<'_>, depth: usize) -> Result<Assertion, SourceError> {
    let Some(kind) = one.get("type").and_then(|kind| kind.node.text().map(ToOwned::to_owned)) else {
        return Err(reader.fault(&one.spot(), "an assert needs a `type`, such as `type: contains`"));
    };
    let weight = number(one, "weight", reader)?.unwrap_or(1.0);
    let threshold = number(one, "threshold", reader)?;
    let metric = one.get("metric").and_then(|metric| metric.node.text().map(ToOwned::to_owned));
    if weight < 0.0 {
        return Err(reader.fault(&one.spot(), "a `weight` is not negative"));
    }
    if kind == "assert-set" {
        let list = one.get("assert").filter(|_| depth < DEEPEST);
        let list = list.ok_or_else(|| {
            reader.fault(&one.spot(), "an `assert-set` needs `assert`, and no more than three levels")
        })?;
        let asserts = list.each().iter().map(|one| assertion(one, reader, depth + 1)).collect::<Result<_, _>>()?;
        return Ok(Assertion::Set { spot: one.spot(), asserts, weight, threshold, metric });
    }
    let value = one.get("value").map(|value| loaded(&value, reader)).transpose()?;
    let (kind, not) = kind.strip_prefix("not-").map_or((kind.as_str(), false), |kind| (kind, true));
    let known = ["type", "value", "threshold", "weight", "metric", "provider", "rubricPrompt"];
    let keys = one.node.entries().iter().map(|(key, _)| &key.name);
    let beyond = keys.filter(|key| !known.contains(&key.as_str())).cloned().collect();
    let (spot, kind) = (one.spot(), kind.to_owned());
    Ok(Assertion::One(Box::new(Single { spot, kind, not, value, threshold, weight, metric, beyond })))
}

/// The number under `key`.
pub(super) fn number(map: &Located, key: &str, reader: &Reader<'_>) -> Result<Option<f64>, SourceError> {
    let Some(value) = map.get(key) else { return Ok(None) };
    match &value.node.value {
        Yaml::Number(number) => Ok(number.as_f64()),
        _ => Err(reader.fault(&value.spot(), format!("`{key}` is a number"))),
    }
}

/// The value, or what stands in the file of data that it names. A file of code stays a name.
fn loaded(value: &Located, reader: &mut Reader<'_>) -> Result<Value, SourceError> {
    let Some(path) = value.node.text().and_then(|text| text.strip_prefix("file://")) else {
        return Ok(value.node.to_json());
    };
    let spot = value.spot();
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "yaml" | "yml" | "json" => {
            let text = reader.text(path, &spot)?;
            Ok(reader.yaml(path, text)?.node.to_json())
        }
        "txt" | "md" => Ok(reader.text(path, &spot)?.trim().into()),
        _ => Ok(value.node.to_json()),
    }
}

/// The assertion that a cell of a CSV file holds: `type(threshold):value`, or a value that the answer must equal.
pub(super) fn from_cell(cell: &str, spot: &Spot) -> Single {
    let (kind, not, value, threshold) = cell_parts(cell.trim());
    let spot = spot.clone();
    Single { spot, kind, not, value, threshold, weight: 1.0, metric: None, beyond: vec![] }
}

/// Types whose cell may be without a threshold and then has this one.
const GUESSED: [&str; 10] = [
    "answer-relevance",
    "classifier",
    "context-faithfulness",
    "context-recall",
    "context-relevance",
    "cost",
    "latency",
    "levenshtein",
    "rouge-n",
    "similar",
];

fn cell_parts(cell: &str) -> (String, bool, Option<Value>, Option<f64>) {
    let code = [("javascript:", "javascript"), ("fn:", "javascript"), ("eval:", "javascript"), ("python:", "python")];
    let judged = [("grade:", "llm-rubric"), ("llm-rubric:", "llm-rubric")];
    if let Some((rest, kind)) =
        code.iter().chain(&judged).find_map(|(mark, kind)| Some((cell.strip_prefix(mark)?, kind)))
    {
        return ((*kind).to_owned(), false, Some(rest.trim().into()), None);
    }
    if cell.starts_with("file://") {
        return ("javascript".to_owned(), false, Some(cell.into()), None);
    }
    let equals = || ("equals".to_owned(), false, Some(cell.into()), None);
    let (head, value) = cell.split_once(':').map_or((cell, None), |(head, value)| (head, Some(value)));
    // Types such as `similar:cosine` and `trajectory:step-count` hold the mark themselves.
    let (head, value) = match value.and_then(|value| value.split_once(':').or(Some((value, "")))) {
        Some((part, rest)) if super::check::is_known(&format!("{head}:{}", bare(part))) => {
            (format!("{head}:{part}"), cell.splitn(3, ':').nth(2).map(|_| rest))
        }
        _ => (head.to_owned(), value),
    };
    let (not, kind) = head.strip_prefix("not-").map_or((false, head.as_str()), |kind| (true, kind));
    let (kind, given) = match kind.split_once('(').and_then(|(kind, rest)| Some((kind, rest.strip_suffix(')')?))) {
        Some((kind, given)) => (kind, Some(given)),
        None => (kind, None),
    };
    let threshold = given.map(|given| given.parse::<f64>().ok().filter(|it| it.is_finite()));
    if !super::check::is_known(kind) || threshold == Some(None) {
        return equals();
    }
    let threshold = threshold.flatten().or_else(|| GUESSED.contains(&kind).then_some(0.75));
    let value = value.map(|value| match kind {
        "contains-all" | "contains-any" | "icontains-all" | "icontains-any" => list(value).into(),
        _ => Value::from(value.trim()),
    });
    (kind.to_owned(), not, value, threshold)
}

/// A type without its threshold.
fn bare(part: &str) -> &str {
    part.split('(').next().unwrap_or(part)
}

/// The values between commas; one in quotes may hold commas, and quotes that are doubled.
fn list(text: &str) -> Vec<String> {
    let mut values = vec![];
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => within_quotes(quoted),
            None => {
                rest.split_once(',').map_or((rest.trim().to_owned(), ""), |(one, rest)| (one.trim().to_owned(), rest))
            }
        };
        values.push(value);
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    values.into_iter().filter(|value| !value.is_empty()).collect()
}

/// The text up to the closing quote, and what follows it.
fn within_quotes(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text;
    loop {
        match rest.split_once('"') {
            None => return (value + rest, ""),
            Some((part, after)) => {
                value.push_str(part);
                let Some(more) = after.strip_prefix('"') else { return (value, after) };
                value.push('"');
                rest = more;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_cells_as_promptfoo_does() {
        for (cell, kind, not, value, threshold) in [
            ("Paris", "equals", false, Some(json!("Paris")), None),
            ("contains:Paris", "contains", false, Some(json!("Paris")), None),
            ("not-contains: a:b", "contains", true, Some(json!("a:b")), None),
            ("similar(0.8):hello", "similar", false, Some(json!("hello")), Some(0.8)),
            ("similar:cosine(0.9):hello", "similar:cosine", false, Some(json!("hello")), Some(0.9)),
            ("levenshtein(5):x", "levenshtein", false, Some(json!("x")), Some(5.0)),
            ("contains-any:a, \"b, c\"", "contains-any", false, Some(json!(["a", "b, c"])), None),
            ("is-json", "is-json", false, None, None),
            ("fn:output.length > 3", "javascript", false, Some(json!("output.length > 3")), None),
            ("grade: is kind", "llm-rubric", false, Some(json!("is kind")), None),
            ("note: not a type", "equals", false, Some(json!("note: not a type")), None),
            ("file://check.py", "javascript", false, Some(json!("file://check.py")), None),
        ] {
            assert_eq!(cell_parts(cell), (kind.to_owned(), not, value, threshold), "{cell}");
        }
    }
}
