//! `[suite.*]` and `[gate]`: how agents are measured, and when a change is accepted.

use loopwright_core::{AgentName, Condition, MetricName, Perturbation, SourceError};

use super::ProjectPath;
use super::file::{Approve, GateTable, SuiteTable};
use super::loader::Loader;
use crate::nearest::advice;

/// How an agent is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct SuiteConfig {
    /// The agent that is measured.
    pub agent: AgentName,
    /// The files of cases, in order; may be none.
    pub cases: Vec<ProjectPath>,
    /// Trials of each case, 1 to 1000.
    pub trials: u32,
    /// The metric that decides.
    pub primary: MetricName,
    /// All metrics that are measured, the primary one first, each once.
    pub metrics: Vec<MetricName>,
    /// What is done to the situations, beside leaving them as they are.
    pub perturbations: Vec<Perturbation>,
    /// Who decides on a tool call that policy holds back.
    pub approve: Approve,
}

/// When a change is accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct GateConfig {
    /// Differences smaller than this count as none; above 0 and below 1.
    pub margin: f64,
    /// Probability of accepting what is no better; above 0 and below 0.5.
    pub alpha: f64,
    /// Trials of each case and arm when a gate measures, 1 to 1000.
    pub trials: u32,
    /// Questions that one generation of the vault answers, 1 to 1000.
    pub vault_queries: u32,
    /// Metrics that must not get worse.
    pub safeguards: Vec<MetricName>,
}

/// Reads the suite `name`.
pub(crate) fn suite(loader: &Loader<'_>, name: &str, table: &SuiteTable) -> Result<SuiteConfig, SourceError> {
    let fault = |key: &str, message: String| loader.places.fault(&["suite", name, key], message);
    if !loader.file.agent.contains_key(&table.agent) {
        let known = loader.file.agent.keys().map(String::as_str);
        let fault = fault("agent", format!("there is no agent `{}`", table.agent));
        return Err(fault.with_hint(advice(&table.agent, known)));
    }
    let agent = AgentName::new(&*table.agent).map_err(|error| fault("agent", error.to_string()))?;
    let primary = table.primary.as_deref().unwrap_or("resolved");
    let primary = MetricName::new(primary).map_err(|error| fault("primary", error.to_string()))?;
    let mut metrics = vec![primary.clone()];
    for metric in metric_names(loader, &["suite", name, "metrics"], &table.metrics)? {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    Ok(SuiteConfig {
        agent,
        cases: loader.find(&["suite", name, "cases"], &table.cases)?,
        trials: trials(table.trials, 5).map_err(|message| fault("trials", message))?,
        primary,
        metrics,
        perturbations: perturbations(loader, name, &table.perturbations)?,
        approve: table.approve.unwrap_or_default(),
    })
}

/// Reads the gate.
pub(crate) fn gate(loader: &Loader<'_>, table: &GateTable) -> Result<GateConfig, SourceError> {
    let fault = |key: &str, message: String| loader.places.fault(&["gate", key], message);
    let between = |key: &str, value: f64, high: f64| {
        let is_within = value > 0.0 && value < high;
        let message = || fault(key, format!("`{key}` is {value}; it must be above 0 and below {high}"));
        if is_within { Ok(value) } else { Err(message()) }
    };
    let vault_queries = table.vault_queries.unwrap_or(20);
    if !(1..=1000).contains(&vault_queries) {
        return Err(fault("vault_queries", format!("`vault_queries` is {vault_queries}; it must be from 1 to 1000")));
    }
    Ok(GateConfig {
        margin: between("margin", table.margin.unwrap_or(0.05), 1.0)?,
        alpha: between("alpha", table.alpha.unwrap_or(0.05), 0.5)?,
        trials: trials(table.trials, 3).map_err(|message| fault("trials", message))?,
        vault_queries,
        safeguards: metric_names(loader, &["gate", "safeguards"], &table.safeguards)?,
    })
}

fn trials(given: Option<u32>, usual: u32) -> Result<u32, String> {
    let trials = given.unwrap_or(usual);
    if (1..=1000).contains(&trials) {
        Ok(trials)
    } else {
        Err(format!("`trials` is {trials}; it must be from 1 to 1000"))
    }
}

fn metric_names(loader: &Loader<'_>, at: &[&str], names: &[String]) -> Result<Vec<MetricName>, SourceError> {
    let name = |(index, name): (usize, &String)| {
        let position = index.to_string();
        let at: Vec<&str> = at.iter().copied().chain([position.as_str()]).collect();
        MetricName::new(name.as_str()).map_err(|error| loader.places.fault(&at, error.to_string()))
    };
    names.iter().enumerate().map(name).collect()
}

fn perturbations(loader: &Loader<'_>, name: &str, texts: &[String]) -> Result<Vec<Perturbation>, SourceError> {
    let one = |(index, text): (usize, &String)| {
        let fault =
            |message: String| loader.places.fault(&["suite", name, "perturbations", &index.to_string()], message);
        match text.parse::<Condition>() {
            Ok(Condition::Perturbation(perturbation)) => Ok(perturbation),
            _ => Err(fault(format!("`{text}` is not a perturbation"))
                .with_hint("write a name and a dose, such as `ants(3)`")),
        }
    };
    texts.iter().enumerate().map(one).collect()
}
