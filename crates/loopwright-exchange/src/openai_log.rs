//! Logs of OpenAI's evals (what `oaieval` writes to its record path) as a recorded run. Source of the format: `RecorderBase`
//! of github.com/openai/evals (MIT).

mod event;

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{
    ActedTrial, AgentName, Arm, ArmName, Case, CaseKey, Direction, Expectation, Input, Message, MetricSpec, NameError,
    Outcome, PartName, Role, RunId, RunStatus, Score, SourceError, SpanDetail, Split, SuiteName, Trace, TraceId,
    TrialSite, Variant,
};
use serde_json::json;

use crate::SourceText;
use crate::dialogue::{Dialogue, spans};
use crate::foreign_name::plain_name;
use crate::foreign_time::nanoseconds;
use crate::imported_run::{
    ImportedRun, ImportedTrial, RecordedMetric, RecordedValue, Recording, acted, measure, site_of,
};
use crate::json_line::{JsonLine, json_lines};
use event::{Event, Spec};

/// What a log does not say.
#[derive(Debug, Clone)]
pub struct OpenAiLogImport {
    /// The time to record where the log holds none, nanoseconds since the Unix epoch.
    pub at_ns: u64,
    /// The version of Loopwright.
    pub version: String,
}

/// Reads a log: on its lines a `spec`, events of samples, and a `final_report`, without which the run was broken off.
///
/// The completion functions are the one arm, each sample is a trial of a case of its own. `match` is a metric, and so is each
/// number or truth value of a `metrics` event; of several events of one sample the last counts. A sample that holds an
/// error and no answer says nothing about the agent. The report is not read: it is made again from the scores.
///
/// # Errors
/// At the first line that is not of the format; when there is no `spec`, or no sample.
pub fn read_openai_log(source: SourceText<'_>, import: &OpenAiLogImport) -> Result<ImportedRun, SourceError> {
    let whole = JsonLine { file: source.file, number: 1, text: source.text.lines().next().unwrap_or_default() };
    let fault = |message: &str| whole.fault(message.to_owned());
    let log = Log::of(source)?;
    let spec = log.spec.as_ref().ok_or_else(|| fault("no line of the log holds a `spec`"))?;
    if log.samples.is_empty() {
        return Err(fault("there is no event of a sample in the log"));
    }
    let name = |error: NameError| whole.fault(error.to_string());
    let metrics = metrics(&log.samples).map_err(name)?;
    let recording = recording(spec, &metrics, import).map_err(name)?;
    let mut trials = vec![];
    let mut cases = vec![];
    for (index, (id, events)) in log.samples.iter().enumerate() {
        let case = case(id, events).map_err(name)?;
        let site = site_of(&recording.id, &recording.arms[0], &case, index as u64, 0);
        trials.push(imported(events, site, (&case, &metrics, &recording)));
        cases.push(case);
    }
    let status = if log.is_whole { RunStatus::Complete } else { RunStatus::Unfinished };
    let planned = trials.len() as u64;
    Ok(recording.of_planned(planned, status, (cases, trials)))
}

/// The lines of a log, sorted.
#[derive(Default)]
struct Log {
    spec: Option<Spec>,
    is_whole: bool,
    samples: BTreeMap<SampleId, Vec<Event>>,
}

/// `test-match.s1.10` stands after `test-match.s1.9`: events come in the order in which threads were done.
type SampleId = (String, u64, String);

impl Log {
    fn of(source: SourceText<'_>) -> Result<Self, SourceError> {
        let mut log = Self::default();
        for line in json_lines(source) {
            let mut event: Event = line.parse()?;
            log.is_whole |= event.final_report.is_some();
            log.spec = log.spec.or(event.spec.take());
            if let Some(id) = &event.sample_id {
                log.samples.entry(sample_id(id)).or_default().push(event);
            }
        }
        Ok(log)
    }
}

fn sample_id(id: &str) -> SampleId {
    let (start, number) = id.rsplit_once('.').unwrap_or((id, ""));
    match number.parse() {
        Ok(number) => (start.to_owned(), number, id.to_owned()),
        Err(_) => (id.to_owned(), 0, id.to_owned()),
    }
}

fn recording(spec: &Spec, metrics: &[Metric], import: &OpenAiLogImport) -> Result<Recording, NameError> {
    let model = spec.completion_fns.join("+");
    let suite = plain_name(&spec.eval_name);
    let parts = BTreeMap::from([(PartName::new("model")?, json!(spec.completion_fns))]);
    let unpinned = BTreeSet::from([PartName::new("instructions")?, PartName::new("settings")?]);
    let agent = AgentName::new(plain_name(&model))?;
    let arm = Arm { name: ArmName::new(plain_name(&model))?, variant: Variant { agent, parts, unpinned } };
    Ok(Recording {
        id: RunId::new(plain_name(&format!("openai-evals-{}", spec.run_id)))?,
        suite: SuiteName::new(suite)?,
        arms: vec![arm],
        metrics: metrics.iter().map(|metric| metric.recorded.clone()).collect(),
        started_ns: spec.created_at.as_deref().and_then(nanoseconds).unwrap_or(import.at_ns),
        version: import.version.clone(),
    })
}

/// A metric with what it is called in the log.
struct Metric {
    name: String,
    is_judged: bool,
    recorded: RecordedMetric,
}

/// What is scored, `match` first where there is one. What is true or false is a judgement.
fn metrics(samples: &BTreeMap<SampleId, Vec<Event>>) -> Result<Vec<Metric>, NameError> {
    let mut values: BTreeMap<String, (bool, Vec<f64>)> = BTreeMap::new();
    for (name, value, is_truth) in samples.values().flatten().flat_map(Event::values) {
        let (all_truths, seen) = values.entry(name).or_insert((true, vec![]));
        *all_truths &= is_truth;
        seen.push(value);
    }
    let metric = |(name, (is_judged, values)): (String, (bool, Vec<f64>))| {
        let spec = match is_judged {
            true => MetricSpec::recorded_verdict(),
            false => measure(values.into_iter(), Direction::Up),
        };
        let recorded = RecordedMetric::new(&name, spec, "openai evals", &[name.as_bytes()])?;
        Ok(Metric { name, is_judged, recorded })
    };
    let mut metrics: Vec<Metric> = values.into_iter().map(metric).collect::<Result<_, NameError>>()?;
    metrics.sort_by_key(|metric| metric.name != event::MATCH);
    Ok(metrics)
}

fn case((_, _, id): &SampleId, events: &[Event]) -> Result<Case, NameError> {
    let asked = events.iter().find_map(Event::asked).unwrap_or_default();
    let input = match asked.is_empty() {
        true => Input::text(id.as_str()),
        false => Input { messages: asked, tools: vec![], setup: None, then: vec![] },
    };
    Ok(Case {
        key: CaseKey::new(plain_name(id))?,
        input,
        expectation: Expectation { reference: events.iter().find_map(Event::expected), ..Expectation::default() },
        tags: BTreeSet::new(),
        group: None,
        owner: None,
        split: Split::Dev,
    })
}

fn imported(
    events: &[Event],
    site: TrialSite,
    (case, metrics, recording): (&Case, &[Metric], &Recording),
) -> ImportedTrial {
    let trace = trace_of(events, &site, recording);
    let trial = acted(site, trace);
    let scores = metrics.iter().map(|metric| score(metric, events, (&trial, case))).collect();
    ImportedTrial { trial, scores }
}

fn score(metric: &Metric, events: &[Event], of: (&ActedTrial, &Case)) -> Score {
    let mut values = events.iter().rev().flat_map(|event| event.values().into_iter().map(move |value| (event, value)));
    let last = values.find(|(_, (name, ..))| *name == metric.name);
    let value = match &last {
        None => RecordedValue::Missing("no score was recorded"),
        Some((_, (_, value, _))) if metric.is_judged => RecordedValue::Judged(*value),
        Some((_, (_, value, _))) => RecordedValue::Measured(*value),
    };
    let evidence = last.map(|(event, _)| event.evidence()).unwrap_or_default();
    value.score(&metric.recorded.id, of, &evidence)
}

/// Each sampling is a call of the model; when it began is not recorded.
fn trace_of(events: &[Event], site: &TrialSite, recording: &Recording) -> Trace {
    let arm = &recording.arms[0];
    let mut dialogue = Dialogue::new(arm.name.as_str());
    let (mut answer, mut error) = (None, None);
    let at = |event: &Event| event.created_at.as_deref().and_then(nanoseconds).unwrap_or(recording.started_ns);
    for event in events {
        error = event.error().or(error);
        let Some(said) = event.sampled() else { continue };
        event.asked().into_iter().flatten().for_each(|message| dialogue.hear(message));
        dialogue.say(Message::text(Role::Assistant, said.as_str()), event.cost(), at(event));
        answer = Some(said);
    }
    let outcome = match (answer, error) {
        (None, Some(message)) => Outcome::Infrastructure { message },
        (answer, _) => Outcome::Answered {
            text: answer.or_else(|| events.iter().find_map(Event::judged_text)).unwrap_or_default(),
        },
    };
    let times = events.iter().map(at);
    let (begin, end) = times.fold((u64::MAX, 0), |(begin, end), at| (begin.min(at), end.max(at)));
    let detail = SpanDetail::Agent { agent: arm.variant.agent.to_string(), variant: arm.variant.digest() };
    Trace { id: TraceId::of(&site.key.0), outcome, spans: spans(detail, (begin, end), dialogue.steps()) }
}
