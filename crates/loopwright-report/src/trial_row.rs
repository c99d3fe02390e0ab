//! One trial as a row: what a notebook or a spreadsheet reads of a run.

use loopwright_core::{ActedTrial, Outcome, Score, TrialSite, Verdict};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::escape;

/// The columns of [`csv_head`] before those of the metrics.
const COLUMNS: [&str; 15] = [
    "run",
    "trial",
    "arm",
    "case",
    "group",
    "tags",
    "condition",
    "repetition",
    "outcome",
    "attempts",
    "input_tokens",
    "output_tokens",
    "micro_dollars",
    "joules",
    "seconds",
];

/// One acted trial with its scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrialRow {
    #[serde(flatten)]
    site: TrialSite,
    outcome: &'static str,
    answer: String,
    attempts: u32,
    input_tokens: u64,
    output_tokens: u64,
    /// `null` where the price is unknown, which is not nothing.
    micro_dollars: Option<u64>,
    joules: Option<f64>,
    seconds: f64,
    scores: Vec<Score>,
}

impl TrialRow {
    /// The row of `trial`, which got `scores`.
    pub fn new(trial: &ActedTrial, scores: Vec<Score>) -> Self {
        let usage = trial.cost.usage;
        Self {
            site: trial.site.clone(),
            outcome: match trial.trace.outcome {
                Outcome::Answered { .. } => "answered",
                Outcome::Stopped { .. } => "stopped",
                Outcome::Failed { .. } => "failed",
                Outcome::Infrastructure { .. } => "infrastructure",
                Outcome::Untouched { .. } => "untouched",
            },
            answer: trial.trace.outcome.text().to_owned(),
            attempts: trial.attempts,
            input_tokens: usage.input(),
            output_tokens: usage.output(),
            micro_dollars: trial.cost.money.map(|money| money.0),
            joules: trial.cost.energy.map(|energy| energy.joules()),
            seconds: trial.trace.duration_ns() as f64 / 1e9,
            scores,
        }
    }

    /// The row as one line of JSON, with a line break at its end. Scores stand under the names of their metrics.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which no trial is.
    pub fn json_line(&self) -> Result<String, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        let score = |score: &Score| {
            let value = json!({ "value": score.value, "verdict": score.verdict, "evidence": score.evidence });
            (score.metric.name.to_string(), value)
        };
        value["scores"] = Value::Object(self.scores.iter().map(score).collect::<Map<_, _>>());
        Ok(value.to_string() + "\n")
    }

    /// The row of a table whose head is [`csv_head`] of the same `metrics`. A pass is 1 and a fail 0 where the metric gives no
    /// number of its own; what is unscored or unknown is empty.
    pub fn csv_line(&self, metrics: &[String]) -> String {
        let site = &self.site;
        let known = |value: Option<String>| value.unwrap_or_default();
        let tags: Vec<&str> = site.tags.iter().map(|tag| tag.as_str()).collect();
        let mut cells = vec![
            text(site.run.as_str()),
            site.key.to_string(),
            text(site.arm.as_str()),
            text(site.case.as_str()),
            known(site.group.as_ref().map(|group| text(group.as_str()))),
            text(&tags.join(" ")),
            text(&site.condition.to_string()),
            site.repetition.to_string(),
            self.outcome.to_owned(),
            self.attempts.to_string(),
            self.input_tokens.to_string(),
            self.output_tokens.to_string(),
            known(self.micro_dollars.map(|money| money.to_string())),
            known(self.joules.map(|joules| joules.to_string())),
            self.seconds.to_string(),
        ];
        cells.extend(metrics.iter().map(|metric| {
            let score = self.scores.iter().find(|score| score.metric.name.as_str() == metric);
            let number = score.filter(|score| !matches!(score.verdict, Verdict::Unscored(_))).and_then(Score::number);
            known(number.map(|number| number.to_string()))
        }));
        cells.join(",") + "\n"
    }
}

/// The head of a table of trials that were scored by `metrics` (RFC 4180, with line feeds).
pub fn csv_head(metrics: &[String]) -> String {
    let metrics = metrics.iter().map(|metric| text(metric));
    COLUMNS.iter().map(|name| (*name).to_owned()).chain(metrics).collect::<Vec<_>>().join(",") + "\n"
}

/// Text as a cell. A spreadsheet takes what begins like a formula for one, so a quote is put before it.
fn text(text: &str) -> String {
    let text = escape(text);
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    if text.contains([',', '"', '\n']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_neither_two_cells_nor_a_formula() {
        for (given, cell) in
            [("a b", "a b"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("=1+1", "'=1+1"), ("-3,4", "\"'-3,4\"")]
        {
            assert_eq!(text(given), cell);
        }
        assert_eq!(csv_head(&["tokens".to_owned()]).split(',').count(), COLUMNS.len() + 1);
    }
}
