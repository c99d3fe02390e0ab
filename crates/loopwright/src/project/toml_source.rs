//! A TOML file that a person wrote: read into a type, with the place of every key kept for faults that show later.

use std::collections::BTreeMap;
use std::ops::Range;

use loopwright_core::SourceError;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::nearest::advice;
use crate::serde_words::{Unknown, plain, unknown};

/// Where each key of a TOML file stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The file, relative to the project.
    pub file: String,
    /// What stands in it.
    pub text: String,
    spans: BTreeMap<Vec<String>, Range<usize>>,
}

impl Places {
    /// A fault at the value under `path` (keys and list positions); where that is absent, at the nearest value around it.
    pub fn fault(&self, path: &[&str], message: impl Into<String>) -> SourceError {
        let mut path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
        let span = loop {
            if let Some(span) = self.spans.get(&path) {
                break span.clone();
            }
            if path.pop().is_none() {
                break 0..0;
            }
        };
        self.fault_at(span, message)
    }

    /// A fault at the first text `value` under one of the keys `tops`; at the beginning of the file when there is none.
    pub(crate) fn fault_at_text(&self, tops: &[&str], value: &str, message: impl Into<String>) -> SourceError {
        let is_under = |path: &[String]| path.first().is_some_and(|top| tops.contains(&top.as_str()));
        let is_value = |span: &Range<usize>| self.text.get(span.clone()).is_some_and(|text| unquoted(text) == value);
        let found = self.spans.iter().filter(|(path, span)| is_under(path) && is_value(span));
        let first = found.map(|(_, span)| span.clone()).min_by_key(|span| span.start);
        self.fault_at(first.unwrap_or(0..0), message)
    }

    pub(crate) fn fault_at(&self, span: Range<usize>, message: impl Into<String>) -> SourceError {
        SourceError {
            file: self.file.clone(),
            text: self.text.clone(),
            first_line: 1,
            span,
            message: message.into(),
            hint: None,
        }
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

/// A parsed TOML file whose keys still have their places.
pub(crate) struct TomlSource<'t> {
    pub(crate) places: Places,
    table: Spanned<DeTable<'t>>,
}

/// Parses `text`.
pub(crate) fn parse<'t>(file: &str, text: &'t str) -> Result<TomlSource<'t>, SourceError> {
    let mut places = Places { file: file.to_owned(), text: text.to_owned(), spans: BTreeMap::new() };
    match DeTable::parse(text) {
        Ok(table) => Ok(TomlSource { places, table }.placed()),
        Err(error) => {
            places.spans.clear();
            Err(explain(&places, &error))
        }
    }
}

impl<'t> TomlSource<'t> {
    /// The keys of the table under `name`, in order; empty when there is none.
    pub(crate) fn keys_of(&self, name: &str) -> Vec<String> {
        let table = self.table.get_ref().get(name).and_then(|value| value.get_ref().as_table());
        table.map(|table| table.keys().map(|key| key.get_ref().to_string()).collect()).unwrap_or_default()
    }

    /// The file with the tables under `name.layer` laid over it, and `name` itself taken out.
    pub(crate) fn layered(&self, name: &str, layer: Option<&str>) -> TomlSource<'t> {
        let mut table = self.table.clone();
        let layers = table.get_mut().remove(name);
        if let (Some(layers), Some(layer)) = (layers, layer)
            && let Some(over) = layers.get_ref().as_table().and_then(|all| all.get(layer))
            && let Some(over) = over.get_ref().as_table()
        {
            lay_over(table.get_mut(), over);
        }
        TomlSource { places: Places { spans: BTreeMap::new(), ..self.places.clone() }, table }.placed()
    }

    /// The file as a `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        T::deserialize(toml::de::Deserializer::from(self.table.clone())).map_err(|error| explain(&self.places, &error))
    }

    /// Calls `visit` with the path, the place and the text of every string in the file.
    pub(crate) fn each_string(&self, mut visit: impl FnMut(&[String], Range<usize>, &str)) {
        walk(self.table.get_ref(), &mut Vec::new(), &mut |path, value| {
            if let Some(text) = value.get_ref().as_str() {
                visit(path, value.span(), text);
            }
        });
    }

    fn placed(mut self) -> Self {
        let mut spans = BTreeMap::new();
        walk(self.table.get_ref(), &mut Vec::new(), &mut |path, value| {
            spans.insert(path.to_vec(), value.span());
        });
        self.places.spans = spans;
        self
    }
}

fn lay_over<'t>(base: &mut DeTable<'t>, over: &DeTable<'t>) {
    for (key, value) in over {
        if let DeValue::Table(over) = value.get_ref()
            && let Some(under) = base.get_mut(key.get_ref().as_ref())
            && let DeValue::Table(under) = under.get_mut()
        {
            lay_over(under, over);
            continue;
        }
        base.remove(key.get_ref().as_ref());
        base.insert(key.clone(), value.clone());
    }
}

type Visit<'v, 't> = dyn FnMut(&[String], &Spanned<DeValue<'t>>) + 'v;

fn walk<'t>(table: &DeTable<'t>, path: &mut Vec<String>, visit: &mut Visit<'_, 't>) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        walk_value(value, path, visit);
        path.pop();
    }
}

fn walk_value<'t>(value: &Spanned<DeValue<'t>>, path: &mut Vec<String>, visit: &mut Visit<'_, 't>) {
    visit(path, value);
    match value.get_ref() {
        DeValue::Table(inner) => walk(inner, path, visit),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                walk_value(item, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The fault as `toml` sees it, with advice where a name is unknown.
fn explain(places: &Places, error: &toml::de::Error) -> SourceError {
    let message = error.message().trim_end().replace('\n', "; ");
    let span = error.span().unwrap_or(0..0);
    match unknown(&message) {
        Some(Unknown { noun, given, known }) => {
            places.fault_at(span, format!("unknown {noun} `{given}`")).with_hint(advice(given, known.iter().copied()))
        }
        None => places.fault_at(span, plain(&message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[expect(dead_code, reason = "only its shape is read")]
        agent: BTreeMap<String, Agent>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Agent {
        #[expect(dead_code, reason = "only its shape is read")]
        model: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only its shape is read")]
        limits: BTreeMap<String, u32>,
    }

    const TEXT: &str = "[agent.a]\nmodel = \"m\"\n[agent.a.limits]\nsteps = 3\n[profile.ci.agent.a]\nmodel = 'n'\n";

    fn at(fault: &SourceError) -> &str {
        &fault.text[fault.span.clone()]
    }

    #[test]
    fn every_key_keeps_its_place_under_a_layer_too() {
        let source = parse("f", TEXT).unwrap();
        let plain = source.layered("profile", None).places;
        assert_eq!(at(&plain.fault(&["agent", "a", "limits"], "m")), "[agent.a.limits]");
        assert_eq!(at(&plain.fault(&["agent", "a", "model"], "m")), "\"m\"");
        assert_eq!(at(&plain.fault(&["agent", "a", "absent"], "m")), "[agent.a]");
        assert_eq!(plain.fault(&["nowhere"], "m").span, 0..0);
        let layered = source.layered("profile", Some("ci")).places;
        assert_eq!(at(&layered.fault(&["agent", "a", "model"], "m")), "'n'");
        assert_eq!(at(&layered.fault(&["agent", "a", "limits", "steps"], "m")), "3");
    }

    #[test]
    fn faults_stand_on_what_is_wrong() {
        let wrong = |text: &str| match parse("f", text) {
            Err(fault) => fault,
            Ok(source) => source.read::<File>().unwrap_err(),
        };
        let unknown = wrong("[agent.a]\nmodle = 3\n");
        assert_eq!((unknown.to_string().as_str(), at(&unknown)), ("f:2:1: unknown key `modle`", "modle"));
        assert_eq!(unknown.hint.as_deref(), Some("did you mean `model`?"));
        assert_eq!(at(&wrong("[agent.a]\nmodel = 3\n")), "3");
        assert_eq!(at(&wrong("[agent.a]\nmodel = 'm'\nlimits = {x = 1, y = 'a'}")), "'a'");
        assert_eq!(wrong("[agent.a]\n").to_string(), "f:1:1: missing field `model`");
        assert!(wrong("[agent.a\n").message.contains("unclosed table"));
    }
}
