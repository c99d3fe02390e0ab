//! Samples of lm-evaluation-harness (`samples_TASK_TIME.jsonl`, beside `results_TIME.json`) as recorded runs. Source of the
//! format: `EvaluationTracker` of github.com/EleutherAI/lm-evaluation-harness (MIT).

mod document;
mod results;

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{
    ActedTrial, AgentName, Arm, ArmName, Case, CaseKey, Digest, Direction, Expectation, Input, Message, MetricSpec,
    NameError, Outcome, PartName, Role, RunId, Score, SourceError, SpanDetail, Split, SuiteName, Trace, TraceId,
    Variant,
};
use serde_json::json;

use crate::SourceText;
use crate::dialogue::{Dialogue, spans};
use crate::foreign_name::plain_name;
use crate::imported_run::{
    ImportedRun, ImportedTrial, RecordedMetric, RecordedValue, Recording, acted, measure, site_of,
};
use crate::json_line::{JsonLine, json_lines};
use document::Document;
pub use results::LmEvalResults;

/// What the samples do not say.
#[derive(Debug, Clone)]
pub struct LmEvalImport<'a> {
    /// The task, such as `gsm8k`: names the suite and the cases.
    pub task: &'a str,
    /// The results that the samples go with.
    pub results: &'a LmEvalResults,
    /// The time to record where the results hold none, nanoseconds since the Unix epoch.
    pub at_ns: u64,
    /// The version of Loopwright.
    pub version: String,
}

/// Metrics that say of an answer whether it is right.
const JUDGEMENTS: [&str; 5] = ["acc", "acc_norm", "acc_mutual_info", "exact_match", "em"];

/// Reads the samples of one task. The model is the one arm, each document is a case with one trial.
///
/// A document stands there once for each filter that its answers went through; each metric of each filter is a metric, named
/// as in the results but with `/` (`exact_match/strict-match`), or bare for the filter `none`. Where the model chose by
/// likelihood, the answer is what it held most likely. A metric that only the whole task has a number for, such as F1, is
/// unscored.
///
/// # Errors
/// At the first line that is not of the format, or that repeats a document with the same filter; when there is none.
pub fn read_lm_eval(source: SourceText<'_>, import: &LmEvalImport<'_>) -> Result<ImportedRun, SourceError> {
    let documents = documents(source)?;
    let first = JsonLine { file: source.file, number: 1, text: source.text.lines().next().unwrap_or_default() };
    if documents.is_empty() {
        return Err(first.fault("there is no sample in the file"));
    }
    let name = |error: NameError| first.fault(error.to_string());
    let metrics = metrics(&documents, import).map_err(name)?;
    let recording = recording(source.text, &metrics, import).map_err(name)?;
    let (mut cases, mut trials) = (vec![], vec![]);
    for (index, (id, rows)) in documents.iter().enumerate() {
        let case = case(*id, &rows[0], import).map_err(name)?;
        let site = site_of(&recording.id, &recording.arms[0], &case, index as u64, 0);
        let trial = acted(site.clone(), trace_of(&rows[0], (&case, &site.key), &recording));
        let scores = metrics.iter().map(|metric| metric.score(rows, (&trial, &case))).collect();
        trials.push(ImportedTrial { trial, scores });
        cases.push(case);
    }
    Ok(recording.whole(cases, trials))
}

/// The documents by their number, each with its filters.
fn documents(source: SourceText<'_>) -> Result<BTreeMap<u64, Vec<Document>>, SourceError> {
    let mut documents: BTreeMap<u64, Vec<Document>> = BTreeMap::new();
    for line in json_lines(source) {
        let document: Document = line.parse()?;
        let known = documents.entry(document.doc_id).or_default();
        if known.iter().any(|one| one.filter() == document.filter()) {
            let message = format!("document {} stands there twice with the same filter", document.doc_id);
            return Err(line.fault_at_field("doc_id", message));
        }
        known.push(document);
    }
    Ok(documents)
}

fn recording(text: &str, metrics: &[Metric], import: &LmEvalImport<'_>) -> Result<Recording, NameError> {
    let model = import.results.model();
    let parts = BTreeMap::from([(PartName::new("model")?, json!(model))]);
    let unpinned = BTreeSet::from([PartName::new("settings")?]);
    let agent = AgentName::new(plain_name(&model))?;
    let arm = Arm { name: ArmName::new(plain_name(&model))?, variant: Variant { agent, parts, unpinned } };
    let id = Digest::of_fields("lm-eval", &[model.as_bytes(), text.as_bytes()]).to_string();
    Ok(Recording {
        id: RunId::new(plain_name(&format!("lm-eval-{}-{}", import.task, &id[..12])))?,
        suite: SuiteName::new(plain_name(&format!("lm-eval-{}", import.task)))?,
        arms: vec![arm],
        metrics: metrics.iter().map(|metric| metric.recorded.clone()).collect(),
        started_ns: import.results.started_ns().unwrap_or(import.at_ns),
        version: import.version.clone(),
    })
}

/// A metric after a filter.
struct Metric {
    name: String,
    filter: String,
    is_judged: bool,
    recorded: RecordedMetric,
}

/// What is scored, judgements first.
fn metrics(documents: &BTreeMap<u64, Vec<Document>>, import: &LmEvalImport<'_>) -> Result<Vec<Metric>, NameError> {
    let rows = || documents.values().flatten();
    let named = rows().flat_map(|row| row.metrics().into_iter().map(move |name| (name, row.filter())));
    let named: BTreeSet<(String, &str)> = named.collect();
    let metric = |(name, filter): (String, &str)| {
        let is_judged = JUDGEMENTS.contains(&name.as_str());
        let direction =
            if import.results.is_higher_better(import.task, &name) { Direction::Up } else { Direction::Down };
        let values = rows().filter(|row| row.filter() == filter).filter_map(|row| row.value(&name));
        let spec = if is_judged { MetricSpec::recorded_verdict() } else { measure(values, direction) };
        let shown = if filter == document::NO_FILTER { name.clone() } else { format!("{name}/{filter}") };
        let recorded = RecordedMetric::new(&shown, spec, "lm-eval", &[import.task.as_bytes(), shown.as_bytes()])?;
        Ok(Metric { name, filter: filter.to_owned(), is_judged, recorded })
    };
    let mut metrics: Vec<Metric> = named.into_iter().map(metric).collect::<Result<_, NameError>>()?;
    metrics.sort_by_key(|metric| !metric.is_judged);
    Ok(metrics)
}

impl Metric {
    fn score(&self, rows: &[Document], of: (&ActedTrial, &Case)) -> Score {
        let row = rows.iter().find(|row| row.filter() == self.filter);
        let value = match row.and_then(|row| row.value(&self.name)) {
            Some(value) if self.is_judged => RecordedValue::Judged(value),
            Some(value) => RecordedValue::Measured(value),
            None => RecordedValue::Missing("the samples hold no number of it for a single document"),
        };
        let evidence = row.map(Document::filtered).unwrap_or_default();
        value.score(&self.recorded.id, of, &evidence)
    }
}

fn case(id: u64, row: &Document, import: &LmEvalImport<'_>) -> Result<Case, NameError> {
    Ok(Case {
        key: CaseKey::new(plain_name(&format!("{}-{id}", import.task)))?,
        input: Input { messages: row.asked(), tools: vec![], setup: None, then: vec![] },
        expectation: Expectation { reference: row.target(), ..Expectation::default() },
        tags: BTreeSet::new(),
        group: None,
        owner: None,
        split: Split::Dev,
    })
}

/// What was asked and answered; no time was recorded.
fn trace_of(row: &Document, (case, key): (&Case, &loopwright_core::TrialKey), recording: &Recording) -> Trace {
    let (arm, at) = (&recording.arms[0], recording.started_ns);
    let mut dialogue = Dialogue::new(arm.name.as_str());
    case.input.messages.iter().for_each(|message| dialogue.hear(message.clone()));
    let text = row.answer();
    dialogue.say(Message::text(Role::Assistant, text.as_str()), None, at);
    let detail = SpanDetail::Agent { agent: arm.variant.agent.to_string(), variant: arm.variant.digest() };
    let spans = spans(detail, (at, at), dialogue.steps());
    Trace { id: TraceId::of(&key.0), outcome: Outcome::Answered { text }, spans }
}
