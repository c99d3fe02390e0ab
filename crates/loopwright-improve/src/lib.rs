//! Why the agent is bad, what to change, and whether a change is better.
//!
//! The way through: [`Evidence`] of a run on the dev split; [`diagnose`] turns it into findings, by signals in the traces
//! and by replays that put one stage right; techniques [`propose`](technique::propose) candidates that answer the
//! findings.

// Why it is bad.
mod diagnose;
mod evidence;
mod oracle;
mod sentence;
pub mod signal;
// What to change.
mod candidate;
pub mod technique;
// Is it better.
mod duel;
mod gate;
mod improvement;
mod race;

pub use candidate::{Aim, Candidate};
pub use diagnose::{DiagnoseError, Diagnosis, DiagnosisRequest, diagnose, worth};
pub use duel::DuelError;
pub use evidence::{Evidence, EvidenceError, EvidenceRequest, TrialEvidence};
pub use gate::{
    CiError, CiRequest, GateError, GateRule, Measured, PromotionError, PromotionRequest, ci_gate, decide, promote,
    query_alpha,
};
pub use improvement::{Follow, ImproveError, Improvement, ImprovementRequest, Step, Tried, improve};
pub use oracle::{Replaying, Replays, replay};
pub use race::{Entry, Race, RaceError, RaceRequest, race};
pub use signal::Signal;
pub use signal::calls::Confusion;
pub use technique::Technique;
