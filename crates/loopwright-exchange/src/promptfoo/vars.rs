//! `vars`: what is put into the prompts, and all combinations of it.

use loopwright_core::SourceError;
use serde_json::{Map, Value};

use super::reader::{Located, Reader, Spot};
use super::template::render;
use crate::yaml::Yaml;

/// Most combinations of the variables of one test.
const MOST: usize = 10_000;

/// How often variables that name variables are followed, as in promptfoo.
const ROUNDS: usize = 5;

/// Endings of files of code, which would have to be run.
const CODE: [&str; 8] = ["js", "cjs", "mjs", "ts", "cts", "mts", "py", "rb"];

/// Reads a map of variables, or the files of such maps.
pub(super) fn read(node: &Located, reader: &mut Reader<'_>) -> Result<Vec<(String, Value)>, SourceError> {
    if let Yaml::Map(entries) = &node.node.value {
        return Ok(entries.iter().map(|(key, value)| (key.name.clone(), value.to_json())).collect());
    }
    let mut vars: Vec<(String, Value)> = vec![];
    for one in node.each() {
        let Some(pattern) = one.node.text() else {
            return Err(reader.fault(&one.spot(), "`vars` is a map, or names files that hold maps"));
        };
        for path in reader.find(pattern.strip_prefix("file://").unwrap_or(pattern), &one.spot())? {
            let text = reader.text(&path, &one.spot())?;
            let file = reader.yaml(&path, text)?;
            for (key, value) in file.node.entries() {
                vars.retain(|(name, _)| *name != key.name);
                vars.push((key.name.clone(), value.to_json()));
            }
        }
    }
    Ok(vars)
}

/// The combinations of `vars`: one value of each list of texts, unless lists are kept.
pub(super) fn combinations(
    vars: &[(String, Value)],
    keeps_lists: bool,
    spot: &Spot,
    reader: &Reader<'_>,
) -> Result<Vec<Map<String, Value>>, SourceError> {
    let mut all = vec![Map::new()];
    for (name, value) in vars {
        let values = values(value, keeps_lists, spot, reader)?;
        if all.len().saturating_mul(values.len()) > MOST {
            return Err(reader.fault(spot, format!("more than {MOST} combinations of variables")));
        }
        let with = |map: &Map<String, Value>| {
            let (map, name) = (map.clone(), name.clone());
            values.clone().into_iter().map(move |value| {
                let mut map = map.clone();
                map.insert(name.clone(), value);
                map
            })
        };
        all = all.iter().flat_map(with).collect();
    }
    Ok(all)
}

fn values(value: &Value, keeps_lists: bool, spot: &Spot, reader: &Reader<'_>) -> Result<Vec<Value>, SourceError> {
    match value {
        Value::Array(list) if !keeps_lists && matches!(list.first(), Some(Value::String(_))) => Ok(list.clone()),
        Value::String(text) => match text.strip_prefix("file://") {
            Some(pattern) => {
                Ok(reader.find(pattern, spot)?.into_iter().map(|path| format!("file://{path}").into()).collect())
            }
            None => Ok(vec![value.clone()]),
        },
        other => Ok(vec![other.clone()]),
    }
}

/// The variables with the files that they name read, and the variables that they name put in.
///
/// # Errors
/// Why they cannot be told without running code: a lowercase fragment.
pub(super) fn settled(
    mut vars: Map<String, Value>,
    spot: &Spot,
    reader: &mut Reader<'_>,
) -> Result<Result<Map<String, Value>, String>, SourceError> {
    for (name, value) in &mut vars {
        let Some(text) = value.as_str() else { continue };
        if text.starts_with("package:") {
            return Ok(Err(format!("the variable `{name}` is code")));
        }
        let Some(path) = text.strip_prefix("file://").map(ToOwned::to_owned) else {
            *value = text.strip_suffix('\n').unwrap_or(text).into();
            continue;
        };
        match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
            ending if CODE.contains(&ending) => return Ok(Err(format!("the variable `{name}` is code"))),
            "yaml" | "yml" => {
                let text = reader.text(&path, spot)?;
                *value = reader.yaml(&path, text)?.node.to_json().to_string().into();
            }
            "pdf" | "png" | "jpg" | "jpeg" | "gif" | "webp" | "mp3" | "wav" | "mp4" => {
                return Ok(Err(format!("the variable `{name}` is no file of text")));
            }
            _ => *value = reader.text(&path, spot)?.trim().into(),
        }
    }
    follow(&mut vars);
    Ok(rendered(&vars))
}

/// Puts variables into variables, by their bare names.
fn follow(vars: &mut Map<String, Value>) {
    for _ in 0..ROUNDS {
        let before = vars.clone();
        for value in vars.values_mut() {
            let Some((begin, end, name)) = value.as_str().and_then(named) else { continue };
            let Some(put) = before.get(&name) else { continue };
            let text = value.as_str().unwrap_or_default();
            let put = put.as_str().map_or_else(|| put.to_string(), ToOwned::to_owned);
            // Two that name each other would grow without end.
            if text.len() + put.len() < 1 << 20 {
                *value = format!("{}{put}{}", &text[..begin], &text[end..]).into();
            }
        }
        if *vars == before {
            break;
        }
    }
}

/// The first `{{ name }}` of a text, and where it begins and ends.
fn named(text: &str) -> Option<(usize, usize, String)> {
    let tags = text.match_indices("{{");
    tags.into_iter().find_map(|(begin, _)| {
        let inner = &text[begin + 2..];
        let length = inner.find("}}")?;
        let name = inner[..length].trim();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_name.then(|| (begin, begin + length + 4, name.to_owned()))
    })
}

/// The variables, each rendered; one that names what there is not stays as it is.
fn rendered(vars: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let one = |(name, value): (&String, &Value)| {
        let is_whole = |text: &&str| named(text).is_none_or(|(_, _, name)| vars.contains_key(&name));
        let value = match value.as_str().filter(is_whole) {
            Some(text) => Value::String(render(text, vars).map_err(|why| format!("the variable `{name}`: {why}"))?),
            None => value.clone(),
        };
        Ok((name.clone(), value))
    };
    vars.iter().map(one).collect()
}
