//! The runner: planned trials become events. It claims them in plan order, acts them side by side, and judges them; others
//! record, count and show. It cannot print.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    ActedTrial, Clock, Cost, Fact, Lease, Ledger, LedgerError, MicroDollars, Queue, RunEvent, RunStatus, Score,
    WorkerId,
};
use tokio::task::{JoinError, JoinSet};

use crate::actor::{Acted, act};
use crate::recorder::Recorder;
use crate::{Judged, Plan, PlannedTrial, Stage, Tally};

/// How long a claim holds. Short, so that a run that was killed can be finished soon after.
const LEASE: Duration = Duration::from_secs(10);

/// How often claims are prolonged.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// How long to wait when all that is left is claimed by others.
const WAIT: Duration = Duration::from_millis(200);

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
/// stood; each trial is recorded once.
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
    let tally = Tally::read(ports.ledger.as_ref(), run).await?;
    let done = ports.queue.progress(run).await?.done;
    watch.event(&RunEvent::Started { manifest: Box::new(plan.manifest.clone()), done });
    let recorder = Recorder::new(ports.queue.as_ref());
    let spent = tally.cost();
    let (acting, leases) = (JoinSet::new(), vec![]);
    let mut session = Session { plan, stage, ports, pace, recorder, tally, spent, dearest: (0, 0), acting, leases };
    let stopped = session.work(watch).await?;
    let status = session.status(stopped).await?;
    let ended = Fact::RunEnded { run: run.clone(), status };
    ports.ledger.append(vec![ended]).await?;
    watch.event(&RunEvent::Ended { status });
    Ok(Execution { status, tally: session.tally })
}

/// One process's part in a run.
struct Session<'a> {
    plan: &'a Arc<Plan>,
    stage: &'a Arc<Stage>,
    ports: &'a Ports,
    pace: Pace,
    recorder: Recorder<'a>,
    tally: Tally,
    /// What earlier sessions of the run have spent.
    spent: Cost,
    /// Tokens and micro-dollars of the dearest trials of this session: what a further one may take.
    dearest: (u64, u64),
    acting: JoinSet<RunEvent>,
    leases: Vec<Lease>,
}

impl Session<'_> {
    /// Works until nothing is left; whether a budget stopped it before.
    async fn work(&mut self, watch: &mut dyn Watch) -> Result<bool, RunError> {
        let mut beat = self.ports.clock.now_ns();
        loop {
            self.claim().await?;
            if self.acting.is_empty() {
                self.recorder.write().await?;
                let left = self.ports.queue.progress(&self.plan.manifest.id).await?;
                let is_done = left.ready + left.leased == 0;
                if is_done || self.room() == 0 {
                    return Ok(!is_done);
                }
                // Another worker, or one that was killed, holds what is left.
                self.ports.clock.sleep(WAIT).await;
                continue;
            }
            tokio::select! {
                Some(event) = self.acting.join_next() => self.finish(event?, watch).await?,
                () = self.ports.clock.sleep(HEARTBEAT) => {}
            }
            let now = self.ports.clock.now_ns();
            if u128::from(now.saturating_sub(beat)) >= HEARTBEAT.as_nanos() {
                beat = now;
                self.ports.queue.heartbeat(&self.leases, LEASE).await?;
            }
        }
    }

    /// Claims as many trials as may be acted at once.
    async fn claim(&mut self) -> Result<(), RunError> {
        let free = self.pace.concurrency.get().saturating_sub(self.acting.len());
        // Claims and results are written in batches: one transaction a trial would cost more than the trial.
        let is_worth_it = free > 0 && free >= self.pace.concurrency.get().div_ceil(2);
        let most = free.min(self.room());
        if !is_worth_it || most == 0 {
            return Ok(());
        }
        let (run, worker) = (&self.plan.manifest.id, &self.ports.worker);
        for lease in self.ports.queue.claim(run, worker, most, LEASE).await? {
            if self.plan.trial(lease.index).is_none() {
                return Err(RunError::Index(lease.index));
            }
            self.leases.push(lease.clone());
            self.acting.spawn(trial(Arc::clone(self.plan), Arc::clone(self.stage), lease));
        }
        Ok(())
    }

    async fn finish(&mut self, event: RunEvent, watch: &mut dyn Watch) -> Result<(), RunError> {
        match &event {
            RunEvent::Finished { lease, trial, scores } => {
                self.leases.retain(|held| held.index != lease.index);
                self.tally.add(&trial.site, scores, trial.cost);
                self.learn(trial.cost);
            }
            RunEvent::Died { lease, site, cost, .. } => {
                self.leases.retain(|held| held.index != lease.index);
                self.tally.add_dead(site, &self.plan.manifest.metrics, *cost);
                self.learn(*cost);
            }
            _ => {}
        }
        watch.event(&event);
        Ok(self.recorder.take(event).await?)
    }

    /// Takes note of what a trial took, dead or not.
    fn learn(&mut self, cost: Cost) {
        let (tokens, money) = self.dearest;
        self.dearest = (tokens.max(cost.usage.total()), money.max(cost.money.map_or(0, |money| money.0)));
    }

    /// How many further trials the budget has room for, beside those under way. As long as nothing tells what a trial
    /// costs, one at a time.
    fn room(&self) -> usize {
        let (all, before) = (self.tally.cost(), self.spent);
        let (tokens, money) = self.dearest;
        let tokens = self.pace.tokens.map(|most| self.room_of(all.usage.total(), before.usage.total(), tokens, most));
        let money = self.pace.money.map(|most| match (all.money, before.money) {
            (Some(all), Some(before)) => self.room_of(all.0, before.0, money, most.0),
            // A price that is unknown keeps within no budget.
            _ => 0,
        });
        tokens.unwrap_or(usize::MAX).min(money.unwrap_or(usize::MAX))
    }

    fn room_of(&self, all: u64, before: u64, dearest: u64, most: u64) -> usize {
        let trials = self.tally.trials();
        if trials == 0 {
            return usize::from(most > 0).saturating_sub(self.acting.len());
        }
        let each = (all / trials).max(dearest).max(1);
        let used = all.saturating_sub(before).saturating_add(each.saturating_mul(self.acting.len() as u64));
        usize::try_from(most.saturating_sub(used) / each).unwrap_or(usize::MAX)
    }

    async fn status(&self, stopped: bool) -> Result<RunStatus, RunError> {
        let progress = self.ports.queue.progress(&self.plan.manifest.id).await?;
        Ok(match (stopped, progress.dead) {
            (true, _) => RunStatus::Cancelled,
            (false, 0) => RunStatus::Complete,
            (false, _) => RunStatus::Degraded,
        })
    }
}

/// Acts and judges the trial of `lease`.
async fn trial(plan: Arc<Plan>, stage: Arc<Stage>, lease: Lease) -> RunEvent {
    let Some(planned) = plan.trial(lease.index) else {
        return RunEvent::Ended { status: RunStatus::Unfinished };
    };
    match act(&stage, plan.approval(), &planned).await {
        Acted::Trial(trial) => {
            let scores = judge(&plan, &stage, &planned, &trial);
            RunEvent::Finished { lease, trial, scores }
        }
        Acted::Dead(message, cost) => RunEvent::Died { lease, site: Box::new(planned.site), message, cost },
    }
}

fn judge(plan: &Plan, stage: &Stage, planned: &PlannedTrial<'_>, trial: &ActedTrial) -> Vec<Score> {
    let gold = stage.gold(&trial.site.arm, &planned.case.key);
    let judged = Judged { case: planned.case, trial, gold };
    plan.metrics().iter().map(|metric| metric.score_by(&judged, planned.expectation)).collect()
}
