//! What stands in the ledger afterwards, and what becomes of traces that find no room.

use std::sync::Arc;

use loopwright_core::{
    ActedTrial, AgentName, BoxFuture, Fact, Finding, GateQuery, Label, Ledger, LedgerError, Opinion, Outcome, Purpose,
    Release, RunId, RunQuery, RunRecord, RunStatus, Score, ScoreQuery, SuiteName, TrialKey, TrialQuery, TrialSite,
};
use loopwright_serve::{Bounds, Setting};
use loopwright_store::Store;
use tokio::sync::Semaphore;

use crate::house::{Asked, House, agent, at, question, run, setting};
use crate::upstream::{Upstream, says};

/// The trial that an answer names.
pub(crate) async fn trial(store: &Store, asked: &Asked) -> ActedTrial {
    let keys = store.find_trials(asked.header("x-loopwright-trial").unwrap()).await.unwrap();
    assert_eq!(keys.len(), 1);
    store.trial(&keys[0]).await.unwrap().unwrap()
}

#[test]
fn a_request_is_a_trial_of_the_agents_run() {
    run(async {
        let upstream = Upstream::start(vec![says("At nine."), says("At ten.")]).await;
        let desk = agent("desk", &at(&upstream), &[]);
        let variant = desk.variant.clone();
        let (setting, store) = setting(vec![desk, agent("attic", "standin:small", &[])]);
        let house = House::open(setting).await;
        let first = house.request(&question("desk", "When?")).header("x-request-id", "order-7");
        let first = Asked::of(first.send().await.unwrap()).await;
        let second = house.ask(&question("desk", "When?")).await;
        house.close().await;

        assert_eq!(first.header("x-request-id"), Some("order-7"));
        assert!(second.header("x-request-id").unwrap().starts_with("req-"));
        let (first, second) = (trial(&store, &first).await, trial(&store, &second).await);
        assert_eq!(first.trace.outcome, Outcome::Answered { text: "At nine.".to_owned() });
        assert_eq!(first.trace.id.as_str(), &first.site.key.to_string()[..32]);
        assert_eq!((first.site.index, second.site.index), (0, 1));
        assert_eq!((first.cost.usage.input(), first.cost.usage.cached()), (100, 60));
        assert_eq!(first.site.case, second.site.case, "the same input is the same case");
        assert_ne!(first.site.key, second.site.key);

        let runs = store.runs(RunQuery { purpose: Some(Purpose::Served), ..RunQuery::default() }).await.unwrap();
        assert_eq!(runs.len(), 2, "one an agent, as simulated and real models are not mixed");
        let desk = runs.iter().find(|run| run.manifest.id == first.site.run).unwrap();
        assert_eq!((desk.status, desk.acted, desk.manifest.simulated), (RunStatus::Complete, 2, false));
        assert_eq!(desk.manifest.arms[0].variant, variant);
        assert_eq!(desk.manifest.suite.as_str(), "served-desk");
        assert!(runs.iter().any(|run| run.manifest.simulated && run.acted == 0));
    });
}

#[test]
fn a_failure_is_recorded_too() {
    run(async {
        let upstream = Upstream::start(vec![crate::upstream::breaks_off(&[])]).await;
        let (house, store) = House::of(agent("desk", &at(&upstream), &[])).await;
        let asked = house.ask(&question("desk", "When?")).await;
        assert_eq!(asked.status, 502);
        house.close().await;
        assert!(matches!(trial(&store, &asked).await.trace.outcome, Outcome::Infrastructure { .. }));
    });
}

/// A ledger that takes trials only when it is let.
struct Slow {
    inner: Arc<Store>,
    asked: Semaphore,
    let_in: Semaphore,
}

impl Slow {
    async fn add(&self, facts: Vec<Fact>) -> Result<(), LedgerError> {
        if facts.iter().any(|fact| matches!(fact, Fact::Acted(_))) {
            self.asked.add_permits(1);
            self.let_in.acquire().await.unwrap().forget();
        }
        self.inner.append(facts).await
    }
}

impl Ledger for Slow {
    fn append(&self, facts: Vec<Fact>) -> BoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(self.add(facts))
    }

    fn runs(&self, query: RunQuery) -> BoxFuture<'_, Result<Vec<RunRecord>, LedgerError>> {
        self.inner.runs(query)
    }

    fn trials(&self, query: TrialQuery) -> BoxFuture<'_, Result<Vec<TrialSite>, LedgerError>> {
        self.inner.trials(query)
    }

    fn trial<'a>(&'a self, key: &'a TrialKey) -> BoxFuture<'a, Result<Option<ActedTrial>, LedgerError>> {
        self.inner.trial(key)
    }

    fn find_trials<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<TrialKey>, LedgerError>> {
        self.inner.find_trials(prefix)
    }

    fn scores(&self, query: ScoreQuery) -> BoxFuture<'_, Result<Vec<Score>, LedgerError>> {
        self.inner.scores(query)
    }

    fn opinions<'a>(&'a self, trial: &'a TrialKey) -> BoxFuture<'a, Result<Vec<Opinion>, LedgerError>> {
        self.inner.opinions(trial)
    }

    fn labels<'a>(&'a self, trial: &'a TrialKey) -> BoxFuture<'a, Result<Vec<Label>, LedgerError>> {
        self.inner.labels(trial)
    }

    fn findings<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Vec<Finding>, LedgerError>> {
        self.inner.findings(run)
    }

    fn gate_queries<'a>(&'a self, suite: &'a SuiteName) -> BoxFuture<'a, Result<Vec<GateQuery>, LedgerError>> {
        self.inner.gate_queries(suite)
    }

    fn releases<'a>(&'a self, agent: &'a AgentName) -> BoxFuture<'a, Result<Vec<Release>, LedgerError>> {
        self.inner.releases(agent)
    }
}

#[test]
fn a_full_queue_delays_no_answer_and_its_losses_are_counted() {
    run(async {
        let (setting, store) = setting(vec![agent("desk", "standin:small", &[])]);
        let slow = Arc::new(Slow { inner: store.clone(), asked: Semaphore::new(0), let_in: Semaphore::new(0) });
        let ledger = Arc::clone(&slow) as Arc<dyn Ledger>;
        let bounds = Bounds { traces: 1, ..Bounds::default() };
        let house = House::open(Setting { ledger, bounds, ..setting }).await;
        // The first is with the ledger, the second fills the queue, the others find no room.
        house.ask(&question("desk", "1")).await.text();
        slow.asked.acquire().await.unwrap().forget();
        for text in ["2", "3", "4"] {
            house.ask(&question("desk", text)).await.text();
        }
        let status = house.get("/statusz").await.1;
        assert!(status.contains("\n0 traces recorded, 2 traces dropped\n"), "{status}");
        assert!(status.contains("\n4 requests answered, 0 requests failed\n"), "{status}");
        slow.let_in.add_permits(2);
        house.close().await;
        let runs = store.runs(RunQuery::default()).await.unwrap();
        assert_eq!((runs[0].acted, runs[0].status), (2, RunStatus::Degraded));
    });
}
