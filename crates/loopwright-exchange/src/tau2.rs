//! Recorded runs of τ²-bench: a results file becomes an imported run. Source of the format: `Results` and `SimulationRun` of
//! github.com/sierra-research/tau2-bench (MIT).

mod record;
mod trajectory;

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{
    AgentName, Arm, ArmName, Case, CaseKey, Digest, Direction, Expectation, Input, MetricSpec, NameError, PartName,
    RunId, RunStatus, Score, Split, SuiteName, Unit, Variant,
};
use serde_json::json;

use crate::foreign_name::plain_name;
use crate::foreign_time::nanoseconds;
use crate::imported_run::{ImportedRun, ImportedTrial, RecordedMetric, RecordedValue, Recording, acted, site_of};
use crate::json_line::bare_message;
use record::{Results, Simulation};
use trajectory::trace_of;

/// What the file does not say.
#[derive(Debug, Clone)]
pub struct Tau2Import {
    /// The time to record where the file holds none, nanoseconds since the Unix epoch.
    pub at_ns: u64,
    /// The version of Loopwright.
    pub version: String,
}

/// The results cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Tau2Error {
    /// Not results of τ²-bench.
    #[error("read the results: line {}, column {}: {}", .0.line(), .0.column(), bare_message(.0))]
    Format(serde_json::Error),
    /// There is no simulation in the file.
    #[error("find a simulation: there is none")]
    Empty,
    /// A simulation is of no task of the file, or two are the same trial of one.
    #[error("read simulation {index}: task `{task}`, trial {trial} {fault}")]
    Simulation {
        /// Position in the list, from 0.
        index: usize,
        /// Id of the task.
        task: String,
        /// Number of the trial.
        trial: u32,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A name of the results cannot be used.
    #[error("name the imported run")]
    Name(#[from] NameError),
}

/// Reads a results file of τ²-bench (`results.json` with its simulations in it). The agent is the one arm, tasks are cases
/// asked with the scenario of the simulated user, `reward` is the primary metric, and each part of the reward is one more.
///
/// What the user's own tools did is left out: it was the user's doing. A simulation that the user, the infrastructure or an
/// unexpected error broke says nothing about the agent.
///
/// # Errors
/// See [`Tau2Error`]. Nothing is returned from a file that is faulty in one place.
pub fn read_tau2(text: &str, import: &Tau2Import) -> Result<ImportedRun, Tau2Error> {
    let results: Results = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(Tau2Error::Format)?;
    if results.simulations.is_empty() {
        return Err(Tau2Error::Empty);
    }
    let domain = plain_name(&results.info.environment_info.domain_name);
    let id = Digest::of_bytes(text.as_bytes()).to_string();
    let metrics = Metrics::of(&results)?;
    let recording = Recording {
        id: RunId::new(format!("tau2-{domain}-{}", &id[..12]))?,
        suite: SuiteName::new(format!("tau2-{domain}"))?,
        arms: vec![arm_of(&results)?],
        metrics: metrics.all(),
        started_ns: results.timestamp.as_deref().and_then(nanoseconds).unwrap_or(import.at_ns),
        version: import.version.clone(),
    };
    let cases = cases_of(&results, &domain)?;
    let trials = trials_of(&results, &cases, (&metrics, &recording))?;
    let planned = (cases.len() as u64).saturating_mul(results.info.num_trials.unwrap_or(1));
    let status = if planned > trials.len() as u64 { RunStatus::Unfinished } else { RunStatus::Complete };
    Ok(recording.of_planned(planned, status, (cases.into_values().collect(), trials)))
}

/// The tools are not always in the file, and settings of a model may hold keys; both are left where they are.
fn arm_of(results: &Results) -> Result<Arm, NameError> {
    let (agent, environment) = (&results.info.agent_info, &results.info.environment_info);
    let model = agent.llm.as_deref().unwrap_or(&agent.implementation);
    let mut parts = BTreeMap::from([(PartName::new("model")?, json!(model))]);
    let mut unpinned = BTreeSet::from([PartName::new("settings")?, PartName::new("tools")?]);
    let instructions = PartName::new("instructions")?;
    match &environment.policy {
        Some(policy) => drop(parts.insert(instructions, json!(policy))),
        None => drop(unpinned.insert(instructions)),
    }
    let agent = AgentName::new(plain_name(&agent.implementation))?;
    Ok(Arm { name: ArmName::new(plain_name(model))?, variant: Variant { agent, parts, unpinned } })
}

fn cases_of<'a>(results: &'a Results, domain: &str) -> Result<BTreeMap<&'a str, Case>, NameError> {
    let case = |task: &'a record::Task| {
        let case = Case {
            key: CaseKey::new(plain_name(&format!("{domain}-{}", task.id)))?,
            input: Input::text(task.user_scenario.text()),
            expectation: Expectation::default(),
            tags: BTreeSet::new(),
            group: None,
            owner: None,
            split: Split::Dev,
        };
        Ok((task.id.as_str(), case))
    };
    results.tasks.iter().map(case).collect()
}

/// The trials, in the order of their tasks and numbers.
fn trials_of(
    results: &Results,
    cases: &BTreeMap<&str, Case>,
    (metrics, recording): (&Metrics, &Recording),
) -> Result<Vec<ImportedTrial>, Tau2Error> {
    let mut ordered = BTreeMap::new();
    for (index, one) in results.simulations.iter().enumerate() {
        let fault = |fault| Tau2Error::Simulation { index, task: one.task_id.clone(), trial: one.trial, fault };
        let case = cases.get(one.task_id.as_str()).ok_or_else(|| fault("is of no task of the file"))?;
        if ordered.insert((&one.task_id, one.trial), (one, case)).is_some() {
            return Err(fault("is recorded twice"));
        }
    }
    let imported = |(index, (one, case)): (usize, (&Simulation, &Case))| {
        let arm = &recording.arms[0];
        let site = site_of(&recording.id, arm, case, index as u64, one.trial);
        let trace = trace_of(one, &site.key, arm, recording.started_ns);
        let trial = acted(site, trace);
        let scores = metrics.scores(one, (&trial, case));
        ImportedTrial { trial, scores }
    };
    Ok(ordered.into_values().enumerate().map(imported).collect())
}

/// The reward, and its parts.
struct Metrics {
    reward: RecordedMetric,
    parts: Vec<(String, RecordedMetric)>,
}

impl Metrics {
    fn of(results: &Results) -> Result<Self, NameError> {
        let reward = RecordedMetric::new("reward", MetricSpec::recorded_verdict(), "tau2", &[b"reward"])?;
        let names: BTreeSet<&String> = results.simulations.iter().flat_map(|one| one.parts().keys()).collect();
        let part = |name: &String| {
            let spec = MetricSpec::recorded_measure(Unit::Share, Direction::Up);
            let metric = RecordedMetric::new(&name.to_lowercase(), spec, "tau2", &[b"part", name.as_bytes()])?;
            Ok((name.clone(), metric))
        };
        Ok(Self { reward, parts: names.into_iter().map(part).collect::<Result<_, NameError>>()? })
    }

    fn all(&self) -> Vec<RecordedMetric> {
        std::iter::once(&self.reward).chain(self.parts.iter().map(|(_, metric)| metric)).cloned().collect()
    }

    fn scores(&self, one: &Simulation, of: (&loopwright_core::ActedTrial, &Case)) -> Vec<Score> {
        let reward = one.reward_info.as_ref().map(|info| info.reward);
        let reward = reward.map_or(RecordedValue::Missing("no reward was recorded"), RecordedValue::Judged);
        let part = |(name, metric): &(String, RecordedMetric)| {
            let value = one.parts().get(name).copied().flatten();
            let value = value.map_or(RecordedValue::Missing("it is no part of this reward"), RecordedValue::Measured);
            value.score(&metric.id, of, "")
        };
        let parts = self.parts.iter().map(part);
        std::iter::once(reward.score(&self.reward.id, of, "")).chain(parts).collect()
    }
}
