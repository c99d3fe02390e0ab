//! Recorded runs of τ-bench: its result files become an imported run. Source of the format: `EnvRunResult` of
//! github.com/sierra-research/tau-bench (MIT).

mod record;
mod trajectory;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use loopwright_core::{
    AgentName, Arm, ArmName, Case, CaseKey, Expectation, Input, MetricId, MetricSpec, NameError, PartName, RunId,
    Score, Split, SuiteName, Tag, TrialSite, Variant, Verdict,
};
use serde_json::json;

use crate::imported_run::{ImportedRun, ImportedTrial, RecordedMetric, Recording, acted, site_of};
use crate::json_line::bare_message;
use record::Record;
use trajectory::trace_of;

/// What the file does not say about the runs in it.
#[derive(Debug, Clone)]
pub struct TauBenchImport {
    /// The domain, such as `airline`: names the suite (`tau-bench-airline`), the cases (`airline-7`) and their tag.
    pub domain: String,
    /// The model that acted, such as `gpt-4o`: names the arm.
    pub model: String,
    /// The identity of the imported run.
    pub run: RunId,
    /// The time to record, nanoseconds since the Unix epoch; the file holds none, so every span stands at it.
    pub at_ns: u64,
    /// Largest file that is read, in bytes. The published files have 4 to 12 MB.
    pub max_bytes: u64,
    /// The version of Loopwright.
    pub version: String,
}

/// The recorded runs cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TauBenchError {
    /// Reading failed.
    #[error("read the recorded runs")]
    Read(#[source] std::io::Error),
    /// The file is larger than allowed.
    #[error("read recorded runs of more than {limit} bytes; raise the limit if the file is meant")]
    TooLarge {
        /// The limit that was given.
        limit: u64,
    },
    /// Not a list of τ-bench results.
    #[error("read the recorded runs: line {}, column {}: {}", .0.line(), .0.column(), bare_message(.0))]
    Format(serde_json::Error),
    /// There is nothing in the file.
    #[error("find a recorded run: the list is empty")]
    Empty,
    /// A name of the import cannot be used.
    #[error("name the imported run")]
    Name(#[from] NameError),
    /// Two records are the same trial of the same task, or give one task two scenarios.
    #[error("read record {index}: task {task}, trial {trial} {fault}")]
    Record {
        /// Position in the list, from 0.
        index: usize,
        /// Number of the task.
        task: u64,
        /// Number of the trial.
        trial: u32,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// Reads a τ-bench result file: a list of `{task_id, reward, info, traj, trial}`.
///
/// Each assistant message becomes a `chat` span whose request holds only what was said since the call before, each tool
/// message an `execute_tool` span with the call it answers. A tool result that begins with `Error` is
/// [`loopwright_core::ToolStatus::Refused`]. A dialogue that neither the user ended (`###STOP###`) nor a transfer to a
/// person is [`loopwright_core::Outcome::Stopped`] by its steps.
///
/// # Errors
/// See [`TauBenchError`]. Nothing is returned from a file that is faulty in one place.
pub fn read_tau_bench(from: &mut dyn Read, import: &TauBenchImport) -> Result<ImportedRun, TauBenchError> {
    let records = read_records(from, import.max_bytes)?;
    let arm = arm_of(&records, import)?;
    let metric = reward_metric()?;
    let cases = cases_of(&records, import)?;
    let mut trials = Vec::new();
    for ((task, trial), (index, record)) in &in_order(&records)? {
        let missing = TauBenchError::Record { index: *index, task: *task, trial: *trial, fault: "has no case" };
        let case = cases.get(task).ok_or(missing)?;
        let site = site_of(&import.run, &arm, case, trials.len() as u64, *trial);
        trials.push(imported(record, site, case, (&arm, &metric.id, import)));
    }
    let recording = Recording {
        id: import.run.clone(),
        suite: SuiteName::new(format!("tau-bench-{}", import.domain))?,
        arms: vec![arm],
        metrics: vec![metric],
        started_ns: import.at_ns,
        version: import.version.clone(),
    };
    Ok(recording.whole(cases.into_values().collect(), trials))
}

fn read_records(from: &mut dyn Read, limit: u64) -> Result<Vec<Record>, TauBenchError> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(TauBenchError::Read)?;
    if bytes.len() as u64 > limit {
        return Err(TauBenchError::TooLarge { limit });
    }
    let records: Vec<Record> = serde_json::from_slice(&bytes).map_err(TauBenchError::Format)?;
    if records.is_empty() { Err(TauBenchError::Empty) } else { Ok(records) }
}

type Ordered<'a> = BTreeMap<(u64, u32), (usize, &'a Record)>;

fn in_order(records: &[Record]) -> Result<Ordered<'_>, TauBenchError> {
    let mut ordered = Ordered::new();
    for (index, record) in records.iter().enumerate() {
        let (task, trial) = (record.task_id, record.trial);
        if ordered.insert((task, trial), (index, record)).is_some() {
            return Err(TauBenchError::Record { index, task, trial, fault: "is recorded twice" });
        }
    }
    Ok(ordered)
}

/// The instructions are pinned when all dialogues begin with the same ones; the tools were never recorded.
fn arm_of(records: &[Record], import: &TauBenchImport) -> Result<Arm, TauBenchError> {
    let systems: BTreeSet<&str> = records.iter().map(Record::instructions).collect();
    let instructions = PartName::new("instructions")?;
    let mut unpinned = BTreeSet::from([PartName::new("tools")?]);
    let mut parts = BTreeMap::from([(PartName::new("model")?, json!(import.model))]);
    match systems.first() {
        Some(system) if systems.len() == 1 => {
            parts.insert(instructions, json!(system));
        }
        _ => {
            unpinned.insert(instructions);
        }
    }
    let agent = AgentName::new(format!("tau-bench-{}", import.domain))?;
    Ok(Arm { name: ArmName::new(import.model.as_str())?, variant: Variant { agent, parts, unpinned } })
}

fn reward_metric() -> Result<RecordedMetric, NameError> {
    let fields: [&[u8]; 2] = [b"tau-bench reward", b"pass: |reward - 1| < 1e-6"];
    RecordedMetric::new("reward", MetricSpec::recorded_verdict(), "metric", &fields)
}

fn cases_of(records: &[Record], import: &TauBenchImport) -> Result<BTreeMap<u64, Case>, TauBenchError> {
    let mut cases: BTreeMap<u64, Case> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        let (task, trial) = (record.task_id, record.trial);
        let input = Input::text(record.scenario());
        match cases.get(&task) {
            Some(case) if case.input != input => {
                return Err(TauBenchError::Record { index, task, trial, fault: "has another scenario than before" });
            }
            Some(_) => {}
            None => {
                let case = Case {
                    key: CaseKey::new(format!("{}-{task}", import.domain))?,
                    input,
                    expectation: Expectation::default(),
                    tags: BTreeSet::from([Tag::new(import.domain.as_str())?]),
                    group: None,
                    owner: None,
                    split: Split::Dev,
                };
                cases.insert(task, case);
            }
        }
    }
    Ok(cases)
}

fn imported(
    record: &Record,
    site: TrialSite,
    case: &Case,
    (arm, metric, import): (&Arm, &MetricId, &TauBenchImport),
) -> ImportedTrial {
    let passed = (record.reward - 1.0).abs() < 1e-6;
    let score = Score {
        trial: site.key,
        metric: metric.clone(),
        expectation: case.expectation.digest(),
        value: Some(record.reward),
        verdict: if passed { Verdict::Pass } else { Verdict::Fail },
        evidence: String::new(),
    };
    let trace = trace_of(record, &site, (arm, import));
    ImportedTrial { trial: acted(site, trace), scores: vec![score] }
}
