//! A run as a log of Inspect, written trial by trial.

mod conversation;
mod event;
mod outcome;
mod tally;

use std::io::{Seek, Write};

use jiff::Timestamp;
use loopwright_core::{ActedTrial, Arm, Case, Cost, Message, Role, RunManifest, RunStatus, Score, Verdict};
use serde_json::{Map, Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use conversation::Pool;
use tally::Tally;

/// The version of the log that is written.
const VERSION: u32 = 2;

/// A log that is being written. Only the plain condition has a place in one: Inspect knows samples and epochs.
pub struct InspectWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    eval: Value,
    model: String,
    tally: Tally,
    summaries: Vec<Value>,
}

/// The log cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum InspectWriteError {
    /// The file below failed.
    #[error("write the log")]
    Write(#[from] std::io::Error),
    /// The archive cannot hold what is put into it.
    #[error("write the log as a ZIP archive: {0}")]
    Archive(String),
    /// Something has no form in JSON.
    #[error("write the log as JSON")]
    Json(#[from] serde_json::Error),
}

impl<W: Write + Seek> InspectWriter<W> {
    /// Begins the log of what `arm` did in `run`.
    ///
    /// # Errors
    /// When `to` cannot be written to.
    pub fn begin(to: W, run: &RunManifest, arm: &Arm) -> Result<Self, InspectWriteError> {
        let model = model(arm);
        let eval = eval(run, arm, &model);
        let mut writer =
            Self { zip: ZipWriter::new(to), eval, model, tally: Tally::of(&run.metrics), summaries: vec![] };
        let start = json!({"version": VERSION, "eval": writer.eval, "plan": plan()});
        writer.member("_journal/start.json", &start)?;
        Ok(writer)
    }

    /// Adds a trial with its scores. `case` gives the input and the target; without it the input is what the model was
    /// first asked, and the target is empty.
    ///
    /// A score that was not made is left out, as Inspect does; why it was not made stands in the metadata of the sample.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn sample(
        &mut self,
        trial: &ActedTrial,
        scores: &[Score],
        case: Option<&Case>,
    ) -> Result<(), InspectWriteError> {
        self.tally.add(trial, scores);
        let summary = summary(trial, scores, case, &self.model);
        let sample = sample(&summary, trial, &self.model);
        let file: String = trial.site.case.as_str().chars().map(|c| if "/\\:".contains(c) { '_' } else { c }).collect();
        self.member(&format!("samples/{file}_epoch_{}.json", trial.site.repetition.saturating_add(1)), &sample)?;
        self.summaries.push(summary);
        Ok(())
    }

    /// Ends the log of a run that stands as `status`.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn end(mut self, status: RunStatus) -> Result<W, InspectWriteError> {
        let summaries = Value::Array(std::mem::take(&mut self.summaries));
        self.member("summaries.json", &summaries)?;
        let status = match status {
            RunStatus::Complete => "success",
            RunStatus::Degraded => "error",
            RunStatus::Cancelled => "cancelled",
            RunStatus::Unfinished => "started",
        };
        self.eval["dataset"]["sample_ids"] = json!(self.tally.cases());
        self.eval["dataset"]["samples"] = json!(self.tally.cases().len());
        let ended = instant(self.tally.ended_ns());
        let stats = json!({"started_at": self.eval["created"], "completed_at": ended, "model_usage": {}});
        let header = json!({"version": VERSION, "status": status, "eval": self.eval, "plan": plan(),
            "results": self.tally.results(), "stats": stats, "invalidated": false});
        self.member("header.json", &header)?;
        self.zip.finish().map_err(|error| InspectWriteError::Archive(error.to_string()))
    }

    fn member(&mut self, name: &str, value: &Value) -> Result<(), InspectWriteError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
        self.zip.start_file(name, options).map_err(|error| InspectWriteError::Archive(error.to_string()))?;
        Ok(serde_json::to_writer(&mut self.zip, value)?)
    }
}

impl<W: Write + Seek> std::fmt::Debug for InspectWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InspectWriter").field("model", &self.model).finish_non_exhaustive()
    }
}

/// The model that the arm's variant names, or else the arm.
fn model(arm: &Arm) -> String {
    let part = arm.variant.part("model");
    let named = part.and_then(|model| model.as_str().or_else(|| model["ref"].as_str()));
    named.unwrap_or(arm.name.as_str()).to_owned()
}

fn eval(run: &RunManifest, arm: &Arm, model: &str) -> Value {
    let scorers = run.metrics.iter().map(|metric| json!({"name": metric.name, "options": {}, "metadata": {}}));
    let digest = arm.variant.digest().to_string();
    let metadata = json!({"agent": arm.variant.agent, "arm": arm.name, "variant": digest, "parts": arm.variant.parts,
        "simulated": run.simulated});
    json!({"eval_id": format!("{}-{}", run.id, arm.name), "run_id": run.id, "created": instant(run.started_ns),
        "task": run.suite, "task_id": run.suite, "task_version": 0, "task_attribs": {}, "task_args": {},
        "dataset": {"name": run.suite, "samples": 0, "sample_ids": [], "shuffled": false}, "model": model,
        "model_args": {}, "config": {}, "packages": {"loopwright": run.version}, "metadata": metadata,
        "scorers": scorers.collect::<Vec<_>>()})
}

fn plan() -> Value {
    json!({"name": "plan", "steps": [], "config": {}})
}

/// What the list of samples shows of one: everything but what happened.
fn summary(trial: &ActedTrial, scores: &[Score], case: Option<&Case>, model: &str) -> Value {
    let (site, trace) = (&trial.site, &trial.trace);
    let first = trace.chats().next().map(|(request, _)| request.messages.as_slice()).unwrap_or_default();
    let asked: Vec<&Message> = match case {
        Some(case) => case.input.messages.iter().collect(),
        None => first.iter().filter(|message| message.role != Role::System).collect(),
    };
    let input = match asked.as_slice() {
        [only] if only.role == Role::User => json!(only.plain_text()),
        several => several.iter().map(|message| conversation::message(message, model)).collect(),
    };
    let reference = case.and_then(|case| case.expectation.reference.as_deref());
    let (start, end) = trace.spans.first().map_or((0, 0), |span| (span.start_ns, span.end_ns));
    let seconds = trace.duration_ns() as f64 / 1e9;
    json!({"id": site.case, "epoch": site.repetition.saturating_add(1), "input": input,
        "target": reference.unwrap_or_default(), "metadata": metadata(trial, scores), "scores": recorded(scores),
        "model_usage": {model: usage(&trial.cost)}, "role_usage": {}, "started_at": instant(start),
        "completed_at": instant(end), "total_time": seconds, "working_time": seconds, "uuid": trace.id})
}

fn sample(summary: &Value, trial: &ActedTrial, model: &str) -> Value {
    let mut pool = Pool::default();
    let events = event::events(&trial.trace, &mut pool, model);
    let (messages, output) = (pool.last(), event::last_output(&events, model));
    let mut sample = summary.clone();
    let parts = [("messages", messages), ("output", output), ("events", events), ("events_data", pool.into_value())];
    let fixed = [("store", json!({})), ("attachments", json!({})), ("error_retries", json!([]))];
    for (name, value) in parts.into_iter().chain(fixed).chain(outcome::fields(&trial.trace.outcome)) {
        sample[name] = value;
    }
    sample
}

fn metadata(trial: &ActedTrial, scores: &[Score]) -> Value {
    let mut metadata = Map::from_iter([("trial".to_owned(), json!(trial.site.key.to_string()))]);
    if !trial.site.tags.is_empty() {
        metadata.insert("tags".to_owned(), json!(trial.site.tags));
    }
    let reason = |score: &Score| match &score.verdict {
        Verdict::Unscored(reason) => Some((score.metric.name.to_string(), json!(reason))),
        _ => None,
    };
    let unscored: Map<String, Value> = scores.iter().filter_map(reason).collect();
    if !unscored.is_empty() {
        metadata.insert("unscored".to_owned(), Value::Object(unscored));
    }
    Value::Object(metadata)
}

fn recorded(scores: &[Score]) -> Value {
    let score = |score: &Score| {
        let value = match (&score.verdict, score.value) {
            (Verdict::Pass, None | Some(1.0)) => json!("C"),
            (Verdict::Fail, None | Some(0.0)) => json!("I"),
            (Verdict::Unscored(_), _) => return None,
            (_, value) => json!(value?),
        };
        let explanation = Some(&score.evidence).filter(|evidence| !evidence.is_empty());
        Some((score.metric.name.to_string(), json!({"value": value, "explanation": explanation, "history": []})))
    };
    Value::Object(scores.iter().filter_map(score).collect())
}

fn usage(cost: &Cost) -> Value {
    let usage = cost.usage;
    let dollars = cost.money.map(|money| money.0 as f64 / 1e6);
    json!({"input_tokens": usage.input(), "output_tokens": usage.output(), "total_tokens": usage.total(),
        "input_tokens_cache_read": usage.cached(), "reasoning_tokens": usage.reasoning(), "total_cost": dollars})
}

/// A time as Inspect writes it; of a simulated clock, that of its own day.
fn instant(ns: u64) -> String {
    Timestamp::from_nanosecond(i128::from(ns)).map(|time| time.to_string()).unwrap_or_default()
}
