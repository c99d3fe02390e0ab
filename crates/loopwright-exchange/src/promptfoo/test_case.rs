//! A test as written, and one laid over another.

use loopwright_core::SourceError;
use serde_json::Value;

use super::assertion::{Assertion, assertions, number};
use super::reader::{Located, Reader, Spot};
use super::vars;
use crate::yaml::Yaml;

/// One test, before its variables are put in.
#[derive(Debug, Clone)]
pub(super) struct TestCase {
    pub(super) spot: Spot,
    pub(super) description: Option<String>,
    pub(super) vars: Vec<(String, Value)>,
    pub(super) asserts: Vec<Assertion>,
    pub(super) threshold: Option<f64>,
    pub(super) prefix: Option<String>,
    pub(super) suffix: Option<String>,
    /// Whether lists among the variables stay lists.
    pub(super) keeps_lists: Option<bool>,
    /// Whether the asserts of `defaultTest` are left out.
    pub(super) stands_alone: Option<bool>,
    /// What `metadata` says, as far as it is text.
    pub(super) labels: Vec<(String, String)>,
    /// The prompts and the providers it is for; all when absent.
    pub(super) prompts: Option<Vec<String>>,
    pub(super) providers: Option<Vec<String>>,
}

/// Keys of a test that are read.
const KNOWN: &[&str] =
    &["description", "vars", "assert", "threshold", "options", "metadata", "prompts", "providers", "id"];

/// Options of a test that are read, or that only matter to judges.
const OPTIONS: &[&str] = &[
    "prefix",
    "suffix",
    "disableVarExpansion",
    "disableDefaultAsserts",
    "provider",
    "rubricPrompt",
    "runSerially",
    "factuality",
];

impl TestCase {
    /// A test of nothing.
    pub(super) fn at(spot: &Spot) -> Self {
        Self {
            spot: spot.clone(),
            description: None,
            vars: vec![],
            asserts: vec![],
            threshold: None,
            prefix: None,
            suffix: None,
            keeps_lists: None,
            stands_alone: None,
            labels: vec![],
            prompts: None,
            providers: None,
        }
    }

    /// Reads a map.
    pub(super) fn read(map: &Located, reader: &mut Reader<'_>) -> Result<Self, SourceError> {
        if !matches!(map.node.value, Yaml::Map(_)) {
            return Err(reader.fault(&map.spot(), "a test is a map with `vars` and `assert`"));
        }
        for (key, _) in map.node.entries().iter().filter(|(key, _)| !KNOWN.contains(&key.name.as_str())) {
            let why = match key.name.as_str() {
                "assertScoringFunction" => "it is code; the checks are weighed by `weight` and `threshold`",
                "provider" => "a test is asked of the providers of the suite",
                "providerOutput" => "answers are not given but asked for",
                _ => "it has no counterpart here",
            };
            reader.leave_out(&map.at(&key.span), format!("`{}` of a test", key.name), why);
        }
        let mut test = Self::at(&map.spot());
        test.description = map.get("description").and_then(|node| node.node.text().map(ToOwned::to_owned));
        test.threshold = number(map, "threshold", reader)?;
        test.vars = map.get("vars").map_or(Ok(vec![]), |node| vars::read(&node, reader))?;
        test.asserts = map.get("assert").map_or(Ok(vec![]), |list| assertions(&list, reader))?;
        test.prompts = map.get("prompts").map(|list| texts(&list));
        test.providers = map.get("providers").map(|list| texts(&list));
        test.labels = map.get("metadata").map(|node| labels(&node)).unwrap_or_default();
        if let Some(options) = map.get("options") {
            test.options(&options, reader);
        }
        Ok(test)
    }

    fn options(&mut self, options: &Located, reader: &mut Reader<'_>) {
        let text_of = |key: &str| options.get(key).and_then(|node| node.node.text().map(ToOwned::to_owned));
        let flag = |key: &str| options.get(key).map(|node| matches!(node.node.value, Yaml::Bool(true)));
        (self.prefix, self.suffix) = (text_of("prefix"), text_of("suffix"));
        (self.keeps_lists, self.stands_alone) = (flag("disableVarExpansion"), flag("disableDefaultAsserts"));
        for (key, _) in options.node.entries().iter().filter(|(key, _)| !OPTIONS.contains(&key.name.as_str())) {
            let why = match key.name.as_str() {
                "transform" | "postprocess" => "it is code; the answer is judged as it is",
                "transformVars" => "it is code; variables are taken as they are written",
                "storeOutputAs" => "cases do not depend on each other's answers",
                _ => "it has no counterpart here",
            };
            reader.leave_out(&options.at(&key.span), format!("`options.{}`", key.name), why);
        }
    }

    /// This test with what `above` sets and it does not. The asserts of `above` come first.
    pub(super) fn over(&self, above: &Self) -> Self {
        let mut both = self.clone();
        let is_own = |name: &String| self.vars.iter().any(|(own, _)| own == name);
        let inherited = above.vars.iter().filter(|(name, _)| !is_own(name));
        both.vars = inherited.chain(&self.vars).cloned().collect();
        let asserts = if self.stands_alone == Some(true) { &[] } else { above.asserts.as_slice() };
        both.asserts = asserts.iter().chain(&self.asserts).cloned().collect();
        let is_labelled = |name: &String| self.labels.iter().any(|(own, _)| own == name);
        let inherited = above.labels.iter().filter(|(name, _)| !is_labelled(name));
        both.labels = inherited.chain(&self.labels).cloned().collect();
        both.description = self.description.clone().or_else(|| above.description.clone());
        both.threshold = self.threshold.or(above.threshold);
        both.prefix = self.prefix.clone().or_else(|| above.prefix.clone());
        both.suffix = self.suffix.clone().or_else(|| above.suffix.clone());
        both.keeps_lists = self.keeps_lists.or(above.keeps_lists);
        both.stands_alone = self.stands_alone.or(above.stands_alone);
        both.prompts = self.prompts.clone().or_else(|| above.prompts.clone());
        both.providers = self.providers.clone().or_else(|| above.providers.clone());
        both
    }
}

fn texts(list: &Located) -> Vec<String> {
    list.each().iter().filter_map(|one| one.node.text().map(ToOwned::to_owned)).collect()
}

fn labels(map: &Located) -> Vec<(String, String)> {
    let mut labels = vec![];
    for (key, node) in map.node.entries() {
        for one in node.each() {
            let text = match &one.value {
                Yaml::Text(text) => text.clone(),
                Yaml::Bool(_) | Yaml::Number(_) => one.to_json().to_string(),
                _ => continue,
            };
            labels.push((key.name.clone(), text));
        }
    }
    labels
}
