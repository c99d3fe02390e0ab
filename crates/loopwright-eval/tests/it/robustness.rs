//! A run under several perturbations: what acts, what finds nothing to act on, and what it amounts to together.

use loopwright_core::{
    ArmSummary, Condition, Cost, Ledger, Outcome, RunStatus, Score, ScoreQuery, ToolStatus, TrialQuery, Verdict,
};
use loopwright_eval::{Ruler, Tally, execute, summarise};
use loopwright_stats::Level;

use crate::desk::{arm, pace, plan, ports, stage, store, suite, variant};

const RULER: Ruler = Ruler { level: Level::P95, margin: 0.05 };

fn condition(text: &str) -> Condition {
    text.parse().unwrap()
}

#[tokio::test]
async fn cases_without_what_a_perturbation_acts_on_are_left_alone_and_counted() {
    let suite = suite(&["resolved", "tokens"]);
    let conditions: Vec<Condition> = ["plain", "ants(3)", "option_order(50)", "truncation(40)"].map(condition).to_vec();
    let plan = plan(&suite, "r", vec![arm("base", variant())], conditions);
    let store = store();
    let done = execute(&plan, &stage(&plan), &ports(&store, "w"), pace(4), &mut ()).await.unwrap();
    assert_eq!(done.status, RunStatus::Complete);
    let left =
        TrialQuery { condition: Some(condition("option_order(50)")), ..TrialQuery::of(plan.manifest.id.clone()) };
    for site in store.trials(left).await.unwrap() {
        let trial = store.trial(&site.key).await.unwrap().unwrap();
        assert!(matches!(&trial.trace.outcome, Outcome::Untouched { reason } if reason.contains("two options")));
        assert_eq!((trial.cost, trial.trace.spans.len()), (Cost::ZERO, 1));
    }
    // As it was counted, and as it is read from the ledger afterwards.
    let read = Tally::read(&store, &plan.manifest.id).await.unwrap();
    for tally in [&done.tally, &read] {
        let summary = summarise(&plan.manifest, done.status, tally, plan.metrics(), &RULER);
        let ArmSummary { robustness, conditions, .. } = &summary.arms[0];
        assert_eq!(robustness.conditions, ["plain", "ants(3)"].map(condition));
        assert_eq!(robustness.not_counted, [(condition("truncation(40)"), "nothing".to_owned())]);
        let [left] = &robustness.left_alone[..] else { panic!("{:?}", robustness.left_alone) };
        assert_eq!((left.condition.to_string().as_str(), left.cases, left.of), ("option_order(50)", 4, 4));
        assert!(conditions.iter().all(|under| under.condition != left.condition), "it has no estimate");
        let (all, plain) =
            (robustness.passes_all.as_ref().unwrap(), summary.arms[0].metrics[0].estimate.as_ref().unwrap());
        assert!(all.point <= plain.point && all.low <= all.point && all.point <= all.high);
    }
}

#[tokio::test]
async fn tools_meet_the_fault_and_the_world_does_not() {
    let mut suite = suite(&["resolved"]);
    suite.cases.retain(|case| case.key.as_str() == "cancel");
    suite.trials = 8;
    let plan = plan(&suite, "r", vec![arm("base", variant())], vec![condition("tool_error(1)")]);
    let store = store();
    execute(&plan, &stage(&plan), &ports(&store, "w"), pace(4), &mut ()).await.unwrap();
    let mut met = 0;
    for site in store.trials(TrialQuery::of(plan.manifest.id.clone())).await.unwrap() {
        let trial = store.trial(&site.key).await.unwrap().unwrap();
        let carried_out = |status| !matches!(status, ToolStatus::InvalidArguments | ToolStatus::UnknownTool);
        let calls: Vec<ToolStatus> =
            trial.trace.tool_calls().map(|used| used.status).filter(|one| carried_out(*one)).collect();
        met += usize::from(calls.first() == Some(&ToolStatus::Broken));
        assert!(calls.iter().skip(1).all(|status| *status != ToolStatus::Broken), "{calls:?}");
        assert!(calls.is_empty() || calls[0] == ToolStatus::Broken, "{calls:?}");
    }
    assert!(met > 0);
    let scores: Vec<Score> =
        store.scores(ScoreQuery { run: plan.manifest.id.clone(), metric: None, trial: None }).await.unwrap();
    assert!(scores.iter().all(|score| matches!(score.verdict, Verdict::Pass | Verdict::Fail)));
}
