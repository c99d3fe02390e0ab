//! What a log says about itself: the evaluation, its plan, and its results.

use serde::Deserialize;
use serde_json::{Map, Value};

/// `header.json`; of a log that was broken off, `_journal/start.json`, which has the first three fields alone.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    #[serde(default)]
    pub(super) version: u32,
    pub(super) eval: Eval,
    #[serde(default)]
    pub(super) plan: Plan,
    /// `started`, `success`, `cancelled` or `error`; absent in a log that was broken off.
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) results: Option<Results>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Eval {
    #[serde(default)]
    pub(super) eval_id: Option<String>,
    #[serde(default)]
    run_id: Option<String>,
    #[serde(default)]
    pub(super) created: String,
    pub(super) task: String,
    pub(super) model: String,
    #[serde(default)]
    pub(super) model_generate_config: Value,
    #[serde(default)]
    pub(super) dataset: DataSet,
    #[serde(default)]
    pub(super) config: Config,
    #[serde(default)]
    pub(super) scorers: Option<Vec<Scorer>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct DataSet {
    #[serde(default)]
    pub(super) samples: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Config {
    #[serde(default)]
    pub(super) epochs: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scorer {
    pub(super) name: String,
    #[serde(default)]
    pub(super) options: Map<String, Value>,
    /// A list of `{name}`, or an object of such lists by key.
    #[serde(default)]
    metrics: Value,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Plan {
    #[serde(default)]
    pub(super) steps: Vec<Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Results {
    #[serde(default)]
    pub(super) scores: Vec<Result>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Result {
    pub(super) name: String,
    pub(super) scorer: String,
    #[serde(default)]
    metrics: Map<String, Value>,
}

impl Result {
    /// What the score is called in a sample: the scorer, with the key of its value where that has several.
    pub(super) fn label(&self) -> String {
        if self.name == self.scorer { self.name.clone() } else { format!("{}/{}", self.scorer, self.name) }
    }
}

impl Header {
    /// What tells this log from all others.
    pub(super) fn identity(&self) -> &str {
        let eval = &self.eval;
        eval.eval_id.as_ref().or(eval.run_id.as_ref()).unwrap_or(&eval.created)
    }

    /// How many trials were meant, where that was recorded.
    pub(super) fn planned(&self) -> Option<u64> {
        let samples = self.eval.dataset.samples?;
        samples.checked_mul(self.eval.config.epochs.unwrap_or(1).max(1))
    }

    /// The scorer `name` as it was set up.
    pub(super) fn scorer(&self, name: &str) -> Option<&Scorer> {
        self.eval.scorers.iter().flatten().find(|scorer| scorer.name == name)
    }

    /// Whether the numbers of the score `label` are judgements, 1 for right: whether its accuracy was asked for.
    pub(super) fn is_judged(&self, label: &str) -> bool {
        let results = self.results.iter().flat_map(|results| &results.scores);
        let reported = results.filter(|result| result.label() == label).any(|one| one.metrics.contains_key("accuracy"));
        let scorer = label.split('/').next().unwrap_or(label);
        reported || self.scorer(label).or(self.scorer(scorer)).is_some_and(Scorer::has_accuracy)
    }
}

impl Scorer {
    fn has_accuracy(&self) -> bool {
        let is_accuracy = |name: &str| name == "accuracy" || name.ends_with("/accuracy");
        let named = |metric: &Value| metric["name"].as_str().is_some_and(is_accuracy);
        self.metrics.as_array().is_some_and(|metrics| metrics.iter().any(named))
    }
}
