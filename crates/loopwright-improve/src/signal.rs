//! Signals: what a trace shows of why a trial failed. One file a signal, with its page in `doc/signal/`.
//!
//! Invariant: a signal is a function of the trial, its case and the other trials of the arm. It asks no model, so it is
//! free, and the same trace gives the same signals. What a signal suspects is confirmed, or not, by replay.

pub(crate) mod answer;
pub(crate) mod calls;
pub(crate) mod code;

mod distractor_captured;
mod flaky_success;
mod missed_call;
mod no_clarification;
mod no_oracle_helps;
mod over_abstention;
mod ranked_too_low;
mod retrieval_miss;
mod spurious_call;
mod token_waste;
mod unexplained;
mod unsupported_answer;
mod wrong_argument;
mod wrong_tool;

use loopwright_core::FindingCode;

use crate::{Evidence, TrialEvidence};

/// One kind of thing that can be found.
#[derive(Debug, Clone, Copy)]
pub struct Signal {
    /// Its stable code.
    pub code: FindingCode,
    /// A short name in lower case.
    pub name: &'static str,
    /// One line a person understands.
    pub title: &'static str,
    /// The page about it, in Markdown.
    pub doc: &'static str,
    /// The part of the variant it points at, where one can be named.
    pub part: Option<&'static str>,
    /// The stage whose replacement by what would have been right confirms it: one of `loopwright_eval::STAGES`.
    pub stage: Option<&'static str>,
    seen: Seen,
}

/// What a signal's function answers: what it saw, in words that are the same for trials that show the same.
type Detect = fn(&TrialEvidence, &Evidence) -> Option<String>;

/// Where a signal is seen.
#[derive(Debug, Clone, Copy)]
enum Seen {
    /// In the trace of a trial that failed: where the fault lies.
    Failures(Detect),
    /// In the trace of a trial that failed: that the fault does not always show, not where it lies.
    Unsteady(Detect),
    /// In the trace of any trial. Told of all trials together by the second function.
    All(Detect, fn(&Evidence) -> Option<String>),
    /// In the trace of a trial that failed, when no other signal says why.
    Remainder(Detect),
    /// In replays alone.
    Replays,
}

/// All signals, those further up the agent's pipeline first: what is to be found, what is to be called, with what, what
/// is to be said. The first that a failed trial shows is its main one, for a fault upstream brings others about below.
const ALL: [&Signal; 14] = [
    &retrieval_miss::SIGNAL,
    &ranked_too_low::SIGNAL,
    &no_clarification::SIGNAL,
    &missed_call::SIGNAL,
    &wrong_tool::SIGNAL,
    &spurious_call::SIGNAL,
    &wrong_argument::SIGNAL,
    &distractor_captured::SIGNAL,
    &unsupported_answer::SIGNAL,
    &over_abstention::SIGNAL,
    &flaky_success::SIGNAL,
    &token_waste::SIGNAL,
    &no_oracle_helps::SIGNAL,
    &unexplained::SIGNAL,
];

/// The signal furthest up the pipeline that says where the fault of a failed trial lies.
pub(crate) fn cause_of(trial: &TrialEvidence, evidence: &Evidence) -> Option<&'static Signal> {
    let mut causes = ALL.into_iter().filter(|signal| matches!(signal.seen, Seen::Failures(_)));
    causes.find(|signal| signal.shown_in(trial, evidence).is_some())
}

/// The finding that no oracle helps, which replays alone can make.
pub(crate) const NO_ORACLE_HELPS: &Signal = &no_oracle_helps::SIGNAL;

/// All signals, in the order of the pipeline.
pub fn all() -> &'static [&'static Signal] {
    &ALL
}

/// The signal with this code.
pub fn by_code(code: FindingCode) -> Option<&'static Signal> {
    ALL.into_iter().find(|signal| signal.code == code)
}

/// The reference page of all signals, in Markdown, by code.
pub fn reference() -> String {
    let mut sorted = ALL;
    sorted.sort_by_key(|signal| signal.code);
    let mut page = String::from("# Findings\n\nEach kind of finding, by its stable code.\n");
    for signal in sorted {
        page.push_str(&format!("\n## {}: {}\n\n", signal.code, signal.name));
        page.push_str(&signal.doc.replace("\n## ", "\n### ").replacen("## ", "### ", 1));
    }
    page
}

impl Signal {
    /// What `trial` shows of it, in words; `None` when it shows nothing.
    pub fn shown_in(&self, trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
        match self.seen {
            Seen::Failures(detect) | Seen::Unsteady(detect) if trial.failed() => detect(trial, evidence),
            Seen::All(detect, _) | Seen::Remainder(detect) => detect(trial, evidence),
            Seen::Failures(_) | Seen::Unsteady(_) | Seen::Replays => None,
        }
    }

    /// Which share of the trials that show it is taken to be within reach, where nothing was measured: none of what a
    /// trial costs, or of what cannot be mended here.
    pub(crate) fn presumed_reach(&self) -> f64 {
        match self.seen {
            Seen::Failures(_) => 0.5,
            // Most trials of a flaky case show a cause as well, which is what to mend.
            Seen::Unsteady(_) => 0.25,
            Seen::All(..) | Seen::Remainder(_) | Seen::Replays => 0.0,
        }
    }

    /// What can be said of all trials together.
    pub(crate) fn overall(&self, evidence: &Evidence) -> Option<String> {
        match self.seen {
            Seen::All(_, overall) => overall(evidence),
            Seen::Failures(_) | Seen::Unsteady(_) | Seen::Remainder(_) | Seen::Replays => None,
        }
    }
}
