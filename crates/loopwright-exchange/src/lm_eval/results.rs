//! `results_TIME.json`: what was run.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::json_line::bare_message;

/// The results of an evaluation with lm-evaluation-harness, as far as samples need them.
#[derive(Debug, Clone, Deserialize)]
pub struct LmEvalResults {
    #[serde(default)]
    model_name: Option<String>,
    config: Config,
    /// By task and metric.
    #[serde(default)]
    higher_is_better: BTreeMap<String, Option<BTreeMap<String, Option<bool>>>>,
    /// Seconds since the Unix epoch.
    #[serde(default)]
    date: Option<f64>,
    results: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Config {
    model: String,
    /// A text such as `pretrained=gpt2`, or an object.
    #[serde(default)]
    model_args: Value,
}

impl LmEvalResults {
    /// Reads `results_TIME.json`.
    ///
    /// # Errors
    /// Why it is none: a lowercase fragment with line and column.
    pub fn read(text: &str) -> Result<Self, String> {
        let fault = |error: serde_json::Error| {
            format!("line {}, column {}: {}", error.line(), error.column(), bare_message(&error))
        };
        serde_json::from_str(text).map_err(fault)
    }

    /// The tasks and groups of tasks that it has numbers for.
    pub fn tasks(&self) -> impl Iterator<Item = &str> {
        self.results.keys().map(String::as_str)
    }

    /// What was evaluated: the name of the model, or else the kind of model.
    pub(super) fn model(&self) -> String {
        let named = self.model_name.as_deref().filter(|name| !name.is_empty());
        let given = ["model", "pretrained"].into_iter().find_map(|key| self.config.model_args.get(key)?.as_str());
        named.or(given).unwrap_or(&self.config.model).to_owned()
    }

    pub(super) fn is_higher_better(&self, task: &str, metric: &str) -> bool {
        let metrics = self.higher_is_better.get(task).and_then(Option::as_ref);
        metrics.and_then(|metrics| metrics.get(metric).copied().flatten()).unwrap_or(true)
    }

    /// When it began, in nanoseconds since the Unix epoch.
    pub(super) fn started_ns(&self) -> Option<u64> {
        self.date.filter(|seconds| *seconds > 0.0).map(|seconds| (seconds * 1e9) as u64)
    }
}
