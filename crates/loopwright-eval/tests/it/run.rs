//! Runs: the same whatever the concurrency, recorded once whatever happens, and judged by trace and state alone.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    ArmName, Condition, Cost, Ledger, MetricName, RunEvent, RunQuery, RunStatus, ScoreQuery, Trace, TrialQuery, Usage,
};
use loopwright_eval::{Pace, Sided, Tally, Watch, execute};
use loopwright_stats::Trials;

use crate::desk::{arm, pace, plan, ports, stage, store, suite, variant};

/// Keeps the traces by place in the plan.
#[derive(Default)]
struct Traces(std::collections::BTreeMap<u64, Trace>);

impl Watch for Traces {
    fn event(&mut self, event: &RunEvent) {
        if let RunEvent::Finished { trial, .. } = event {
            self.0.insert(trial.site.index, trial.trace.clone());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_do_not_depend_on_the_concurrency() {
    let suite = suite(&["resolved", "tokens"]);
    let mut all = vec![];
    for concurrency in [1, 7, 64] {
        let plan = plan(&suite, "r", vec![arm("base", variant()), arm("placebo", variant())], suite.conditions());
        let mut traces = Traces::default();
        let ports = ports(&store(), "w");
        let done = execute(&plan, &stage(&plan), &ports, pace(concurrency), &mut traces).await.unwrap();
        assert_eq!((done.status, done.tally.trials()), (RunStatus::Complete, 48));
        all.push(traces.0);
    }
    assert_eq!(all[0].len(), 48);
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    // Arms with one variant share the situation and not the luck: some trial must differ.
    let differs = (0..24).any(|pair| all[0][&(2 * pair)].spans[1..] != all[0][&(2 * pair + 1)].spans[1..]);
    assert!(differs);
}

#[tokio::test]
async fn a_run_that_was_stopped_goes_on_and_records_each_trial_once() {
    let suite = suite(&["resolved"]);
    let plan = plan(&suite, "r", vec![arm("base", variant())], vec![Condition::Plain]);
    let store = store();
    let few = Pace { tokens: Some(900), ..pace(2) };
    let first = execute(&plan, &stage(&plan), &ports(&store, "a"), few, &mut ()).await.unwrap();
    assert_eq!(first.status, RunStatus::Cancelled);
    assert!((1..12).contains(&first.tally.trials()), "{}", first.tally.trials());
    let rest = execute(&plan, &stage(&plan), &ports(&store, "b"), pace(2), &mut ()).await.unwrap();
    assert_eq!((rest.status, rest.tally.trials()), (RunStatus::Complete, 12));
    let sites = store.trials(TrialQuery::of(plan.manifest.id.clone())).await.unwrap();
    assert_eq!(sites.iter().map(|site| site.index).collect::<Vec<_>>(), (0..12).collect::<Vec<u64>>());
    let scores = store.scores(ScoreQuery { run: plan.manifest.id.clone(), metric: None, trial: None }).await.unwrap();
    assert_eq!(scores.len(), 12);
    let whole = crate::desk::store();
    let at_once = execute(&plan, &stage(&plan), &ports(&whole, "c"), pace(5), &mut ()).await.unwrap();
    let side = Sided { arm: ArmName::new("base").unwrap(), condition: Condition::Plain };
    let resolved = MetricName::new("resolved").unwrap();
    let cells = |tally: &Tally| -> Vec<Option<Trials>> {
        (0..tally.cases().len()).map(|case| tally.of(&side, &resolved, case).scored).collect()
    };
    assert_eq!(cells(&at_once.tally), cells(&rest.tally));
}

#[tokio::test]
async fn no_call_is_made_that_the_budget_has_no_room_for() {
    let suite = suite(&["resolved"]);
    let plan = plan(&suite, "r", vec![arm("base", variant())], vec![Condition::Plain]);
    for most in [100, 400, 900, 2000] {
        let store = store();
        let few = Pace { tokens: Some(most), ..pace(4) };
        let done = execute(&plan, &stage(&plan), &ports(&store, "a"), few, &mut ()).await.unwrap();
        let spent = done.tally.cost().usage.total();
        assert!(spent <= most, "{spent} of {most}");
        let record = store.runs(RunQuery::default()).await.unwrap().remove(0);
        assert_eq!((record.cost, record.status), (done.tally.cost(), RunStatus::Cancelled));
        let rest = execute(&plan, &stage(&plan), &ports(&store, "b"), pace(4), &mut ()).await.unwrap();
        assert_eq!((rest.status, rest.tally.trials(), rest.tally.dead()), (RunStatus::Complete, 12, 0));
        assert_eq!(store.runs(RunQuery::default()).await.unwrap().remove(0).cost, rest.tally.cost());
    }
}

#[tokio::test]
async fn nothing_begins_when_the_time_is_over() {
    let suite = suite(&["resolved"]);
    let plan = plan(&suite, "r", vec![arm("base", variant())], vec![Condition::Plain]);
    let store = store();
    let none = Pace { time: Some(Duration::ZERO), ..pace(4) };
    let done = execute(&plan, &stage(&plan), &ports(&store, "a"), none, &mut ()).await.unwrap();
    assert_eq!((done.status, done.tally.trials()), (RunStatus::Cancelled, 0));
}

#[tokio::test]
async fn a_user_who_goes_on_speaking_finds_the_world_as_it_was_left() {
    let mut suite = suite(&["resolved"]);
    let case = suite.cases.iter_mut().find(|case| case.key.as_str() == "cancel").unwrap();
    case.input.then = vec!["What does a bicycle cost for a day?".to_owned()];
    suite.trials = 8;
    let key = case.key.clone();
    let plan = plan(&suite, "r", vec![arm("base", variant())], vec![Condition::Plain]);
    let store = store();
    execute(&plan, &stage(&plan), &ports(&store, "w"), pace(4), &mut ()).await.unwrap();
    let query = TrialQuery { case: Some(key), ..TrialQuery::of(plan.manifest.id.clone()) };
    let mut kept = 0;
    for site in store.trials(query).await.unwrap() {
        let trial = store.trial(&site.key).await.unwrap().unwrap();
        let turns: Vec<&str> = trial.trace.turns().map(|(said, _)| said).collect();
        assert_eq!(turns, ["Please cancel my booking B-2.", "What does a bicycle cost for a day?"]);
        assert_eq!(trial.cost, trial.trace.cost());
        let scores = store.scores(ScoreQuery { run: site.run, metric: None, trial: Some(site.key) }).await.unwrap();
        kept += usize::from(scores[0].verdict == loopwright_core::Verdict::Pass);
    }
    assert!(kept > 0, "what the first turn did must be there at the end");
}

#[tokio::test]
async fn gold_in_place_of_a_stage_helps() {
    let mut suite = suite(&["resolved"]);
    suite.trials = 20;
    let conditions = vec![Condition::Plain, Condition::intervention(&["context", "tool", "arguments"])];
    let plan = plan(&suite, "r", vec![arm("base", variant())], conditions.clone());
    let done = execute(&plan, &stage(&plan), &ports(&store(), "w"), pace(4), &mut ()).await.unwrap();
    let resolved = MetricName::new("resolved").unwrap();
    let passed = |condition: &Condition| -> u32 {
        let side = Sided { arm: ArmName::new("base").unwrap(), condition: condition.clone() };
        (0..4).filter_map(|case| done.tally.of(&side, &resolved, case).scored?.passed()).sum()
    };
    let (plain, swapped) = (passed(&conditions[0]), passed(&conditions[1]));
    assert!(swapped >= plain && swapped >= 70, "{plain} plain, {swapped} with all stages right");
}

#[tokio::test]
async fn the_vault_leaves_no_score_behind() {
    let suite = suite(&["resolved"]);
    let mut request = (*plan(&suite, "v", vec![arm("base", variant())], vec![Condition::Plain])).clone();
    request.manifest.split = loopwright_core::Split::Vault;
    let plan = Arc::new(request);
    let store = store();
    let done = execute(&plan, &stage(&plan), &ports(&store, "w"), pace(2), &mut ()).await.unwrap();
    assert_eq!(done.tally.trials(), 12);
    let query = ScoreQuery { run: plan.manifest.id.clone(), metric: None, trial: None };
    assert_eq!(store.scores(query).await.unwrap(), vec![]);
    assert_eq!(Tally::read(&store, &plan.manifest.id).await.unwrap().trials(), 0);
}

#[test]
fn what_the_attempts_of_a_dead_trial_cost_is_counted() {
    let plan = plan(&suite(&["resolved"]), "r", vec![arm("base", variant())], vec![Condition::Plain]);
    let site = plan.trial(0).unwrap().site;
    let cost = Cost { usage: Usage::new(90, 40, 7, 0), ..Cost::ZERO };
    let mut tally = Tally::default();
    tally.add_dead(&site, &plan.manifest.metrics, cost);
    tally.add_dead(&site, &plan.manifest.metrics, cost);
    assert_eq!((tally.cost(), tally.dead(), tally.trials()), (cost + cost, 2, 0));
}
