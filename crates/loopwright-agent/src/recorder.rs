//! Writes the trace of a run while it runs.

use loopwright_core::{Clock, Outcome, Span, SpanDetail, Trace, TraceId};

use crate::AgentSpec;

/// The spans so far; the first is the run itself.
pub(crate) struct Recorder {
    spans: Vec<Span>,
}

impl Recorder {
    pub(crate) fn begin(clock: &dyn Clock, spec: &AgentSpec) -> Self {
        let now = clock.now_ns();
        let detail = SpanDetail::Agent { agent: spec.name.clone(), variant: spec.variant };
        Self { spans: vec![Span { id: 0, parent: None, start_ns: now, end_ns: now, detail, error: None }] }
    }

    /// Adds a step of the run that began at `start_ns` and ends now.
    pub(crate) fn add(&mut self, clock: &dyn Clock, start_ns: u64, detail: SpanDetail, error: Option<String>) {
        let id = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        let end_ns = clock.now_ns().max(start_ns);
        self.spans.push(Span { id, parent: Some(0), start_ns, end_ns, detail, error });
    }

    pub(crate) fn end(mut self, clock: &dyn Clock, id: TraceId, outcome: Outcome) -> Trace {
        if let Some(root) = self.spans.first_mut() {
            root.end_ns = clock.now_ns().max(root.start_ns);
            root.error = match &outcome {
                Outcome::Failed { message } | Outcome::Infrastructure { message } => Some(message.clone()),
                Outcome::Stopped { limit, .. } => Some(format!("stopped by the limit on {limit}")),
                Outcome::Answered { .. } | Outcome::Untouched { .. } => None,
            };
        }
        Trace { id, outcome, spans: self.spans }
    }
}
