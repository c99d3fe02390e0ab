//! Cassettes: calls of models, recorded as JSON lines and answered from them again.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loopwright_core::{
    BoxFuture, CallEvent, ChatRequest, ChatResponse, Delta, DeltaSink, Digest, Model, ModelCall, ModelError,
    ModelErrorKind, ModelInfo, Seed, canonical_json,
};
use serde::{Deserialize, Serialize};

/// One call and its answer: a line of a cassette.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// What the call is found by: the digest of model, request and seed.
    pub key: Digest,
    /// The reference of the model that was asked.
    pub model: String,
    /// What was asked.
    pub request: ChatRequest,
    /// The seed of the call.
    pub seed: Seed,
    /// The answer.
    pub response: ChatResponse,
    /// The answer's pieces, where it came in pieces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deltas: Vec<Delta>,
}

/// What becomes of a call that a cassette does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It fails. No model is reached, and no key is needed.
    Fails,
    /// The model is asked, and its answer recorded.
    IsRecorded,
}

/// A line that is no recording.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the cassette is no recorded call")]
pub struct CassetteError {
    /// The line, from 1.
    pub line: usize,
    /// Why not.
    #[source]
    pub source: serde_json::Error,
}

/// Recorded calls. The same call recorded several times is answered in the order of the recordings. Failures are not
/// recorded, and neither are embeddings.
pub struct Cassette {
    missing: Missing,
    inner: Mutex<Inner>,
}

struct Inner {
    recordings: BTreeMap<Digest, Track>,
    writer: Option<Box<dyn Write + Send>>,
}

/// The recordings of one call.
#[derive(Default)]
struct Track {
    recordings: Vec<Recording>,
    played: usize,
}

impl std::fmt::Debug for Cassette {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cassette")
            .field("missing", &self.missing)
            .field("calls", &self.lock().recordings.len())
            .finish()
    }
}

impl Cassette {
    /// The cassette that `lines` hold, one recording a line; empty lines are passed over.
    ///
    /// # Errors
    /// When a line is no recording.
    pub fn parse(lines: &str, missing: Missing) -> Result<Self, CassetteError> {
        let mut recordings: BTreeMap<Digest, Track> = BTreeMap::new();
        let written = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        for (at, line) in written {
            let recording: Recording =
                serde_json::from_str(line).map_err(|source| CassetteError { line: at + 1, source })?;
            recordings.entry(recording.key).or_default().recordings.push(recording);
        }
        Ok(Self { missing, inner: Mutex::new(Inner { recordings, writer: None }) })
    }

    /// The same, whose new recordings are written to `writer` as they come.
    pub fn writing_to(self, writer: Box<dyn Write + Send>) -> Self {
        self.lock().writer = Some(writer);
        self
    }

    /// What becomes of calls that it does not hold.
    pub fn missing(&self) -> Missing {
        self.missing
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next recording of a call. When all were played it is the last one again, unless calls are recorded: then the
    /// call is a new one.
    fn play(&self, key: Digest) -> Option<Recording> {
        let mut inner = self.lock();
        let track = inner.recordings.get_mut(&key)?;
        let next = track.recordings.get(track.played).cloned();
        track.played += 1;
        next.or_else(|| track.recordings.last().filter(|_| self.missing == Missing::Fails).cloned())
    }

    fn record(&self, recording: Recording) -> std::io::Result<()> {
        let mut inner = self.lock();
        if let Some(writer) = &mut inner.writer {
            let line = serde_json::to_string(&recording)?;
            writeln!(writer, "{line}")?;
            writer.flush()?;
        }
        // It was just heard, so that the next such call is a new one.
        let track = inner.recordings.entry(recording.key).or_default();
        track.recordings.push(recording);
        track.played = track.recordings.len();
        Ok(())
    }
}

/// A model that answers from a cassette, or is recorded on it.
pub(crate) struct Recorded {
    pub(crate) info: ModelInfo,
    /// Absent where nothing is recorded.
    pub(crate) live: Option<Arc<dyn Model>>,
    pub(crate) cassette: Arc<Cassette>,
}

/// The digest of what an answer depends on.
fn key(model: &str, request: &ChatRequest, seed: Seed) -> Result<Digest, ModelError> {
    let request = serde_json::to_value(request).map_err(|error| failure(error.to_string()))?;
    let seed = seed.0.to_le_bytes();
    Ok(Digest::of_fields("call", &[model.as_bytes(), canonical_json(&request).as_bytes(), &seed]))
}

/// A call that found no answer on the way to the model: it says nothing about who asked.
fn failure(message: impl Into<String>) -> ModelError {
    ModelError { kind: ModelErrorKind::Network, message: message.into(), status: None }
}

impl Recorded {
    async fn answer(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let ModelCall { request, seed, deadline, deltas } = call;
        let key = key(&self.info.reference, request, seed)?;
        let mut tee = Tee { inner: deltas, heard: vec![] };
        if let Some(recording) = self.cassette.play(key) {
            return Ok(replayed(recording, &mut tee));
        }
        let Some(live) = &self.live else {
            let message = format!("call `{}`: the cassette holds no such call; record it first", self.info.reference);
            return Err(failure(message));
        };
        let response = live.chat(ModelCall { request, seed, deadline, deltas: Some(&mut tee) }).await?;
        let (model, request) = (self.info.reference.clone(), request.clone());
        let recording = Recording { key, model, request, seed, response: response.clone(), deltas: tee.heard };
        self.cassette.record(recording).map_err(|error| failure(format!("the cassette cannot be written: {error}")))?;
        Ok(response)
    }
}

fn replayed(recording: Recording, tee: &mut Tee<'_>) -> ChatResponse {
    if tee.wants_pieces() {
        recording.deltas.into_iter().for_each(|delta| tee.delta(delta));
    }
    recording.response
}

/// Passes on what is said and keeps it.
struct Tee<'a> {
    inner: Option<&'a mut (dyn DeltaSink + 'a)>,
    heard: Vec<Delta>,
}

impl DeltaSink for Tee<'_> {
    fn delta(&mut self, delta: Delta) {
        self.heard.push(delta.clone());
        self.inner.delta(delta);
    }

    fn restart(&mut self) {
        self.heard.clear();
        self.inner.restart();
    }

    fn wants_pieces(&self) -> bool {
        self.inner.wants_pieces()
    }

    fn can_restart(&self) -> bool {
        self.inner.can_restart()
    }

    fn happened(&mut self, event: CallEvent) {
        self.inner.happened(event);
    }
}

impl Model for Recorded {
    fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(self.answer(call))
    }
}
