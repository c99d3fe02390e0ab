//! How a trial ended, as the fields of a sample that say so.

use loopwright_core::{Limit, Outcome};
use serde_json::{Value, json};

/// The fields that say that something other than an answer ended the sample. How large a limit was is not recorded in a
/// trace and stands as 0.
pub(super) fn fields(outcome: &Outcome) -> Option<(&'static str, Value)> {
    match outcome {
        Outcome::Answered { .. } => None,
        Outcome::Stopped { limit, .. } => Some(("limit", json!({"type": kind(*limit), "limit": 0.0}))),
        Outcome::Failed { message } | Outcome::Infrastructure { message } | Outcome::Untouched { reason: message } => {
            Some(("error", json!({"message": message, "traceback": "", "traceback_ansi": ""})))
        }
    }
}

fn kind(limit: Limit) -> &'static str {
    match limit {
        Limit::Steps => "turn",
        Limit::Tokens => "token",
        Limit::Money => "cost",
        Limit::Time => "time",
        Limit::Repetition => "custom",
    }
}
