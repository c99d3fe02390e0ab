//! Metrics that ask: programs and judges are asked once about a trial that was acted, and no trial is acted for a score.

use std::path::Path;

use loopwright_core::{
    Condition, Cost, Ledger, MetricName, MetricSpec, RunEvent, RunQuery, RunStatus, Said, Score, ScoreQuery,
    TrialQuery, Unscored, Verdict,
};
use loopwright_eval::{Metric, Pace, Suite, Watch, execute};
use loopwright_store::Store;
use serde_json::{Value, json};

use crate::desk::{arm, pace, plan, ports, stage, store, suite, variant};

/// Trials of a run of the desk's dev cases.
const TRIALS: usize = 12;

/// Counts what happened.
#[derive(Default)]
struct Happened {
    acted: usize,
    judged: usize,
}

impl Watch for Happened {
    fn event(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Finished { .. } => self.acted += 1,
            RunEvent::Judged { .. } => self.judged += 1,
            _ => {}
        }
    }
}

fn metric(name: &str, kind: &str, settings: Value) -> Metric {
    let settings = settings.as_object().unwrap().clone();
    Metric::new(MetricName::new(name).unwrap(), MetricSpec { kind: kind.into(), settings }).unwrap()
}

/// A program that passes every trial as long as the file `mark` is there, and breaks off before.
fn passes_by(mark: &Path) -> Metric {
    let script = r#"while read line; do test -e "$0" || exit 3; echo '{"pass": true, "evidence": "seen"}'; done"#;
    metric("own", "program", json!({"command": ["sh", "-c", script, mark]}))
}

fn judge() -> Metric {
    let rubric = "says how long goods may come back";
    metric("kind", "judge_rubric", json!({"model": "standin:large", "rubric": rubric}))
}

fn with(more: Vec<Metric>) -> Suite {
    let mut suite = suite(&["resolved"]);
    suite.metrics.extend(more);
    suite
}

async fn run(suite: &Suite, store: &Store, pace: Pace) -> Happened {
    let plan = plan(suite, "r", vec![arm("base", variant())], vec![Condition::Plain]);
    let mut happened = Happened::default();
    let done = execute(&plan, &stage(&plan), &ports(store, "w"), pace, &mut happened).await.unwrap();
    assert_eq!((done.status, done.tally.trials()), (RunStatus::Complete, TRIALS as u64));
    happened
}

async fn scores(store: &Store, metric: &str) -> Vec<Score> {
    let run = loopwright_core::RunId::new("r").unwrap();
    let query = ScoreQuery { run, metric: Some(MetricName::new(metric).unwrap()), trial: None };
    store.scores(query).await.unwrap()
}

#[tokio::test]
async fn a_judge_is_asked_once_a_trial_and_its_call_is_kept_and_paid() {
    let (store, suite) = (store(), with(vec![judge()]));
    let happened = run(&suite, &store, pace(4)).await;
    assert_eq!((happened.acted, happened.judged), (TRIALS, TRIALS));
    assert!(scores(&store, "kind").await.iter().all(|score| matches!(score.verdict, Verdict::Pass | Verdict::Fail)));
    let mut paid = Cost::ZERO;
    for site in store.trials(TrialQuery::of(loopwright_core::RunId::new("r").unwrap())).await.unwrap() {
        let opinions = store.opinions(&site.key).await.unwrap();
        let [opinion] = &opinions[..] else { panic!("{opinions:?}") };
        assert!(matches!(opinion.said, Said::Answer(_)));
        let trace = opinion.trace.as_ref().unwrap();
        assert_eq!((trace.chats().count(), trace.cost()), (1, opinion.cost));
        paid += opinion.cost + store.trial(&site.key).await.unwrap().unwrap().cost;
    }
    let record = store.runs(RunQuery::default()).await.unwrap().remove(0);
    assert_eq!(record.cost, paid);
    let again = run(&suite, &store, pace(4)).await;
    assert_eq!((again.acted, again.judged), (0, 0));
}

#[tokio::test]
async fn what_lacks_a_score_is_judged_without_being_acted() {
    let store = store();
    run(&with(vec![]), &store, pace(4)).await;
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    std::fs::write(&mark, "").unwrap();
    let happened = run(&with(vec![passes_by(&mark), judge()]), &store, pace(4)).await;
    assert_eq!((happened.acted, happened.judged), (0, TRIALS));
    assert_eq!(scores(&store, "resolved").await.len(), TRIALS);
    let own = scores(&store, "own").await;
    assert!(own.len() == TRIALS && own.iter().all(|score| score.verdict == Verdict::Pass && score.evidence == "seen"));
}

#[tokio::test]
async fn a_program_that_breaks_leaves_no_score_and_may_be_asked_once_more() {
    let (store, folder) = (store(), tempfile::tempdir().unwrap());
    let mark = folder.path().join("mark");
    let suite = with(vec![passes_by(&mark)]);
    run(&suite, &store, pace(4)).await;
    for score in scores(&store, "own").await {
        let Verdict::Unscored(Unscored::Scorer(why)) = &score.verdict else { panic!("{score:?}") };
        assert!(why.contains("ended before it answered (exit status: 3)"), "{why}");
    }
    std::fs::write(&mark, "").unwrap();
    let same = run(&suite, &store, pace(4)).await;
    assert_eq!((same.acted, same.judged), (0, 0), "what could not be scored is a result until it is asked for anew");
    let again = run(&suite, &store, Pace { rejudge: true, ..pace(4) }).await;
    assert_eq!((again.acted, again.judged), (0, TRIALS));
    assert!(scores(&store, "own").await.iter().all(|score| score.verdict == Verdict::Pass));
}
