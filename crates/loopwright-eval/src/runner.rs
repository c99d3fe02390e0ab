//! The runner: planned trials become events. It claims them in plan order, acts them side by side, and judges them; others
//! record, count and show. It cannot print.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{Clock, Fact, Ledger, LedgerError, MicroDollars, Queue, RunEvent, RunStatus, WorkerId};
use tokio::task::JoinError;

use crate::session::Session;
use crate::{Plan, Stage, Tally};

/// The ports that a run uses.
#[derive(Clone)]
pub struct Ports {
    /// Where facts go.
    pub ledger: Arc<dyn Ledger>,
    /// Where trials wait.
    pub queue: Arc<dyn Queue>,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// Who works.
    pub worker: WorkerId,
}

/// How a run is executed. Nothing of this changes its results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Trials at the same time.
    pub concurrency: NonZeroUsize,
    /// Money that may be spent in this session. A run that its budget stopped is gone on with by another session.
    pub money: Option<MicroDollars>,
    /// Tokens that may be read and written in this session.
    pub tokens: Option<u64>,
    /// How long this session may take. No trial begins, and no model is called, after it.
    pub time: Option<Duration>,
    /// Whether trials that could not be scored are judged once more.
    pub rejudge: bool,
}

/// Listens to a run.
pub trait Watch: Send {
    /// Something happened.
    fn event(&mut self, event: &RunEvent);
}

impl Watch for () {
    fn event(&mut self, _: &RunEvent) {}
}

/// How a run went.
#[derive(Debug, Clone)]
pub struct Execution {
    /// How it stands.
    pub status: RunStatus,
    /// Its scores.
    pub tally: Tally,
}

/// A run cannot go on. What was recorded stays.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The record failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A trial's task broke.
    #[error("a trial broke off: {0}")]
    Task(#[from] JoinError),
    /// The queue holds more than the plan: another version planned the run.
    #[error("the plan has no trial {0}")]
    Index(u64),
}

/// Executes what is left of `plan`, and returns the scores of all of it. A run that was broken off goes on where it
/// stood; each trial is recorded once, and none is acted again because it lacks a score.
///
/// # Errors
/// When the ledger fails.
pub async fn execute(
    plan: &Arc<Plan>,
    stage: &Arc<Stage>,
    ports: &Ports,
    pace: Pace,
    watch: &mut dyn Watch,
) -> Result<Execution, RunError> {
    let run = &plan.manifest.id;
    ports.ledger.append(vec![Fact::RunStarted(Box::new(plan.manifest.clone()))]).await?;
    ports.queue.materialise(run, plan.trials()).await?;
    let mut session = Session::open(plan, stage, ports, pace).await?;
    let done = ports.queue.progress(run).await?.done;
    watch.event(&RunEvent::Started { manifest: Box::new(plan.manifest.clone()), done });
    let status = session.work(watch).await?;
    let ended = Fact::RunEnded { run: run.clone(), status };
    ports.ledger.append(vec![ended]).await?;
    watch.event(&RunEvent::Ended { status });
    Ok(Execution { status, tally: session.tally })
}
