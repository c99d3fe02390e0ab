//! Settings of metrics: reading them, and what is wrong with them.

use loopwright_core::{ActedTrial, MetricName, NameError, Outcome};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::kind::{MetricKind, Scale, Setting};
use super::{Reading, suggestion};

/// What every metric understands.
pub const GENERAL: &[Setting] = &[
    Setting::new("least", "the smallest value that passes; makes a verdict of a measure"),
    Setting::new("most", "the largest value that passes; makes a verdict of a measure"),
    Setting::new("not", "`true` turns the verdict round; what was never said still fails"),
];

/// A setting of a metric is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", hint.iter().map(|hint| format!("; {hint}")).collect::<String>())]
pub struct SettingError {
    /// Where it stands among the settings, from the outermost key; empty when one is missing.
    pub at: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// There is no such metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetricError {
    /// No kind has this name.
    #[error("there is no metric `{name}`; {hint}")]
    Unknown {
        /// What was given.
        name: String,
        /// The nearest names, or all of them.
        hint: String,
    },
    /// A setting is wrong or missing.
    #[error("the metric `{metric}`: {source}")]
    Setting {
        /// The kind.
        metric: String,
        /// What is wrong.
        source: SettingError,
    },
    /// It cannot be called so.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A name that a built-in metric has means that metric alone.
    #[error("`{0}` is a built-in metric; choose another name")]
    Taken(MetricName),
}

impl From<MetricError> for SettingError {
    /// The fault of a metric that is made within another.
    fn from(error: MetricError) -> Self {
        match error {
            MetricError::Setting { source, .. } => source,
            MetricError::Unknown { name, hint } => {
                Self { hint: Some(hint), ..Self::at("metric", format!("there is no metric `{name}`")) }
            }
            other => Self::missing(other.to_string()),
        }
    }
}

impl SettingError {
    /// The setting `name` is wrong.
    pub(super) fn at(name: &str, message: impl Into<String>) -> Self {
        Self { at: vec![name.to_owned()], message: message.into(), hint: None }
    }

    /// Something that is needed is missing.
    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self { at: vec![], message: message.into(), hint: None }
    }

    /// This error, of settings that stand at `key` of others.
    #[must_use]
    pub(super) fn below(mut self, key: &str) -> Self {
        self.at.insert(0, key.to_owned());
        self
    }

    /// The settings as `T`.
    pub(super) fn read<T: DeserializeOwned>(settings: &Map<String, Value>) -> Result<T, Self> {
        serde_path_to_error::deserialize(Value::Object(settings.clone())).map_err(|error| {
            let at: Vec<String> = error.path().iter().map(ToString::to_string).filter(|key| key != "?").collect();
            let fault = error.into_inner().to_string();
            let message = if at.is_empty() { fault } else { format!("`{}`: {fault}", at.join(".")) };
            Self { at, message, hint: None }
        })
    }

    /// Whether each key is one that `kind` or every metric understands.
    pub(super) fn check(kind: &MetricKind, settings: &Map<String, Value>) -> Result<(), Self> {
        let known = || kind.settings.iter().chain(GENERAL).map(|setting| setting.name);
        match settings.keys().find(|key| !known().any(|name| name == key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let hint = Some(suggestion(key, known()));
                Err(Self { hint, ..Self::at(key, format!("`{}` has no setting `{key}`", kind.name)) })
            }
        }
    }
}

/// A text to look for, which must not be empty: that would make a check that cannot fail.
pub(super) fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Err(D::Error::custom("an empty text stands in every answer")) } else { Ok(text) }
}

/// As [`filled`], of several texts, of which there must be one.
pub(super) fn all_filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let is_empty = texts.is_empty() || texts.iter().any(String::is_empty);
    if is_empty { Err(D::Error::custom("there must be one, and none may be empty")) } else { Ok(texts) }
}

/// What every metric can be set to, whatever its kind.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default)]
pub(super) struct General {
    least: Option<f64>,
    most: Option<f64>,
    not: bool,
}

impl General {
    /// Takes the general settings out of `settings`.
    pub(super) fn take(settings: &mut Map<String, Value>) -> Result<Self, SettingError> {
        let own: Map<String, Value> =
            GENERAL.iter().filter_map(|setting| settings.remove_entry(setting.name)).collect();
        let general: Self = SettingError::read(&own)?;
        if let (Some(least), Some(most)) = (general.least, general.most)
            && least > most
        {
            return Err(SettingError::at("most", format!("nothing is at least {least} and at most {most}")));
        }
        Ok(general)
    }

    /// What the answers are like, where those of the scorer are on `scale`.
    pub(super) fn scale(&self, scale: Scale) -> Result<Scale, SettingError> {
        let bound = if self.least.is_some() { "least" } else { "most" };
        match (self.bounds(), scale) {
            (true, Scale::Verdict) => {
                Err(SettingError::at(bound, format!("`{bound}` bounds a measure, and this metric passes or fails")))
            }
            (false, Scale::Measure(_)) if self.not => {
                let error = SettingError::at("not", "`not` turns a verdict round, and this metric measures");
                Err(SettingError { hint: Some("set `least` or `most`".to_owned()), ..error })
            }
            (true, Scale::Measure(_)) => Ok(Scale::Verdict),
            (false, scale) => Ok(scale),
        }
    }

    fn bounds(&self) -> bool {
        self.least.is_some() || self.most.is_some()
    }

    /// What becomes of a scorer's `reading` of `trial`.
    pub(super) fn apply(&self, reading: Reading, trial: &ActedTrial) -> Reading {
        match self.bounded(reading) {
            Reading::Pass(reason) if self.not => {
                Reading::Fail(if reason.is_empty() { "it holds, and must not".to_owned() } else { reason })
            }
            // An agent that failed did nothing right, even where what must not happen did not.
            Reading::Fail(reason) if self.not && !matches!(trial.trace.outcome, Outcome::Failed { .. }) => {
                Reading::Pass(reason)
            }
            other => other,
        }
    }

    fn bounded(&self, reading: Reading) -> Reading {
        let Reading::Measured { value, evidence } = reading else { return reading };
        if !self.bounds() {
            return Reading::Measured { value, evidence };
        }
        let with = |reason: String| if evidence.is_empty() { reason } else { format!("{reason} ({evidence})") };
        let shown = (value * 1e4).round() / 1e4;
        match (self.least, self.most) {
            (Some(least), _) if value < least => Reading::Fail(with(format!("{shown} is less than {least}"))),
            (_, Some(most)) if value > most => Reading::Fail(with(format!("{shown} is more than {most}"))),
            _ => Reading::Pass(with(shown.to_string())),
        }
    }
}
