//! Compositions: several metrics that are judged as one.

use std::sync::Arc;

use loopwright_core::{Check, Unit, Unscored};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Judged, Metric, MetricKind, Question, Reading, Respondent, Scale, Scorer, Setting, SettingError};

/// What a composed metric can be set to.
pub(super) const SETTINGS: &[Setting] = &[Setting::new(
    "checks",
    "what is judged together: each a kind of metric under `metric` with its settings; needed",
)];

/// The scorer of a composed metric with these settings.
pub(super) fn composed(settings: &Map<String, Value>, rule: Rule) -> Result<Arc<dyn Scorer>, SettingError> {
    #[derive(Deserialize)]
    struct Settings {
        checks: Vec<Check>,
    }
    let Settings { checks } = SettingError::read(settings)?;
    Ok(Arc::new(Composition::new(&checks, rule).map_err(|error| error.below("checks"))?))
}

/// Several metrics, and when they hold together.
#[derive(Debug, Clone)]
pub(super) struct Composition {
    parts: Vec<Part>,
    rule: Rule,
}

/// When parts hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Each holds.
    All,
    /// At least one holds.
    Any,
    /// They do not hold or not: the mean of their values counts, by weight.
    Mean,
}

/// One metric among others.
#[derive(Debug, Clone)]
struct Part {
    /// What evidence calls it.
    label: String,
    weight: f64,
    metric: Metric,
}

/// What was found of a part.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    /// From 0, as bad as can be, to 1.
    value: f64,
    weight: f64,
    /// What the part is called, and what it says.
    said: String,
}

impl Composition {
    /// The composition of `checks`.
    ///
    /// # Errors
    /// When there are none, one cannot be made, all weigh nothing, or one measures where each must hold or not.
    pub(super) fn new(checks: &[Check], rule: Rule) -> Result<Self, SettingError> {
        let part =
            |(index, check): (usize, &Check)| Part::new(check, rule).map_err(|error| error.below(&index.to_string()));
        let parts = checks.iter().enumerate().map(part).collect::<Result<Vec<_>, _>>()?;
        if parts.iter().all(|part| part.weight == 0.0) {
            return Err(SettingError::missing("there must be a check that weighs something"));
        }
        Ok(Self { parts, rule })
    }
}

impl Scorer for Composition {
    /// What the parts amount to. A part that cannot be judged leaves the whole without a score, even beside one that
    /// fails: a broken part must be seen, and mended, and not be counted against the agent.
    fn read(&self, judged: &Judged<'_>) -> Reading {
        match self.parts.iter().map(|part| part.found(judged)).collect::<Result<Vec<_>, _>>() {
            Ok(found) => self.rule.judge(&found),
            Err(why) => Reading::Unscored(why),
        }
    }

    fn questions(&self, judged: &Judged<'_>) -> Vec<Question> {
        self.parts.iter().flat_map(|part| part.metric.questions(judged)).collect()
    }

    fn may_ask(&self) -> bool {
        self.parts.iter().any(|part| part.metric.may_ask())
    }

    fn respondents(&self) -> Vec<Respondent> {
        self.parts.iter().flat_map(|part| part.metric.respondents()).collect()
    }
}

impl Part {
    fn new(check: &Check, rule: Rule) -> Result<Self, SettingError> {
        let metric = MetricKind::named(&check.metric).and_then(|kind| kind.with(check.settings.clone()))?;
        let label = check.label().to_owned();
        let is_fit = match rule {
            Rule::All | Rule::Any => metric.scale() == Scale::Verdict,
            Rule::Mean => metric.unit() == Unit::Share,
        };
        if is_fit {
            Ok(Self { label, weight: check.weight, metric })
        } else {
            let error = SettingError::at("metric", format!("`{label}` measures, and must pass or fail"));
            Err(SettingError { hint: Some("set `least` or `most`".to_owned()), ..error })
        }
    }

    fn found(&self, judged: &Judged<'_>) -> Result<Found, Unscored> {
        let (value, reason) = match self.metric.read(judged) {
            Reading::Pass(reason) => (1.0, reason),
            Reading::Fail(reason) | Reading::Absent(reason) => (0.0, reason),
            Reading::Measured { value, evidence } => (value, evidence),
            Reading::Unscored(Unscored::NotApplicable) => {
                return Err(Unscored::Gold(format!("the check `{}` has nothing to compare with", self.label)));
            }
            Reading::Unscored(why) => return Err(why),
        };
        let said = if reason.is_empty() { format!("`{}`", self.label) } else { format!("`{}`: {reason}", self.label) };
        Ok(Found { value, weight: self.weight, said })
    }
}

impl Rule {
    fn judge(self, found: &[Found]) -> Reading {
        let short: Vec<&str> = found.iter().filter(|one| one.value < 1.0).map(|one| one.said.as_str()).collect();
        let short = short.join("; ");
        match self {
            Self::All if short.is_empty() => Reading::Pass(String::new()),
            Self::All => Reading::Fail(short),
            Self::Any => match found.iter().find(|one| one.value >= 1.0) {
                Some(one) => Reading::Pass(one.said.clone()),
                None => Reading::Fail(short),
            },
            Self::Mean => {
                let weight: f64 = found.iter().map(|one| one.weight).sum();
                let value = found.iter().map(|one| one.value * one.weight).sum::<f64>() / weight;
                Reading::Measured { value, evidence: short }
            }
        }
    }
}
