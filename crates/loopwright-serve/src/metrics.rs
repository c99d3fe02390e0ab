//! Metrics: what was answered, how fast and for how much, in Prometheus' text format.
//!
//! Source of the format: Prometheus, "Exposition formats", text format 0.0.4.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use loopwright_core::Usage;

use crate::Front;
use crate::telling::End;

/// What an answer that is whole counts as; any other counts as the code of its refusal.
const OK: &str = "ok";

/// Upper bounds of the classes of waiting, in seconds.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0];

/// Paths that are counted under their own name. Callers choose paths, so all others are one.
const PATHS: [&str; 7] = [
    "/v1/chat/completions",
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/v1/responses",
    "/v1/embeddings",
    "/v1/feedback",
    "/v1/models",
];

/// What was counted so far.
#[derive(Default)]
pub(crate) struct Metrics {
    sums: Mutex<Sums>,
}

#[derive(Default)]
struct Sums {
    /// Responses by path and status.
    responses: BTreeMap<(&'static str, u16), u64>,
    /// Answers of agents and models by what came of them.
    answers: BTreeMap<&'static str, u64>,
    whole: Histogram,
    first: Histogram,
    usage: Usage,
    micro_dollars: u64,
    unpriced: u64,
    retries: u64,
}

#[derive(Default)]
struct Histogram {
    /// By class; what is slower than all of them is in none.
    classes: [u64; SECONDS.len()],
    number: u64,
    sum: f64,
}

impl Metrics {
    /// A response was sent, or began to be.
    pub(crate) fn response(&self, path: &str, status: u16) {
        let path = PATHS.into_iter().find(|known| *known == path).unwrap_or("other");
        *self.sums().responses.entry((path, status)).or_default() += 1;
    }

    /// The first piece of a streamed answer was there.
    pub(crate) fn first_piece(&self, waited_ns: u64) {
        self.sums().first.add(waited_ns);
    }

    /// An answer ended, `took_ns` after its work began.
    pub(crate) fn ended(&self, end: &End, took_ns: u64) {
        let outcome = end.result.as_ref().map_or_else(|refusal| refusal.code, |_| OK);
        let mut sums = self.sums();
        *sums.answers.entry(outcome).or_default() += 1;
        sums.whole.add(took_ns);
        sums.usage += end.cost.usage;
        sums.retries += u64::from(end.attempts.saturating_sub(1));
        match end.cost.money {
            Some(money) => sums.micro_dollars = sums.micro_dollars.saturating_add(money.0),
            None => sums.unpriced += 1,
        }
    }

    /// Answers that are whole.
    pub(crate) fn answered(&self) -> u64 {
        self.sums().answers.get(OK).copied().unwrap_or_default()
    }

    /// Answers that are not, by the code of the refusal.
    pub(crate) fn failed(&self) -> BTreeMap<&'static str, u64> {
        let mut failed = self.sums().answers.clone();
        failed.remove(OK);
        failed
    }

    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Histogram {
    fn add(&mut self, ns: u64) {
        let seconds = ns as f64 / 1e9;
        self.number += 1;
        self.sum += seconds;
        if let Some(class) = SECONDS.iter().position(|most| seconds <= *most) {
            self.classes[class] += 1;
        }
    }
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(front): State<Front>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page(&front))
}

fn page(front: &Front) -> String {
    let inner = &*front.inner;
    let mut page = Page::default();
    let sums = inner.metrics.sums();
    page.family("http_responses_total", "counter", "Responses, by path and status.");
    for ((path, status), number) in &sums.responses {
        page.sample("http_responses_total", &format!("{{path=\"{path}\",status=\"{status}\"}}"), number);
    }
    page.family("answers_total", "counter", "Answers of agents and models, by what came of them.");
    for (outcome, number) in &sums.answers {
        page.sample("answers_total", &format!("{{outcome=\"{outcome}\"}}"), number);
    }
    page.histogram("answer_seconds", "Time from the start of the work to the end of the answer.", &sums.whole);
    page.histogram(
        "first_piece_seconds",
        "Time from the request to the first piece of a streamed answer.",
        &sums.first,
    );
    page.family("tokens_total", "counter", "Tokens; cached ones are part of the input, reasoning of the output.");
    let usage = sums.usage;
    let kinds = [
        ("input", usage.input()),
        ("cached", usage.cached()),
        ("output", usage.output()),
        ("reasoning", usage.reasoning()),
    ];
    for (kind, number) in kinds {
        page.sample("tokens_total", &format!("{{kind=\"{kind}\"}}"), number);
    }
    page.single(
        "cost_dollars_total",
        "counter",
        "Money spent on models with a price.",
        sums.micro_dollars as f64 / 1e6,
    );
    page.single("unpriced_answers_total", "counter", "Answers whose price is unknown.", sums.unpriced);
    page.single("retries_total", "counter", "Attempts at a model beyond the first.", sums.retries);
    drop(sums);
    let (flights, traces) = (&inner.flights, &inner.traces);
    page.single("ready", "gauge", "Whether requests are taken.", u8::from(flights.are_open()));
    page.single("requests_under_way", "gauge", "Requests that are worked on.", flights.under_way());
    page.single("requests_limit", "gauge", "Requests that may be worked on at once.", inner.bounds.requests);
    page.single("traces_waiting", "gauge", "Traces on their way to the ledger.", traces.waiting());
    page.single("traces_recorded_total", "counter", "Traces in the ledger.", traces.recorded());
    page.single("traces_dropped_total", "counter", "Traces that were lost.", traces.dropped());
    page.text
}

/// A page in the making. All names begin alike.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str, meaning: &str) {
        let _ = writeln!(self.text, "# HELP loopwright_{name} {meaning}\n# TYPE loopwright_{name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.text, "loopwright_{name}{labels} {value}");
    }

    fn single(&mut self, name: &str, kind: &str, meaning: &str, value: impl std::fmt::Display) {
        self.family(name, kind, meaning);
        self.sample(name, "", value);
    }

    /// Each class holds those before it, as the format wants.
    fn histogram(&mut self, name: &str, meaning: &str, histogram: &Histogram) {
        self.family(name, "histogram", meaning);
        let mut so_far = 0;
        for (most, number) in SECONDS.iter().zip(histogram.classes) {
            so_far += number;
            self.sample(&format!("{name}_bucket"), &format!("{{le=\"{most}\"}}"), so_far);
        }
        self.sample(&format!("{name}_bucket"), "{le=\"+Inf\"}", histogram.number);
        self.sample(&format!("{name}_sum"), "", histogram.sum);
        self.sample(&format!("{name}_count"), "", histogram.number);
    }
}
