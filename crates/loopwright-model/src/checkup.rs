//! A check-up of a model: what of the port works with it, and what degrades, found out by a dozen small calls.

mod examination;
mod probe;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{Clock, Cost, MicroDollars, Model, Seed};
use serde::Serialize;

use examination::Examination;
use probe::PROBES;

/// How far a check-up may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckupLimit {
    /// Money that may be spent: no call is made after it is.
    pub money: MicroDollars,
    /// Tokens that may be read and written, which bound a model without a price.
    pub tokens: u64,
    /// The longest that one call may take.
    pub call: Duration,
}

impl Default for CheckupLimit {
    fn default() -> Self {
        Self { money: MicroDollars(1_000_000), tokens: 50_000, call: Duration::from_secs(60) }
    }
}

/// Calls that a check-up makes at most, retries aside.
pub const CHECKUP_CALLS: u64 = 12;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It works.
    Works,
    /// It works less well than it could; the rest goes on without it.
    Degrades,
    /// It does not work.
    Fails,
    /// It was not tried.
    Untried,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Works => "works",
            Self::Degrades => "degrades",
            Self::Fails => "fails",
            Self::Untried => "untried",
        })
    }
}

/// What was found out about one thing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckupLine {
    /// What was tried, such as `parallel calls`.
    pub what: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was seen, in words.
    pub seen: String,
}

/// What a check-up found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checkup {
    /// The model, by its reference.
    pub model: String,
    /// Whether it only simulates a language model.
    pub simulated: bool,
    /// What was tried, in order.
    pub lines: Vec<CheckupLine>,
    /// Calls that were made.
    pub calls: u64,
    /// What they cost.
    pub cost: Cost,
}

impl Checkup {
    /// Whether the model answers at all.
    pub fn is_usable(&self) -> bool {
        self.lines.first().is_some_and(|line| line.standing == Standing::Works)
    }
}

/// Examines `model` on the time of `clock`: what it answers, how its answers grow, tools, parallel calls, structured
/// output, usage, caching, limits. When it does not answer at all, nothing else is tried.
pub async fn checkup(model: Arc<dyn Model>, clock: Arc<dyn Clock>, seed: Seed, limit: CheckupLimit) -> Checkup {
    let info = model.info();
    let mut examination = Examination::new(model, clock, seed, limit);
    let mut lines: Vec<CheckupLine> = Vec::new();
    for (what, probe) in PROBES {
        let is_dead = lines.first().is_some_and(|line| line.standing == Standing::Fails);
        let (standing, seen) = match (is_dead, examination.refusal()) {
            (true, _) => (Standing::Untried, "the model does not answer".to_owned()),
            (false, Some(refusal)) => (Standing::Untried, refusal),
            (false, None) => probe(&mut examination).await.unwrap_or_else(|error| (Standing::Fails, error.message)),
        };
        lines.push(CheckupLine { what, standing, seen });
    }
    let (calls, cost) = examination.spent();
    Checkup { model: info.reference, simulated: info.simulated, lines, calls, cost }
}
