//! Results of promptfoo (`promptfoo eval -o out.json`, or `.jsonl`) as a recorded run. Source of the format:
//! `EvaluateSummaryV3` and `EvaluateResult` of github.com/promptfoo/promptfoo (MIT).

mod row;
mod trajectory;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{
    AgentName, Arm, ArmName, Case, CaseKey, Digest, Direction, Expectation, Input, MetricSpec, NameError, PartName,
    RunId, Score, Split, SuiteName, TrialKey, Unscored, Variant, Verdict,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::prompt::short;
use super::provider::free;
use crate::foreign_name::{plain_name, short_tag};
use crate::imported_run::{ImportedRun, ImportedTrial, RecordedMetric, Recording, acted, measure, site_of};
use crate::json_line::bare_message;
use row::Row;
use trajectory::trace_of;

/// The newest version of the results that is read.
const KNOWN: u32 = 3;

/// What the results do not say.
#[derive(Debug, Clone)]
pub struct PromptfooResultsImport {
    /// The time to record where the results hold none, nanoseconds since the Unix epoch.
    pub at_ns: u64,
    /// The version of Loopwright.
    pub version: String,
}

/// The results cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PromptfooResultsError {
    /// Not results of promptfoo.
    #[error("read the results: line {line}, column {column}: {message}")]
    Format {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Written by a version that may mean other things by the same words.
    #[error("read version {0} of the results; up to version {KNOWN} is known")]
    Version(u32),
    /// There is no result in the file.
    #[error("find a result: there is none")]
    Empty,
    /// A name of the results cannot be used.
    #[error("name the imported run")]
    Name(#[from] NameError),
}

/// The whole of a `.json` file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(default)]
    eval_id: Option<String>,
    results: Results,
    #[serde(default)]
    config: Config,
}

#[derive(Debug, Deserialize)]
struct Results {
    #[serde(default)]
    version: u32,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    prompts: Vec<Template>,
    results: Vec<Row>,
}

/// A prompt with a provider, before variables are put in.
#[derive(Debug, Deserialize)]
struct Template {
    raw: String,
}

#[derive(Debug, Default, Deserialize)]
struct Config {
    #[serde(default)]
    description: Option<String>,
}

/// Reads the results of one evaluation: a `.json` file, or a `.jsonl` file, which holds a result on each line and does not
/// say what it is called, when it began, or what the prompts were.
///
/// Each prompt with each provider is an arm; tests that are alike in description, variables and asserts are repetitions of
/// one case. An error is one of the infrastructure, for promptfoo does not say whose it was.
///
/// # Errors
/// See [`PromptfooResultsError`]. Nothing is returned from a file that is faulty in one place.
pub fn read_promptfoo_results(
    text: &str,
    import: &PromptfooResultsImport,
) -> Result<ImportedRun, PromptfooResultsError> {
    let Document { eval_id, results, config } = document(text.trim_start_matches('\u{feff}'))?;
    if results.version > KNOWN {
        return Err(PromptfooResultsError::Version(results.version));
    }
    let mut rows = results.results;
    if rows.is_empty() {
        return Err(PromptfooResultsError::Empty);
    }
    rows.sort_by_key(|row| (row.test_idx, row.prompt_idx));
    let suite = config.description.as_deref().map(short).filter(|name| !name.is_empty());
    let suite = suite.map_or_else(|| "promptfoo".to_owned(), |name| format!("promptfoo-{name}"));
    let eval = eval_id.unwrap_or_else(|| Digest::of_bytes(text.as_bytes()).to_string()[..12].to_owned());
    let arms = arms(&rows, &results.prompts)?;
    let metrics = Metrics::of(&rows)?;
    let started = results.timestamp.and_then(|time| time.parse::<jiff::Timestamp>().ok());
    let recording = Recording {
        id: RunId::new(plain_name(&format!("promptfoo-{eval}")))?,
        suite: SuiteName::new(suite)?,
        arms: arms.values().cloned().collect(),
        metrics: metrics.all(),
        started_ns: started.and_then(|time| u64::try_from(time.as_nanosecond()).ok()).unwrap_or(import.at_ns),
        version: import.version.clone(),
    };
    let (cases, trials) = trials(&rows, &arms, &metrics, &recording)?;
    Ok(recording.whole(cases, trials))
}

fn document(text: &str) -> Result<Document, PromptfooResultsError> {
    let fault = |before: usize, error: &serde_json::Error| PromptfooResultsError::Format {
        line: before + error.line(),
        column: error.column(),
        message: bare_message(error),
    };
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    // A document is one object, over many lines or on one; a line of JSON Lines is a whole result.
    if lines.peek().is_none_or(|(_, line)| serde_json::from_str::<Row>(line).is_err()) {
        return serde_json::from_str(text).map_err(|error| fault(0, &error));
    }
    let row = |(index, line): (usize, &str)| serde_json::from_str(line).map_err(|error| fault(index, &error));
    let rows = lines.map(row).collect::<Result<_, _>>()?;
    let results = Results { version: KNOWN, timestamp: None, prompts: vec![], results: rows };
    Ok(Document { eval_id: None, results, config: Config::default() })
}

/// The arms by the place of their prompt and provider. Settings of providers may hold keys, and are left where they are.
fn arms(rows: &[Row], templates: &[Template]) -> Result<BTreeMap<u64, Arm>, NameError> {
    let first: BTreeMap<u64, &Row> = rows.iter().rev().map(|row| (row.prompt_idx, row)).collect();
    let mut taken = BTreeSet::new();
    let mut arms = BTreeMap::new();
    for (place, row) in &first {
        let provider = row.provider.name();
        let is_shared = first.values().filter(|other| other.provider.name() == provider).count() > 1;
        let label = short(row.prompt.label.as_deref().unwrap_or_default());
        let name = if is_shared && !label.is_empty() { format!("{provider}/{label}") } else { provider.to_owned() };
        let prompt = PartName::new("prompt")?;
        let mut parts = BTreeMap::from([(PartName::new("model")?, json!(row.provider.id))]);
        let mut unpinned = BTreeSet::from([PartName::new("settings")?]);
        match usize::try_from(*place).ok().and_then(|place| templates.get(place)) {
            Some(template) => drop(parts.insert(prompt, json!(template.raw))),
            None => drop(unpinned.insert(prompt)),
        }
        let agent = AgentName::new(plain_name(provider))?;
        let name = ArmName::new(free(&plain_name(&name), &mut taken))?;
        arms.insert(*place, Arm { name, variant: Variant { agent, parts, unpinned } });
    }
    Ok(arms)
}

/// What is scored: whether the test passed, its score, and the metrics that asserts name.
struct Metrics {
    passed: RecordedMetric,
    score: RecordedMetric,
    named: Vec<(String, RecordedMetric)>,
}

impl Metrics {
    fn of(rows: &[Row]) -> Result<Self, NameError> {
        let mut taken = BTreeSet::new();
        let mut metric = |name: &str, field: &str, spec: MetricSpec| {
            let fields = [field.as_bytes(), name.as_bytes()];
            RecordedMetric::new(&free(&plain_name(name), &mut taken), spec, "promptfoo", &fields)
        };
        let passed = metric("passed", "test", MetricSpec::recorded_verdict())?;
        let score = metric("score", "test", measure(rows.iter().filter_map(|row| row.score), Direction::Up))?;
        let names: BTreeSet<&String> =
            rows.iter().flat_map(|row| row.named_scores.iter().flatten()).map(|(name, _)| name).collect();
        let named = names.into_iter().map(|name| {
            let spec = measure(rows.iter().filter_map(|row| row.named(name)), Direction::Up);
            Ok((name.clone(), metric(name, "metric", spec)?))
        });
        let named = named.collect::<Result<_, NameError>>()?;
        Ok(Self { passed, score, named })
    }

    fn all(&self) -> Vec<RecordedMetric> {
        let named = self.named.iter().map(|(_, metric)| metric);
        [&self.passed, &self.score].into_iter().chain(named).cloned().collect()
    }
}

fn trials(
    rows: &[Row],
    arms: &BTreeMap<u64, Arm>,
    metrics: &Metrics,
    recording: &Recording,
) -> Result<(Vec<Case>, Vec<ImportedTrial>), NameError> {
    let (mut cases, mut places, mut keys) = (vec![], BTreeMap::new(), BTreeSet::new());
    let (mut repetitions, mut trials) = (BTreeMap::new(), vec![]);
    for row in rows {
        let Some(arm) = arms.get(&row.prompt_idx) else { continue };
        let place = match places.entry(row.test_case.identity()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                cases.push(case(row, &mut keys)?);
                *new.insert(cases.len() - 1)
            }
        };
        let repetition: &mut u32 = repetitions.entry((place, row.prompt_idx)).or_default();
        let site = site_of(&recording.id, arm, &cases[place], trials.len() as u64, *repetition);
        *repetition += 1;
        let trace = trace_of(row, &site.key, arm, recording.started_ns);
        let trial = acted(site, trace);
        let scores = scores(row, metrics, (trial.site.key, &cases[place]));
        trials.push(ImportedTrial { trial, scores });
    }
    Ok((cases, trials))
}

/// The case of `row`. It is called as it would be in a suite that is made of the configuration.
fn case(row: &Row, keys: &mut BTreeSet<String>) -> Result<Case, NameError> {
    let test = &row.test_case;
    let wanted = test.description.as_deref().map(short).filter(|name| !name.is_empty());
    let key = free(&wanted.unwrap_or_else(|| format!("test-{}", keys.len() + 1)), keys);
    let labels = test.metadata.iter().flatten().filter_map(|(name, value)| match value {
        Value::String(_) | Value::Bool(_) | Value::Number(_) => short_tag(name, &row::text(value)),
        _ => None,
    });
    Ok(Case {
        key: CaseKey::new(key)?,
        input: Input::text(test.asked().unwrap_or_else(|| row.prompt.raw.clone())),
        expectation: Expectation::default(),
        tags: labels.collect(),
        group: None,
        owner: None,
        split: Split::Dev,
    })
}

fn scores(row: &Row, metrics: &Metrics, (trial, case): (TrialKey, &Case)) -> Vec<Score> {
    let expectation = case.expectation.digest();
    let score = |metric: &RecordedMetric, value: Option<f64>, verdict: Verdict, evidence: &str| {
        let (value, verdict) = match row.fault() {
            Some(_) => (None, Verdict::Unscored(Unscored::Infrastructure)),
            None => (value, verdict),
        };
        Score { trial, metric: metric.id.clone(), expectation, value, verdict, evidence: evidence.to_owned() }
    };
    let measured = |metric: &RecordedMetric, value: Option<f64>| {
        // A metric that no assert of the test names is not asked of it.
        let verdict = value.map_or(Verdict::Unscored(Unscored::NotApplicable), |_| Verdict::Measured);
        score(metric, value, verdict, "")
    };
    let reason = row.grading_result.as_ref().and_then(|grading| grading.reason.as_deref());
    let verdict = if row.success { Verdict::Pass } else { Verdict::Fail };
    let evidence = reason.filter(|_| !row.success).unwrap_or_default();
    let passed = score(&metrics.passed, Some(f64::from(u8::from(row.success))), verdict, evidence);
    let named = metrics.named.iter().map(|(name, metric)| measured(metric, row.named(name)));
    [passed, measured(&metrics.score, row.score)].into_iter().chain(named).collect()
}
