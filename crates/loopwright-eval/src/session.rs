//! One process's part in a run: it claims trials in plan order, has them acted and judged side by side, and records them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{Cost, Digest, Lack, Lease, LedgerError, RunEvent, RunStatus, TrialQuery, TrialSite};
use tokio::task::JoinSet;

use crate::actor::{Acted, act};
use crate::budget::Budget;
use crate::judging::{hear, judge};
use crate::recorder::Recorder;
use crate::{Metric, Pace, Plan, Ports, RunError, Stage, Tally, Watch};

/// How long a claim holds. Short, so that a run that was killed can be finished soon after.
const LEASE: Duration = Duration::from_secs(10);

/// How often claims are prolonged, and what waits is written.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// How long to wait when all that is left is claimed by others.
const WAIT: Duration = Duration::from_millis(200);

/// How long a free place waits for others, so that claims are made in batches.
const GATHER: Duration = Duration::from_millis(10);

/// One process's part in a run.
pub(crate) struct Session<'a> {
    plan: &'a Arc<Plan>,
    stage: &'a Arc<Stage>,
    ports: &'a Ports,
    pace: Pace,
    recorder: Recorder<'a>,
    /// What is known of the run so far.
    pub(crate) tally: Tally,
    budget: Budget,
    /// Trials that were acted in an earlier session and lack scores.
    unjudged: VecDeque<TrialSite>,
    working: JoinSet<RunEvent>,
    leases: Vec<Lease>,
    claimed_ns: u64,
    beat_ns: u64,
}

impl<'a> Session<'a> {
    /// Takes the run of `plan` up where it stands.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) async fn open(
        plan: &'a Arc<Plan>,
        stage: &'a Arc<Stage>,
        ports: &'a Ports,
        pace: Pace,
    ) -> Result<Self, LedgerError> {
        let ledger = ports.ledger.as_ref();
        let unjudged = ledger.trials(unjudged(plan, pace.rejudge)).await?;
        let left: BTreeSet<_> = unjudged.iter().map(|site| site.key).collect();
        let tally = Tally::read_but(ledger, &plan.manifest.id, &left).await?;
        let budget = Budget::new(pace, tally.cost(), tally.trials());
        let recorder = Recorder::new(ports.queue.as_ref(), ledger);
        let (unjudged, working, leases) = (unjudged.into(), JoinSet::new(), vec![]);
        let (claimed_ns, beat_ns) = (0, ports.clock.now_ns());
        Ok(Self { plan, stage, ports, pace, recorder, tally, budget, unjudged, working, leases, claimed_ns, beat_ns })
    }

    /// Works until nothing is left, or a budget has no room; how the run stands then.
    ///
    /// # Errors
    /// When the ledger fails.
    pub(crate) async fn work(&mut self, watch: &mut dyn Watch) -> Result<RunStatus, RunError> {
        loop {
            self.take_up().await?;
            if self.working.is_empty() {
                self.recorder.write().await?;
                let left = self.ports.queue.progress(&self.plan.manifest.id).await?;
                let is_done = left.ready + left.leased == 0 && self.unjudged.is_empty();
                if is_done || self.room() == 0 {
                    return Ok(status(is_done, left.dead));
                }
                // Another worker, or one that was killed, holds what is left.
                self.ports.clock.sleep(WAIT).await;
                continue;
            }
            let wait = if self.free() > 0 { GATHER } else { HEARTBEAT };
            tokio::select! {
                Some(event) = self.working.join_next() => self.finish(event?, watch).await?,
                () = self.ports.clock.sleep(wait) => {}
            }
            self.beat().await?;
        }
    }

    /// Prolongs the claims, and writes what waits: results must not wait until their claims run out.
    async fn beat(&mut self) -> Result<(), LedgerError> {
        let now = self.ports.clock.now_ns();
        if !is_past(self.beat_ns, HEARTBEAT, now) {
            return Ok(());
        }
        self.beat_ns = now;
        self.recorder.write().await?;
        self.ports.queue.heartbeat(&self.leases, LEASE).await?;
        Ok(())
    }

    fn free(&self) -> usize {
        self.pace.concurrency.get().saturating_sub(self.working.len())
    }

    fn room(&self) -> usize {
        self.budget.room(self.working.len())
    }

    /// Takes up as many trials as may be worked on at once: first those that only lack scores, then new ones.
    async fn take_up(&mut self) -> Result<(), RunError> {
        while self.free() > 0
            && self.room() > 0
            && let Some(site) = self.unjudged.pop_front()
        {
            self.rejudge(&site).await?;
        }
        self.claim().await
    }

    async fn rejudge(&mut self, site: &TrialSite) -> Result<(), RunError> {
        let Some(trial) = self.ports.ledger.trial(&site.key).await? else { return Ok(()) };
        let known = self.ports.ledger.opinions(&site.key).await?;
        self.working.spawn(hear(Arc::clone(self.plan), Arc::clone(self.stage), Box::new(trial), known));
        Ok(())
    }

    async fn claim(&mut self) -> Result<(), RunError> {
        let (free, now) = (self.free(), self.ports.clock.now_ns());
        // Claims and results are written in batches: one transaction a trial would cost more than a quick trial.
        let is_worth_it = free >= self.pace.concurrency.get().div_ceil(2) || is_past(self.claimed_ns, GATHER, now);
        let most = free.min(self.room());
        if most == 0 || !is_worth_it {
            return Ok(());
        }
        self.claimed_ns = now;
        let (run, worker) = (&self.plan.manifest.id, &self.ports.worker);
        for lease in self.ports.queue.claim(run, worker, most, LEASE).await? {
            if self.plan.trial(lease.index).is_none() {
                return Err(RunError::Index(lease.index));
            }
            self.leases.push(lease.clone());
            self.working.spawn(trial(Arc::clone(self.plan), Arc::clone(self.stage), lease));
        }
        Ok(())
    }

    async fn finish(&mut self, event: RunEvent, watch: &mut dyn Watch) -> Result<(), RunError> {
        match &event {
            RunEvent::Finished { lease, trial, scores } => {
                self.leases.retain(|held| held.index != lease.index);
                self.budget.acted(trial.cost);
                if scores.len() == self.plan.metrics().len() {
                    self.tally.add(&trial.site, scores, trial.cost);
                } else {
                    self.tally.spend(trial.cost);
                    let (plan, stage) = (Arc::clone(self.plan), Arc::clone(self.stage));
                    self.working.spawn(hear(plan, stage, trial.clone(), vec![]));
                }
            }
            RunEvent::Judged { site, scores, opinions } => {
                let cost = opinions.iter().fold(Cost::ZERO, |sum, opinion| sum + opinion.cost);
                self.budget.spend(cost);
                self.tally.add(site, scores, cost);
            }
            RunEvent::Died { lease, site, cost, .. } => {
                self.leases.retain(|held| held.index != lease.index);
                self.budget.acted(*cost);
                self.tally.add_dead(site, &self.plan.manifest.metrics, *cost);
            }
            _ => {}
        }
        watch.event(&event);
        Ok(self.recorder.take(event).await?)
    }
}

/// Asks for the trials of `plan` that were acted and lack a score; those that could not be scored too, when `unscored` says
/// so.
pub fn unjudged(plan: &Plan, unscored: bool) -> TrialQuery {
    // Scores of metrics that ask nobody are recorded together with the trial.
    let may_lack = |metric: &&Metric| unscored || metric.may_ask();
    let metrics: Vec<Digest> = plan.metrics().iter().filter(may_lack).map(|metric| metric.id().digest).collect();
    TrialQuery { lacks: Some(Lack { metrics, unscored }), ..TrialQuery::of(plan.manifest.id.clone()) }
}

fn status(is_done: bool, dead: u64) -> RunStatus {
    match (is_done, dead) {
        (false, _) => RunStatus::Cancelled,
        (true, 0) => RunStatus::Complete,
        (true, _) => RunStatus::Degraded,
    }
}

/// Whether `span` has passed from `since_ns` to `now_ns`.
fn is_past(since_ns: u64, span: Duration, now_ns: u64) -> bool {
    u128::from(now_ns.saturating_sub(since_ns)) >= span.as_nanos()
}

/// Acts the trial of `lease`, and judges it as far as that asks nobody.
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
