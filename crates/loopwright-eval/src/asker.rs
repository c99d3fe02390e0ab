//! The asker: puts the questions of metrics to models and programs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use loopwright_agent::{Programs, RemoteError};
use loopwright_core::{
    ChatRequest, ChatResponse, Clock, Cost, Digest, ModelCall, ModelError, Opinion, Outcome, Said, Seed, Span,
    SpanDetail, Trace, TraceId, TrialKey, VirtualClock,
};
use loopwright_model::{ModelRef, open};
use serde_json::{Value, json};

use crate::meter::Meter;
use crate::metric::{Program, Question, Respondent};
use crate::{Reach, StageError};

/// How long a judging model has for its answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Puts questions to models and programs. Programs are kept between questions.
pub(crate) struct Asker {
    reach: Reach,
    programs: Mutex<BTreeMap<Program, Arc<Programs>>>,
    next_id: AtomicU64,
    /// Where the clocks of simulated models begin.
    started_ns: u64,
}

/// What an answer cost, and the record of the call.
struct Call {
    said: Said,
    cost: Cost,
    trace: Option<Trace>,
}

impl Asker {
    /// Reaches whom it asks by `reach`.
    pub(crate) fn new(reach: Reach, started_ns: u64) -> Self {
        Self { reach, programs: Mutex::default(), next_id: AtomicU64::new(1), started_ns }
    }

    /// Whether `whom` can be asked, as far as it is known without asking.
    ///
    /// # Errors
    /// When a model's reference cannot be read, or its key is missing.
    pub(crate) fn check(&self, whom: &Respondent) -> Result<(), StageError> {
        let Respondent::Model(reference) = whom else { return Ok(()) };
        open(&model_ref(reference)?, Arc::clone(&self.reach.clock), &self.reach.access)?;
        Ok(())
    }

    /// Puts `question` about `trial`. Whatever goes wrong is part of the opinion; `None` when `meter` does not let the call
    /// through.
    pub(crate) async fn ask(&self, trial: TrialKey, question: &Question, meter: &Arc<Meter>) -> Option<Opinion> {
        let digest = question.digest();
        let Call { said, cost, trace } = match question {
            Question::Model { model, request } => self.ask_model((trial, digest), (model, request), meter).await?,
            Question::Program { .. } if !meter.has_time() => return None,
            Question::Program { program, line } => {
                let said = match self.ask_program(program, line).await {
                    Ok(answer) => Said::Answer(answer),
                    Err(error) => Said::Nothing(error),
                };
                Call { said, cost: Cost::ZERO, trace: None }
            }
        };
        Some(Opinion { trial, question: digest, said, cost, trace })
    }

    async fn ask_model(
        &self,
        (trial, question): (TrialKey, Digest),
        (reference, request): (&str, &ChatRequest),
        meter: &Arc<Meter>,
    ) -> Option<Call> {
        let nothing = |why: String| Some(Call { said: Said::Nothing(why), cost: Cost::ZERO, trace: None });
        let reference = match model_ref(reference) {
            Ok(reference) => reference,
            Err(error) => return nothing(error.to_string()),
        };
        let clock: Arc<dyn Clock> = match reference.is_simulated() {
            true => Arc::new(VirtualClock::starting_at(self.started_ns)),
            false => Arc::clone(&self.reach.clock),
        };
        let model = match open(&reference, Arc::clone(&clock), &self.reach.access) {
            Ok(model) => model,
            Err(error) => return nothing(error.to_string()),
        };
        let (model, refusal) = meter.over(model, &reference);
        let key = Digest::of_fields("opinion", &[trial.0.as_bytes(), question.as_bytes()]);
        let began = clock.now_ns();
        let call = ModelCall { request, seed: Seed(key.to_u64()), deadline: Some(PATIENCE), deltas: None };
        let result = model.chat(call).await;
        if refusal.happened() {
            return None;
        }
        let cost = result.as_ref().map_or(Cost::ZERO, |response| response.cost);
        let said = match &result {
            Ok(response) => Said::Answer(response.message.plain_text()),
            Err(error) => Said::Nothing(format!("`{reference}`: {error}")),
        };
        let trace = trace(TraceId::of(&key), (began, clock.now_ns()), question, request, result);
        Some(Call { said, cost, trace: Some(trace) })
    }

    async fn ask_program(&self, program: &Program, line: &Value) -> Result<String, String> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut line = line.clone();
        line["id"] = json!(id);
        let programs = {
            let mut kept = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.entry(program.clone()).or_insert_with(|| Arc::new(self.start(program))))
        };
        programs.ask(&line.to_string(), |answer| belongs(answer, id)).await.map_err(|error| match error {
            RemoteError::Unreachable { message } | RemoteError::Failed { message } => message,
        })
    }

    fn start(&self, program: &Program) -> Programs {
        let Program { command, seconds } = program.clone();
        let Reach { clock, folder, .. } = &self.reach;
        Programs::new(command, folder.clone(), Arc::clone(clock), Duration::from_secs(seconds))
    }
}

fn model_ref(reference: &str) -> Result<ModelRef, StageError> {
    reference.parse().map_err(|error: loopwright_model::ParseModelRefError| StageError::Model {
        reference: reference.to_owned(),
        message: error.to_string(),
    })
}

/// The answer as it stands, when it is the one to the request `id`. A program that answers something else, or anything
/// but a JSON object, has lost the thread.
fn belongs(answer: &str, id: u64) -> Result<String, RemoteError> {
    let failed = |message: String| Err(RemoteError::Failed { message });
    match serde_json::from_str::<Value>(answer) {
        Ok(Value::Object(found)) => match found.get("id") {
            Some(other) if *other != json!(id) => failed(format!("it answered request {other} when asked {id}")),
            _ => Ok(answer.to_owned()),
        },
        _ => {
            failed(format!("it wrote a line that is no JSON object: {}", answer.chars().take(200).collect::<String>()))
        }
    }
}

/// The record of a call: a run of one step.
fn trace(
    id: TraceId,
    (start_ns, end_ns): (u64, u64),
    question: Digest,
    request: &ChatRequest,
    result: Result<ChatResponse, ModelError>,
) -> Trace {
    let agent = SpanDetail::Agent { agent: "judge".to_owned(), variant: question };
    let outcome = match &result {
        Ok(response) => Outcome::Answered { text: response.message.plain_text() },
        Err(error) => Outcome::Infrastructure { message: error.to_string() },
    };
    let error = result.as_ref().err().map(ToString::to_string);
    let request = Box::new(request.clone());
    let chat = SpanDetail::Chat { request, response: result.ok().map(Box::new), segments: vec![], attempts: 1 };
    let span = |id, parent, detail, error| Span { id, parent, start_ns, end_ns, detail, error };
    Trace { id, outcome, spans: vec![span(0, None, agent, None), span(1, Some(0), chat, error)] }
}
