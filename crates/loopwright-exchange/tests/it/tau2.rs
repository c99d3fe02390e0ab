//! Results in the form in which τ²-bench writes them, of two tasks with two trials, written for these tests.

use loopwright_core::{Limit, MicroDollars, Outcome, RunStatus, Score, ToolStatus, Unscored, Verdict};
use loopwright_exchange::{ImportedRun, Tau2Error, Tau2Import, read_tau2};
use serde_json::{Value, json};

const RESULTS: &str = include_str!("../fixtures/tau2/results.json");

fn read(text: &str) -> Result<ImportedRun, Tau2Error> {
    read_tau2(text, &Tau2Import { at_ns: 7, version: "0.1.0".into() })
}

fn changed(change: impl Fn(&mut Value)) -> Result<ImportedRun, Tau2Error> {
    let mut results: Value = serde_json::from_str(RESULTS).unwrap();
    change(&mut results);
    read(&results.to_string())
}

fn verdicts(scores: &[Score]) -> Vec<Verdict> {
    scores.iter().map(|score| score.verdict.clone()).collect()
}

#[test]
fn tasks_are_cases_and_the_reward_comes_first() {
    let run = read(RESULTS).unwrap();
    let manifest = &run.manifest;
    assert_eq!((manifest.suite.as_str(), manifest.trials, run.status), ("tau2-shop", 4, RunStatus::Complete));
    let metrics: Vec<&str> = manifest.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(metrics, ["reward", "communicate", "db"]);
    let arm = &manifest.arms[0];
    assert_eq!((arm.name.as_str(), arm.variant.agent.as_str()), ("gpt-4.1-mini", "llm_agent"));
    assert!(arm.variant.part("instructions").unwrap().as_str().unwrap().starts_with("# Shop policy"));
    let places: Vec<(&str, u32, u64)> = run
        .trials
        .iter()
        .map(|one| &one.trial.site)
        .map(|one| (one.case.as_str(), one.repetition, one.index))
        .collect();
    assert_eq!(places, [("shop-0", 0, 0), ("shop-0", 1, 1), ("shop-phone", 0, 2), ("shop-phone", 1, 3)]);
    let asked = run.cases[0].input.question();
    assert!(asked.contains("reason for call: You want to cancel a lamp") && !asked.contains("unknown info"), "{asked}");
    assert_eq!(run.cases[1].input.question(), "persona: You are in a hurry.\nYour phone has no data.");
}

#[test]
fn a_simulation_is_a_trace_with_tools_costs_and_times() {
    let run = read(RESULTS).unwrap();
    let trial = &run.trials[0].trial;
    assert_eq!(trial.trace.outcome.text(), "It is cancelled. You get 20 dollars back.");
    let calls: Vec<(&str, ToolStatus)> =
        trial.trace.tool_calls().map(|call| (call.call.name.as_str(), call.status)).collect();
    assert_eq!(calls, [("get_order", ToolStatus::Done), ("cancel_order", ToolStatus::Done)]);
    assert_eq!(trial.trace.tool_calls().next().unwrap().arguments, Some(&json!({"order_id": "#T1"})));
    assert_eq!((trial.cost.usage.input(), trial.cost.usage.output()), (2700, 120));
    assert_eq!(trial.cost.money, Some(MicroDollars(9900)));
    assert_eq!(trial.trace.duration_ns(), 30_000_000_000);
    assert_eq!(verdicts(&run.trials[0].scores), [Verdict::Pass, Verdict::Measured, Verdict::Measured]);
    let failed = &run.trials[1];
    assert_eq!(verdicts(&failed.scores)[0], Verdict::Fail);
    assert_eq!(failed.trial.trace.tool_calls().next().unwrap().status, ToolStatus::Refused);
}

#[test]
fn who_ended_a_simulation_says_whose_doing_it_was() {
    let run = read(RESULTS).unwrap();
    let stopped = &run.trials[2];
    assert!(matches!(&stopped.trial.trace.outcome, Outcome::Stopped { limit: Limit::Steps, .. }));
    assert_eq!(stopped.trial.trace.tool_calls().count(), 0, "the user's own tools are not the agent's");
    let missing = Verdict::Unscored(Unscored::Scorer("it is no part of this reward".into()));
    assert_eq!(verdicts(&stopped.scores), [Verdict::Fail, missing.clone(), missing]);
    let broken = &run.trials[3];
    assert_eq!(broken.trial.trace.outcome, Outcome::Infrastructure { message: "infrastructure error".into() });
    assert!(verdicts(&broken.scores).iter().all(|one| *one == Verdict::Unscored(Unscored::Infrastructure)));
}

#[test]
fn a_run_that_was_broken_off_says_so() {
    let run = changed(|results| drop(results["simulations"].as_array_mut().unwrap().pop())).unwrap();
    assert_eq!((run.status, run.manifest.trials, run.trials.len()), (RunStatus::Unfinished, 4, 3));
}

#[test]
fn faults_are_told() {
    let twice = changed(|results| results["simulations"][1]["trial"] = json!(0)).unwrap_err();
    assert_eq!(twice.to_string(), "read simulation 2: task `0`, trial 0 is recorded twice");
    let stray = changed(|results| results["simulations"][0]["task_id"] = json!("7")).unwrap_err();
    assert_eq!(stray.to_string(), "read simulation 0: task `7`, trial 0 is of no task of the file");
    assert!(matches!(changed(|results| results["simulations"] = json!([])), Err(Tau2Error::Empty)));
    let odd = read("{\"tasks\": []}").unwrap_err();
    assert_eq!(odd.to_string(), "read the results: line 1, column 13: missing field `info`");
}
