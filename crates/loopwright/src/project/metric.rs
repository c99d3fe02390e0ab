//! `[metric.*]`: metrics of the project's own, made of kinds and settings.

use std::collections::BTreeMap;

use loopwright_core::{MetricName, MetricSpec, SourceError};
use loopwright_eval::{Metric, MetricError, MetricKind};
use serde_json::{Map, Value};

use super::Project;
use super::loader::Loader;
use crate::nearest::advice;

/// The kind that a table may name by its main setting alone.
const SHORT: &str = "expression";

/// Reads all `[metric.*]` tables.
pub(crate) fn metrics(loader: &Loader<'_>) -> Result<BTreeMap<MetricName, Metric>, SourceError> {
    let tables = loader.file.metric.iter();
    tables.map(|(name, table)| metric(loader, name, table).map(|metric| (metric.name().clone(), metric))).collect()
}

fn metric(loader: &Loader<'_>, name: &str, table: &BTreeMap<String, Value>) -> Result<Metric, SourceError> {
    let fault = |path: &[&str], message: String| loader.places.fault(&[&["metric", name], path].concat(), message);
    let key = MetricName::new(name).map_err(|error| fault(&[], error.to_string()))?;
    let spec = spec(table).map_err(|(key, message)| fault(&[key], message))?;
    Metric::new(key, spec).map_err(|error| match error {
        MetricError::Setting { source, .. } => {
            let path: Vec<&str> = source.at.iter().map(String::as_str).collect();
            SourceError { hint: source.hint.clone(), ..fault(&path, source.message.clone()) }
        }
        MetricError::Unknown { name, hint } => fault(&["kind"], format!("there is no metric `{name}`")).with_hint(hint),
        other => fault(&[], other.to_string()),
    })
}

/// The kind that `table` names, and the settings beside it; else the key that is wrong, and why.
fn spec(table: &BTreeMap<String, Value>) -> Result<MetricSpec, (&str, String)> {
    let mut settings: Map<String, Value> = table.clone().into_iter().collect();
    let kind = match settings.remove("kind") {
        Some(Value::String(kind)) => kind,
        Some(_) => return Err(("kind", "`kind` is the name of a metric".to_owned())),
        None if settings.contains_key(SHORT) => SHORT.to_owned(),
        None => return Err(("", format!("a metric needs `kind`, or an `{SHORT}`"))),
    };
    Ok(MetricSpec { kind, settings })
}

impl Project {
    /// The metric `name`: one of the project's own, or a built-in one.
    ///
    /// # Errors
    /// When there is none, at the place that names it in a suite or in the gate.
    pub fn metric(&self, name: &MetricName) -> Result<Metric, SourceError> {
        if let Some(metric) = self.metrics.get(name) {
            return Ok(metric.clone());
        }
        Metric::named(name.as_str()).map_err(|error| {
            let fault = |message: String| self.places.fault_at_text(&["suite", "gate"], name.as_str(), message);
            match error {
                MetricError::Unknown { .. } => {
                    let own = self.metrics.keys().map(MetricName::as_str);
                    let known: Vec<&str> = own.chain(MetricKind::all().iter().map(|kind| kind.name)).collect();
                    let hint = advice(name.as_str(), known);
                    fault(format!("there is no metric `{name}`")).with_hint(hint)
                }
                MetricError::Setting { source, .. } => fault(format!("`{name}` needs settings: {}", source.message))
                    .with_hint(format!("make a metric of it: `[metric.NAME]` with `kind = \"{name}\"`")),
                other => fault(other.to_string()),
            }
        })
    }
}
