//! The workshop: what every run of one suite shares, so that whoever wants trials says only which.

use std::collections::BTreeSet;
use std::sync::Arc;

use loopwright_core::{Arm, CaseKey, Condition, Purpose, RunId, Seed, Split};
use loopwright_model::ModelRef;

use crate::runner::{Execution, Pace, Ports, RunError, Watch, execute};
use crate::{Library, Plan, PlanError, PlanRequest, Reach, Ruler, Stage, StageError, Suite};

/// What every run of one suite shares.
#[derive(Clone)]
pub struct Workshop {
    /// The suite.
    pub suite: Arc<Suite>,
    /// What variants pin by digest.
    pub library: Arc<Library>,
    /// How models and attached agents are reached.
    pub reach: Reach,
    /// Where facts go and trials wait.
    pub ports: Ports,
    /// How fast, and for how much.
    pub pace: Pace,
    /// By what differences are judged.
    pub ruler: Ruler,
    /// Where run ids and seeds come from.
    pub draw: Arc<dyn Draw>,
}

/// Where run ids and seeds come from. Only the binary draws fresh ones.
pub trait Draw: Send + Sync {
    /// An id that no run has yet.
    ///
    /// # Errors
    /// When the system gives no randomness.
    fn run_id(&self) -> Result<RunId, DrawError>;

    /// A seed for a run made for `purpose`.
    ///
    /// # Errors
    /// When the system gives no randomness.
    fn seed(&self, purpose: Purpose) -> Result<Seed, DrawError>;
}

/// No id or seed can be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("draw a run: {message}")]
pub struct DrawError {
    /// What happened.
    pub message: String,
}

/// Which trials are wanted.
#[derive(Debug, Clone)]
pub struct Order {
    /// What for.
    pub purpose: Purpose,
    /// Which split.
    pub split: Split,
    /// The arms; the first is what others are compared against.
    pub arms: Vec<Arm>,
    /// What is done to the situations.
    pub conditions: Vec<Condition>,
    /// Trials of each case, arm and condition.
    pub repetitions: u32,
    /// Only these cases; all when `None`.
    pub only: Option<Vec<CaseKey>>,
}

/// A run that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its plan.
    pub plan: Arc<Plan>,
    /// How it went.
    pub execution: Execution,
}

/// A run cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// No id or seed.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// Nothing to run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The arms cannot act.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The run broke off.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl Workshop {
    /// Plans and executes `order` as a new run.
    ///
    /// # Errors
    /// When it cannot be planned, staged or recorded.
    pub async fn make(&self, order: Order, watch: &mut dyn Watch) -> Result<Made, WorkError> {
        let (id, seed) = (self.draw.run_id()?, self.draw.seed(order.purpose)?);
        let plan = self.plan(order, id, seed)?;
        self.finish(plan, watch).await
    }

    /// The plan of `order` as the run `id`.
    ///
    /// # Errors
    /// When there is nothing to run.
    pub fn plan(&self, order: Order, id: RunId, seed: Seed) -> Result<Plan, PlanError> {
        let is_judged_by_simulation = self.suite.judges().iter().any(ModelRef::is_simulated);
        let simulated = is_judged_by_simulation || order.arms.iter().any(is_simulated);
        let Order { purpose, split, arms, conditions, repetitions, only } = order;
        let only = only.map(BTreeSet::from_iter);
        let started_ns = self.ports.clock.now_ns();
        let request =
            PlanRequest { id, purpose, arms, split, conditions, repetitions, seed, simulated, started_ns, only };
        Plan::new(&self.suite, request)
    }

    /// Executes what is left of `plan`.
    ///
    /// # Errors
    /// When it cannot be staged or recorded.
    pub async fn finish(&self, plan: Plan, watch: &mut dyn Watch) -> Result<Made, WorkError> {
        let plan = Arc::new(plan);
        let stage = Arc::new(Stage::new(&plan, &self.library, self.reach.clone())?);
        let execution = execute(&plan, &stage, &self.ports, self.pace, watch).await?;
        Ok(Made { plan, execution })
    }
}

/// Whether the arm's model only simulates a language model. An attached agent brings its own.
fn is_simulated(arm: &Arm) -> bool {
    let attached = arm.variant.part("endpoint").is_some_and(|endpoint| !endpoint.is_null());
    let reference = arm.variant.part("model").and_then(|model| model["ref"].as_str());
    let model = reference.and_then(|reference| reference.parse::<ModelRef>().ok());
    !attached && model.is_some_and(|model| model.is_simulated())
}
