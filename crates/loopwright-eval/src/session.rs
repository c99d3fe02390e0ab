//! One process's part in a run: it claims trials in plan order, has them acted and judged side by side, and records them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    ActedTrial, Commit, Cost, Digest, Lack, Lease, LedgerError, Opinion, RunEvent, RunId, RunQuery, RunStatus,
    TrialQuery, TrialSite,
};
use tokio::task::JoinSet;

use crate::actor::{Acted, act};
use crate::budget::Budget;
use crate::judging::{hear, judge};
use crate::meter::Meter;
use crate::recorder::Recorder;
use crate::{Metric, Pace, Plan, Ports, RunError, Stage, Tally, Watch};

/// How long a claim holds. Short, so that a run that was killed can be finished soon after.
const LEASE: Duration = Duration::from_secs(10);

/// How often claims are prolonged, and what waits is written.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// How long to wait when all that is left is claimed, by others or by this session.
const WAIT: Duration = Duration::from_millis(200);

/// How long a free place waits for others, so that claims are made in batches.
const GATHER: Duration = Duration::from_millis(10);

/// What a task of a session ends with.
enum Step {
    /// Something happened that is told, counted and recorded.
    Told(RunEvent),
    /// The budget had no room to finish a trial.
    Unpaid { lease: Lease, cost: Cost },
}

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
    meter: Arc<Meter>,
    /// Whether a call was refused for want of budget: then nothing new is taken up.
    is_spent: bool,
    /// Trials that were acted in an earlier session and lack scores.
    unjudged: VecDeque<TrialSite>,
    working: JoinSet<Step>,
    leases: Vec<Lease>,
    claimed_ns: u64,
    /// How long to wait before the next claim, when only a few places are free.
    pause: Duration,
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
        revive(ports, &plan.manifest.id).await?;
        let unjudged = ledger.trials(unjudged(plan, pace.rejudge)).await?;
        let left: BTreeSet<_> = unjudged.iter().map(|site| site.key).collect();
        let tally = Tally::read_but(ledger, &plan.manifest.id, &left).await?;
        let budget = Budget::new(pace, tally.cost(), tally.trials());
        let meter = Arc::new(Meter::new(pace, Arc::clone(&ports.clock), Arc::clone(&stage.reach.access)));
        let recorder = Recorder::new(ports.queue.as_ref(), ledger);
        let (unjudged, working, leases) = (unjudged.into(), JoinSet::new(), vec![]);
        let (claimed_ns, beat_ns) = (0, ports.clock.now_ns());
        Ok(Self {
            plan,
            stage,
            ports,
            pace,
            recorder,
            tally,
            budget,
            meter,
            is_spent: false,
            unjudged,
            working,
            leases,
            claimed_ns,
            pause: GATHER,
            beat_ns,
        })
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
                if self.is_spent || is_done || self.room() == 0 {
                    return Ok(status(is_done && !self.is_spent, left.dead));
                }
                // Another worker, or one that was killed, holds what is left.
                self.ports.clock.sleep(WAIT).await;
                continue;
            }
            let wait = if self.free() > 0 && self.room() > 0 { self.pause } else { HEARTBEAT };
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
        let is_open = !self.is_spent && self.meter.has_time();
        if is_open { self.budget.room(self.working.len()) } else { 0 }
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
        self.hear(Box::new(trial), known);
        Ok(())
    }

    fn hear(&mut self, trial: Box<ActedTrial>, known: Vec<Opinion>) {
        let (plan, stage, meter) = (Arc::clone(self.plan), Arc::clone(self.stage), Arc::clone(&self.meter));
        self.working.spawn(async move { Step::Told(hear(plan, stage, trial, known, meter).await) });
    }

    async fn claim(&mut self) -> Result<(), RunError> {
        let (free, now) = (self.free(), self.ports.clock.now_ns());
        // Claims and results are written in batches: one transaction a trial would cost more than a quick trial.
        let is_worth_it = free >= self.pace.concurrency.get().div_ceil(2) || is_past(self.claimed_ns, self.pause, now);
        let most = free.min(self.room());
        if most == 0 || !is_worth_it {
            return Ok(());
        }
        self.claimed_ns = now;
        let (run, worker) = (&self.plan.manifest.id, &self.ports.worker);
        let claimed = self.ports.queue.claim(run, worker, most, LEASE).await?;
        self.pause = if claimed.len() < most { WAIT } else { GATHER };
        for lease in claimed {
            if self.plan.trial(lease.index).is_none() {
                return Err(RunError::Index(lease.index));
            }
            self.leases.push(lease.clone());
            let (plan, stage, meter) = (Arc::clone(self.plan), Arc::clone(self.stage), Arc::clone(&self.meter));
            self.working.spawn(trial(plan, stage, meter, lease));
        }
        Ok(())
    }

    /// Keeps what a trial cost that the budget had no room to finish. It is acted anew when the run goes on.
    async fn set_aside(&mut self, lease: Lease, cost: Cost) -> Result<(), RunError> {
        self.is_spent = true;
        self.leases.retain(|held| held.index != lease.index);
        self.budget.spend(cost);
        self.tally.spend(cost);
        let message = "the budget had no room for its next call".to_owned();
        self.ports.queue.commit(vec![Commit::Dead { lease, message, cost }]).await?;
        Ok(())
    }

    async fn finish(&mut self, step: Step, watch: &mut dyn Watch) -> Result<(), RunError> {
        let event = match step {
            Step::Told(event) => event,
            Step::Unpaid { lease, cost } => return self.set_aside(lease, cost).await,
        };
        match &event {
            RunEvent::Finished { lease, trial, scores } => {
                self.leases.retain(|held| held.index != lease.index);
                self.budget.acted(trial.cost);
                if scores.len() == self.plan.metrics().len() {
                    self.tally.add(&trial.site, scores, trial.cost);
                } else {
                    self.tally.spend(trial.cost);
                    self.hear(trial.clone(), vec![]);
                }
            }
            RunEvent::Judged { site, scores, opinions } => {
                let cost = opinions.iter().fold(Cost::ZERO, |sum, opinion| sum + opinion.cost);
                self.budget.spend(cost);
                if scores.is_empty() {
                    self.is_spent = true;
                    self.tally.spend(cost);
                } else {
                    self.tally.add(site, scores, cost);
                }
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

/// Lets the trials wait once more that died in a run which its budget stopped: it is not degraded before it is finished.
async fn revive(ports: &Ports, run: &RunId) -> Result<(), LedgerError> {
    let query = RunQuery { id: Some(run.to_string()), limit: 1, ..RunQuery::default() };
    if ports.ledger.runs(query).await?.first().is_some_and(|record| record.status == RunStatus::Cancelled) {
        ports.queue.revive(run).await?;
    }
    Ok(())
}

/// Asks for the trials of `plan` that were acted and lack a score; those that could not be scored too, when `unscored` says
/// so.
pub fn unjudged(plan: &Plan, unscored: bool) -> TrialQuery {
    let has_checks = plan.cases().any(|case| !case.expectation.checks.is_empty());
    // Scores of metrics that ask nobody are recorded together with the trial.
    let asks = |metric: &Metric| !metric.respondents().is_empty() || (has_checks && metric.may_ask());
    let may_lack = |metric: &&Metric| unscored || asks(metric);
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
async fn trial(plan: Arc<Plan>, stage: Arc<Stage>, meter: Arc<Meter>, lease: Lease) -> Step {
    let Some(planned) = plan.trial(lease.index) else {
        return Step::Told(RunEvent::Ended { status: RunStatus::Unfinished });
    };
    Step::Told(match act(&stage, plan.approval(), &meter, &planned).await {
        Acted::Trial(trial) => {
            let scores = judge(&plan, &stage, &planned, &trial);
            RunEvent::Finished { lease, trial, scores }
        }
        Acted::Dead(message, cost) => RunEvent::Died { lease, site: Box::new(planned.site), message, cost },
        Acted::Unpaid(cost) => return Step::Unpaid { lease, cost },
    })
}
