use super::BoxFuture;
use crate::{
    ActedTrial, AgentName, CaseKey, Condition, Digest, Finding, GateQuery, Label, MetricName, Opinion, Purpose,
    Release, RunId, RunManifest, RunRecord, RunStatus, Score, SuiteName, TrialKey, TrialSite,
};

/// The record of facts. Facts are only added.
pub trait Ledger: Send + Sync {
    /// Adds facts in one transaction. A fact that is there already (same key) is left as it is; a trial that could not be
    /// scored by a metric may be scored by it later.
    fn append(&self, facts: Vec<Fact>) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// Runs, newest first.
    fn runs(&self, query: RunQuery) -> BoxFuture<'_, Result<Vec<RunRecord>, LedgerError>>;

    /// Where trials stand, in plan order.
    fn trials(&self, query: TrialQuery) -> BoxFuture<'_, Result<Vec<TrialSite>, LedgerError>>;

    /// One acted trial, with its trace and final state. `None` when there is none; sealed trials are none.
    fn trial<'a>(&'a self, key: &'a TrialKey) -> BoxFuture<'a, Result<Option<ActedTrial>, LedgerError>>;

    /// The trials whose key begins with `prefix` (hexadecimal digits), at most ten.
    fn find_trials<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<TrialKey>, LedgerError>>;

    /// Scores, in plan order of their trials.
    fn scores(&self, query: ScoreQuery) -> BoxFuture<'_, Result<Vec<Score>, LedgerError>>;

    /// What was asked about a trial in order to score it, in the order in which it was recorded.
    fn opinions<'a>(&'a self, trial: &'a TrialKey) -> BoxFuture<'a, Result<Vec<Opinion>, LedgerError>>;

    /// What people judged of a trial, in the order in which it was added.
    fn labels<'a>(&'a self, trial: &'a TrialKey) -> BoxFuture<'a, Result<Vec<Label>, LedgerError>>;

    /// Findings of a run, in the order in which they were added.
    fn findings<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Vec<Finding>, LedgerError>>;

    /// Questions put to the vaults of a suite, oldest first.
    fn gate_queries<'a>(&'a self, suite: &'a SuiteName) -> BoxFuture<'a, Result<Vec<GateQuery>, LedgerError>>;

    /// Releases of an agent, oldest first.
    fn releases<'a>(&'a self, agent: &'a AgentName) -> BoxFuture<'a, Result<Vec<Release>, LedgerError>>;
}

/// Something that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fact {
    /// A run began.
    RunStarted(Box<RunManifest>),
    /// A trial was acted outside a queue: imported, or served.
    Acted(Box<ActedTrial>),
    /// A trial was scored.
    Scored(Score),
    /// Someone was asked about a trial.
    Opined(Box<Opinion>),
    /// A person judged a trial.
    Labelled(Box<Label>),
    /// A run ended.
    RunEnded {
        /// Which one.
        run: RunId,
        /// How.
        status: RunStatus,
    },
    /// Something was found.
    Found(Box<Finding>),
    /// The vault was asked.
    GateQueried(Box<GateQuery>),
    /// A variant was promoted.
    Released(Box<Release>),
}

/// Which runs. All that is `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct RunQuery {
    /// This run, or the runs whose id begins so.
    pub id: Option<String>,
    /// Runs of this suite.
    pub suite: Option<SuiteName>,
    /// Runs made for this.
    pub purpose: Option<Purpose>,
    /// Runs with this plan.
    pub plan: Option<Digest>,
    /// How many at the most; 0 for all.
    pub limit: usize,
}

/// Which trials.
#[derive(Debug, Clone)]
pub struct TrialQuery {
    /// Of this run.
    pub run: RunId,
    /// Under this condition.
    pub condition: Option<Condition>,
    /// Of this case.
    pub case: Option<CaseKey>,
    /// Only those after this place in the plan.
    pub after: Option<u64>,
    /// Only those that lack scores.
    pub lacks: Option<Lack>,
    /// How many at the most; 0 for all.
    pub limit: usize,
}

impl TrialQuery {
    /// All trials of `run`.
    pub fn of(run: RunId) -> Self {
        Self { run, condition: None, case: None, after: None, lacks: None, limit: 0 }
    }
}

/// Which scores a trial lacks.
#[derive(Debug, Clone)]
pub struct Lack {
    /// At least one of these metrics, by digest, has no score of it.
    pub metrics: Vec<Digest>,
    /// Whether one that could not be made counts as none.
    pub unscored: bool,
}

/// Which scores.
#[derive(Debug, Clone)]
pub struct ScoreQuery {
    /// Of this run.
    pub run: RunId,
    /// Of this metric.
    pub metric: Option<MetricName>,
    /// Of this trial.
    pub trial: Option<TrialKey>,
}

/// The record could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The engine below failed.
    #[error("the ledger at `{place}` failed")]
    Engine {
        /// Where it is.
        place: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What is recorded cannot be understood.
    #[error("the ledger at `{place}` holds a record that cannot be read: {message}")]
    Corrupt {
        /// Where it is.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// It was written by a newer version.
    #[error("the ledger at `{place}` was written by a newer version (schema {found}, this one knows {known})")]
    TooNew {
        /// Where it is.
        place: String,
        /// The schema found.
        found: u32,
        /// The newest schema that is known here.
        known: u32,
    },
    /// Someone else holds it.
    #[error("the ledger at `{place}` is held by another process")]
    Busy {
        /// Where it is.
        place: String,
    },
}
