//! A recorded dialogue as a trace.

use loopwright_core::{Arm, Limit, Outcome, Role, SpanDetail, ToolStatus, Trace, TraceId, TrialSite};

use super::TauBenchImport;
use super::record::{Record, Said};
use crate::dialogue::{Dialogue, spans};

/// What the simulated user says when it is done.
const STOP: &str = "###STOP###";

/// The tool that hands over to a person, which ends a dialogue.
const TRANSFER: &str = "transfer_to_human_agents";

pub(super) fn trace_of(record: &Record, site: &TrialSite, (arm, import): (&Arm, &TauBenchImport)) -> Trace {
    let mut dialogue = Dialogue::new(&import.model);
    for said in &record.traj {
        match said.role {
            Role::Assistant => dialogue.say(said.message(), None, import.at_ns),
            Role::Tool => {
                dialogue.tool(said.message(), said.name.as_deref().unwrap_or_default(), status, import.at_ns);
            }
            Role::System | Role::User => dialogue.hear(said.message()),
        }
    }
    let agent = SpanDetail::Agent { agent: arm.variant.agent.to_string(), variant: arm.variant.digest() };
    let spans = spans(agent, (import.at_ns, import.at_ns), dialogue.steps());
    Trace { id: TraceId::of(&site.key.0), outcome: outcome(record), spans }
}

fn status(result: &str) -> ToolStatus {
    match result {
        text if text.starts_with("Unknown action") => ToolStatus::UnknownTool,
        text if text.starts_with("Error") => ToolStatus::Refused,
        _ => ToolStatus::Done,
    }
}

fn outcome(record: &Record) -> Outcome {
    let answers = record.traj.iter().rev().filter(|said| said.role == Role::Assistant);
    let text = answers.map(Said::text).find(|text| !text.is_empty()).unwrap_or_default().to_owned();
    let ended = record.traj.last().is_some_and(|last| match last.role {
        Role::User => last.text().contains(STOP),
        Role::Tool => last.name.as_deref() == Some(TRANSFER),
        Role::Assistant | Role::System => false,
    });
    if ended { Outcome::Answered { text } } else { Outcome::Stopped { limit: Limit::Steps, text } }
}
