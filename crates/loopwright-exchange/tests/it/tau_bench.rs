use loopwright_core::{Outcome, RunId, ToolStatus, Verdict};
use loopwright_exchange::{TauBenchError, TauBenchImport, read_tau_bench};
use serde_json::{Value, json};

fn import() -> TauBenchImport {
    TauBenchImport {
        domain: "airline".into(),
        model: "gpt-4o".into(),
        run: RunId::new("imported-1").unwrap(),
        at_ns: 5,
        max_bytes: 1 << 20,
        version: "0.1.0".into(),
    }
}

fn record(task: u64, trial: u32, reward: f64) -> Value {
    let call = json!({"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{\"id\":\"A\"}"}});
    json!({"task_id": task, "trial": trial, "reward": reward,
    "info": {"task": {"user_id": "u", "instruction": format!("You are {task}."), "actions": [], "outputs": []}},
    "traj": [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": null, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "name": "find", "content": "Error: no A"},
        {"role": "assistant", "content": "There is none."},
        {"role": "user", "content": "###STOP###"},
    ]})
}

fn read(records: &Value) -> Result<loopwright_exchange::ImportedRun, TauBenchError> {
    read_tau_bench(&mut records.to_string().as_bytes(), &import())
}

#[test]
fn records_become_trials_in_order() {
    let run = read(&json!([record(1, 1, 0.0), record(0, 0, 1.0), record(1, 0, 0.9999999), record(0, 1, 0.5)])).unwrap();
    let places: Vec<(String, u32, u64)> = run
        .trials
        .iter()
        .map(|imported| {
            let site = &imported.trial.site;
            (site.case.to_string(), site.repetition, site.index)
        })
        .collect();
    let expected = [("airline-0", 0, 0), ("airline-0", 1, 1), ("airline-1", 0, 2), ("airline-1", 1, 3)];
    assert_eq!(places, expected.map(|(case, repetition, index)| (case.to_owned(), repetition, index)));
    let verdicts: Vec<bool> = run.trials.iter().map(|imported| imported.scores[0].verdict == Verdict::Pass).collect();
    assert_eq!(verdicts, [true, false, true, false]);
    assert_eq!((run.cases.len(), run.manifest.trials), (2, 4));
    assert_eq!(run.manifest.arms[0].variant.part("instructions"), Some(&json!("Be kind.")));
    assert!(run.trials.iter().all(|imported| imported.trial.cost.money.is_none()));
}

#[test]
fn a_dialogue_becomes_a_trace_that_holds_each_message_once() {
    let run = read(&json!([record(0, 0, 1.0)])).unwrap();
    let trace = &run.trials[0].trial.trace;
    assert_eq!(trace.outcome, Outcome::Answered { text: "There is none.".into() });
    let heard: Vec<usize> = trace.chats().map(|(request, _)| request.messages.len()).collect();
    assert_eq!(heard, [2, 1]);
    let call = trace.tool_calls().next().unwrap();
    assert_eq!(
        (call.call.name.as_str(), call.arguments, call.status),
        ("find", Some(&json!({"id": "A"})), ToolStatus::Refused)
    );
    assert_eq!(
        trace.spans.iter().map(loopwright_core::Span::name).collect::<Vec<_>>(),
        ["invoke_agent tau-bench-airline", "chat gpt-4o", "execute_tool find", "chat gpt-4o"]
    );
}

#[test]
fn a_dialogue_that_nobody_ended_ran_out_of_steps() {
    let mut cut = record(0, 0, 0.0);
    cut["traj"].as_array_mut().unwrap().pop();
    let run = read(&json!([cut])).unwrap();
    assert!(matches!(run.trials[0].trial.trace.outcome, Outcome::Stopped { .. }));
}

#[test]
fn faults_are_told() {
    assert!(matches!(read(&json!([])), Err(TauBenchError::Empty)));
    let twice = read(&json!([record(0, 0, 1.0), record(0, 0, 1.0)])).unwrap_err();
    assert_eq!(twice.to_string(), "read record 1: task 0, trial 0 is recorded twice");
    let odd = read(&json!([{"task_id": 0}])).unwrap_err();
    assert!(odd.to_string().starts_with("read the recorded runs: line 1, column 14: missing field"), "{odd}");
    let small = TauBenchImport { max_bytes: 10, ..import() };
    let large = read_tau_bench(&mut json!([record(0, 0, 1.0)]).to_string().as_bytes(), &small);
    assert!(matches!(large, Err(TauBenchError::TooLarge { limit: 10 })));
}
