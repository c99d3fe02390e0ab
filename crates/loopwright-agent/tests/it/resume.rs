//! A run that is stored and read again between any two of its steps ends like one that is not.

use loopwright_agent::{Limits, Machine, Step};
use loopwright_core::{ChatResponse, FoundPassage, Input, Message};

use crate::fixture::{call, says};

fn passage() -> FoundPassage {
    FoundPassage { source: "a.md".into(), start: 0, end: 4, score: 0.1, text: "Here".into() }
}

fn script() -> Vec<ChatResponse> {
    vec![
        says("Looking.", vec![call("get", r#"{"id":"A-1"}"#), call("get", r#"{"id":"A-2"}"#)]),
        says("", vec![call("get", r#"{"id":"A-1"}"#)]),
        says("Found.", vec![]),
    ]
}

/// Drives a run to its end, storing it before the steps that `stored` chooses.
fn drive(stored: impl Fn(usize) -> bool) -> (Machine, usize) {
    let mut machine = Machine::new(&Input::text("Where?"), true);
    let mut script = script().into_iter();
    for step in 0.. {
        if stored(step) {
            machine = serde_json::from_str(&serde_json::to_string(&machine).unwrap()).unwrap();
        }
        match machine.next(&Limits::default(), 0) {
            Step::Search { .. } => machine.found(vec![passage()], 3),
            Step::CallModel => {
                let response = script.next().unwrap();
                machine.answered(&response, response.cost);
            }
            Step::CallTools(calls) => {
                machine.acted(calls.into_iter().map(|call| (call, "[]".to_owned())).collect());
            }
            Step::Done(_) => return (machine, step),
        }
    }
    unreachable!("every run is bounded");
}

#[test]
fn storing_a_run_changes_nothing() {
    let (whole, steps) = drive(|_| false);
    assert_eq!(steps, 6);
    for at in 0..=steps {
        assert_eq!(drive(|step| step == at).0, whole, "stored before step {at}");
    }
    assert_eq!(drive(|_| true).0, whole);
    let said: Vec<String> = whole.conversation.exchange.iter().map(Message::plain_text).collect();
    assert_eq!(said, ["Looking.", "[]", "[]", "", "[]", "Found."]);
}
